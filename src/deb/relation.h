// Relations between packages: "libc6 (>= 2.34), mawk | awk".
//
// Spec: Debian Policy 7.1; deb-control(5). Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hauberk {

// Whether a text can be a package's name: letters, digits and "+-._", beginning with a letter or digit, at
// most 255 bytes. Looser than Policy (capitals, one letter), as dpkg is, and still a safe file name.
bool is_package_name(std::string_view text);

struct Relation {
  enum class Operator { any, less, less_equal, equal, greater_equal, greater };
  std::string name;
  std::string architecture;  // the qualifier after ":", for example "any"; mostly empty
  Operator op = Operator::any;
  std::string version;

  // "libc6 (>= 2.34)"
  std::string text() const;

  // Whether a package of this version satisfies the version part.
  bool holds(std::string_view candidate_version) const;

  friend bool operator==(const Relation&, const Relation&) = default;
};

using Alternatives = std::vector<Relation>;  // one of them suffices; never empty

// Parses a whole field. Entries with an architecture restriction in brackets that does not hold for
// `architecture` are left out, as dpkg does. invalid_input names the place; limits: 1 MiB, 10,000 entries.
Result<std::vector<Alternatives>> parse_relations(std::string_view field, std::string_view architecture);

// "a | b (>= 1)"
std::string text_of(const Alternatives& alternatives);

}  // namespace hauberk
