// SPDX-License-Identifier: Apache-2.0
#include "keys/pem.h"

#include <algorithm>

#include "base/base64.h"

namespace hauberk {
namespace {

constexpr std::string_view begin = "-----BEGIN ";
constexpr std::string_view dashes = "-----";
constexpr std::string_view white_space = " \t\r\n";
constexpr std::size_t line_length = 64;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(white_space);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

bool is_label(std::string_view label) {
  return !label.empty() &&
         std::ranges::all_of(label, [](char c) { return c == ' ' || (c >= 'A' && c <= 'Z'); });
}

std::unexpected<Error> no_pem(std::string_view what, std::string_view why) {
  return fail(ErrorKind::invalid_input, "cannot read {}: {}", what, why);
}

}  // namespace

Result<PemBlock> parse_pem_block(std::string_view text, std::string_view what) {
  if (text.size() > most_pem_bytes) {
    return fail(ErrorKind::limit_exceeded, "cannot read {}: it has {} bytes, more than the {} allowed", what,
                text.size(), most_pem_bytes);
  }
  std::string_view rest = trimmed(text);
  if (!rest.starts_with(begin)) return no_pem(what, "it does not begin with \"-----BEGIN \"");
  rest.remove_prefix(begin.size());
  const std::string label(rest.substr(0, rest.find(dashes)));
  if (!is_label(label)) return no_pem(what, "its first line is no \"-----BEGIN ...-----\"");
  rest.remove_prefix(label.size() + std::min(dashes.size(), rest.size() - label.size()));
  const std::string last_line = fmt::format("\n-----END {}-----", label);
  if (!rest.ends_with(last_line))
    return no_pem(what, fmt::format("it does not end with \"{}\"", last_line.substr(1)));
  rest.remove_suffix(last_line.size() - 1);
  if (!rest.starts_with('\n') && !rest.starts_with("\r\n")) {
    return no_pem(what, "its first line has something after the dashes");
  }
  std::string letters(rest);
  std::erase_if(letters, [](char c) { return c == '\n' || c == '\r'; });
  if (letters.find('-') != letters.npos) return no_pem(what, "it has more than one block");
  auto bytes = parse_base64(letters);
  if (!bytes) return wrap(std::move(bytes).error(), fmt::format("cannot read {}", what));
  return PemBlock{label, *std::move(bytes)};
}

std::string pem_text(std::string_view label, std::string_view bytes) {
  const std::string letters = base64_of(bytes);
  std::string text = fmt::format("-----BEGIN {}-----\n", label);
  for (std::size_t at = 0; at < letters.size(); at += line_length) {
    text.append(letters, at, line_length).push_back('\n');
  }
  return text + fmt::format("-----END {}-----\n", label);
}

}  // namespace hauberk
