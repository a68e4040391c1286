// Signals by name. See case.h.
//
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <charconv>
#include <csignal>
#include <utility>

#include "trial/case.h"

namespace hauberk {

Result<int> signal_number(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, int>, 24> names{{
      {"HUP", SIGHUP},   {"INT", SIGINT},     {"QUIT", SIGQUIT}, {"ILL", SIGILL},   {"TRAP", SIGTRAP},
      {"ABRT", SIGABRT}, {"BUS", SIGBUS},     {"FPE", SIGFPE},   {"KILL", SIGKILL}, {"USR1", SIGUSR1},
      {"SEGV", SIGSEGV}, {"USR2", SIGUSR2},   {"PIPE", SIGPIPE}, {"ALRM", SIGALRM}, {"TERM", SIGTERM},
      {"CHLD", SIGCHLD}, {"CONT", SIGCONT},   {"STOP", SIGSTOP}, {"TSTP", SIGTSTP}, {"TTIN", SIGTTIN},
      {"TTOU", SIGTTOU}, {"WINCH", SIGWINCH}, {"IO", SIGIO},     {"PWR", SIGPWR},
  }};
  if (name.empty()) return SIGTERM;
  std::string_view wanted = name.starts_with("SIG") ? name.substr(3) : name;
  for (const auto& [known, number] : names) {
    if (wanted == known) return number;
  }
  // As Linux numbers them for programs: the C library keeps 32 and 33 for itself.
  constexpr int first_realtime = 34, last = 64;
  if (wanted == "RTMIN") return first_realtime;
  const bool realtime = wanted.starts_with("RTMIN+");
  if (realtime) wanted.remove_prefix(6);
  int number = 0;
  const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
  const bool read = error == std::errc() && end == wanted.data() + wanted.size();
  if (realtime) number += first_realtime;
  if (read && number >= 1 && number <= last) return number;
  return fail(ErrorKind::invalid_input, "cannot use the stop signal '{}': it is written like SIGTERM", name);
}

}  // namespace hauberk
