// The config.yaml of a new store: its comments are the documentation of its keys.
//
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <set>

#include "base/yaml.h"
#include "store/config.h"
#include "store/mirror.h"

namespace hauberk {
namespace {

constexpr std::array<std::string_view, 4> releases = {"bookworm", "bullseye", "forky", "trixie"};

std::string repositories_yaml(const InitAnswers& answers) {
  std::string text;
  for (const std::string_view release : releases) {
    text += fmt::format("    {}:\n", release);
    for (const std::string& line :
         {fmt::format("deb {} {} main", answers.mirror, release),
          fmt::format("deb {} {}-updates main", answers.mirror, release),
          fmt::format("deb {} {}-security main", answers.security_mirror, release)}) {
      text += fmt::format("      - {}\n", yaml_scalar(line));
    }
  }
  return text;
}

std::string private_hosts_yaml(const InitAnswers& answers) {
  std::set<std::string> hosts;
  if (answers.private_mirror) hosts.insert(host_of_url(answers.mirror));
  if (answers.private_security_mirror) hosts.insert(host_of_url(answers.security_mirror));
  if (hosts.empty()) return "  allow_private_hosts: []\n";
  std::string text = "  allow_private_hosts:\n";
  for (const std::string& host : hosts) text += fmt::format("    - {}\n", yaml_scalar(host));
  return text;
}

constexpr std::string_view head = R"(# SPDX-License-Identifier: Apache-2.0
# Hauberk's configuration. `hauberk init` wrote it and never changes it again: it is yours to edit.
# A misspelt key is an error that says which line, and what was probably meant.

# The version of this file's format.
version: 1

# Where packages come from. Every index must be signed by a key of the keyring that belongs to it, whatever
# the address: a mirror is only trusted to be there, never to be honest.
upstreams:

  # The repositories of each Debian release, for definitions that list none, and in place of a vendor's (see
  # vendor_prefixes). One line each, as in /etc/apt/sources.list. The first two are Debian itself and its
  # updates between point releases; the third one brings the security fixes: keep it.
  repositories:
)";

constexpr std::string_view keyrings = R"(
  # The public keys that each repository must be signed with. "default" is for all that no other line fits;
  # a line for one repository begins with its address: "https://packages.example/debian: /etc/keys/it.gpg".
  keyrings:
    default: /usr/share/keyrings/debian-archive-keyring.gpg

  # Addresses to be read from somewhere else, such as a company's mirror. The first line that fits wins.
  #   - from: http://ftp.debian.org/debian
  #     to: https://mirror.example/debian
  rewrites: []

  # Repositories of a vendor that stock Debian stands in for: a definition that names one of these gets the
  # repositories above, of the same release.
  vendor_prefixes:
    - http://dhi.io/deb/
    - https://dhi.io/deb/

  # Packages that have another name at a vendor than in Debian: "vendor's name: Debian's name".
  aliases:
    ca-certificates-bundle: ca-certificates
    nginx-mainline: nginx

  # A definition may ask for one exact version ("bash=5.2.37-2+dhi1"). If that is a vendor's own version,
  # Debian does not have it. false: then the build stops and says which versions there are. true: it takes
  # Debian's version, and writes into the lock which pins it did not keep.
  relax_vendor_pins: false

  # Indexes older than this many days are refused: someone may be holding back fixes. It counts only where
  # an index says itself until when it is valid not at all. 0: a year for a release's main repository.
  maximum_age_days: 0

  # Whether downloads may go to addresses inside your own network (10.x, 192.168.x, 127.x and the like). A
  # definition of a stranger could otherwise make this machine ask your internal servers. Rather than
  # opening all of them, name the hosts that may be asked.
  allow_private_addresses: false
)";

constexpr std::string_view tail = R"(
# How layers are compressed, where a definition does not say: gzip (everything can read it, Docker 20.10 of
# Debian 12 nothing else) or zstd (smaller and faster).
compression: gzip

# How many packages are downloaded at the same time, 1 to 64.
parallel_downloads: 8
)";

}  // namespace

std::string initial_config_yaml(const InitAnswers& answers) {
  return fmt::format("{}{}{}{}{}", head, repositories_yaml(answers), keyrings, private_hosts_yaml(answers),
                     tail);
}

}  // namespace hauberk
