// SPDX-License-Identifier: Apache-2.0
#include "sbom/licence_expression.h"

#include <algorithm>
#include <set>

#include "facts/licence_ids.h"

namespace hauberk {
namespace {

constexpr std::size_t longest = 8192;
constexpr std::size_t deepest = 32;
constexpr std::string_view reference_prefix = "LicenseRef-";

bool is_id_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

// Letters that an identifier may not have become "-", so that any name gives one.
LicenceReference reference_of(std::string_view name) {
  std::string_view bare = name;
  if (bare.starts_with(reference_prefix)) bare.remove_prefix(reference_prefix.size());
  std::string id(reference_prefix);
  for (const char c : bare) id += is_id_letter(c) ? c : '-';
  return {std::move(id), std::string(name)};
}

bool is_word(std::string_view word, std::string_view capitals) {
  return std::ranges::equal(word, capitals, {}, [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
}

bool is_operator(std::string_view word) {
  return is_word(word, "AND") || is_word(word, "OR") || is_word(word, "WITH");
}

// By recursive descent: or := and {OR and}; and := part {AND part}; part := "(" or ")" | licence [WITH
// exception].
class Parser {
 public:
  explicit Parser(std::string_view text) : whole_(text), rest_(text) { next(); }

  Result<LicenceExpression> parse() {
    TRY(std::string text, alternatives(0));
    if (!word_.empty()) return refuse("there is more after its end");
    std::vector<LicenceReference> references(references_.begin(), references_.end());
    return LicenceExpression{std::move(text), std::move(references)};
  }

 private:
  std::unexpected<Error> refuse(std::string_view why) const {
    return fail(ErrorKind::invalid_input, "cannot read the licence expression \"{}\": {}",
                whole_.substr(0, 200), why);
  }

  // The next word or parenthesis into word_; "" at the end.
  void next() {
    const std::size_t start = std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size());
    rest_.remove_prefix(start);
    std::size_t size = std::min(rest_.find_first_of(" \t\r\n()"), rest_.size());
    if (size == 0 && !rest_.empty()) size = 1;
    word_ = rest_.substr(0, size);
    rest_.remove_prefix(size);
  }

  Result<std::string> alternatives(std::size_t depth) {
    TRY(std::string text, conjunction(depth));
    while (is_word(word_, "OR")) {
      next();
      TRY(const std::string more, conjunction(depth));
      text += " OR " + more;
    }
    return text;
  }

  Result<std::string> conjunction(std::size_t depth) {
    TRY(std::string text, part(depth));
    while (is_word(word_, "AND")) {
      next();
      TRY(const std::string more, part(depth));
      text += " AND " + more;
    }
    return text;
  }

  Result<std::string> part(std::size_t depth) {
    if (word_ != "(") return licence();
    if (depth == deepest) {
      return fail(ErrorKind::limit_exceeded,
                  "cannot read a licence expression with parentheses nested deeper than {}", deepest);
    }
    next();
    TRY(const std::string inner, alternatives(depth + 1));
    if (word_ != ")") return refuse("a parenthesis is not closed");
    next();
    return fmt::format("({})", inner);
  }

  Result<std::string> licence() {
    if (word_.empty() || word_ == ")" || is_operator(word_)) return refuse("a licence is missing");
    const std::string_view name = word_;
    if (name == "NOASSERTION" || name == "NONE") return refuse("it asserts nothing");
    next();
    if (!is_word(word_, "WITH")) return named(name);
    next();
    if (word_.empty() || word_ == "(" || word_ == ")" || is_operator(word_)) {
      return refuse("an exception is missing");
    }
    const std::string_view exception = word_;
    next();
    const std::string_view known = licence_exception_id(exception);
    const std::string id = listed(name);
    if (!known.empty() && !id.empty()) return fmt::format("{} WITH {}", id, known);
    return refer(fmt::format("{} WITH {}", name, exception));
  }

  // "" if the list has it not. "GPL-2.0+" is an identifier of its own, "MPL-1.1+" means "or later".
  static std::string listed(std::string_view name) {
    std::string id(licence_id(name));
    if (!id.empty() || !name.ends_with('+')) return id;
    id = licence_id(name.substr(0, name.size() - 1));
    if (!id.empty()) id += '+';
    return id;
  }

  std::string named(std::string_view name) {
    std::string id = listed(name);
    return id.empty() ? refer(name) : id;
  }

  std::string refer(std::string_view name) {
    LicenceReference reference = reference_of(name);
    std::string id = reference.id;
    references_.insert(std::move(reference));
    return id;
  }

  std::string_view whole_, rest_, word_;
  std::set<LicenceReference> references_;
};

bool asserts_nothing(std::string_view expression) {
  return expression.empty() || expression == "NOASSERTION" || expression == "NONE";
}

void add_comment(std::string& comment, std::string_view sentence) {
  if (!comment.empty()) comment += ' ';
  comment += sentence;
}

std::string unsaid(const Licence& licence) {
  const std::string file = licence.file.empty() ? "the package's record" : licence.file;
  if (asserts_nothing(licence.expression)) {
    return fmt::format("{} is there, but does not say the licence in a form for machines.", file);
  }
  return fmt::format("{} says \"{}\", which is no SPDX expression.", file, licence.expression.substr(0, 500));
}

// Several expressions hold at once: those with a choice need parentheses.
std::string conjunction_of(const std::set<std::string>& parts) {
  if (parts.size() == 1) return *parts.begin();
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += " AND ";
    text += part.find(" OR ") == std::string::npos ? part : fmt::format("({})", part);
  }
  return text;
}

}  // namespace

Result<LicenceExpression> parse_licence_expression(std::string_view text) {
  if (text.size() > longest) {
    return fail(ErrorKind::limit_exceeded, "cannot read a licence expression of {} bytes: {} are allowed",
                text.size(), longest);
  }
  return Parser(text).parse();
}

DeclaredLicence declared_licence(const std::vector<Licence>& licences) {
  DeclaredLicence declared;
  std::set<std::string> parts, files, complaints;
  std::set<LicenceReference> references;
  for (const Licence& licence : licences) {
    if (!licence.file.empty()) files.insert(licence.file);
    const auto parsed = parse_licence_expression(licence.expression);
    if (!parsed) {
      complaints.insert(unsaid(licence));
      continue;
    }
    parts.insert(parsed->text);
    references.insert(parsed->references.begin(), parsed->references.end());
  }
  declared.files.assign(files.begin(), files.end());
  for (const std::string& complaint : complaints) add_comment(declared.comment, complaint);
  if (parts.empty()) return declared;
  const std::string known = conjunction_of(parts);
  if (!complaints.empty()) {
    add_comment(declared.comment, fmt::format("Beside it: {}.", known));
    return declared;
  }
  declared.expression = known;
  declared.references.assign(references.begin(), references.end());
  return declared;
}

}  // namespace hauberk
