// Which suites a definition means, on this installation.
//
// The definition's own lines, or the defaults for its distribution where it lists none; a vendor's lines are
// replaced by the same defaults; every URL is rewritten as the configuration says. Pure.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "definition/definition.h"
#include "store/config.h"

namespace hauberk {

struct Repository {
  std::string url;                      // to ask at; may hold credentials; no final "/"
  std::string suite;                    // "trixie-security"; of a flat repository its folder, "./"
  std::vector<std::string> components;  // sorted; of a flat repository one, ""
  std::vector<std::string> key_urls;    // keys that the definition brings, trusted on first use

  bool flat() const { return suite.ends_with('/'); }

  // The suite's folder: where InRelease lies.
  std::string suite_url() const;

  friend bool operator==(const Repository&, const Repository&) = default;
};

// In the order of the lines; lines for the same suite are one. invalid_input: a line that is none;
// unsupported: a distribution that the configuration has no repositories for.
Result<std::vector<Repository>> repositories_of(const Definition& definition, Platform platform,
                                                const Upstreams& upstreams);

}  // namespace hauberk
