// Licence expressions: checked before they are written, so that a document never holds an invalid one.
//
// Spec: SPDX 2.3, Annex D. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/package.h"

namespace hauberk {

// A licence that is not on SPDX's list: the document says what its identifier means.
struct LicenceReference {
  std::string id = {};    // "LicenseRef-..."
  std::string name = {};  // as it was written

  friend auto operator<=>(const LicenceReference&, const LicenceReference&) = default;
};

struct LicenceExpression {
  std::string text = {};  // valid SPDX in the list's own spelling
  std::vector<LicenceReference> references = {};

  friend bool operator==(const LicenceExpression&, const LicenceExpression&) = default;
};

// Names that the list lacks become references. invalid_input: not of the grammar, or it asserts nothing;
// limit_exceeded: more than 8 KiB, or parentheses nested deeper than 32.
Result<LicenceExpression> parse_licence_expression(std::string_view text);

// What all of a package's licences say together.
struct DeclaredLicence {
  std::string expression = "NOASSERTION";
  std::vector<LicenceReference> references = {};
  std::vector<std::string> files = {};  // where they were found, sorted
  std::string comment = {};             // what could not be said as an expression, and where it is

  friend bool operator==(const DeclaredLicence&, const DeclaredLicence&) = default;
};

// All of them at once ("A AND (B OR C)"); NOASSERTION with a comment if one of them says nothing usable.
DeclaredLicence declared_licence(const std::vector<Licence>& licences);

}  // namespace hauberk
