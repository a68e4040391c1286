// Where a listing goes on: the Link header of an answer.
//
// Spec: RFC 8288, section 3; OCI distribution-spec 1.1, "Listing Referrers". Hostile text: at most 16 KiB.
// Thread rule: a pure function.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hauberk {

// The target of the link whose relation is "next", as it is written: relative or not. None: there is no such
// link. invalid_input: no list of links; limit_exceeded.
Result<std::optional<std::string>> next_link(std::string_view value);

}  // namespace hauberk
