// The flags that `build` and `lock` share.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "pipeline/build.h"

namespace hauberk {

struct BuildFlags {
  std::string definition;
  std::vector<std::string> customisations;
  std::string catalog_root;
  std::vector<std::string> platforms;
  std::vector<std::string> allow;
  std::string compression;
  bool offline = false;

  void add_to(CLI::App& verb);
  Result<BuildRequest> request() const;
};

}  // namespace hauberk
