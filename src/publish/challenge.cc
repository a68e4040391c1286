// SPDX-License-Identifier: Apache-2.0
#include "publish/challenge.h"

#include <algorithm>
#include <optional>

namespace hauberk {
namespace {

constexpr std::size_t value_limit_bytes = 16 << 10;
constexpr std::size_t challenges_limit = 16;
constexpr std::size_t parameters_limit = 32;

bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_token(char c) {
  return is_alnum(c) || (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}
bool is_token68(char c) {
  return is_alnum(c) || (c != '\0' && std::string_view("-._~+/").find(c) != std::string_view::npos);
}
bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return lower;
}

[[nodiscard]] std::unexpected<Error> malformed(std::string_view why) {
  return fail(ErrorKind::invalid_input, "cannot read what the server asks for (WWW-Authenticate): {}", why);
}

// What is left of the value.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  void skip_blanks() { take(is_blank); }
  void skip_separators() {
    take([](char c) { return is_blank(c) || c == ','; });
  }

  template <class Is>
  std::string_view take(Is is) {
    const auto end = std::ranges::find_if_not(rest_, is);
    const auto size = static_cast<std::size_t>(end - rest_.begin());
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  bool take_one(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // token68 without parameters, as of Negotiate: it ends at a comma. Nothing is taken where there is none.
  void take_token68() {
    Reader ahead = *this;
    const bool any = !ahead.take(is_token68).empty();
    ahead.take([](char c) { return c == '='; });
    ahead.skip_blanks();
    if (any && (ahead.at_end() || ahead.rest_.front() == ',')) *this = ahead;
  }

  Result<std::string> take_value() {
    if (!take_one('"')) return std::string(take(is_token));
    std::string value;
    while (!rest_.empty() && !take_one('"')) {
      take_one('\\');
      if (rest_.empty()) return malformed("a quotation mark is missing");
      value += rest_.front();
      rest_.remove_prefix(1);
      if (rest_.empty()) return malformed("a quotation mark is missing");
    }
    return value;
  }

 private:
  std::string_view rest_;
};

// "=value" of the parameter; the blanks that some servers put around the sign are allowed.
Status read_parameter(Reader& reader, std::string_view name, std::vector<Challenge>& challenges) {
  if (challenges.empty()) return malformed("a parameter comes before any scheme");
  auto& parameters = challenges.back().parameters;
  if (parameters.size() == parameters_limit) {
    return fail(ErrorKind::limit_exceeded, "cannot read what the server asks for: more than {} parameters",
                parameters_limit);
  }
  reader.skip_blanks();
  TRY(std::string value, reader.take_value());
  if (!parameters.emplace(lower_case(name), std::move(value)).second)
    return malformed("a parameter is twice");
  return {};
}

}  // namespace

std::string Challenge::parameter(const std::string& name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : found->second;
}

Result<std::vector<Challenge>> parse_challenges(std::string_view value) {
  if (value.size() > value_limit_bytes) {
    return fail(ErrorKind::limit_exceeded, "cannot read what the server asks for: more than {} bytes",
                value_limit_bytes);
  }
  std::vector<Challenge> challenges;
  Reader reader(value);
  for (reader.skip_separators(); !reader.at_end(); reader.skip_separators()) {
    const std::string_view word = reader.take(is_token);
    if (word.empty()) return malformed("there is a letter that does not belong there");
    Reader after = reader;
    after.skip_blanks();
    if (after.take_one('=')) {
      reader = after;
      TRY_STATUS(read_parameter(reader, word, challenges));
      continue;
    }
    if (challenges.size() == challenges_limit) {
      return fail(ErrorKind::limit_exceeded, "cannot read what the server asks for: more than {} ways",
                  challenges_limit);
    }
    challenges.push_back({lower_case(word)});
    reader.skip_blanks();
    reader.take_token68();
  }
  return challenges;
}

}  // namespace hauberk
