// A suite's Release file: who published what, when, and the hashes of its indexes.
//
// Spec: the Debian repository format (wiki.debian.org/DebianRepository/Format), "Release files". Only text
// that gpgv verified is parsed here. SHA256 is the only hash that counts. Thread rule: a value.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "deb/checksums.h"

namespace hauberk {

struct Release {
  using File = HashedFile;

  std::string origin, label, suite, codename, version;
  Time date;
  std::optional<Time> valid_until;
  std::vector<std::string> architectures, components;
  bool acquire_by_hash = false;
  bool not_automatic = false;
  bool but_automatic_upgrades = false;
  std::map<std::string, File> files;  // by path below the suite: "main/binary-amd64/Packages.xz"

  friend bool operator==(const Release&, const Release&) = default;
};

Result<Release> parse_release(std::string_view text);

}  // namespace hauberk
