// SPDX-License-Identifier: Apache-2.0
#include "facts/purl.h"

#include <algorithm>
#include <optional>

#include "base/fields.h"
#include "base/yaml_scalar.h"

namespace hauberk {
namespace {

constexpr std::size_t longest = 4096;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), lower);
  return result;
}

std::unexpected<Error> refuse(std::string_view text, std::string_view why) {
  return fail(ErrorKind::invalid_input, "cannot read the package URL \"{}\": {}", text.substr(0, 200), why);
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return result;
}

// UTF-8, and no NUL.
bool is_text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = utf8_length(text);
    if (size == 0 || text[0] == '\0') return false;
    text.remove_prefix(size);
  }
  return true;
}

Result<std::string> decoded(std::string_view part, std::string_view whole) {
  auto text = percent_decoded(part);
  if (!text) return refuse(whole, "a \"%\" is not followed by two hexadecimal digits");
  if (!is_text(*text)) return refuse(whole, "it holds a NUL or bytes that are no UTF-8");
  return *std::move(text);
}

// Segments between slashes, decoded and joined again; empty ones vanish, as the specification says. A subpath
// loses its "." and ".." too: it must not lead anywhere.
Result<std::string> segments(std::string_view path, std::string_view whole, bool is_subpath) {
  std::string joined;
  for (const std::string_view segment : split(path, '/')) {
    TRY(const std::string text, decoded(segment, whole));
    const bool is_dots = text.size() <= 2 && text.find_first_not_of('.') == std::string::npos;
    if (text.empty() || (is_subpath && is_dots)) continue;
    if (text.find('/') != std::string::npos) return refuse(whole, "a segment holds an encoded \"/\"");
    if (!joined.empty()) joined += '/';
    joined += text;
  }
  return joined;
}

bool is_key(std::string_view key) {
  if (key.empty() || is_digit(key[0])) return false;
  return std::ranges::all_of(key, [](char c) {
    return is_lower(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
  });
}

bool is_type(std::string_view type) {
  if (type.empty() || is_digit(type[0])) return false;
  return std::ranges::all_of(type, [](char c) {
    return is_lower(c) || is_digit(c) || c == '.' || c == '+' || c == '-';
  });
}

Status read_qualifiers(std::string_view text, std::string_view whole, Purl& purl) {
  if (text.empty()) return {};
  for (const std::string_view pair : split(text, '&')) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return refuse(whole, "a qualifier has no \"=\"");
    const std::string key = lowered(pair.substr(0, equals));
    if (!is_key(key)) return refuse(whole, "the name of a qualifier is none");
    TRY(std::string value, decoded(pair.substr(equals + 1), whole));
    if (value.empty()) continue;
    if (!purl.qualifiers.emplace(key, std::move(value)).second) {
      return refuse(whole, "a qualifier is there twice");
    }
  }
  return {};
}

// Cuts off what follows the last `mark`, and returns it; "" if there is none.
std::string_view take_after_last(std::string_view& text, char mark) {
  const std::size_t at = text.rfind(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view after = text.substr(at + 1);
  text = text.substr(0, at);
  return after;
}

// The version's "@" has a name before it: one at the start of a segment is an npm scope that nobody encoded.
std::string_view take_version(std::string_view& text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || text[at - 1] == '/') return {};
  return take_after_last(text, '@');
}

std::string_view without_slashes(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

void normalise(Purl& purl) {
  const auto one_of = [&](std::initializer_list<std::string_view> types) {
    return std::ranges::find(types, purl.type) != types.end();
  };
  if (one_of({"deb", "apk", "alpm", "rpm", "github", "bitbucket", "composer"})) {
    purl.space = lowered(purl.space);
    if (purl.type != "rpm") purl.name = lowered(purl.name);
  }
  if (purl.type == "pypi") {
    purl.name = lowered(purl.name);
    std::ranges::replace(purl.name, '_', '-');
  }
}

// What the specification leaves as it stands: letters, digits, ". - _ ~" and the colon.
void append_encoded(std::string& text, std::string_view part, bool keep_slashes) {
  constexpr std::string_view plain = ".-_~:";
  for (const char c : part) {
    const bool kept = is_lower(c) || is_upper(c) || is_digit(c) || plain.find(c) != std::string_view::npos ||
                      (keep_slashes && c == '/');
    if (kept) {
      text += c;
    } else {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
}

}  // namespace

Result<Purl> parse_purl(std::string_view text) {
  if (text.size() > longest) {
    return fail(ErrorKind::limit_exceeded, "cannot read a package URL of {} bytes: {} are allowed",
                text.size(), longest);
  }
  if (lowered(text.substr(0, 4)) != "pkg:") return refuse(text, "it does not begin with \"pkg:\"");
  std::string_view rest = text.substr(4);
  Purl purl;
  TRY(purl.subpath, segments(take_after_last(rest, '#'), text, true));
  TRY_STATUS(read_qualifiers(take_after_last(rest, '?'), text, purl));
  rest = without_slashes(rest);
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return refuse(text, "it has no name");
  purl.type = lowered(rest.substr(0, slash));
  if (!is_type(purl.type)) return refuse(text, "its type is none");
  rest = without_slashes(rest.substr(slash));
  TRY(purl.version, decoded(take_version(rest), text));
  rest = without_slashes(rest);
  const std::size_t last = rest.rfind('/');
  TRY(purl.name, decoded(last == std::string_view::npos ? rest : rest.substr(last + 1), text));
  if (last != std::string_view::npos) {
    TRY(purl.space, segments(rest.substr(0, last), text, false));
  }
  if (purl.name.empty()) return refuse(text, "it has no name");
  normalise(purl);
  return purl;
}

std::string text_of(const Purl& purl) {
  std::string text = fmt::format("pkg:{}/", purl.type);
  if (!purl.space.empty()) {
    append_encoded(text, purl.space, true);
    text += '/';
  }
  append_encoded(text, purl.name, false);
  if (!purl.version.empty()) {
    text += '@';
    append_encoded(text, purl.version, false);
  }
  char mark = '?';
  for (const auto& [key, value] : purl.qualifiers) {
    text += mark + key + '=';
    append_encoded(text, value, false);
    mark = '&';
  }
  if (!purl.subpath.empty()) {
    text += '#';
    append_encoded(text, purl.subpath, true);
  }
  return text;
}

std::string_view qualifier(const Purl& purl, std::string_view key) {
  const auto found = purl.qualifiers.find(std::string(key));
  return found == purl.qualifiers.end() ? std::string_view() : found->second;
}

}  // namespace hauberk
