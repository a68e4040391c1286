// Reads a .deb from a stream, in one pass: the control members first, then the data entries.
//
// Spec: deb(5): an ar archive of debian-binary ("2.0\n" or a later minor), control.tar[.gz|.xz|.zst],
// data.tar[.gz|.xz|.zst], in this order; members whose name begins with "_" may stand between and are
// skipped; anything else is invalid_input. Input is hostile whatever signed it. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "io/compression.h"
#include "io/stream.h"
#include "tar/reader.h"

namespace hauberk {

struct PackageFileLimits {
  std::uint64_t control_bytes = 64 << 20;  // of all control members, unpacked
  TarLimits tar = {};
  DecompressionLimits decompression = {};
};

class PackageFile {
 public:
  // Reads up to the start of the data member.
  static Result<PackageFile> open(ByteSource& source, const PackageFileLimits& limits = {});
  PackageFile(PackageFile&&) noexcept;
  ~PackageFile();

  // The control members by name without "./": "control", "md5sums", "postinst", "conffiles", ...
  const std::map<std::string, std::string>& control() const;

  // The same, once: the list of sums of a large package is of many megabytes.
  std::map<std::string, std::string> take_control();

  // The data entries. After the last entry call finish().
  TarReader& data();

  // Reads on to the end of the .deb: what stands after the data member must be nothing (or members whose
  // name begins with "_"), so that a hash taken of the source covers all of it.
  Status finish();

 private:
  struct State;
  explicit PackageFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hauberk
