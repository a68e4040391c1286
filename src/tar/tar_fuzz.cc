// Any bytes as a tar archive: what is read without an error is written and read again, and is the same.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include "tar/reader.h"
#include "tar/writer.h"

namespace hauberk {
namespace {

struct Archive {
  std::vector<TarEntry> entries;
  std::vector<std::string> contents;
};

Result<Archive> read_archive(std::string_view bytes) {
  MemorySource source(bytes);
  TarReader reader(source, {.entries = 1000, .pax_bytes = 1 << 16, .file_bytes = 1 << 20});
  Archive archive;
  while (true) {
    TRY(std::optional<TarEntry> entry, reader.next());
    if (!entry) return archive;
    TarContent content(reader);
    TRY(std::string text, read_all(content, 1 << 20));
    archive.entries.push_back(std::move(*entry));
    archive.contents.push_back(std::move(text));
  }
}

// Base-256 numbers reach further than octal ones, and pax has no keyword for devices.
bool can_be_written(const TarEntry& entry) {
  return entry.device_major < (1U << 21) && entry.device_minor < (1U << 21);
}

void check_round_trip(const Archive& archive) {
  MemorySink sink;
  TarWriter writer(sink);
  for (std::size_t i = 0; i < archive.entries.size(); ++i) {
    if (!can_be_written(archive.entries[i])) return;
    if (!writer.add(archive.entries[i])) std::abort();
    if (!writer.write(std::as_bytes(std::span(archive.contents[i])))) std::abort();
  }
  if (!writer.finish()) std::abort();
  const auto again = read_archive(sink.text());
  if (!again || again->entries != archive.entries || again->contents != archive.contents) std::abort();
}

}  // namespace
}  // namespace hauberk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto archive = hauberk::read_archive({reinterpret_cast<const char*>(data), size});
  if (archive) hauberk::check_round_trip(*archive);
  return 0;
}
