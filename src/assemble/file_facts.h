// What is known of one file of a package, and the form in which many of them are kept: streams of records
// that are written and read one at a time, since an image may have more files than fit into memory.
//
// A record (also of the cache, so of no trusted form):
//   letter of the type: f h l c b d p | mode, uid, gid, size: LEB128 | time: LEB128 of its zigzag form |
//   path, link target, sha256 in hex (empty: none): each LEB128 length and bytes
// Thread rule: values; one thread for a reader.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "io/stream.h"
#include "tar/entry.h"

namespace hauberk {

struct FileFact {
  TarEntry entry;                // as in the image: no devices, no extended attributes
  std::optional<Digest> digest;  // sha256 of a file's content

  friend bool operator==(const FileFact&, const FileFact&) = default;
};

// Appends the record.
void put_record(std::string& out, const TarEntry& entry, std::string_view sha256_hex = {});

// Takes one record off the front of `bytes`. invalid_input: it is cut short or not of the form.
Result<FileFact> take_record(std::string_view& bytes);

// Only the path; `bytes` then begin behind the record.
Result<std::string_view> skip_record(std::string_view& bytes);

// LEB128, for what stands beside records.
void put_number(std::string& out, std::uint64_t number);
Result<std::uint64_t> take_number(std::string_view& bytes);

// No record is longer.
inline constexpr std::size_t most_record_bytes = 16 << 10;

// Reads records from a stream until its end.
class RecordReader {
 public:
  explicit RecordReader(ByteSource& source) : source_(source) {}

  // The next record; none at the end of the stream.
  Result<std::optional<FileFact>> next();

 private:
  ByteSource& source_;
  std::string buffer_;
  std::size_t at_ = 0;  // where the next record begins in the buffer
  bool ended_ = false;
};

}  // namespace hauberk
