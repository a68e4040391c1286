// SPDX-License-Identifier: Apache-2.0
#include "definition/problems.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

#include "base/nearest.h"

namespace hauberk {
namespace {

constexpr std::size_t most_reported = 50;

// A word as one who does not mind about capitals, "-" and "_" reads it: "runAs" and "RUN_AS" are "runas".
std::string folded(std::string_view word) {
  std::string out;
  for (const char c : word) {
    if (c != '-' && c != '_') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

// The known word that is the same but for capitals and hyphens, else the nearest as it is written, else
// the nearest without them.
std::optional<std::string_view> nearest_known(std::string_view word,
                                              const std::vector<std::string_view>& known) {
  const std::string wanted = folded(word);
  std::vector<std::string> plain;
  for (const std::string_view one : known) plain.push_back(folded(one));
  const auto known_as = [&](std::string_view one) {
    return known[static_cast<std::size_t>(std::find(plain.begin(), plain.end(), one) - plain.begin())];
  };
  if (!wanted.empty() && std::find(plain.begin(), plain.end(), wanted) != plain.end())
    return known_as(wanted);
  if (const auto near = nearest(word, known)) return near;
  const std::vector<std::string_view> views(plain.begin(), plain.end());
  const auto near = nearest(wanted, views);
  return near ? std::optional(known_as(*near)) : std::nullopt;
}

}  // namespace

void Problems::add(const TextPosition& at, std::string_view message) {
  problems_.push_back({file_, at, fmt::format("{}:{}:{}: {}", file_, at.line, at.column, message)});
}

void Problems::warn(const TextPosition& at, std::string_view message) {
  warnings_.push_back({file_, at, fmt::format("{}:{}:{}: {}", file_, at.line, at.column, message)});
}

void Problems::add(const Error& error) {
  if (problems_.empty()) kind_ = error.kind;
  problems_.push_back({file_, {}, error.message});
}

Error Problems::error() const {
  std::vector<const Problem*> sorted;
  for (const Problem& problem : problems_) sorted.push_back(&problem);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem* a, const Problem* b) {
    return std::tie(a->file, a->at.line, a->at.column) < std::tie(b->file, b->at.line, b->at.column);
  });
  std::string text;
  std::size_t shown = 0;
  std::string_view last;
  for (const Problem* problem : sorted) {
    if (problem->line == last) continue;
    last = problem->line;
    if (shown == most_reported) {
      text += fmt::format("\n{}: and more; these are the first {}", problem->file, most_reported);
      break;
    }
    if (shown++ > 0) text += '\n';
    text += problem->line;
  }
  return {kind_, std::move(text)};
}

std::vector<std::string> Problems::warnings() const {
  std::vector<std::string> lines;
  for (const Problem& warning : warnings_) lines.push_back(warning.line);
  return lines;
}

std::string suggestion(std::string_view word, const std::vector<std::string_view>& known) {
  if (const auto near = nearest_known(word, known)) return fmt::format("; did you mean \"{}\"?", *near);
  if (known.empty() || known.size() > 40) return "";
  return fmt::format("; known are: {}", fmt::join(known, ", "));
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 120;
  const std::string_view line = text.substr(0, text.find('\n'));
  if (line.size() == text.size() && text.size() <= longest) return fmt::format("\"{}\"", text);
  return fmt::format("\"{}...\"", line.substr(0, longest));
}

}  // namespace hauberk
