// SPDX-License-Identifier: Apache-2.0
#include "publish/link_header.h"

#include <algorithm>

namespace hauberk {
namespace {

constexpr std::size_t value_limit_bytes = 16 << 10;

[[nodiscard]] std::unexpected<Error> malformed(std::string_view why) {
  return fail(ErrorKind::invalid_input, "cannot read where the listing goes on (Link): {}", why);
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// Where the part of a list ends: at `separator`, or at the end; not within quotation marks.
Result<std::size_t> end_of_part(std::string_view text, std::string_view separators) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted && text[i] == '\\') ++i;
    if (!quoted && separators.find(text[i]) != std::string_view::npos) return i;
  }
  if (quoted) return malformed("a quotation mark is missing");
  return text.size();
}

bool is_next(std::string_view parameter) {
  const auto equals = parameter.find('=');
  if (equals == std::string_view::npos) return false;
  std::string name(trimmed(parameter.substr(0, equals)));
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  std::string_view value = trimmed(parameter.substr(equals + 1));
  if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) {
    value = value.substr(1, value.size() - 2);
  }
  return name == "rel" && value == "next";
}

// The parameters behind one target, up to the comma or the end; whether one says "next".
Result<bool> read_parameters(std::string_view& rest) {
  bool next = false;
  while (!rest.empty() && rest.front() != ',') {
    if (rest.front() != ';') return malformed("a parameter does not begin with a semicolon");
    rest.remove_prefix(1);
    TRY(const std::size_t end, end_of_part(rest, ";,"));
    next = next || is_next(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return next;
}

}  // namespace

Result<std::optional<std::string>> next_link(std::string_view value) {
  if (value.size() > value_limit_bytes) {
    return fail(ErrorKind::limit_exceeded, "cannot read where the listing goes on: more than {} bytes",
                value_limit_bytes);
  }
  std::string_view rest = trimmed(value);
  while (!rest.empty()) {
    const auto end = rest.find('>');
    if (rest.front() != '<' || end == std::string_view::npos) return malformed("a link is not in < and >");
    const std::string_view target = rest.substr(1, end - 1);
    rest = trimmed(rest.substr(end + 1));
    TRY(const bool next, read_parameters(rest));
    if (next) return std::string(target);
    if (rest.starts_with(',')) rest = trimmed(rest.substr(1));
  }
  return std::nullopt;
}

}  // namespace hauberk
