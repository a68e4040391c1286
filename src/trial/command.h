// The commands of a test: what runs inside the container, and what the prober does from outside.
//
//   PROGRAM ARGUMENT...                              inside, as the image's user
//   @http [xTIMES] [:PORT] METHOD PATH [STATUS] [TEXT]
//   @tcp [xTIMES] [:PORT] "SEND" "EXPECT"            with \r \n \t \0 \\ and \xHH in both
//   @stays SECONDS                                   the program is still running after them
//   @stop                                            the stop signal; ends by 0 or by that signal
//   @start                                           starts it again, with what it wrote still there
//
// Explained for users in docs/image-tests.md. Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace hauberk {

struct InsideCommand {
  std::vector<std::string> argv;  // never empty
  friend bool operator==(const InsideCommand&, const InsideCommand&) = default;
};

struct HttpCommand {
  std::string method;
  std::string path;
  std::optional<std::uint16_t> port = {};  // none: the image's first
  std::optional<int> status = {};          // none: 200 to 299
  std::string text = {};                   // part of the body; empty: any body
  std::uint32_t times = 1;
  friend bool operator==(const HttpCommand&, const HttpCommand&) = default;
};

struct TcpCommand {
  std::string send;
  std::string expect;  // part of the answer; empty: taking the connection is enough
  std::optional<std::uint16_t> port = {};
  std::uint32_t times = 1;
  friend bool operator==(const TcpCommand&, const TcpCommand&) = default;
};

struct StaysCommand {
  std::uint32_t seconds = 0;
  friend bool operator==(const StaysCommand&, const StaysCommand&) = default;
};

struct StopCommand {
  friend bool operator==(const StopCommand&, const StopCommand&) = default;
};

struct StartCommand {
  friend bool operator==(const StartCommand&, const StartCommand&) = default;
};

using TrialCommand =
    std::variant<InsideCommand, HttpCommand, TcpCommand, StaysCommand, StopCommand, StartCommand>;

// invalid_input: no words, an unknown word of the prober (names the nearest), a number out of range, words
// missing or left over.
Result<TrialCommand> parse_trial_command(std::string_view text);

}  // namespace hauberk
