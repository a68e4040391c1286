// Words of a command. See words.h.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/words.h"

namespace hauberk {
namespace {

constexpr std::size_t limit_bytes = 64 << 10;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// What a backslash makes of `next`: within double quotes it is kept before most letters.
void add_escaped(std::string& word, char next, bool quoted) {
  if (next == '\n') return;  // a line that goes on
  const bool special = next == '$' || next == '`' || next == '"' || next == '\\';
  if (quoted && !special) word += '\\';
  word += next;
}

// One word, or none at the end of the text.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  Result<std::vector<std::string>> all() {
    std::vector<std::string> words;
    for (skip_blanks(); at_ < text_.size(); skip_blanks()) {
      TRY(std::string word, next());
      words.push_back(std::move(word));
    }
    return words;
  }

 private:
  // Blanks, and escaped newlines, which are nothing at all.
  void skip_blanks() {
    while (at_ < text_.size()) {
      if (is_blank(text_[at_]))
        ++at_;
      else if (text_.substr(at_).starts_with("\\\n"))
        at_ += 2;
      else
        return;
    }
  }

  Result<std::string> next() {
    std::string word;
    while (at_ < text_.size() && !is_blank(text_[at_])) {
      const char c = text_[at_++];
      if (c == '\'') {
        TRY_STATUS(single_quoted(word));
      } else if (c == '"') {
        TRY_STATUS(double_quoted(word));
      } else if (c == '\\') {
        TRY_STATUS(backslash(word, false));
      } else {
        word += c;
      }
    }
    return word;
  }

  Status single_quoted(std::string& word) {
    const auto end = text_.find('\'', at_);
    if (end == std::string_view::npos) return unclosed('\'');
    word += text_.substr(at_, end - at_);
    at_ = end + 1;
    return {};
  }

  Status double_quoted(std::string& word) {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return {};
      if (c != '\\') {
        word += c;
      } else {
        TRY_STATUS(backslash(word, true));
      }
    }
    return unclosed('"');
  }

  Status backslash(std::string& word, bool quoted) {
    if (at_ == text_.size()) {
      return fail(ErrorKind::invalid_input, "cannot split '{}' into words: it ends in a backslash", text_);
    }
    add_escaped(word, text_[at_++], quoted);
    return {};
  }

  std::unexpected<Error> unclosed(char quote) const {
    return fail(ErrorKind::invalid_input, "cannot split '{}' into words: a quote {} is not closed", text_,
                quote);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view text) {
  if (text.size() > limit_bytes) {
    return fail(ErrorKind::limit_exceeded, "cannot split a command of {} bytes: at most {} are accepted",
                text.size(), limit_bytes);
  }
  if (text.find('\0') != std::string_view::npos) {
    return fail(ErrorKind::invalid_input, "cannot split a command into words: it contains a NUL");
  }
  return Splitter(text).all();
}

std::string quote_word(std::string_view word) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + "'";
}

}  // namespace hauberk
