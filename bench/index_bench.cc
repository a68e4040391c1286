// index_bench PACKAGES FOLDER: reads the text of a Packages file, parses it as a build does when Debian has a
// new index, and writes the cache file FOLDER/index. It prints how many packages there are; bench/build times
// it.
//
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <cstdio>
#include <string>

#include "deb/package_index.h"
#include "io/dir.h"

namespace hauberk {
namespace {

Result<std::size_t> index_file(const std::string& file, const std::string& folder) {
  const auto slash = file.rfind('/');
  TRY(const Dir from, Dir::open(slash == std::string::npos ? "." : file.substr(0, slash + 1)));
  TRY(const MappedFile text, from.map_file(slash == std::string::npos ? file : file.substr(slash + 1)));
  TRY(const Dir into, Dir::open(folder));
  TRY(const PackageIndex index, PackageIndex::build(text.text(), into, "index"));
  return index.package_count();
}

}  // namespace
}  // namespace hauberk

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: index_bench PACKAGES FOLDER\n");
    return 2;
  }
  const auto count = hauberk::index_file(argv[1], argv[2]);
  if (!count) {
    fmt::print(stderr, "index_bench: {}\n", count.error().message);
    return 1;
  }
  fmt::print("{}\n", *count);
  return 0;
}
