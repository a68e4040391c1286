// The lock: everything that decides the bytes of an image, as one JSON document.
//
// Made by resolve() from a definition and verified indexes; completed by the build with `created`. The
// same lock gives the same config and diff_ids anywhere, from the vault with no network. Members that
// come from untrusted places are checked again by parse_lock: a lock is an input like any other.
// Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/platform.h"
#include "base/time.h"

namespace hauberk {

// The index that packages were chosen from, and why it was believed.
struct LockedIndex {
  std::string url;           // of the suite: "http://ftp.debian.org/debian/dists/trixie"
  std::string suite;
  std::string codename;
  std::string component;
  std::string architecture;
  std::string origin;
  std::string date;          // RFC 3339
  std::string valid_until;   // RFC 3339 or empty
  std::vector<std::string> signed_by;  // fingerprints that gpgv reported; empty: unsigned
  Digest release_digest;     // of InRelease as fetched
  Digest packages_digest;    // of the Packages text, unpacked

  friend bool operator==(const LockedIndex&, const LockedIndex&) = default;
};

struct LockedPackage {
  std::string name, version, architecture, source, source_version;
  Digest digest;             // "sha256" in JSON: the hex digits
  std::uint64_t size_bytes = 0;
  std::string url;           // without credentials
  std::vector<Platform> platforms;
  std::size_t index = 0;     // into Lock::indexes
  std::string reason;        // "listed", or "nginx Depends: libc6 (>= 2.34)"
  std::string replaces;      // the Replaces field: who wins a path that two packages own

  friend bool operator==(const LockedPackage&, const LockedPackage&) = default;
};

// A dependency that nothing but banned packages could satisfy.
struct DroppedDependency {
  std::string package;
  std::string field;         // "Depends" or "Pre-Depends"
  std::string relation;
  std::vector<Platform> platforms;

  friend bool operator==(const DroppedDependency&, const DroppedDependency&) = default;
};

// A file that the definition brings: by URL, or from the catalogue.
struct LockedFile {
  std::string origin;        // URL without credentials, or path below the catalogue root
  Digest digest;
  std::uint64_t size_bytes = 0;

  friend bool operator==(const LockedFile&, const LockedFile&) = default;
};

struct Lock {
  static constexpr int current_version = 1;

  int recipe = 0;            // assemble's recipe: what changes bytes changes this
  Json definition;           // the canonical document
  std::vector<Platform> platforms;
  std::string profile;       // "runtime" or "dev"
  std::string output;        // "layered" or "squashed"
  std::string compression;   // "gzip" or "zstd"
  std::string compressor;    // "libdeflate 1.14 level 6"
  std::map<std::string, bool> guards;             // every restriction, and whether it is in force
  std::vector<LockedIndex> indexes;
  std::vector<LockedPackage> packages;            // sorted by name, architecture, version
  std::vector<DroppedDependency> dropped;
  std::vector<LockedFile> files;                  // sorted by origin
  std::vector<std::string> relaxed_pins;          // "nginx-mainline=1.31.4-0 -> nginx 1.26.3-3"
  std::map<std::string, std::string> created;     // platform -> RFC 3339; empty until built

  friend bool operator==(const Lock&, const Lock&) = default;
};

// invalid_input, limit_exceeded; unsupported for a newer version, by name.
Result<Lock> parse_lock(std::string_view text);

// Pretty JSON, members sorted; parse_lock(text_of(lock)) == lock.
std::string text_of(const Lock& lock);
Json json_of(const Lock& lock);

}  // namespace hauberk
