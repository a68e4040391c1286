// floor_bench FOLDER DEB...: the least that must be done to turn .debs into an image: read and hash each
// .deb, unpack its xz, hash the tar, compress it with zstd at level 3, hash that, write it and sync it, on
// two threads with one output each. No tar is read, no file is judged, nothing is recorded; bench/build times
// it.
//
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "deb/ar.h"
#include "io/compression.h"
#include "io/dir.h"
#include "io/parallel.h"

namespace hauberk {
namespace {

constexpr std::size_t threads = 2;

Status add(const Dir& folder, const std::string& name, ByteSink& tar) {
  TRY(FileSource file, folder.open_file(name));
  HashingSource source(file);
  ArReader archive(source);
  for (;;) {
    TRY(const auto member, archive.next());
    if (!member) break;
    if (member->name != "data.tar.xz") continue;
    const auto data = decompress(Compression::xz, archive);
    TRY_STATUS(copy(*data, tar));
  }
  source.finish();
  return {};
}

// The packages from a common list, so that both threads end at about the same time.
Status write_part(const Dir& out, const std::vector<std::string>& debs, std::atomic<std::size_t>& next,
                  std::size_t part) {
  TRY(NewFile file, out.create_file());
  HashingSink packed(file);
  const auto compressor = compress(Compression::zstd, 3, packed);
  HashingSink tar(*compressor);
  for (std::size_t i = next++; i < debs.size(); i = next++) {
    const std::filesystem::path path = debs[i];
    TRY(const Dir folder, Dir::open(path.parent_path().string()));
    TRY_STATUS(add(folder, path.filename().string(), tar));
  }
  TRY_STATUS(compressor->finish());
  tar.finish();
  packed.finish();
  return file.commit(fmt::format("part{}", part));
}

Status write_all(const std::string& folder, std::vector<std::string> debs) {
  std::ranges::sort(debs, std::greater(),
                    [](const std::string& path) { return std::filesystem::file_size(path); });
  TRY(const Dir out, Dir::open(folder, true));
  std::atomic<std::size_t> next = 0;
  return parallel_for(threads, threads, [&](std::size_t part) { return write_part(out, debs, next, part); });
}

}  // namespace
}  // namespace hauberk

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: floor_bench FOLDER DEB...\n");
    return 2;
  }
  const std::vector<std::string> debs(argv + 2, argv + argc);
  if (auto status = hauberk::write_all(argv[1], debs); !status) {
    fmt::print(stderr, "floor_bench: {}\n", status.error().message);
    return 1;
  }
  return 0;
}
