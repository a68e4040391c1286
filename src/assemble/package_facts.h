// What was seen of one package while its bytes went into a layer: kept so that nobody reads it again.
//
// Cache file (JSON, one per package, recipe and guards): control text, scripts by digest, what effects read,
// and every entry with type, mode, owner, size, time and sha256 as they are in the image. The facts folder
// of the next stage builds on these. Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "assemble/effects.h"
#include "base/digest.h"
#include "base/json.h"
#include "tar/entry.h"

namespace hauberk {

struct FileFact {
  TarEntry entry;                // as in the image
  std::optional<Digest> digest;  // of a file's content

  friend bool operator==(const FileFact&, const FileFact&) = default;
};

struct PackageFacts {
  struct LeftOut {
    std::uint64_t files = 0;
    std::uint64_t size_bytes = 0;
    friend bool operator==(const LeftOut&, const LeftOut&) = default;
  };

  std::string name;                     // from the control file, checked against the lock
  std::string version;
  std::string architecture;
  std::string multi_arch;
  std::string control;                  // the control stanza, as it is in the package
  std::string triggers;                 // the control member of that name
  std::map<std::string, Digest> scripts;
  std::map<std::string, std::string> conffiles;  // path -> md5, as dpkg's status has it
  std::map<std::string, std::string> contents;   // of files that effects read
  std::vector<FileFact> files;          // in the order of the package
  std::map<std::string, LeftOut> left_out;       // by guard
  std::int64_t newest_mtime = 0;        // of all entries, also those left out

  friend bool operator==(const PackageFacts&, const PackageFacts&) = default;
};

std::string text_of(const PackageFacts& facts);
Result<PackageFacts> parse_package_facts(std::string_view text);

}  // namespace hauberk
