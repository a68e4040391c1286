// All that is wrong with a definition, collected so that one run reports everything.
//
// Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/yaml.h"

namespace hauberk {

class Problems {
 public:
  explicit Problems(std::string_view file) : file_(file) {}

  // What follows is about this file (a definition may include others).
  void in_file(std::string_view file) { file_ = file; }
  const std::string& file() const { return file_; }

  void add(const TextPosition& at, std::string_view message);
  void warn(const TextPosition& at, std::string_view message);
  // An error that already names its place, for example one of parse_yaml.
  void add(const Error& error);

  bool empty() const { return problems_.empty(); }

  // All problems, one line each, in the order of the text, at most 50. Only if there are any.
  Error error() const;
  std::vector<std::string> warnings() const;

 private:
  struct Problem {
    std::string file;
    TextPosition at;
    std::string line;
  };
  std::string file_;
  std::vector<Problem> problems_;
  std::vector<Problem> warnings_;
  ErrorKind kind_ = ErrorKind::invalid_input;
};

// "; did you mean \"x\"?" if one of `known` is near, else "; known are: a, b, c" if those are few.
std::string suggestion(std::string_view word, const std::vector<std::string_view>& known);

// `text` in double quotes, cut to a readable length.
std::string in_quotes(std::string_view text);

}  // namespace hauberk
