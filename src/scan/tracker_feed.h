// The Debian security tracker's JSON.
//
// Form: {source: {CVE: {"description", "debianbug", "scope", "releases": {codename: {"status",
// "repositories", "fixed_version", "urgency", "nodsa", "nodsa_reason"}}}}}; `releases` is [] where there is
// none.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "scan/advisory_builder.h"

namespace hauberk {

// Adds every row. Members that we do not know are passed over, at any place; of those that we know, another
// type or an unknown status is invalid_input, named by source, id and release. Also invalid_input: no JSON;
// limit_exceeded: above 1 GiB, 4 million rows, or a name or version above 512 bytes.
Status read_debian_tracker(std::string_view text, AdvisoryBuilder& builder);

// "low**" is low: the stars say who said so.
Urgency urgency_of(std::string_view text);

}  // namespace hauberk
