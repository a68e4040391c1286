// The two formats of a bill.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "sbom/bill.h"

namespace hauberk {

// Without what names the document itself: the caller adds documentNamespace or serialNumber.
Json spdx_of(const Bill& bill);
Json cyclonedx_of(const Bill& bill);

// "built package from: gcc-14 14.2.0-19", the sourceInfo in which scanners look for a source package.
inline constexpr std::string_view source_info_prefix = "built package from: ";

}  // namespace hauberk
