// Any text as a Sources file, whole and in pieces: the same answer, and every path below the repository.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "deb/source_index.h"

namespace hauberk {
namespace {

// Hands out at most so many bytes at once.
class SlowSource final : public ByteSource {
 public:
  SlowSource(std::string_view text, std::size_t most) : inner_(text), most_(most) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override {
    return inner_.read(buffer.first(std::min(buffer.size(), most_)));
  }

 private:
  MemorySource inner_;
  std::size_t most_;
};

void check(std::string_view text) {
  const std::set<SourceId> wanted = {{"a", "1"}, {"a", "1-1"}, {"b", "2"}, {"nginx", "1.26.3-3"}};
  SlowSource whole(text, text.size() + 1), pieces(text, 7);
  const auto found = find_sources(whole, wanted);
  if (found.has_value() != find_sources(pieces, wanted).has_value()) std::abort();
  if (!found) return;
  for (const SourcePackage& source : *found) {
    if (!wanted.contains(source.id) || source.files.empty()) std::abort();
    const std::string directory = "/" + source.directory + "/";
    if (directory.contains("/../") || directory.contains("//")) std::abort();
    for (const auto& [name, file] : source.files) {
      if (name.contains('/') || name == "..") std::abort();
    }
  }
}

}  // namespace
}  // namespace hauberk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hauberk::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
