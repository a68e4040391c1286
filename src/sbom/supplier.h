// Who made a package: the Maintainer of a record, as SPDX and CycloneDX want it told apart.
//
// Spec: SPDX 2.3, clause 7.5 ("Package supplier"). Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace hauberk {

struct Supplier {
  std::string name = {};  // empty: nobody is named
  std::string email = {};
  bool is_person = false;

  friend bool operator==(const Supplier&, const Supplier&) = default;
};

// "Name <mail>", the first of several. Teams are told from people by their words ("Maintainers", "Team") and
// by the address of a mailing list; a name without such a sign is a person's.
Supplier supplier_of(std::string_view maintainer);

// "Organization: Debian GCC Maintainers (debian-gcc@lists.debian.org)", "Person: ...", or "NOASSERTION".
std::string spdx_text(const Supplier& supplier);

// The other way, to "Name <mail>" as a record has it; "" for NOASSERTION. Text without "Person:" and the like
// is taken as it stands.
std::string maintainer_of_spdx(std::string_view text);

}  // namespace hauberk
