// Debs that Debian did not build: its security data says nothing of them.
//
// Spec of the signs: DESIGN section 8, "third-party .debs are not judged by Debian's data". A maintainer
// elsewhere is no sign by itself, since many of Debian's own have such an address: it counts only beside a
// version that Debian would not give. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "facts/package.h"

namespace hauberk {

struct KnownVersions {           // what Debian is known to have of the same source
  bool any = false;              // some version of it
  bool always_revision = false;  // and each of these has a Debian revision ("-1")
  std::string_view available;    // the newest in our index; may be empty
};

// Why Debian's data does not speak of this deb; empty if it does.
std::string third_party_reason(const Package& package, const KnownVersions& known);

}  // namespace hauberk
