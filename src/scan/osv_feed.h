// OSV records: advisories of language packages, of Alpine, and of Debian (DSA, DLA).
//
// Spec: the OSV schema 1.7. A withdrawn record says nothing. Records that mean the same vulnerability (by
// their CVE among `aliases` and `upstream`; of a distribution's own also `related`) become one, with the
// others as aliases.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "scan/advisory_builder.h"

namespace hauberk {

// A record, a JSON list of records, one record a line, or a zip archive of records (all.zip). Returns the
// newest `modified` of them, as RFC 3339 (empty if there is no record). invalid_input names the record;
// limit_exceeded: above 4 GiB in all, 4 MiB for a record, 2 million records.
Result<std::string> read_osv(std::string_view bytes, AdvisoryBuilder& builder);

}  // namespace hauberk
