// SPDX-License-Identifier: Apache-2.0
#include "definition/substitution.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/nearest.h"
#include "definition/expression.h"
#include "definition/problems.h"
#include "definition/regex.h"

namespace hauberk {
namespace {

constexpr std::size_t longest_result = 4 << 20;

// Where builds put sources and results; nothing else sees them, they only have to stay the same.
constexpr std::string_view source_dir = "/source";
constexpr std::string_view target_dir = "/target";

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_char(char c) { return is_name_start(c) || (c >= '0' && c <= '9') || c == '-'; }

bool is_plain_name(std::string_view name) {
  return !name.empty() && is_name_start(name[0]) && std::all_of(name.begin(), name.end(), is_name_char);
}

bool is_dotted_name(std::string_view name) {
  bool dot = false;
  while (true) {
    const std::size_t end = name.find('.');
    if (!is_plain_name(name.substr(0, end))) return false;
    if (end == std::string_view::npos) return dot;
    dot = true;
    name.remove_prefix(end + 1);
  }
}

// Whether no shell and no other program reads a text before us.
bool is_ours_alone(Expansion expansion) {
  return expansion == Expansion::strict || expansion == Expansion::var || expansion == Expansion::described;
}

// Whether one letter more, less, other or swapped makes the one the other.
bool is_one_edit_apart(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1 || a == b) return false;
  std::size_t same = 0;
  while (same < a.size() && a[same] == b[same]) ++same;
  if (a.size() < b.size()) return a.substr(same) == b.substr(same + 1);
  if (a.substr(same + 1) == b.substr(same + 1)) return true;
  return same + 1 < a.size() && a[same] == b[same + 1] && a[same + 1] == b[same] &&
         a.substr(same + 2) == b.substr(same + 2);
}

// The length up to the "}" that closes a "${", counting braces inside; npos if none does.
std::size_t reference_end(std::string_view text) {
  int open = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '{') {
      ++open;
    } else if (text[i] == '}' && open-- == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

bool has_substitution(std::string_view text) {
  return text.find("${") != std::string_view::npos || text.find("#{") != std::string_view::npos;
}

Substituter::Substituter(std::map<std::string, std::string> vars, const TargetFacts& target) {
  for (auto& [name, value] : vars) vars_.emplace(name, std::move(value));
  facts_ = {{"target.arch", std::string(target.platform.architecture())},
            {"target.dir", std::string(target_dir)},
            {"source.dir", std::string(source_dir)},
            {"target.flavor", target.flavor},
            {"target.dev", target.dev ? "true" : "false"},
            {"target.fips", target.fips ? "true" : "false"}};
}

void Substituter::define(std::string name, std::string value) {
  if (is_dotted_name(name)) facts_.insert_or_assign(std::move(name), std::move(value));
}

Result<std::string> Substituter::value(std::string_view name) {
  if (name.starts_with("definition.vars.")) name.remove_prefix(std::string_view("definition.vars.").size());
  if (const auto fact = facts_.find(name); fact != facts_.end()) return fact->second;
  if (const auto known = known_.find(name); known != known_.end()) return known->second;
  const auto var = vars_.find(name);
  if (var == vars_.end()) {
    std::vector<std::string_view> candidates;
    const bool dotted = name.find('.') != std::string_view::npos;
    for (const auto& [candidate, unused] : dotted ? facts_ : vars_) candidates.push_back(candidate);
    const auto near = nearest(name, candidates);
    return fail(ErrorKind::invalid_input, "there is no {} {}{}", dotted ? "name" : "variable",
                in_quotes(name),
                near     ? fmt::format("; did you mean \"{}\"?", *near)
                : dotted ? suggestion(name, candidates)
                         : std::string("; define it under vars"));
  }
  if (!open_.insert(std::string(name)).second) {
    return fail(ErrorKind::invalid_input, "the variable {} needs its own value", in_quotes(name));
  }
  // 64 levels is deeper than any chain of variables, and shallow enough for the stack.
  Result<std::string> result =
      open_.size() > 64 ? fail(ErrorKind::limit_exceeded, "the variables refer to each other too deeply")
                        : text(var->second, Expansion::strict);
  open_.erase(std::string(name));
  if (result) known_.emplace(name, *result);
  return result;
}

// What stands between "${" and "}": NAME, a.b, or one of them with ":regex".
Result<std::string> Substituter::reference(std::string_view inside) {
  const std::size_t colon = inside.find(':');
  const std::string_view name = inside.substr(0, colon);
  if (!is_plain_name(name) && !is_dotted_name(name)) {
    const std::string_view fact = fact_at_begin(inside);
    return fail(ErrorKind::invalid_input, "{} is not a variable's name; {}",
                in_quotes("${" + std::string(inside) + "}"),
                fact.empty() ? "names are letters, digits and \"_\""
                             : fmt::format("did you mean \"${{{}}}\"?", fact));
  }
  TRY(std::string found, value(name));
  if (colon == std::string_view::npos) return found;
  return first_group(inside.substr(colon + 1), found);
}

// Whether a name that we do not know is meant to be one of ours: `${taget.dir}`. A shell has no names
// with dots, but what it writes into files (a pom.xml, a log format) may have, so both halves must be near.
std::optional<std::string> Substituter::misspelt(std::string_view name) const {
  if (!is_dotted_name(name)) return std::nullopt;
  const std::size_t dot = name.find('.');
  for (const auto& [fact, unused] : facts_) {
    const std::size_t fact_dot = fact.find('.');
    const std::array<std::string_view, 1> first = {std::string_view(fact).substr(0, fact_dot)};
    const std::array<std::string_view, 1> second = {std::string_view(fact).substr(fact_dot + 1)};
    if (nearest(name.substr(0, dot), first) && nearest(name.substr(dot + 1), second)) return fact;
  }
  return std::nullopt;
}

bool Substituter::is_of_environment(std::string_view name) const {
  static constexpr std::array<std::string_view, 4> everywhere = {"PATH", "HOME", "HOSTNAME", "TERM"};
  if (!environment_) return false;
  return environment_->contains(name) ||
         std::find(everywhere.begin(), everywhere.end(), name) != everywhere.end();
}

// Whether a reference that failed may stay as it is written: to a variable that is not there, and not there
// under a name like this either. Under `vars` that is a good regular expression of it.
bool Substituter::stays(std::string_view inside, Expansion expansion) const {
  const std::size_t colon = inside.find(':');
  const std::string_view name = inside.substr(0, colon);
  if (!is_plain_name(name) || vars_.contains(name)) return false;
  const bool has_regex = colon != std::string_view::npos;
  switch (expansion) {
    case Expansion::var:
      if (!has_regex || !check_regex(inside.substr(colon + 1))) return false;
      break;
    case Expansion::process:
    case Expansion::described:
      if (has_regex) return false;
      break;
    case Expansion::program: return !has_regex && is_of_environment(name);
    default: return false;
  }
  const auto is_near = [&](const auto& ours) { return is_one_edit_apart(name, ours.first); };
  return std::none_of(vars_.begin(), vars_.end(), is_near) &&
         std::none_of(facts_.begin(), facts_.end(), is_near);
}

// Whether an expression that failed is ours: one of our facts stands in it outside of strings, or nearly so.
// Other languages have #{ } as well (Ruby), and stand in scripts.
bool Substituter::names_a_fact(std::string_view expression) const {
  constexpr std::string_view vars = "definition.vars.";
  expression = expression.substr(0, expression.find('\n'));
  char quote = 0;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    if (quote != 0 || c == '"' || c == '\'') {
      quote = quote == 0 ? c : quote == c ? 0 : quote;
    } else if (is_name_start(c)) {
      std::size_t end = i;
      while (end < expression.size() && (is_name_char(expression[end]) || expression[end] == '.')) ++end;
      const std::string_view name = expression.substr(i, end - i);
      if (facts_.contains(name) || name.starts_with(vars) || misspelt(name)) return true;
      i = end - 1;
    }
  }
  return false;
}

// The fact that what follows a "${" begins with, also where blanks or another brace are in the way:
// `${target.dir/opt`, `${ target.dir }`, `${{target.dir}}`. Nobody else has names like these.
std::string_view Substituter::fact_at_begin(std::string_view inside) const {
  const auto known = [&](std::string_view text) -> std::string_view {
    const std::size_t end = std::min(text.find_first_of("/ \t\n:}{\"'"), text.size());
    const auto fact = facts_.find(text.substr(0, end));
    return fact == facts_.end() ? std::string_view() : std::string_view(fact->first);
  };
  if (const std::string_view fact = known(inside); !fact.empty()) return fact;
  std::string without_blanks;
  for (const char c : inside.substr(0, std::min<std::size_t>(inside.find_first_of("}\n"), 64))) {
    if (c != ' ' && c != '{') without_blanks += c;
  }
  return known(without_blanks);
}

// Whether a name with one dot begins as one of ours does: `target.nothing`. DESIGN section 3: names with a
// dot are ours also in scripts; but other programs (Maven, loggers) have longer ones, and other first halves.
bool Substituter::has_half_of_fact(std::string_view name) const {
  if (name.starts_with("definition.vars.")) return true;
  if (!is_dotted_name(name) || name.find('.') != name.rfind('.')) return false;
  const std::string_view half = name.substr(0, name.find('.') + 1);
  return std::any_of(facts_.begin(), facts_.end(),
                     [&](const auto& fact) { return fact.first.starts_with(half); });
}

// Text that has what is left of a mark of this name: `$target.dir}/opt`, `{ target.arch == "amd64" }`. A
// variable's name says less than a fact's: only `$NAME}` can be nothing else.
Status Substituter::no_half_mark(std::string_view literal, std::string_view name, bool is_fact) const {
  for (std::size_t at = literal.find(name); at != std::string_view::npos; at = literal.find(name, at + 1)) {
    const std::string_view after = literal.substr(at + name.size());
    if (!after.empty() && is_name_char(after[0])) continue;
    const bool is_begun = at > 0 && literal[at - 1] == '$';
    const std::string_view next = after.substr(std::min(after.find_first_not_of(' '), after.size()));
    if (is_fact && (next.starts_with("==") || next.starts_with("!="))) {
      return fail(ErrorKind::invalid_input, "{} has an expression without its \"#{{ }}\"",
                  in_quotes(literal));
    }
    const bool is_ended = after.starts_with('}');
    if (is_fact ? !is_begun && !is_ended : !is_begun || !is_ended) continue;
    return fail(ErrorKind::invalid_input, "{} lacks a brace around {}; did you mean \"${{{}}}\"?",
                in_quotes(literal), in_quotes(name), name);
  }
  return {};
}

// Text between two marks, where all that looks like ours is ours. A variable's value is judged where it
// stands.
Status Substituter::whole_marks(std::string_view literal, Expansion expansion) const {
  if (!open_.empty() || !is_ours_alone(expansion)) return {};
  for (const auto& [fact, unused] : facts_) TRY_STATUS(no_half_mark(literal, fact, true));
  if (expansion != Expansion::strict || literal.find('$') == std::string_view::npos) return {};
  for (const auto& [var, unused] : vars_) TRY_STATUS(no_half_mark(literal, var, false));
  return {};
}

// Whether a mark that we can make nothing of is meant for another program, so that it stays as it is.
// `inside`: up to its end, or all that follows if it has none.
bool Substituter::is_for_others(std::string_view inside, const Mark& mark) const {
  const bool in_program = mark.expansion == Expansion::program || mark.expansion == Expansion::process;
  if (!in_program && mark.expansion != Expansion::shell) return false;
  if (mark.is_expression) return !names_a_fact(inside);
  if (!fact_at_begin(inside).empty()) return false;
  if (!mark.is_closed) return !mark.in_word;
  if (misspelt(inside)) return false;
  const std::size_t colon = inside.find(':');
  const std::string_view name = inside.substr(0, colon);
  // No shell reads a word of a program's arguments: `${NAME}` and `${OUR_VARIABLE:...}` can only be ours.
  if (has_half_of_fact(name)) return false;
  return !mark.in_word || !is_plain_name(name) || (colon != std::string_view::npos && !vars_.contains(name));
}

// What stands between the marks, replaced.
Result<std::string> Substituter::inside_of(std::string_view inside, const Mark& mark) {
  if (mark.is_expression) {
    return evaluate_expression(inside, [this](std::string_view name) { return value(name); });
  }
  Result<std::string> replaced = reference(inside);
  if (replaced) return replaced;
  if (stays(inside, mark.expansion)) return fmt::format("${{{}}}", inside);
  if (const auto meant = misspelt(inside)) {
    return fail(ErrorKind::invalid_input, "there is no name {}; did you mean \"{}\"?", in_quotes(inside),
                *meant);
  }
  return replaced;
}

// `mark`: from the "${" or "#{" on.
std::unexpected<Error> Substituter::unclosed(std::string_view mark) const {
  const std::string_view fact = mark[0] == '$' ? fact_at_begin(mark.substr(2)) : std::string_view();
  return fail(ErrorKind::invalid_input, "{} lacks its \"}}\"{}", in_quotes(mark),
              fact.empty() ? "" : fmt::format("; did you mean \"${{{}}}\"?", fact));
}

Result<std::string> Substituter::text(std::string_view text, Expansion expansion) {
  std::string out;
  bool has_brace = false;
  const std::size_t size = text.size();
  const bool in_program = expansion == Expansion::program || expansion == Expansion::process;
  const bool in_word = in_program && text.find_first_of(" \t\n") == std::string_view::npos;
  while (!text.empty()) {
    const std::size_t at = std::min(text.find("${"), text.find("#{"));
    if (const Status whole = whole_marks(text.substr(0, at), expansion); !whole) {
      failed_at_ = size - text.size();
      return std::unexpected(whole.error());
    }
    out += text.substr(0, at);
    has_brace = has_brace || text.substr(0, at).find('{') != std::string_view::npos;
    if (at == std::string_view::npos) break;
    const std::string_view rest = text.substr(at + 2);
    const bool is_expression = text[at] == '#';
    const std::size_t end = is_expression ? expression_end(rest) : reference_end(rest);
    const Mark mark = {expansion, is_expression, end != std::string_view::npos, in_word};
    const std::string_view inside = rest.substr(0, end);
    Result<std::string> replaced = mark.is_closed ? inside_of(inside, mark) : unclosed(text.substr(at));
    if (replaced && open_.empty() && !has_brace && is_ours_alone(expansion) &&
        rest.substr(end + 1).starts_with('}')) {
      replaced =
          fail(ErrorKind::invalid_input, "{} has a \"}}\" too many", in_quotes(text.substr(at, end + 4)));
    }
    if (!replaced && is_for_others(inside, mark)) {
      out += text.substr(at, 2);
      text = rest;
      continue;
    }
    if (!replaced) {
      failed_at_ = size - text.size() + at;
      return replaced;
    }
    out += *replaced;
    text = rest.substr(end + 1);
    if (out.size() > longest_result) {
      return fail(ErrorKind::limit_exceeded, "the text is too long once its variables are put in");
    }
  }
  return out;
}

Result<bool> Substituter::condition(std::string_view text) {
  while (text.ends_with(' ') || text.ends_with('\n')) text.remove_suffix(1);
  while (text.starts_with(' ')) text.remove_prefix(1);
  if (text.starts_with("#{") && expression_end(text.substr(2)) == text.size() - 3) {
    text = text.substr(2, text.size() - 3);
  }
  TRY(const std::string result,
      evaluate_expression(text, [this](std::string_view name) { return value(name); }));
  if (result == "true") return true;
  if (result == "false") return false;
  return fail(ErrorKind::invalid_input, "the condition {} gives {}; it must give true or false",
              in_quotes(text), in_quotes(result));
}

}  // namespace hauberk
