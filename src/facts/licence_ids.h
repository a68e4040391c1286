// The identifiers of the SPDX licence list that images in practice name.
//
// Spec: the SPDX licence list; an identifier of it that is not here is written as a LicenseRef-, which is as
// valid and says less. Thread rule: functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace hauberk {

// The list's own spelling of an identifier in any case; "" if it is none.
std::string_view licence_id(std::string_view text);

// The same for what follows WITH.
std::string_view licence_exception_id(std::string_view text);

}  // namespace hauberk
