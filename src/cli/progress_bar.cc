// SPDX-License-Identifier: Apache-2.0
#include "cli/progress_bar.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <mutex>

#include "base/terminal_text.h"

namespace hauberk {
namespace {

class TerminalProgress final : public Progress {
 public:
  TerminalProgress(bool draw, std::function<void(std::string_view)> warn)
      : draw_(draw), warn_(std::move(warn)) {}
  ~TerminalProgress() override { clear(); }

  void begin(std::string_view stage, std::uint64_t total, std::string_view unit) override {
    const std::lock_guard lock(mutex_);
    stage_ = stage;
    unit_ = unit;
    total_ = total;
    done_ = 0;
    draw();
  }

  void advance(std::uint64_t amount) override {
    const std::lock_guard lock(mutex_);
    done_ += amount;
    const auto now = std::chrono::steady_clock::now();
    if (now - drawn_ < std::chrono::milliseconds(100)) return;
    drawn_ = now;
    draw();
  }

  void end() override {
    const std::lock_guard lock(mutex_);
    clear();
  }

  void warn(std::string_view message) override {
    const std::lock_guard lock(mutex_);
    clear();
    warn_(message);
  }

 private:
  std::string amount(std::uint64_t value) const {
    return unit_ == "bytes" ? human_size(value) : fmt::format("{} {}", value, unit_);
  }

  void draw() {
    if (!draw_) return;
    constexpr std::uint64_t width = 24;
    std::string line = terminal_text(stage_);
    if (total_ > 0) {
      const auto filled = static_cast<std::size_t>(std::min(done_, total_) * width / total_);
      line += fmt::format("  [{}{}] {} of {}", std::string(filled, '='), std::string(width - filled, ' '),
                          amount(done_), amount(total_));
    }
    std::fputs(fmt::format("\r\033[K{}", line).c_str(), stderr);
    std::fflush(stderr);
    is_drawn_ = true;
  }

  void clear() {
    if (is_drawn_) std::fputs("\r\033[K", stderr);
    is_drawn_ = false;
  }

  bool draw_;
  std::function<void(std::string_view)> warn_;
  std::mutex mutex_;
  std::string stage_, unit_;
  std::uint64_t total_ = 0;
  std::uint64_t done_ = 0;
  bool is_drawn_ = false;
  std::chrono::steady_clock::time_point drawn_;
};

}  // namespace

std::unique_ptr<Progress> make_progress(bool draw, std::function<void(std::string_view)> warn) {
  return std::make_unique<TerminalProgress>(draw, std::move(warn));
}

std::string human_size(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> units = {"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < units.size()) {
    value /= 1000;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes)
                   : fmt::format("{:.{}f} {}", value, value < 99.95 ? 1 : 0, units[unit]);
}

}  // namespace hauberk
