// Result<T>: a value or an Error; what every function returns that data from outside can make fail.
//
// TRY(declaration, expression) unwraps a Result or returns its error from the enclosing function;
// TRY_STATUS(expression) does so for a Status. They stand in for the and_then that GCC 12 lacks.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <expected>
#include <string>
#include <utility>

#include "base/error.h"

namespace hauberk {

template <class T>
using Result = std::expected<T, Error>;

using Status = Result<void>;

// An error to return: `return fail(ErrorKind::io, "cannot open {}: {}", path, reason);`
template <class... Args>
[[nodiscard]] std::unexpected<Error> fail(ErrorKind kind, fmt::format_string<Args...> format,
                                          Args&&... args) {
  return std::unexpected(Error{kind, fmt::format(format, std::forward<Args>(args)...)});
}

// The same error with `context` and ": " before its message; once per public edge.
[[nodiscard]] inline std::unexpected<Error> wrap(Error error, std::string_view context) {
  error.message = fmt::format("{}: {}", context, error.message);
  return std::unexpected(std::move(error));
}

#define HAUBERK_JOIN_INNER(a, b) a##b
#define HAUBERK_JOIN(a, b) HAUBERK_JOIN_INNER(a, b)
#define HAUBERK_TRY_INNER(result, declaration, ...)                       \
  auto&& result = (__VA_ARGS__);                                          \
  if (!result) return std::unexpected(std::move(result).error());         \
  declaration = *std::move(result)

#define TRY(declaration, ...) \
  HAUBERK_TRY_INNER(HAUBERK_JOIN(try_result_, __LINE__), declaration, __VA_ARGS__)
#define TRY_STATUS(...)                                                            \
  do {                                                                             \
    if (auto&& try_status = (__VA_ARGS__); !try_status)                            \
      return std::unexpected(std::move(try_status).error());                       \
  } while (false)

}  // namespace hauberk
