// What the readers of package records share.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

#include "facts/package_records.h"

namespace hauberk {

inline constexpr std::size_t most_problems_of_one_file = 20;  // the rest of a broken file says no more

// The next line of the text, which is taken away with its newline.
inline std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// dpkg's records into `records`.
void read_dpkg_records(const std::map<std::string, std::string>& texts, PackageRecords& records);

// One apk database into `records`. `path` is where it lies.
void read_apk_database(std::string_view path, std::string_view text, PackageRecords& records);

}  // namespace hauberk
