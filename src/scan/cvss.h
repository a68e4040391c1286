// CVSS base scores, computed from their vectors.
//
// Specs: FIRST, CVSS v3.1 and v3.0, section 7 and appendix A (exact rounding up); CVSS v2, section 3.2.1. A
// v4.0 vector is recognised and checked but not scored: its table of macro vectors is not here, so that the
// feed's own label stands in. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "scan/advisory_table.h"
#include "scan/scan.h"

namespace hauberk {

struct CvssScore {
  double base = 0;  // with one decimal; 0 for v4.0
  ScoreSource version = ScoreSource::none;
};

// invalid_input: a metric is missing, unknown, or there twice; unsupported: a version that we do not know.
Result<CvssScore> parse_cvss(std::string_view vector);

// The qualitative rating: of v3 (0.0 none) and of v2 as NVD rates it.
Severity severity_of(const CvssScore& score);

// "MODERATE", "Medium", "critical" as databases write them; unknown for other words.
Severity severity_of_label(std::string_view label);

}  // namespace hauberk
