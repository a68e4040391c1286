// Reads lines "A B" and says for each how Debian's version A stands to B: -1, 0 or 1.
//
// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <string>

#include "deb/version.h"

int main() {
  std::ios::sync_with_stdio(false);
  std::string a;
  std::string b;
  while (std::cin >> a >> b) {
    const auto order = hauberk::compare_versions(a, b);
    std::cout << (order < 0 ? -1 : order > 0 ? 1 : 0) << '\n';
  }
}
