// SPDX-License-Identifier: Apache-2.0
#include "definition/test_words.h"

#include <algorithm>
#include <array>
#include <span>

#include "definition/problems.h"
#include "definition/rules.h"

namespace hauberk {
namespace {

bool is_number(std::string_view text, int least, int most) {
  if (text.empty() || text.size() > 7) return false;
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
    return fail(ErrorKind::invalid_input, "the command {} has a quote that is not closed",
                in_quotes(command));
  }
  return word;
}

// The "xTIMES" and ":PORT" that @http and @tcp may begin with; what follows is left.
bool skip_leading(std::span<const std::string>& words) {
  for (; !words.empty(); words = words.subspan(1)) {
    const std::string_view word = words.front();
    const bool is_port = word.starts_with(':');
    const bool is_times = word.size() > 1 && word[0] == 'x' && word[1] >= '0' && word[1] <= '9';
    if (!is_port && !is_times) return true;
    if (!is_number(word.substr(1), 1, is_port ? 65'535 : 1'000'000)) return false;
  }
  return true;
}

bool is_http(std::span<const std::string> words) {
  if (!skip_leading(words) || words.size() < 2) return false;
  const std::string& method = words[0];
  const bool good_method = !method.empty() && std::all_of(method.begin(), method.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || c == '-';
  });
  if (!good_method || !words[1].starts_with('/')) return false;
  words = words.subspan(2);
  if (!words.empty() && words[0].size() == 3 && is_number(words[0], 100, 999)) words = words.subspan(1);
  return words.size() <= 1;
}

Complaint check_prober(std::span<const std::string> words) {
  static constexpr std::array<std::string_view, 5> probers = {"@http", "@tcp", "@stays", "@stop", "@start"};
  const std::string& name = words[0];
  std::span<const std::string> rest = words.subspan(1);
  if (name == "@http") {
    if (is_http(rest)) return std::nullopt;
    return "write \"@http [xTIMES] [:PORT] METHOD PATH [STATUS] [TEXT]\", as \"@http GET / 200 Welcome\"";
  }
  if (name == "@tcp") {
    if (skip_leading(rest) && rest.size() == 2) return std::nullopt;
    return "write \"@tcp [xTIMES] [:PORT] SEND EXPECT\", both in quotes, as '@tcp \"PING\\r\\n\" \"+PONG\"'";
  }
  if (name == "@stays") {
    if (rest.size() == 1 && is_number(rest[0], 1, 86'400)) return std::nullopt;
    return "write \"@stays SECONDS\", as \"@stays 30\"";
  }
  if (name == "@stop" || name == "@start") {
    if (rest.empty()) return std::nullopt;
    return fmt::format("\"{}\" stands alone", name);
  }
  return fmt::format("there is no prober {}{}", in_quotes(name),
                     suggestion(name, {probers.begin(), probers.end()}));
}

}  // namespace

Result<std::vector<std::string>> split_test_words(std::string_view command) {
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
  const auto words = split_test_words(text);
  if (!words) return words.error().message;
  if (words->empty()) return "a test's command cannot be empty";
  if (words->front().starts_with('@')) return check_prober(*words);
  return std::nullopt;
}

}  // namespace hauberk
