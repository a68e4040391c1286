// Any bytes as records of files: what is read without an error is written again, and read the same.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "assemble/file_facts.h"

namespace hauberk {
namespace {

std::vector<FileFact> read_all_records(std::string_view bytes) {
  MemorySource source(bytes);
  RecordReader reader(source);
  std::vector<FileFact> files;
  for (;;) {
    auto file = reader.next();
    if (!file || !*file) return files;
    files.push_back(**std::move(file));
  }
}

}  // namespace
}  // namespace hauberk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto files = hauberk::read_all_records({reinterpret_cast<const char*>(data), size});
  std::string again;
  for (const hauberk::FileFact& file : files)
    hauberk::put_record(again, file.entry, file.digest ? file.digest->hex() : "");
  if (hauberk::read_all_records(again) != files) std::abort();
  return 0;
}
