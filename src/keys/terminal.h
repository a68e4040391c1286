// The terminal, asked for what it shall not show.
//
// Thread rule: while it asks, no other thread may take signals; else one of them dies before the echo is
// back.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "io/dir.h"
#include "keys/secret.h"

namespace hauberk {

class Terminal {
 public:
  // None: this process has no terminal.
  static Result<std::optional<Terminal>> open(const std::string& path);

  // Writes the question and reads a line with the echo off. A signal that would end or stop us first gets
  // the terminal as it was; after a stop the question comes again. limit_exceeded, io.
  Result<Secret> ask(std::string_view question, std::size_t limit_bytes);

 private:
  explicit Terminal(Fd fd) : fd_(std::move(fd)) {}

  Fd fd_;
};

}  // namespace hauberk
