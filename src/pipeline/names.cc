// SPDX-License-Identifier: Apache-2.0
#include "pipeline/names.h"

#include <algorithm>

#include "oci/reference.h"

namespace hauberk {
namespace {

// The version is the longest tag that is a number with dots: the ladder's lowest rung.
std::string version_of(const std::vector<std::string>& tags) {
  std::string best;
  for (const std::string& tag : tags) {
    const std::string number = tag.substr(0, tag.find('-'));
    const bool is_number = !number.empty() && number.find_first_not_of("0123456789.") == std::string::npos;
    if (is_number && number.size() > best.size()) best = number;
  }
  if (!best.empty()) return best;
  return tags.empty() ? "0" : tags.front().substr(0, tags.front().find('-'));
}

}  // namespace

Result<ImageNames> image_names(const Definition& as_written) {
  // All platforms share the index, and so its names: those of the first.
  TRY(const Definition definition, for_platform(as_written, as_written.platforms.front()));
  auto reference = Reference::parse(definition.image);
  if (!reference)
    return wrap(reference.error(), fmt::format("cannot name the image \"{}\"", definition.image));
  ImageNames names{reference->name(), definition.tags, {}};
  names.build_prefix = fmt::format("{}-{}", version_of(definition.tags), definition.syntax.distribution);
  if (!definition.flavor.empty()) names.build_prefix += "-" + definition.flavor;
  if (definition.variant == Variant::dev) names.build_prefix += "-dev";
  return names;
}

}  // namespace hauberk
