// What a server asks for before it answers: the WWW-Authenticate header of a 401.
//
// Spec: RFC 9110, section 11.6.1; the parameters of Bearer as Docker's token protocol names them (realm,
// service, scope). Hostile text: at most 16 KiB, 16 challenges, 32 parameters each. Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hauberk {

struct Challenge {
  std::string scheme;                                // lower case: "bearer", "basic"
  std::map<std::string, std::string> parameters = {};  // names in lower case

  // The parameter, or "" where there is none.
  std::string parameter(const std::string& name) const;

  friend bool operator==(const Challenge&, const Challenge&) = default;
};

// The challenges of one header's value, in their order. invalid_input: no such list; a parameter that comes
// twice; limit_exceeded.
Result<std::vector<Challenge>> parse_challenges(std::string_view value);

}  // namespace hauberk
