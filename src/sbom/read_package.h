// One element of an SBOM as a package, whoever wrote it.
//
// Where several members speak of one thing, the package URL comes first, then what a tool's own properties
// say (syft:..., aquasecurity:trivy:..., hauberk:...), then the plain members. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "facts/package.h"
#include "facts/purl.h"

namespace hauberk {

struct ReadElement {
  enum class Role { nothing, package, source, image, operating_system };

  Role role = Role::nothing;
  std::string id = {};             // SPDXID; CycloneDX refers by other means
  Package package = {};  // `source` is empty where the element does not say it: default_source() fills it
  OsRelease os = {};  // what the package URL says of the distribution, or the operating system itself
};

ReadElement read_spdx_package(const Json& element);
ReadElement read_component(const Json& element);

// A deb or apk whose source nobody named has its own name's, of the version without a rebuild's suffix.
void default_source(Package& package);

// A text member, or "".
std::string text_member(const Json& object, std::string_view key);

}  // namespace hauberk
