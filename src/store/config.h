// config.yaml: upstreams, defaults and limits of one installation.
//
// Unknown keys, wrong types and a newer `version` are errors with line and column. Thread rule: a value.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hauberk {

// Where packages come from. Order matters: the first rewrite whose prefix fits is taken.
struct Upstreams {
  struct Rewrite {
    std::string from;  // URL prefix, on a "/" boundary or whole
    std::string to;
    friend bool operator==(const Rewrite&, const Rewrite&) = default;
  };
  // A vendor's repository that stock Debian stands in for: lines whose URL has the prefix are replaced by
  // the default repositories of the same distribution.
  std::vector<std::string> vendor_prefixes;      // "http://dhi.io/deb/"
  std::vector<Rewrite> rewrites;                 // company mirror
  // distribution codename -> repository lines ("deb URL suite component..."), `${MIRROR}` expanded by init
  std::map<std::string, std::vector<std::string>> repositories;
  // repository URL prefix -> keyring file; "" is the default
  std::map<std::string, std::string> keyrings;
  std::map<std::string, std::string> aliases;    // package name of a vendor -> Debian's
  bool relax_vendor_pins = false;                // a pin that stock Debian lacks falls back to its version
  int maximum_age_days = 0;                      // of a suite without Valid-Until; 0: 1 year for main suites
  bool allow_private_addresses = false;
  std::vector<std::string> allow_private_hosts;

  friend bool operator==(const Upstreams&, const Upstreams&) = default;
};

struct Config {
  int version = 1;
  Upstreams upstreams;
  std::string compression = "gzip";
  int parallel_downloads = 8;

  friend bool operator==(const Config&, const Config&) = default;
};

Result<Config> parse_config_yaml(std::string_view text, std::string_view file);

// The commented file that `hauberk init` writes, with `mirror` and `security_mirror` as base URLs
// ("http://ftp.debian.org/debian", "http://security.debian.org/debian-security").
struct InitAnswers {
  std::string mirror;
  std::string security_mirror;
  bool private_mirror = false;  // the mirror's address is private: allow exactly that host
  bool private_security_mirror = false;
};
std::string initial_config_yaml(const InitAnswers& answers);

// The mirror of this host's apt sources (sources.list and sources.list.d, both formats): the first http(s)
// URI whose suites are Debian's; nothing else of a source is taken. Debian's public names where there is
// none. `etc_apt` is the folder to read, normally "/etc/apt".
InitAnswers mirror_of_host(const std::string& etc_apt);

}  // namespace hauberk
