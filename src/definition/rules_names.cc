// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "definition/problems.h"
#include "definition/rules.h"

namespace hauberk {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_lower(c) || is_upper(c) || is_digit(c) || c == '_'; }

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

template <class Predicate>
bool all(std::string_view text, Predicate predicate) {
  return !text.empty() && std::all_of(text.begin(), text.end(), predicate);
}

// [host[:port]/]component{/component}: as distribution's reference grammar, in lower case.
bool is_repository(std::string_view text) {
  if (text.empty() || text.size() > 255) return false;
  bool first = true;
  for (;;) {
    const std::size_t end = text.find('/');
    const std::string_view component = text.substr(0, end);
    const bool host = first && end != std::string_view::npos &&
                      (component.find_first_of(".:") != std::string_view::npos || component == "localhost");
    if (component.empty()) return false;
    for (std::size_t i = 0; i < component.size(); ++i) {
      const char c = component[i];
      const bool edge = i == 0 || i + 1 == component.size();
      if (is_lower(c) || is_digit(c)) continue;
      if (host && (is_upper(c) || (c == ':' && !edge))) continue;
      if (edge || (c != '.' && c != '_' && c != '-')) return false;
    }
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
    first = false;
  }
}

bool is_tag(std::string_view text) {
  if (text.empty() || text.size() > 128 || !is_word(text[0])) return false;
  return all(text, [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

bool is_digest(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view algorithm = text.substr(0, colon);
  const std::string_view hex = text.substr(colon + 1);
  const std::size_t length = algorithm == "sha256" ? 64 : algorithm == "sha512" ? 128 : 0;
  return hex.size() == length && all(hex, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

}  // namespace

Complaint check_not_empty(std::string_view text) {
  if (!text.empty()) return std::nullopt;
  return "this cannot be empty; give it a value or leave the key out";
}

Complaint check_one_line(std::string_view text) {
  if (const Complaint wrong = check_not_empty(text)) return wrong;
  if (!has_control(text)) return std::nullopt;
  return fmt::format("{} has a line break or control character", in_quotes(text));
}

Complaint check_image_name(std::string_view text) {
  if (is_repository(text)) return std::nullopt;
  const std::size_t slash = text.rfind('/');
  const std::size_t mark = text.find_first_of(":@", slash == std::string_view::npos ? 0 : slash);
  if (mark != std::string_view::npos && is_repository(text.substr(0, mark))) {
    return fmt::format("{} names a tag or digest, which belongs under tags; did you mean \"{}\"?",
                       in_quotes(text), text.substr(0, mark));
  }
  return fmt::format("{} is not an image's name; write lower case, as \"dhi.io/nginx\"", in_quotes(text));
}

Complaint check_image_reference(std::string_view text) {
  std::string_view rest = text;
  const std::size_t at = rest.find('@');
  const bool good_digest = at == std::string_view::npos || is_digest(rest.substr(at + 1));
  rest = rest.substr(0, at);
  const std::size_t slash = rest.rfind('/');
  const std::size_t colon = rest.find(':', slash == std::string_view::npos ? 0 : slash);
  const bool good_tag = colon == std::string_view::npos || is_tag(rest.substr(colon + 1));
  if (good_digest && good_tag && is_repository(rest.substr(0, colon))) return std::nullopt;
  const std::string_view part = !good_digest ? "its digest is not sha256 and 64 hexadecimal digits"
                                : !good_tag  ? "its tag has a character that tags cannot have"
                                             : "the name must be in lower case";
  return fmt::format("{} is not an image reference: {}; write it as \"dhi.io/node:24-debian13@sha256:...\"",
                     in_quotes(text), part);
}

Complaint check_tag(std::string_view text) {
  if (is_tag(text)) return std::nullopt;
  return fmt::format(
      "{} is not a tag; tags have letters, digits, \"_\", \".\" and \"-\", begin with none of the "
      "last two, and have at most 128 characters",
      in_quotes(text));
}

Complaint check_tag_part(std::string_view text) {
  if (text.size() <= 128 && all(text, [](char c) { return is_word(c) || c == '.' || c == '-'; })) {
    return std::nullopt;
  }
  return fmt::format("{} cannot be part of a tag; use letters, digits, \"_\", \".\" and \"-\"",
                     in_quotes(text));
}

Complaint check_account_name(std::string_view text) {
  const bool good = !text.empty() && text.size() <= 32 && !is_digit(text[0]) && text[0] != '-' &&
                    all(text, [](char c) { return is_word(c) || c == '.' || c == '-'; });
  if (good) return std::nullopt;
  return fmt::format(
      "{} is not an account's name; use letters, digits, \"_\" and \"-\", a letter first, at most "
      "32 characters",
      in_quotes(text));
}

Complaint check_variable_name(std::string_view text) {
  if (!text.empty() && !is_digit(text[0]) && text[0] != '-' &&
      all(text, [](char c) { return is_word(c) || c == '-'; })) {
    return std::nullopt;
  }
  return fmt::format("{} is not a variable's name; use letters, digits and \"_\", a letter first",
                     in_quotes(text));
}

Complaint check_environment_name(std::string_view text) {
  const bool good =
      all(text, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != '=' && c != 0x7f; });
  if (good) return std::nullopt;
  return fmt::format("{} is not the name of an environment variable; it has no \"=\" and no spaces",
                     in_quotes(text));
}

Complaint check_no_nul(std::string_view text) {
  if (text.find('\0') == std::string_view::npos) return std::nullopt;
  return "a text here cannot have a NUL character";
}

Complaint check_os_id(std::string_view text) {
  if (all(text, [](char c) { return is_lower(c) || is_digit(c) || c == '.' || c == '_' || c == '-'; })) {
    return std::nullopt;
  }
  return fmt::format("{} is not an operating system's id; write lower case, as \"debian\"", in_quotes(text));
}

Complaint check_os_id_list(std::string_view text) {
  std::string_view rest = text;
  for (;;) {
    const std::size_t space = rest.find(' ');
    if (check_os_id(rest.substr(0, space))) {
      return fmt::format("{} is not a list of ids; write lower-case words with single spaces, as \"debian\"",
                         in_quotes(text));
    }
    if (space == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(space + 1);
  }
}

Complaint check_label_name(std::string_view text) {
  if (!text.empty() && !has_control(text) && text.find(' ') == std::string_view::npos) return std::nullopt;
  return fmt::format("{} is not a label's name; write it as \"org.opencontainers.image.title\"",
                     in_quotes(text));
}

}  // namespace hauberk
