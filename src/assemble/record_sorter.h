// Sorts very many records by path with little memory: what does not fit is sorted in runs on disk, and
// merged.
//
// Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "io/scratch.h"

namespace hauberk {

class RecordSorter {
 public:
  // Runs go to the "tmp" folder of `dir`, which must outlive the sorter.
  explicit RecordSorter(const Dir& dir, std::size_t memory_bytes = std::size_t{4} << 20)
      : memory_bytes_(memory_bytes), runs_(dir, memory_bytes / 4) {}

  // Path and value have together at most 32 KiB.
  Status add(std::string_view path, std::string_view value);

  // Gives all records, by path, and those of one path as they were added. The sorter is then spent.
  using Take = std::function<Status(std::string_view path, std::string_view value)>;
  Status give(const Take& take);

 private:
  struct Run {
    std::uint64_t begin, end;
  };
  class RunReader;

  Status end_run();

  std::size_t memory_bytes_;
  std::string records_;  // the run to be: each record u32 path size, u32 value size, path, value
  std::vector<std::uint32_t> begins_;  // of them
  Scratch runs_;
  std::vector<Run> ends_;
};

}  // namespace hauberk
