// SPDX-License-Identifier: Apache-2.0
#include "attest/predicate.h"
#include "prove/predicates.h"

namespace hauberk {

Json lasting_part(std::string_view predicate_type, Json predicate) {
  if (!predicate.is_object()) return predicate;
  if (predicate_type == predicate::provenance && predicate.contains("runDetails")) {
    predicate["runDetails"].erase("metadata");
  }
  if (predicate_type == predicate::vulns) predicate.erase("metadata");
  if (predicate_type == predicate::vex) predicate.erase("timestamp");
  return predicate;
}

}  // namespace hauberk
