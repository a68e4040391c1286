// The input's first line is a text; each further line "NAME=value" a variable.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "definition/substitution.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view text = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  std::map<std::string, std::string> vars;
  while (!rest.empty() && vars.size() < 50) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (const std::size_t equals = line.find('='); equals != std::string_view::npos) {
      vars.emplace(line.substr(0, equals), line.substr(equals + 1));
    }
  }
  hauberk::Substituter target(vars, {});
  static_cast<void>(target.text(text, hauberk::Expansion::strict));
  static_cast<void>(target.text(text, hauberk::Expansion::var));
  static_cast<void>(target.text(text, hauberk::Expansion::program));
  static_cast<void>(target.text(text, hauberk::Expansion::process));
  static_cast<void>(target.text(text, hauberk::Expansion::described));
  static_cast<void>(target.condition(text));
  const auto shell = target.text(text, hauberk::Expansion::shell);
  // A text without our marks is left alone, whoever will read it.
  if (!hauberk::has_substitution(text) && (!shell || *shell != text)) std::abort();
  return 0;
}
