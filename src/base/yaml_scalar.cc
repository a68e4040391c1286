// SPDX-License-Identifier: Apache-2.0
#include "base/yaml_scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/yaml.h"

namespace hauberk {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?  The integer form is a case of it.
bool is_decimal(std::string_view text, bool& is_integer) {
  std::size_t i = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const std::size_t whole = i;
  while (i < text.size() && is_digit(text[i])) ++i;
  std::size_t digits = i - whole;
  is_integer = true;
  if (i < text.size() && text[i] == '.') {
    is_integer = false;
    const std::size_t fraction = ++i;
    while (i < text.size() && is_digit(text[i])) ++i;
    digits += i - fraction;
  }
  if (digits == 0) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    is_integer = false;
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    const std::size_t exponent = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    // A longer exponent is no number anybody means, but the hash of a commit that looks like one.
    if (i == exponent || i - exponent > 3) return false;
  }
  return i == text.size();
}

bool all_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

// Words that some YAML reader, 1.1 ones among them, takes for something else than a string.
bool is_ambiguous(std::string_view text) {
  static constexpr std::array<std::string_view, 10> words = {"y",   "n",    "yes",   "no",   "on",
                                                             "off", "true", "false", "null", "~"};
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (is_one_of(lower, words)) return true;
  if (plain_scalar_type(text) != "string") return true;
  if (!is_digit(text[0]) && text[0] != '.' && text[0] != '+' && text[0] != '-') return false;
  // Dates, sexagesimal numbers and digits with underscores of YAML 1.1.
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return is_letter(c) && c != 'e' && c != 'E'; }) &&
         std::count(text.begin(), text.end(), '.') < 2;
}

bool is_plain_safe(std::string_view text) {
  static constexpr std::string_view inside = "_-./@%+=~^()$!?<>;*&|{}[]:,#'\"\\ ";
  if (text.empty() || is_ambiguous(text)) return false;
  const char first = text[0];
  if (!is_letter(first) && !is_digit(first) && first != '/' && first != '_' && first != '.' && first != '$') {
    return false;
  }
  if (text.back() == ' ' || text.back() == ':' || text.starts_with("...")) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!is_letter(c) && !is_digit(c) && inside.find(c) == std::string_view::npos) return false;
    if (c == ':' && text[i + 1] == ' ') return false;
    if (c == '#' && i > 0 && text[i - 1] == ' ') return false;
  }
  return true;
}

std::string double_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

std::string_view plain_scalar_type(std::string_view text) {
  static constexpr std::array<std::string_view, 5> nulls = {"", "~", "null", "Null", "NULL"};
  static constexpr std::array<std::string_view, 6> booleans = {"true",  "True",  "TRUE",
                                                               "false", "False", "FALSE"};
  static constexpr std::array<std::string_view, 3> infinities = {".inf", ".Inf", ".INF"};
  static constexpr std::array<std::string_view, 3> not_numbers = {".nan", ".NaN", ".NAN"};
  if (is_one_of(text, nulls)) return "null";
  if (is_one_of(text, booleans)) return "boolean";
  bool is_integer = false;
  if (is_decimal(text, is_integer)) return is_integer ? "integer" : "number";
  if (text.starts_with("0o") && all_of(text.substr(2), "01234567")) return "integer";
  if (text.starts_with("0x") && all_of(text.substr(2), "0123456789abcdefABCDEF")) return "integer";
  if (is_one_of(text, not_numbers)) return "number";
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return is_one_of(text, infinities) ? "number" : "string";
}

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xc0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    if (!follows(1) || !follows(2)) return 0;
    const bool overlong = first == 0xe0 && byte(1) < 0xa0;
    const bool surrogate = first == 0xed && byte(1) > 0x9f;
    return overlong || surrogate ? 0 : 3;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    const bool outside = (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f);
    return outside ? 0 : 4;
  }
  return 0;
}

std::string yaml_scalar(std::string_view text) {
  if (is_plain_safe(text)) return std::string(text);
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
  });
  if (!printable || text.find('\'') != std::string_view::npos) return double_quoted(text);
  return fmt::format("'{}'", text);
}

}  // namespace hauberk
