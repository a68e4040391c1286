// SPDX-License-Identifier: Apache-2.0
#include "deb/relation.h"

#include <algorithm>
#include <array>
#include <optional>

#include "deb/version.h"

namespace hauberk {
namespace {

bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

// The longest first, so that "<" is not taken for the start of "<=". A bare "<" or ">" is the old
// spelling of "<=" and ">=", as dpkg reads it.
struct Spelling {
  std::string_view text;
  Relation::Operator op;
};
constexpr std::array<Spelling, 7> spellings{{{"<<", Relation::Operator::less},
                                             {"<=", Relation::Operator::less_equal},
                                             {">>", Relation::Operator::greater},
                                             {">=", Relation::Operator::greater_equal},
                                             {"=", Relation::Operator::equal},
                                             {"<", Relation::Operator::less_equal},
                                             {">", Relation::Operator::greater_equal}}};

// A restriction's word against an architecture: itself, "any", "linux-any", "any-<cpu>", "linux-<cpu>".
bool covers(std::string_view word, std::string_view architecture) {
  if (word == architecture || word == "any" || word == "linux-any") return true;
  const std::size_t hyphen = word.find('-');
  if (hyphen == std::string_view::npos) return false;
  const std::string_view os = word.substr(0, hyphen);
  return (os == "any" || os == "linux") && word.substr(hyphen + 1) == architecture;
}

class RelationParser {
 public:
  RelationParser(std::string_view field, std::string_view architecture)
      : field_(field), architecture_(architecture) {}

  Result<std::vector<Alternatives>> parse() {
    std::vector<Alternatives> all;
    for (skip_blanks(); !at_end(); skip_blanks()) {
      Alternatives alternatives;
      do {
        TRY(std::optional<Relation> relation, parse_one());
        if (relation) alternatives.push_back(std::move(*relation));
      } while (take('|'));
      if (!alternatives.empty()) all.push_back(std::move(alternatives));
      if (!at_end() && !take(',')) return wrong("expected a comma or \"|\"");
    }
    return all;
  }

 private:
  // None if its architecture restriction does not hold.
  Result<std::optional<Relation>> parse_one() {
    constexpr std::size_t most = 10'000;
    if (++count_ > most) return wrong("more than 10000 entries", ErrorKind::limit_exceeded);
    skip_blanks();
    Relation relation;
    relation.name =
        take_while([](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.' || c == '_'; });
    if (!is_package_name(relation.name)) return wrong("expected a package name");
    if (at_ < field_.size() && field_[at_] == ':') {
      ++at_;
      relation.architecture = take_while([](char c) { return is_alnum(c) || c == '-'; });
      if (relation.architecture.empty()) return wrong("expected an architecture after the colon");
    }
    if (take('(')) TRY_STATUS(parse_version(relation));
    bool holds = true;
    if (take('[')) {
      TRY(holds, parse_restriction());
    }
    if (take('<')) return wrong("build profiles have no meaning between binary packages");
    skip_blanks();
    if (!holds) return std::nullopt;
    return std::optional(std::move(relation));
  }

  Status parse_version(Relation& relation) {
    skip_blanks();
    const auto spelling = std::find_if(spellings.begin(), spellings.end(), [&](const Spelling& s) {
      return field_.substr(at_).starts_with(s.text);
    });
    if (spelling == spellings.end()) return wrong("expected one of << <= = >= >>");
    relation.op = spelling->op;
    at_ += spelling->text.size();
    skip_blanks();
    relation.version = take_while([](char c) { return !is_blank(c) && c != ')'; });
    if (const auto version = Version::parse(relation.version); !version)
      return wrong(version.error().message);
    if (!take(')')) return wrong("expected \")\" after the version");
    return {};
  }

  // "[amd64 arm64]" or "[!i386 !armhf]", after the bracket.
  Result<bool> parse_restriction() {
    std::size_t words = 0, negated = 0;
    bool covered = false;
    for (; !take(']'); ++words) {
      if (take('!')) ++negated;
      const std::string word = take_while([](char c) { return is_alnum(c) || c == '-'; });
      if (word.empty()) return wrong("expected an architecture or \"]\"");
      covered = covered || covers(word, architecture_);
    }
    if (words == 0 || (negated != 0 && negated != words)) {
      return wrong("an architecture restriction lists either what it is for or, each with \"!\", what not");
    }
    return covered != (negated != 0);
  }

  void skip_blanks() {
    while (at_ < field_.size() && is_blank(field_[at_])) ++at_;
  }
  bool at_end() const { return at_ == field_.size(); }

  // Blanks, then `c`; the blanks are gone either way.
  bool take(char c) {
    skip_blanks();
    if (at_end() || field_[at_] != c) return false;
    ++at_;
    return true;
  }

  template <class Predicate>
  std::string take_while(Predicate predicate) {
    const std::size_t begin = at_;
    while (!at_end() && predicate(field_[at_])) ++at_;
    return std::string(field_.substr(begin, at_ - begin));
  }

  [[nodiscard]] std::unexpected<Error> wrong(std::string_view why,
                                             ErrorKind kind = ErrorKind::invalid_input) const {
    return fail(kind, "cannot read the relation \"{}\" at byte {}: {}", field_.substr(0, 200), at_ + 1, why);
  }

  std::string_view field_, architecture_;
  std::size_t at_ = 0;
  std::size_t count_ = 0;
};

std::string_view text_of(Relation::Operator op) {
  switch (op) {
    case Relation::Operator::less: return "<<";
    case Relation::Operator::less_equal: return "<=";
    case Relation::Operator::equal: return "=";
    case Relation::Operator::greater_equal: return ">=";
    case Relation::Operator::greater: return ">>";
    case Relation::Operator::any: break;
  }
  return "";
}

}  // namespace

bool is_package_name(std::string_view text) {
  return !text.empty() && text.size() <= 255 && is_alnum(text[0]) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.' || c == '_'; });
}

std::string Relation::text() const {
  std::string text = name;
  if (!architecture.empty()) text += ":" + architecture;
  if (op != Operator::any) text += fmt::format(" ({} {})", text_of(op), version);
  return text;
}

bool Relation::holds(std::string_view candidate_version) const {
  if (op == Operator::any) return true;
  const auto order = compare_versions(candidate_version, version);
  switch (op) {
    case Operator::less: return order < 0;
    case Operator::less_equal: return order <= 0;
    case Operator::equal: return order == 0;
    case Operator::greater_equal: return order >= 0;
    case Operator::greater: return order > 0;
    case Operator::any: break;
  }
  return true;
}

Result<std::vector<Alternatives>> parse_relations(std::string_view field, std::string_view architecture) {
  constexpr std::size_t most_bytes = 1 << 20;
  if (field.size() > most_bytes) {
    return fail(ErrorKind::limit_exceeded,
                "cannot read a relation field of {} bytes: more than the {} allowed", field.size(),
                most_bytes);
  }
  return RelationParser(field, architecture).parse();
}

std::string text_of(const Alternatives& alternatives) {
  std::string text;
  for (const Relation& relation : alternatives) {
    if (!text.empty()) text += " | ";
    text += relation.text();
  }
  return text;
}

}  // namespace hauberk
