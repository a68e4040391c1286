// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "definition/problems.h"
#include "definition/rules.h"

namespace hauberk {
namespace {

constexpr std::size_t longest = 4096;

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool climbs(std::string_view path) {
  while (!path.empty()) {
    const std::size_t end = path.find('/');
    if (path.substr(0, end) == "..") return true;
    if (end == std::string_view::npos) break;
    path.remove_prefix(end + 1);
  }
  return false;
}

// What holds for every path.
Complaint check_path(std::string_view text) {
  if (text.empty()) return "a path cannot be empty";
  if (text.size() > longest)
    return fmt::format("the path has {} bytes; the limit is {}", text.size(), longest);
  if (has_control(text))
    return fmt::format("the path {} has a line break or control character", in_quotes(text));
  if (text.starts_with(' ') || text.ends_with(' '))
    return fmt::format("the path {} begins or ends with a blank", in_quotes(text));
  if (climbs(text))
    return fmt::format("the path {} has \"..\" in it; write where it leads to", in_quotes(text));
  return std::nullopt;
}

}  // namespace

Complaint check_absolute_path(std::string_view text) {
  if (const Complaint wrong = check_path(text)) return wrong;
  if (text[0] == '/') return std::nullopt;
  return fmt::format("the path {} must begin with \"/\"; did you mean \"/{}\"?", in_quotes(text),
                     text.substr(0, 100));
}

// Published builds have a work-dir without "/" before it; their steps begin in the root folder.
Complaint check_build_path(std::string_view text) { return check_path(text); }

// Older published definitions name the catalogue's folder of tests written in Go.
Complaint check_test_directory(std::string_view text) { return check_path(text); }

Complaint check_catalogue_path(std::string_view text) {
  if (const Complaint wrong = check_path(text)) return wrong;
  if (text[0] != '/') return std::nullopt;
  return fmt::format(
      "the path {} must be relative to the catalogue root, as \"image/nginx/bin/entrypoint.sh\"",
      in_quotes(text));
}

// Braces are no pattern to every program that reads these, so that a lone one may be part of a name.
Complaint check_path_pattern(std::string_view text) {
  if (const Complaint wrong = check_path(text)) return wrong;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '[') {
      i = text.find(']', i + 1);
      if (i == std::string_view::npos)
        return fmt::format("the pattern {} has a \"[\" that is not closed", in_quotes(text));
    }
  }
  return std::nullopt;
}

Complaint check_link_target(std::string_view text) {
  if (text.empty()) return "a link needs a target";
  if (text.size() > longest || has_control(text))
    return fmt::format("{} cannot be a link's target", in_quotes(text));
  return std::nullopt;
}

std::optional<std::uint32_t> parse_mode(std::string_view text) {
  if (text.size() < 3 || text.size() > 5 || (text.size() == 5 && text[0] != '0')) return std::nullopt;
  std::uint32_t mode = 0;
  for (const char c : text) {
    if (c < '0' || c > '7') return std::nullopt;
    mode = mode * 8 + static_cast<std::uint32_t>(c - '0');
  }
  return mode;
}

Complaint check_mode(std::string_view text) {
  if (parse_mode(text)) return std::nullopt;
  return fmt::format("{} is not a mode; write octal digits (0 to 7), as \"0755\"", in_quotes(text));
}

}  // namespace hauberk
