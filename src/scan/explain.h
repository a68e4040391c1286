// Why a vulnerability is, or is not, one of an image: the feed's row, the package, the comparison, the
// verdict.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scan/scan.h"

namespace hauberk {

struct Explanation {
  std::string id = {};                       // as the feeds call it
  std::vector<std::string> aliases = {};
  std::string description = {};
  std::vector<std::string> steps = {};       // whole sentences, in order
  std::vector<Finding> findings = {};        // also those that do not affect the image
  bool is_affected = false;                  // any finding that counts
};

// not_found: no feed knows the id, also by no other name.
Result<Explanation> explain(std::string_view id, const Inventory& inventory, const Advisories& advisories,
                            const ScanOptions& options);

}  // namespace hauberk
