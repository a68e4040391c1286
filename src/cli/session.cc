// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>
#include <mutex>

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
    const Json report = {{"error", {{"kind", name_of(error.kind)}, {"message", error.message}}}};
    std::fputs((canonical_json(report) + "\n").c_str(), stderr);
    return;
  }
  std::fputs(fmt::format("hauberk: {}\n", terminal_text(error.message)).c_str(), stderr);
}

void Session::warn(std::string_view message) {
  if (quiet) return;
  std::fputs(fmt::format("hauberk: warning: {}\n", terminal_text(message)).c_str(), stderr);
}

void Session::print(std::string_view text) {
  if (json) return;
  std::fputs(terminal_text(text).c_str(), stdout);
}

void Session::print_json(const Json& value) {
  if (!json) return;
  std::fputs(pretty_json(value).c_str(), stdout);
}

Progress& Session::progress() {
  if (!progress_) progress_ = make_progress(!quiet && !json && isatty(STDERR_FILENO) != 0, quiet);
  return *progress_;
}

Result<std::unique_ptr<Store>> Session::open_store() const {
  return Store::open(home.empty() ? Store::default_path() : home);
}

}  // namespace hauberk
