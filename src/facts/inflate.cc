// SPDX-License-Identifier: Apache-2.0
#include "facts/inflate.h"

#include <zlib.h>

#include <algorithm>

namespace hauberk {
namespace {

constexpr std::size_t step_bytes = 64 << 10;

// A z_stream that ends itself.
struct Inflater {
  z_stream stream = {};
  bool is_ready = inflateInit(&stream) == Z_OK;
  Inflater() = default;
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (is_ready) inflateEnd(&stream);
  }
};

}  // namespace

Result<std::string> inflate_zlib(std::span<const std::byte> stream, std::size_t limit_bytes) {
  Inflater inflater;
  if (!inflater.is_ready) return fail(ErrorKind::limit_exceeded, "cannot set up zlib: out of memory");
  z_stream& z = inflater.stream;
  // zlib's interface predates const; it does not write to its input.
  z.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(stream.data()));
  z.avail_in = static_cast<uInt>(std::min<std::size_t>(stream.size(), UINT32_MAX));
  std::string out;
  while (true) {
    const std::size_t before = out.size();
    out.resize(before + step_bytes);
    z.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    z.avail_out = step_bytes;
    const int result = inflate(&z, Z_NO_FLUSH);
    out.resize(before + step_bytes - z.avail_out);
    if (out.size() > limit_bytes) {
      return fail(ErrorKind::limit_exceeded, "more than {} bytes when decompressed", limit_bytes);
    }
    if (result == Z_STREAM_END) return out;
    if (result != Z_OK) {
      return fail(ErrorKind::invalid_input, "the zlib stream is {}",
                  result == Z_BUF_ERROR ? "cut" : "corrupt");
    }
  }
}

}  // namespace hauberk
