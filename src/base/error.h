// The error that a Result carries: one of eight kinds, and a message for a person.
//
// A message reads "cannot <verb> <what>: <why>", names the file (and line and column for text), and
// ends with the way out where there is one. Thread rule: a value.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace hauberk {

enum class ErrorKind {
  invalid_input,        // what we were given is malformed
  not_found,            // what was asked for does not exist
  verification_failed,  // a signature, hash or freshness check says no
  conflict,             // two inputs contradict each other, or the state changed meanwhile
  limit_exceeded,       // larger, deeper or more than we accept
  unsupported,          // well formed, but nothing we can do (yet)
  io,                   // the operating system refused
  network,              // a remote side failed or could not be reached
};

struct Error {
  ErrorKind kind;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

// The kind's name as it appears in --json output, for example "invalid_input".
std::string_view name_of(ErrorKind kind);

}  // namespace hauberk
