// SPDX-License-Identifier: Apache-2.0
#include "definition/expression.h"

#include <variant>

#include "definition/problems.h"

namespace hauberk {
namespace {

constexpr std::size_t longest = 4096;
constexpr int deepest = 40;

using Value = std::variant<std::string, bool>;

std::string text_of(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return std::get<bool>(value) ? "true" : "false";
}

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_char(char c) { return is_name_start(c) || (c >= '0' && c <= '9') || c == '-'; }

class Evaluator {
 public:
  Evaluator(std::string_view text, const NameLookup& lookup) : text_(text), lookup_(lookup) {}

  Result<std::string> whole() {
    if (text_.size() > longest) return bad("is longer than 4096 characters");
    TRY(const Value value, choice());
    skip_space();
    if (at_ < text_.size()) return bad("has something after its end");
    return text_of(value);
  }

 private:
  std::unexpected<Error> bad(std::string_view what) const {
    return fail(ErrorKind::invalid_input, "the expression {} {} (at character {})", in_quotes(text_), what,
                at_ + 1);
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }

  bool accept(std::string_view token) {
    skip_space();
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }

  Result<bool> truth(const Value& value) const {
    if (const bool* known = std::get_if<bool>(&value)) return *known;
    const std::string& text = std::get<std::string>(value);
    if (text == "true") return true;
    if (text == "false") return false;
    return bad("needs true or false where it has a text; compare the text with == or !=");
  }

  Result<Value> choice() {
    if (++depth_ > deepest) return bad("is nested too deeply");
    TRY(Value value, either());
    if (accept("?")) {
      TRY(const bool taken, truth(value));
      TRY(Value yes, choice());
      if (!accept(":")) return bad("lacks the \":\" of its \"?\"");
      TRY(Value no, choice());
      value = taken ? std::move(yes) : std::move(no);
    }
    --depth_;
    return value;
  }

  Result<Value> either() {
    TRY(Value value, both());
    while (accept("||")) {
      TRY(const bool left, truth(value));
      TRY(const Value next, both());
      TRY(const bool right, truth(next));
      value = left || right;
    }
    return value;
  }

  Result<Value> both() {
    TRY(Value value, equal());
    while (accept("&&")) {
      TRY(const bool left, truth(value));
      TRY(const Value next, equal());
      TRY(const bool right, truth(next));
      value = left && right;
    }
    return value;
  }

  Result<Value> equal() {
    TRY(Value value, sum());
    for (;;) {
      const bool same = accept("==");
      if (!same && !accept("!=")) return value;
      TRY(const Value next, sum());
      value = (text_of(value) == text_of(next)) == same;
    }
  }

  Result<Value> sum() {
    TRY(Value value, unary());
    while (accept("+")) {
      TRY(const Value next, unary());
      value = text_of(value) + text_of(next);
      if (std::get<std::string>(value).size() > longest) return bad("makes too long a text");
    }
    return value;
  }

  Result<Value> unary() {
    skip_space();
    bool negate = false;
    bool any = false;
    while (at_ < text_.size() && text_[at_] == '!' && text_.substr(at_, 2) != "!=") {
      ++at_;
      any = true;
      negate = !negate;
      skip_space();
    }
    TRY(Value value, primary());
    if (!any) return value;
    TRY(const bool known, truth(value));
    return Value(known != negate);
  }

  Result<Value> primary() {
    skip_space();
    if (at_ == text_.size()) return bad("ends where a value should stand");
    const char c = text_[at_];
    if (c == '(') {
      ++at_;
      TRY(Value value, choice());
      if (!accept(")")) return bad("lacks a \")\"");
      return value;
    }
    if (c == '"' || c == '\'') return string(c);
    if (is_name_start(c)) return name();
    return bad("has a character that is not expected here");
  }

  Result<Value> string(char quote) {
    std::string value;
    for (++at_; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == quote) {
        ++at_;
        return Value(std::move(value));
      }
      if (c == '\\' && at_ + 1 < text_.size()) c = text_[++at_];
      value += c;
    }
    return bad("has a quote that is not closed");
  }

  Result<Value> name() {
    const std::size_t begin = at_;
    while (at_ < text_.size()) {
      const bool dot = text_[at_] == '.' && at_ + 1 < text_.size() && is_name_start(text_[at_ + 1]);
      if (!dot && !is_name_char(text_[at_])) break;
      ++at_;
    }
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word == "true") return Value(true);
    if (word == "false") return Value(false);
    TRY(std::string value, lookup_(word));
    return Value(std::move(value));
  }

  const std::string_view text_;
  const NameLookup& lookup_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<std::string> evaluate_expression(std::string_view text, const NameLookup& lookup) {
  return Evaluator(text, lookup).whole();
}

std::size_t expression_end(std::string_view text) {
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quote != 0) {
      if (text[i] == '\\')
        ++i;
      else if (text[i] == quote)
        quote = 0;
    } else if (text[i] == '"' || text[i] == '\'') {
      quote = text[i];
    } else if (text[i] == '}') {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace hauberk
