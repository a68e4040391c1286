// SPDX-License-Identifier: Apache-2.0
#include "definition/test_words.h"

#include <algorithm>
#include <array>

#include "definition/problems.h"
#include "definition/rules.h"

namespace hauberk {
namespace {

bool is_number(std::string_view text, int least, int most) {
  if (text.empty() || text.size() > 6) return false;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  return value >= least && value <= most;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n'; }

// One word, from `at` on, which is left behind its end.
Result<std::string> next_word(std::string_view command, std::size_t& at) {
  std::string word;
  char quote = 0;
  for (; at < command.size(); ++at) {
    const char c = command[at];
    if (quote == 0 && is_space(c)) break;
    if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == '\\' && quote != '\'') {
      if (at + 1 == command.size()) {
        return fail(ErrorKind::invalid_input, "the command {} ends with a backslash", in_quotes(command));
      }
      const char next = command[++at];
      if (quote == '"' && next != '"' && next != '\\' && next != '$' && next != '`') word += '\\';
      word += next;
    } else {
      word += c;
    }
  }
  if (quote != 0) {
    return fail(ErrorKind::invalid_input, "the command {} has a quote that is not closed", in_quotes(command));
  }
  return word;
}

Complaint check_prober(const std::vector<std::string>& words) {
  static constexpr std::array<std::string_view, 4> probers = {"@http", "@tcp", "@stays", "@stop"};
  static constexpr std::array<std::string_view, 7> methods = {"GET",    "HEAD",  "POST",   "PUT",
                                                              "DELETE", "PATCH", "OPTIONS"};
  const std::string& name = words[0];
  const std::size_t count = words.size() - 1;
  if (name == "@http") {
    const bool method = count > 0 && std::find(methods.begin(), methods.end(), words[1]) != methods.end();
    const bool good = method && count >= 2 && count <= 4 && words[2].starts_with('/') &&
                      (count < 3 || is_number(words[3], 100, 599) || count == 3);
    if (good) return std::nullopt;
    return "write \"@http METHOD PATH [STATUS] [TEXT]\", as \"@http GET / 200 Welcome\"";
  }
  if (name == "@tcp") {
    if (count == 2) return std::nullopt;
    return "write \"@tcp SEND EXPECT\", both in quotes, as '@tcp \"PING\\r\\n\" \"+PONG\"'";
  }
  if (name == "@stays") {
    if (count == 1 && is_number(words[1], 1, 86'400)) return std::nullopt;
    return "write \"@stays SECONDS\", as \"@stays 30\"";
  }
  if (name == "@stop") {
    if (count == 0) return std::nullopt;
    return "\"@stop\" stands alone";
  }
  return fmt::format("there is no prober {}{}", in_quotes(name), suggestion(name, {probers.begin(), probers.end()}));
}

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view command) {
  std::vector<std::string> words;
  std::size_t at = 0;
  for (;;) {
    while (at < command.size() && is_space(command[at])) ++at;
    if (at == command.size()) return words;
    TRY(std::string word, next_word(command, at));
    words.push_back(std::move(word));
  }
}

Complaint check_test_command(std::string_view text) {
  const auto words = split_words(text);
  if (!words) return words.error().message;
  if (words->empty()) return "a test's command cannot be empty";
  if (words->front().starts_with('@')) return check_prober(*words);
  return std::nullopt;
}

}  // namespace hauberk
