// Variables in a definition's texts, for one target platform.
//
// Spec: DESIGN section 3. `${NAME}` is a variable, `${a.b}` a fact of the target, `${NAME:regex}` the
// first group of the regular expression in the variable's value, `#{ }` an expression (expression.h).
// In texts that a shell or another program will read, only what we know is replaced, because `${x}`
// means something there too. Thread rule: one thread (values are remembered).
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/platform.h"
#include "base/result.h"

namespace hauberk {

enum class Expansion {
  strict,     // every `${...}` and `#{...}` is ours: an unknown name is an error
  var,        // a value under `vars`: as strict, but a regex of a variable that is not there stays, for
              // published definitions carry such values from templates, unused
  program,    // an argument or environment value: as shell, but a word (no blanks) has no shell that would
              // replace a `${NAME}` in it, so there an unknown NAME is an error
  process,    // an environment value of a build: as program, but the build's image has variables that we
              // cannot see, so an unknown NAME stays, unless it is nearly one of ours
  described,  // what a source or a step is called: an unknown NAME stays, unless it is nearly ours
  shell,  // unknown names stay as they are, unless they are plainly a misspelt name of ours
  condition,  // the whole text is an expression (an `if`)
  none,  // nothing is replaced
};

// The facts of the target that `${a.b}` names.
struct TargetFacts {
  Platform platform = Platform::amd64();
  std::string flavor;
  bool dev = false;
  bool fips = false;
};

class Substituter {
 public:
  Substituter(std::map<std::string, std::string> vars, const TargetFacts& target);

  // A further name with a dot, as `matrix.NAME`. One that no text can name is left out.
  void define(std::string name, std::string value);
  void forget(const std::string& name) { facts_.erase(name); }

  // While an environment is looked at: its own names. With those that every container has they stay in
  // texts of Expansion::program where there is no such variable, as in `PATH: /opt/bin:${PATH}`.
  void begin_environment(std::set<std::string, std::less<>> names) { environment_ = std::move(names); }
  void end_environment() { environment_.reset(); }

  // `text` with all that is ours replaced. invalid_input: an unknown name, an expression or regular
  // expression that fails, a variable that needs itself. The message names no place.
  Result<std::string> text(std::string_view text, Expansion expansion);

  // Where in its text the mark stands that the last call of text() failed at.
  std::size_t failed_at() const { return failed_at_; }

  // An `if`: an expression, with or without `#{ }`, that must give true or false.
  Result<bool> condition(std::string_view text);

  // The value of a variable or a dotted name.
  Result<std::string> value(std::string_view name);

 private:
  // A "${" or "#{" of a text, and where it stands.
  struct Mark {
    Expansion expansion;
    bool is_expression;
    bool is_closed;
    bool in_word;  // of a program's arguments or environment: a text without blanks
  };

  Result<std::string> reference(std::string_view inside);
  Result<std::string> inside_of(std::string_view inside, const Mark& mark);
  bool is_for_others(std::string_view inside, const Mark& mark) const;
  std::unexpected<Error> unclosed(std::string_view mark) const;
  Status whole_marks(std::string_view literal, Expansion expansion) const;
  Status no_half_mark(std::string_view literal, std::string_view name, bool is_fact) const;
  std::string_view fact_at_begin(std::string_view inside) const;
  bool has_half_of_fact(std::string_view name) const;
  bool names_a_fact(std::string_view expression) const;
  bool stays(std::string_view inside, Expansion expansion) const;
  bool is_of_environment(std::string_view name) const;
  std::optional<std::string> misspelt(std::string_view name) const;

  std::map<std::string, std::string, std::less<>> vars_;
  std::map<std::string, std::string, std::less<>> facts_;
  std::map<std::string, std::string, std::less<>> known_;  // variables already substituted
  std::set<std::string, std::less<>> open_;  // variables being substituted
  std::size_t failed_at_ = 0;
  std::optional<std::set<std::string, std::less<>>> environment_;
};

// Whether substitution would look at the text at all.
bool has_substitution(std::string_view text);

}  // namespace hauberk
