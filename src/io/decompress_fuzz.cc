// Any bytes as a compressed stream: the first byte chooses the format, the rest is the stream. Read in
// two ways, small pieces and large ones; both must agree, and limits must hold.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "io/compression.h"

namespace hauberk {
namespace {

constexpr DecompressionLimits limits = {.output_bytes = 4 << 20, .memory_bytes = 16 << 20, .ratio = 5'000};

class SmallPieces final : public ByteSource {
 public:
  explicit SmallPieces(std::string_view text) : source_(text) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override {
    return source_.read(buffer.first(buffer.size() < 7 ? buffer.size() : 7));
  }

 private:
  MemorySource source_;
};

Result<std::string> read_in(Compression format, ByteSource& source) {
  return read_all(*decompress(format, source, limits), UINT64_MAX);
}

void check(Compression format, std::string_view stream) {
  MemorySource large(stream);
  SmallPieces small(stream);
  const auto one = read_in(format, large);
  const auto two = read_in(format, small);
  if (one.has_value() != two.has_value()) std::abort();
  if (one && (*one != *two || one->size() > limits.output_bytes)) std::abort();
}

}  // namespace
}  // namespace hauberk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using hauberk::Compression;
  constexpr Compression formats[] = {Compression::gzip, Compression::xz, Compression::zstd};
  if (size == 0) return 0;
  hauberk::check(formats[data[0] % 3], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
