// Any text as a Packages file, and any bytes as a cache file of one.
//
// A text that is accepted is found again: each name has a stanza that either is of that name or cannot be
// read. Bytes as a cache file must only be answered.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "deb/package_index.h"
#include "deb/package_tables.h"

namespace hauberk {
namespace {

void check_text(std::string_view text) {
  const auto index = PackageIndex::of(std::string(text));
  if (!index) return;
  const auto names = index->names();
  if (names.size() > index->package_count() || names.empty() != (index->package_count() == 0)) std::abort();
  for (const std::string_view name : names) {
    const auto found = index->find(name);
    if (found && found->empty()) std::abort();
    if (!found) continue;
    for (const PackageStanza& package : *found) {
      if (package.name != name) std::abort();
    }
  }
  static_cast<void>(index->providers("v"));
}

void check_file(std::string_view bytes) {
  const auto tables = PackageTables::of_file(bytes, "the file");
  if (!tables) return;
  for (const char* name : {"a", "b", "libc6", "v", ""}) {
    for (const auto& numbers : {tables->find_name(name), tables->find_provided(name)}) {
      if (!numbers) continue;
      for (const std::uint32_t number : *numbers) static_cast<void>(tables->stanza(number));
    }
  }
  for (std::uint32_t i = 0; i < tables->stanza_count(); ++i) static_cast<void>(tables->name_at(i));
}

}  // namespace
}  // namespace hauberk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  hauberk::check_text(bytes);
  hauberk::check_file(bytes);
  // What stands in a real cache file, so that the fuzzer needs not find the tables by chance.
  if (const auto tables = hauberk::build_package_tables(bytes)) {
    hauberk::check_file(*tables + std::string(bytes));
  }
  return 0;
}
