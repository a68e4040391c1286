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
  shell,      // unknown names stay as they are, unless they are plainly a misspelt name of ours
  condition,  // the whole text is an expression (an `if`)
  none,       // nothing is replaced
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

  // A further name with a dot, as `matrix.NAME`.
  void define(std::string name, std::string value) {
    facts_.insert_or_assign(std::move(name), std::move(value));
  }
  void forget(const std::string& name) { facts_.erase(name); }

  // `text` with all that is ours replaced. invalid_input: an unknown name, an expression or regular
  // expression that fails, a variable that needs itself. The message names no place.
  Result<std::string> text(std::string_view text, Expansion expansion);

  // An `if`: an expression, with or without `#{ }`, that must give true or false.
  Result<bool> condition(std::string_view text);

  // The value of a variable or a dotted name.
  Result<std::string> value(std::string_view name);

 private:
  Result<std::string> reference(std::string_view inside);
  bool is_left_over(std::string_view inside) const;
  std::optional<std::string> misspelt(std::string_view name) const;

  std::map<std::string, std::string, std::less<>> vars_;
  std::map<std::string, std::string, std::less<>> facts_;
  std::map<std::string, std::string, std::less<>> known_;  // variables already substituted
  std::set<std::string, std::less<>> open_;                // variables being substituted
};

// Whether substitution would look at the text at all.
bool has_substitution(std::string_view text);

}  // namespace hauberk
