// The feeds that rank and annotate: KEV, EPSS, debian-security-support.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "scan/advisory_builder.h"

namespace hauberk {

// CISA's Known Exploited Vulnerabilities, JSON: {"dateReleased", "vulnerabilities": [{"cveID", "dateAdded",
// "dueDate", "knownRansomwareCampaignUse"}]}. Returns dateReleased as RFC 3339.
Result<std::string> read_kev(std::string_view text, AdvisoryBuilder& builder);

// FIRST's EPSS, CSV: "#model_version:...,score_date:2026-01-01T00:00:00+0000", "cve,epss,percentile", rows.
// Returns score_date as RFC 3339.
Result<std::string> read_epss(std::string_view text, AdvisoryBuilder& builder);

// A file of Debian's package debian-security-support, told by its name: "security-support-ended.deb12"
// (source, last supported version, date, details), "security-support-limited" (source, details). Other names
// are passed over.
Status read_support_file(std::string_view name, std::string_view text, AdvisoryBuilder& builder);

}  // namespace hauberk
