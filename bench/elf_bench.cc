// elf_bench FOLDER [COUNT]: reads the ELF facts of the first COUNT (1,000) ELF files below FOLDER, ordered by
// path, and prints how many there were, their size, and the time that reading took once they were in memory.
//
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/fields.h"
#include "facts/elf.h"

namespace hauberk {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> paths_below(const char* folder) {
  std::vector<std::string> paths;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error), end;
       !error && at != end; at.increment(error)) {
    if (at->is_regular_file(error) && !at->is_symlink(error)) paths.push_back(at->path());
  }
  std::ranges::sort(paths);
  return paths;
}

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  char start[4] = {};
  in.read(start, sizeof start);
  if (!in || !is_elf(std::as_bytes(std::span(start)))) return {};
  in.seekg(0);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Measured {
  std::size_t files = 0, unreadable = 0;
  std::uint64_t size_bytes = 0;
  std::chrono::steady_clock::duration time = {};
};

Measured measure(const char* folder, std::size_t count) {
  Measured measured;
  for (const std::string& path : paths_below(folder)) {
    if (measured.files == count) break;
    const std::string file = content_of(path);
    if (file.empty()) continue;
    const auto begin = std::chrono::steady_clock::now();
    const auto facts = read_elf(std::as_bytes(std::span(file)));
    measured.time += std::chrono::steady_clock::now() - begin;
    ++measured.files;
    measured.unreadable += facts ? 0 : 1;
    measured.size_bytes += file.size();
  }
  return measured;
}

}  // namespace
}  // namespace hauberk

int main(int argc, char** argv) {
  const auto count = argc == 3 ? hauberk::decimal(argv[2]) : std::optional(1000U);
  if (argc < 2 || argc > 3 || !count) {
    fmt::print(stderr, "usage: elf_bench FOLDER [COUNT]\n");
    return 2;
  }
  const hauberk::Measured measured = hauberk::measure(argv[1], *count);
  const auto ms = std::chrono::duration<double, std::milli>(measured.time).count();
  fmt::print("{} files, {} of them unreadable, {:.1f} MB, {:.1f} ms\n", measured.files, measured.unreadable,
             static_cast<double>(measured.size_bytes) / 1e6, ms);
  return measured.files == 0 ? 1 : 0;
}
