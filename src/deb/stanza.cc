// SPDX-License-Identifier: Apache-2.0
#include "deb/stanza.h"

#include <algorithm>

namespace hauberk {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Policy 5.1: printable ASCII without the colon, not beginning with "#" or "-".
bool is_field_name(std::string_view name) {
  if (name.empty() || name[0] == '#' || name[0] == '-') return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 127; });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && (is_blank(text.back()) || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

// The number of bytes that the lines of one field take: its own and those that begin with a blank.
std::size_t field_size(std::string_view text) {
  std::size_t end = 0;
  do {
    const std::size_t newline = text.find('\n', end);
    if (newline == std::string_view::npos) return text.size();
    end = newline + 1;
  } while (end < text.size() && is_blank(text[end]));
  return end;
}

// The first line of a field with nothing in it but blanks, counted from its own line; 0 if there is none.
// Such a line ends the stanza for some readers and goes on with the value for others.
std::size_t blank_line_in(std::string_view field) {
  for (std::size_t number = 0; !field.empty(); ++number) {
    const std::string_view line = first_line(field);
    if (number > 0 && trimmed(line).empty()) return number;
    field.remove_prefix(std::min(field.size(), line.size() + 1));
  }
  return 0;
}

std::size_t count_lines(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

std::string_view Stanza::operator[](std::string_view field) const {
  for (const auto& [name, value] : fields_) {
    if (same_name(name, field)) return value;
  }
  return {};
}

Result<std::optional<Stanza>> StanzaReader::next() {
  constexpr std::size_t most_fields = 1000;
  const auto wrong = [](std::size_t line, std::string_view why, ErrorKind kind = ErrorKind::invalid_input) {
    return fail(kind, "line {}: {}", line, why);
  };
  const std::size_t begin = std::min(rest_.find_first_not_of('\n'), rest_.size());
  if (begin == rest_.size()) return std::nullopt;
  std::string_view text = rest_.substr(begin);
  std::size_t line = line_ + begin;
  Stanza stanza;
  while (!text.empty() && text[0] != '\n') {
    if (is_blank(text[0])) return wrong(line, "a line that begins with a blank, without a field before it");
    const std::string_view field = text.substr(0, field_size(text));
    const std::size_t colon = first_line(field).find(':');
    if (colon == std::string_view::npos)
      return wrong(line, "neither a field (\"Name: value\") nor an empty line");
    const std::string_view name = field.substr(0, colon);
    if (!is_field_name(name)) return wrong(line, "a field name with characters that are not allowed");
    if (field.find('\0') != std::string_view::npos)
      return wrong(line, fmt::format("a NUL in the field {}", name));
    if (const std::size_t blank = blank_line_in(field))
      return wrong(line + blank, "a line of nothing but blanks");
    for (const auto& [known, value] : stanza.fields_) {
      if (same_name(known, name))
        return wrong(line, fmt::format("the field {} is there twice in one stanza", name));
    }
    if (stanza.fields_.size() == most_fields) {
      return wrong(line, fmt::format("more than {} fields in one stanza", most_fields),
                   ErrorKind::limit_exceeded);
    }
    stanza.fields_.emplace_back(name, trimmed(field.substr(colon + 1)));
    line += count_lines(field);
    text.remove_prefix(field.size());
  }
  stanza.text_ = rest_.substr(begin, rest_.size() - begin - text.size());
  rest_ = text;
  line_ = line;
  return std::optional(std::move(stanza));
}

Result<Stanza> parse_stanza(std::string_view text) {
  StanzaReader reader(text);
  TRY(std::optional<Stanza> stanza, reader.next());
  if (!stanza) return fail(ErrorKind::invalid_input, "there is no field, where one stanza is expected");
  TRY(const std::optional<Stanza> second, reader.next());
  if (second) return fail(ErrorKind::invalid_input, "there is more than one stanza, where one is expected");
  return std::move(*stanza);
}

}  // namespace hauberk
