// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>

#include "base/terminal_text.h"
#include "cli/command.h"
#include "cli/progress_bar.h"

namespace hauberk {

Exit exit_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_input: return Exit::bad_input;
    case ErrorKind::not_found: return Exit::not_found;
    case ErrorKind::verification_failed: return Exit::not_trusted;
    case ErrorKind::conflict: return Exit::conflict;
    case ErrorKind::limit_exceeded: return Exit::limit;
    case ErrorKind::unsupported: return Exit::unsupported;
    case ErrorKind::io: return Exit::system;
    case ErrorKind::network: return Exit::network;
  }
  return Exit::system;
}

void Session::error(const Error& error) {
  exit_code = static_cast<int>(exit_of(error.kind));
  if (json) {
    Json report = {{"error", {{"kind", name_of(error.kind)}, {"message", error.message}}},
                   {"warnings", take_warnings()}};
    std::fputs((canonical_json(report) + "\n").c_str(), stderr);
    return;
  }
  std::fputs(fmt::format("hauberk: {}\n", terminal_text(error.message)).c_str(), stderr);
}

void Session::usage_error(std::string message) {
  error({ErrorKind::invalid_input, std::move(message)});
  exit_code = static_cast<int>(Exit::usage);
}

void Session::warn(std::string_view message) {
  if (json) {
    warnings_.emplace_back(message);
  } else if (!quiet) {
    std::fputs(fmt::format("hauberk: warning: {}\n", terminal_text(message)).c_str(), stderr);
  }
}

Json Session::take_warnings() {
  Json warnings = warnings_;
  warnings_.clear();
  return warnings;
}

void Session::print(std::string_view text) {
  if (json) return;
  std::fputs(terminal_text(text).c_str(), stdout);
}

void Session::print_json(Json value) {
  if (!json) return;
  value["warnings"] = take_warnings();
  std::fputs(pretty_json(value).c_str(), stdout);
}

void Session::flush_warnings() {
  if (warnings_.empty()) return;
  std::fputs((canonical_json({{"warnings", take_warnings()}}) + "\n").c_str(), stderr);
}

Progress& Session::progress() {
  if (!progress_) {
    const bool draw = !quiet && !json && isatty(STDERR_FILENO) != 0;
    progress_ = make_progress(draw, [this](std::string_view message) { warn(message); });
  }
  return *progress_;
}

Result<std::unique_ptr<Store>> Session::open_store() const {
  return Store::open(home.empty() ? Store::default_path() : home);
}

}  // namespace hauberk
