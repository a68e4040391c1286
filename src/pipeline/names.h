// The names that a build gives its image: repository, tag ladder, and the tag that never moves.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "definition/definition.h"

namespace hauberk {

struct ImageNames {
  std::string repository;         // of `image`, with registry: "dhi.io/nginx"
  std::vector<std::string> tags;  // the definition's ladder
  std::string build_prefix;       // "1.26.3-debian13", "1.26.3-debian13-dev": a date and a number follow
};

// invalid_input: `image` is no reference.
Result<ImageNames> image_names(const Definition& as_written);

}  // namespace hauberk
