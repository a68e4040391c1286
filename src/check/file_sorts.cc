// SPDX-License-Identifier: Apache-2.0
#include "check/file_sorts.h"

#include <algorithm>
#include <array>

#include "check/acceptances.h"
#include "check/image_root.h"

namespace hauberk {
namespace {

struct Sort {
  std::string_view pattern;
  std::string_view what;
};

constexpr std::array ballast = {Sort{"usr/share/doc/**", "usr/share/doc"},
                                Sort{"usr/share/man/**", "usr/share/man"},
                                Sort{"usr/share/info/**", "usr/share/info"},
                                Sort{"usr/share/locale/**", "usr/share/locale"},
                                Sort{"usr/share/gtk-doc/**", "usr/share/gtk-doc"},
                                Sort{"usr/local/share/man/**", "usr/local/share/man"},
                                Sort{"usr/local/share/doc/**", "usr/local/share/doc"},
                                Sort{"usr/share/lintian/**", "usr/share/lintian"},
                                Sort{"var/cache/**", "var/cache"},
                                Sort{"var/log/**", "var/log"},
                                Sort{"var/lib/apt/lists/**", "var/lib/apt/lists"},
                                Sort{"var/lib/dpkg/*-old", "var/lib/dpkg"},
                                Sort{"root/.cache/**", "root/.cache"},
                                Sort{"home/*/.cache/**", "home/*/.cache"},
                                Sort{"root/.npm/**", "root/.npm"},
                                Sort{"home/*/.npm/**", "home/*/.npm"},
                                Sort{"root/.bundle/cache/**", "root/.bundle"},
                                Sort{"tmp/**", "tmp"},
                                Sort{"var/tmp/**", "var/tmp"}};

constexpr std::array credentials = {
    Sort{"id_rsa", "an SSH key"},
    Sort{"id_dsa", "an SSH key"},
    Sort{"id_ecdsa", "an SSH key"},
    Sort{"id_ecdsa_sk", "an SSH key"},
    Sort{"id_ed25519", "an SSH key"},
    Sort{"id_ed25519_sk", "an SSH key"},
    Sort{"*.ppk", "an SSH key"},
    Sort{"*.p12", "a key store"},
    Sort{"*.pfx", "a key store"},
    Sort{"*.jks", "a key store"},
    Sort{"*.keystore", "a key store"},
    Sort{"*.kdbx", "a store of passwords"},
    Sort{".netrc", "passwords for servers"},
    Sort{"_netrc", "passwords for servers"},
    Sort{".git-credentials", "passwords for git servers"},
    Sort{".pypirc", "a password for a package index"},
    Sort{".npmrc", "may hold a token for a package registry"},
    Sort{".dockercfg", "passwords for registries"},
    Sort{".pgpass", "passwords for databases"},
    Sort{".my.cnf", "a password for a database"},
    Sort{".htpasswd", "hashes of passwords"},
    Sort{".env", "settings that usually hold passwords"},
    Sort{".env.*", "settings that usually hold passwords"},
    Sort{".bash_history", "what somebody typed"},
    Sort{".zsh_history", "what somebody typed"},
    Sort{".python_history", "what somebody typed"},
    Sort{".psql_history", "what somebody typed"},
    Sort{".mysql_history", "what somebody typed"},
    Sort{".vault-token", "a token"},
    Sort{"terraform.tfstate", "the state of Terraform, which holds passwords"},
    Sort{"terraform.tfstate.backup", "the state of Terraform, which holds passwords"},
    Sort{"secring.gpg", "a secret key ring"},
    Sort{"*.ovpn", "a VPN's keys"},
    Sort{"application_default_credentials.json", "a cloud's credentials"},
    Sort{"krb5.keytab", "a Kerberos key"},
    Sort{"*.keytab", "a Kerberos key"}};

// As above, by more than the name.
constexpr std::array credential_paths = {
    Sort{"**.aws/credentials", "a cloud's credentials"},
    Sort{"**.azure/accessTokens.json", "a cloud's credentials"},
    Sort{"**.azure/msal_token_cache.json", "a cloud's credentials"},
    Sort{"**.config/gcloud/credentials.db", "a cloud's credentials"},
    Sort{"**.docker/config.json", "passwords for registries"},
    Sort{"**.config/containers/auth.json", "passwords for registries"},
    Sort{"**.kube/config", "keys for a cluster"},
    Sort{"**.config/gh/hosts.yml", "a token for a forge"},
    Sort{"**.gnupg/private-keys-v1.d/*.key", "a secret key"},
    Sort{"**.m2/settings.xml", "may hold passwords for repositories"},
    Sort{"**.gem/credentials", "a token for a package index"},
    Sort{"**.cargo/credentials", "a token for a package index"},
    Sort{"**.cargo/credentials.toml", "a token for a package index"},
    Sort{"etc/ssl/private/**", "a private key of a certificate"},
    Sort{"etc/wireguard/*.conf", "a VPN's keys"},
    Sort{"etc/kubernetes/*.conf", "keys for a cluster"},
    Sort{"run/secrets/**", "a secret of a build"},
    Sort{"var/run/secrets/**", "a secret of a build"},
    Sort{"**.git/config", "a copy of a git repository, with all of its past"}};

constexpr std::array identities = {Sort{"etc/machine-id", "a machine's id"},
                                   Sort{"var/lib/dbus/machine-id", "a machine's id"},
                                   Sort{"etc/hostid", "a machine's id"},
                                   Sort{"etc/ssh/ssh_host_*_key", "an SSH host key"},
                                   Sort{"etc/dropbear/dropbear_*_host_key", "an SSH host key"},
                                   Sort{"var/lib/systemd/random-seed", "a seed of random numbers"},
                                   Sort{"var/lib/systemd/credential.secret", "a machine's own key"},
                                   Sort{"var/lib/urandom/random-seed", "a seed of random numbers"},
                                   Sort{"var/lib/seedrng/*", "a seed of random numbers"},
                                   Sort{"root/.rnd", "a seed of random numbers"},
                                   Sort{"var/lib/dhcp/*.leases", "a machine's addresses"},
                                   Sort{"etc/iscsi/initiatorname.iscsi", "a machine's name"},
                                   Sort{"etc/ssl/private/ssl-cert-snakeoil.key", "a machine's own key"},
                                   Sort{"var/lib/NetworkManager/secret_key", "a machine's own key"},
                                   Sort{"etc/cloud/instance-id", "a machine's id"}};

constexpr std::array<std::string_view, 61> generated = {"etc/passwd",
                                                        "etc/passwd-",
                                                        "etc/group",
                                                        "etc/group-",
                                                        "etc/shadow",
                                                        "etc/shadow-",
                                                        "etc/gshadow",
                                                        "etc/gshadow-",
                                                        "etc/subuid",
                                                        "etc/subgid",
                                                        "etc/subuid-",
                                                        "etc/subgid-",
                                                        "etc/.pwd.lock",
                                                        "etc/ld.so.cache",
                                                        "etc/ld.so.conf",
                                                        "etc/os-release",
                                                        "usr/lib/os-release",
                                                        "etc/machine-id",
                                                        "etc/hostname",
                                                        "etc/hosts",
                                                        "etc/resolv.conf",
                                                        "etc/nsswitch.conf",
                                                        "etc/shells",
                                                        "etc/environment",
                                                        "etc/timezone",
                                                        "etc/localtime",
                                                        "etc/mtab",
                                                        "etc/motd",
                                                        "etc/issue",
                                                        "etc/profile",
                                                        "etc/debian_version",
                                                        "etc/networks",
                                                        "etc/inputrc",
                                                        "etc/host.conf",
                                                        "etc/ca-certificates.conf",
                                                        "etc/ssl/certs/**",
                                                        "etc/ssl/cert.pem",
                                                        "etc/alternatives/**",
                                                        "etc/rc?.d/**",
                                                        "etc/systemd/**",
                                                        "etc/pam.d/common-*",
                                                        "etc/apk/**",
                                                        "etc/apt/**",
                                                        "etc/dpkg/**",
                                                        "etc/init.d/**",
                                                        "lib/apk/**",
                                                        "usr/lib/apk/**",
                                                        "var/lib/dpkg/**",
                                                        "var/lib/apt/**",
                                                        "var/lib/pam/**",
                                                        "var/lib/systemd/**",
                                                        "var/lib/shells.state",
                                                        "var/lib/ucf/**",
                                                        "var/lib/python/**",
                                                        "var/cache/**",
                                                        "var/log/**",
                                                        "usr/lib/locale/**",
                                                        "usr/share/info/dir",
                                                        "**/__pycache__/*.pyc",
                                                        "**/gconv-modules.cache",
                                                        ".dockerenv"};

constexpr std::array<std::string_view, 15> left_out = {"usr/share/doc/**",    "usr/share/doc-base/**",
                                                       "usr/share/man/**",    "usr/share/info/**",
                                                       "usr/share/locale/**", "usr/share/lintian/**",
                                                       "usr/share/bug/**",    "usr/share/gtk-doc/**",
                                                       "usr/share/help/**",   "usr/share/groff/**",
                                                       "usr/share/linda/**",  "usr/share/i18n/**",
                                                       "var/cache/**",        "var/log/**",
                                                       "var/lib/apt/lists/**"};

constexpr bool is_wild(char c) { return c == '*' || c == '?'; }

// Nearly no path fits: the first and last letter say so soonest.
bool fits(std::string_view pattern, std::string_view path) {
  if (path.empty()) return false;
  if (!is_wild(pattern.front()) && pattern.front() != path.front()) return false;
  if (!is_wild(pattern.back()) && pattern.back() != path.back()) return false;
  const auto first = pattern.find_first_of("*?");
  if (first == std::string_view::npos) return pattern == path;
  const auto last = pattern.find_last_of("*?");
  return path.starts_with(pattern.substr(0, first)) && path.ends_with(pattern.substr(last + 1)) &&
         pattern_fits(pattern, path);
}

template <std::size_t n>
std::string_view sort_of(const std::array<Sort, n>& sorts, std::string_view path) {
  const auto found = std::ranges::find_if(sorts, [&](const Sort& sort) { return fits(sort.pattern, path); });
  return found == sorts.end() ? "" : found->what;
}

template <std::size_t n>
bool fits_any(const std::array<std::string_view, n>& patterns, std::string_view path) {
  return std::ranges::any_of(patterns, [&](std::string_view pattern) { return fits(pattern, path); });
}

// Most files are programs, libraries and modules: they need no look at any pattern.
bool holds_left_out(std::string_view path) {
  return !path.starts_with("usr/lib/") && !path.starts_with("usr/bin/");
}

// The licences ask for it: it is neither ballast nor to be left out.
bool is_copyright(std::string_view path) { return fits("usr/share/doc/*/copyright*", path); }

}  // namespace

std::string_view ballast_folder(std::string_view path) {
  if (!holds_left_out(path) || is_copyright(path)) return "";
  return sort_of(ballast, path);
}

std::string_view credential_kind(std::string_view path) {
  // Documents show examples, and what a package keeps below its tests opens nothing.
  if (path.starts_with("usr/share/doc/") || path.starts_with("usr/share/man/")) return "";
  for (const std::string_view sample : {"example", "sample", "template", "dist"}) {
    if (path.ends_with(sample)) return "";
  }
  const std::string_view by_name = sort_of(credentials, last_part(path));
  return by_name.empty() ? sort_of(credential_paths, path) : by_name;
}

std::string_view machine_identity(std::string_view path) { return sort_of(identities, path); }

bool is_generated(std::string_view path) { return fits_any(generated, path); }

bool may_be_left_out(std::string_view path) {
  // Debian's own slim images leave these out too.
  return holds_left_out(path) && fits_any(left_out, path) && !is_copyright(path);
}

bool is_system_path(std::string_view path) {
  static constexpr std::array folders = {"bin",    "sbin", "lib", "lib32", "lib64",
                                         "libx32", "usr",  "etc", "boot"};
  return std::ranges::any_of(folders, [&](std::string_view folder) { return is_below(path, folder); });
}

}  // namespace hauberk
