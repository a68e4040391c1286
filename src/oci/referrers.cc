// SPDX-License-Identifier: Apache-2.0
#include "oci/referrers.h"

namespace hauberk {

std::string referrers_tag(const Digest& subject) {
  return fmt::format("{}-{}", subject.algorithm_name(), subject.hex());
}

bool is_referrers_tag(std::string_view tag) {
  std::string digest(tag.substr(0, tag.find('.')));
  const auto dash = digest.find('-');
  if (dash == std::string::npos) return false;
  digest[dash] = ':';
  return Digest::parse(digest).has_value();
}

}  // namespace hauberk
