// SPDX-License-Identifier: Apache-2.0
#include "facts/licence_expression.h"

#include <fmt/format.h>

#include <vector>

#include "facts/licence_names.h"
#include "facts/record_text.h"

namespace hauberk {
namespace {

constexpr std::size_t longest_text = 2000;
constexpr std::size_t deepest = 32;

enum class Token { name, and_word, or_word, with_word, comma, open, close, end };

struct Word {
  Token token = Token::end;
  std::string_view text = {};
};

Token token_of(std::string_view word) {
  const std::string lower = lower_case(word);
  if (lower == "and") return Token::and_word;
  if (lower == "or" || lower == "|") return Token::or_word;
  if (lower == "with") return Token::with_word;
  return Token::name;
}

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  while (!(text = trimmed(text)).empty()) {
    const char c = text.front();
    if (c == '(' || c == ')' || c == ',') {
      words.push_back({c == '(' ? Token::open : c == ')' ? Token::close : Token::comma, text.substr(0, 1)});
      text.remove_prefix(1);
      continue;
    }
    std::size_t end = 0;
    while (end < text.size() && !is_space(text[end]) && text[end] != '(' && text[end] != ')' &&
           text[end] != ',')
      ++end;
    words.push_back({token_of(text.substr(0, end)), text.substr(0, end)});
    text.remove_prefix(end);
  }
  words.push_back({});
  return words;
}

// A part of the result: whether it must stand in parentheses depends on what it becomes a part of.
struct Part {
  std::string text = {};
  bool is_choice = false;  // "A OR B" at the top
};

std::string in_conjunction(const Part& part) {
  return part.is_choice ? fmt::format("({})", part.text) : part.text;
}

Part both(const Part& a, const Part& b) {
  return {fmt::format("{} AND {}", in_conjunction(a), in_conjunction(b)), false};
}
Part either(const Part& a, const Part& b) { return {fmt::format("{} OR {}", a.text, b.text), true}; }

// Recursive descent over the words; none where they follow no grammar.
class Parser {
 public:
  Parser(std::string_view text, bool is_debian) : words_(words_of(text)), is_debian_(is_debian) {}

  std::optional<std::string> parse() {
    const auto whole = clauses();
    if (!whole || peek() != Token::end) return std::nullopt;
    return whole->text;
  }

 private:
  Token peek() const { return words_[at_].token; }
  bool take(Token token) {
    if (peek() != token) return false;
    ++at_;
    return true;
  }

  // Debian: clauses with commas between them, from left to right; a comma alone means both.
  std::optional<Part> clauses() {
    auto left = choice();
    while (left && is_debian_ && take(Token::comma)) {
      const bool is_or = take(Token::or_word);
      if (!is_or) take(Token::and_word);
      const auto right = choice();
      if (!right) return std::nullopt;
      left = is_or ? either(*left, *right) : both(*left, *right);
    }
    return left;
  }

  std::optional<Part> choice() {
    auto left = conjunction();
    while (left && take(Token::or_word)) {
      const auto right = conjunction();
      if (!right) return std::nullopt;
      left = either(*left, *right);
    }
    return left;
  }

  std::optional<Part> conjunction() {
    auto left = operand();
    while (left && take(Token::and_word)) {
      const auto right = operand();
      if (!right) return std::nullopt;
      left = both(*left, *right);
    }
    return left;
  }

  std::optional<Part> operand() {
    if (take(Token::open)) {
      if (++depth_ > deepest) return std::nullopt;
      auto inside = clauses();
      --depth_;
      return take(Token::close) ? inside : std::nullopt;
    }
    const std::string name = joined_names();
    if (name.empty()) return std::nullopt;
    if (!take(Token::with_word)) return licence(name);
    const std::string exception = joined_names();
    return exception.empty() ? std::nullopt : licence_with(name, exception);
  }

  // In Debian's files a name can have blanks in it; in SPDX it is one word.
  std::string joined_names() {
    std::string name;
    while (peek() == Token::name && (is_debian_ || name.empty())) {
      if (!name.empty()) name += '-';
      name += words_[at_++].text;
    }
    return name;
  }

  std::optional<Part> licence(const std::string& name) const {
    if (is_debian_) {
      const std::string text = spdx_of_debian(name);
      return Part{text, text.find(" OR ") != std::string::npos};
    }
    if (auto known = spdx_licence(name)) return Part{*known};
    if (name.starts_with("LicenseRef-") && licence_ref(name) == name) return Part{name};
    return std::nullopt;
  }

  std::optional<Part> licence_with(const std::string& name, const std::string& exception) const {
    if (is_debian_) return Part{spdx_of_debian(name, exception)};
    const auto known = spdx_licence(name);
    const auto known_exception = spdx_exception(exception);
    if (!known || !known_exception) return std::nullopt;
    return Part{fmt::format("{} WITH {}", *known, *known_exception)};
  }

  std::vector<Word> words_;
  bool is_debian_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

std::optional<std::string> spdx_expression(std::string_view text) {
  if (text.size() > longest_text) return std::nullopt;
  return Parser(text, false).parse();
}

std::string spdx_or_noassertion(std::string_view text) {
  if (auto expression = spdx_expression(text)) return *expression;
  if (text.size() > longest_text) return "NOASSERTION";
  return spdx_licence_of_text(text).value_or("NOASSERTION");
}

std::string spdx_of_debian_expression(std::string_view text) {
  if (text.size() > longest_text) return licence_ref(text);
  if (auto expression = Parser(text, true).parse()) return *expression;
  return licence_ref(text);
}

}  // namespace hauberk
