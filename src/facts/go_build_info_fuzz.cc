// Any bytes as an ELF file with the build information of Go or Rust, and as that information in a sound file:
// the first way finds mistakes in how it is looked for, the second in how it is read.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string>

#include "facts/go_build_info.h"
#include "facts/rust_audit.h"
#include "facts/test_elf.h"

namespace hauberk {
namespace {

void read(std::span<const std::byte> file) {
  const auto elf = ElfFile::parse(file);
  if (!elf) return;
  const auto packages = read_go_build_info("a", *elf);
  if (packages && !packages->empty() && packages->front().name != "stdlib") std::abort();
  (void)read_rust_audit("a", *elf);
}

void read_section(const char* name, std::string_view content) {
  TestElf elf;
  elf.add_section(name, content);
  const std::string file = elf.file();
  read(std::as_bytes(std::span(file)));
}

}  // namespace
}  // namespace hauberk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  hauberk::read(std::as_bytes(std::span(text)));
  hauberk::read_section(".go.buildinfo", text);
  hauberk::read_section(".dep-v0", text);
  return 0;
}
