// SPDX-License-Identifier: Apache-2.0
#include "assemble/record_sorter.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <queue>

namespace hauberk {
namespace {

constexpr std::size_t head_bytes = 2 * sizeof(std::uint32_t);
constexpr std::size_t piece_bytes = 48 << 10;  // of a run in memory: at least one record

std::uint32_t number_at(const char* bytes) {
  std::uint32_t number = 0;
  std::memcpy(&number, bytes, sizeof number);
  return number;
}

void put(std::string& out, std::size_t number) {
  const auto word = static_cast<std::uint32_t>(number);
  out.append(reinterpret_cast<const char*>(&word), sizeof word);
}

// A record in its bytes.
struct View {
  explicit View(const char* bytes)
      : path(bytes + head_bytes, number_at(bytes)),
        value(bytes + head_bytes + path.size(), number_at(bytes + sizeof(std::uint32_t))) {}
  std::size_t size() const { return head_bytes + path.size() + value.size(); }

  std::string_view path, value;
};

}  // namespace

// Reads a run piece by piece.
class RecordSorter::RunReader {
 public:
  RunReader(const Scratch& runs, const Run& run) : runs_(runs), at_(run.begin), end_(run.end) {}

  // Goes to the next record; false at the end of the run.
  Result<bool> next() {
    if (is_begun_) used_ += View(piece_.data() + used_).size();
    is_begun_ = true;
    if (piece_.size() - used_ < piece_bytes / 2 && at_ < end_) TRY_STATUS(fill());
    return used_ < piece_.size();
  }
  View record() const { return View(piece_.data() + used_); }

 private:
  Status fill() {
    piece_.erase(0, used_);
    used_ = 0;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(piece_bytes, end_ - at_));
    at_ += size;
    return runs_.read(at_ - size, size, piece_);
  }

  const Scratch& runs_;
  std::uint64_t at_, end_;  // what has not been read
  std::string piece_;
  std::size_t used_ = 0;    // where the record begins in the piece
  bool is_begun_ = false;
};

Status RecordSorter::add(std::string_view path, std::string_view value) {
  const std::size_t size = head_bytes + path.size() + value.size();
  if (size > piece_bytes / 2)
    return fail(ErrorKind::limit_exceeded, "cannot sort a record of {} bytes", size);
  if (records_.size() + size + begins_.size() * sizeof begins_[0] > memory_bytes_) TRY_STATUS(end_run());
  begins_.push_back(static_cast<std::uint32_t>(records_.size()));
  put(records_, path.size());
  put(records_, value.size());
  records_ += path;
  records_ += value;
  return {};
}

Status RecordSorter::end_run() {
  if (begins_.empty()) return {};
  std::sort(begins_.begin(), begins_.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int order = View(records_.data() + a).path.compare(View(records_.data() + b).path);
    return order != 0 ? order < 0 : a < b;
  });
  const std::uint64_t begin = runs_.size_bytes();
  for (const std::uint32_t at : begins_) {
    TRY_STATUS(runs_.append({records_.data() + at, View(records_.data() + at).size()}));
  }
  ends_.push_back({begin, runs_.size_bytes()});
  records_.clear();
  begins_.clear();
  return {};
}

Status RecordSorter::give(const Take& take) {
  TRY_STATUS(end_run());
  records_ = {};
  begins_ = {};
  std::vector<RunReader> readers;
  for (const Run& run : ends_) readers.emplace_back(runs_, run);
  // The run with the least path, of equals the first, is on top.
  const auto is_later = [&](std::size_t a, std::size_t b) {
    const int order = readers[a].record().path.compare(readers[b].record().path);
    return order != 0 ? order > 0 : a > b;
  };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(is_later)> queue(is_later);
  for (std::size_t i = 0; i < readers.size(); ++i) {
    TRY(const bool has_record, readers[i].next());
    if (has_record) queue.push(i);
  }
  while (!queue.empty()) {
    const std::size_t least = queue.top();
    queue.pop();
    const View record = readers[least].record();
    TRY_STATUS(take(record.path, record.value));
    TRY(const bool has_record, readers[least].next());
    if (has_record) queue.push(least);
  }
  return {};
}

}  // namespace hauberk
