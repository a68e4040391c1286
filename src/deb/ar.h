// Reads an ar archive, the outermost layer of a .deb, member by member from a stream.
//
// Format (deb(5); no index, no long names: those are for object files):
//   "!<arch>\n", then for each member
//   name 16 | time 12 | uid 6 | gid 6 | mode 8 | size 10 | "`\n" | content | "\n" if the size is odd
// All fields are text, padded with blanks; a name may end in "/". Private to src/deb. Thread rule: one
// thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "io/stream.h"

namespace hauberk {

struct ArMember {
  std::string name;
  std::uint64_t size_bytes = 0;
};

// The reader is itself the source of the current member's content.
class ArReader final : public ByteSource {
 public:
  explicit ArReader(ByteSource& source) : source_(source) {}

  // The next member, or none at the end of the stream; content not read is skipped. invalid_input: no ar
  // archive, a header that is not of the form, a stream that ends before the member does.
  Result<std::optional<ArMember>> next();

  // Reads the current member's content; 0 at its end.
  Result<std::size_t> read(std::span<std::byte> buffer) override;

 private:
  Status skip_content();
  Result<std::size_t> fill(std::span<std::byte> buffer);

  ByteSource& source_;
  std::string name_;
  std::uint64_t remaining_ = 0;
  bool odd_ = false;
  bool begun_ = false;
};

}  // namespace hauberk
