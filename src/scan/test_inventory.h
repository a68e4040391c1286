// Inventories for tests, from the text of a dpkg status file or made by hand.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "deb/stanza.h"
#include "facts/package.h"

namespace hauberk {

inline Package deb(std::string name, std::string version, std::string source = "",
                   std::string source_version = "") {
  Package package;
  package.kind = Package::Kind::deb;
  package.architecture = "amd64";
  package.source = source.empty() ? name : std::move(source);
  package.source_version = source_version.empty() ? version : std::move(source_version);
  package.name = std::move(name);
  package.version = std::move(version);
  package.supplier = "Example Maintainer <maintainer@debian.org>";
  return package;
}

inline Package language(Package::Kind kind, std::string name, std::string version) {
  Package package;
  package.kind = kind;
  package.name = std::move(name);
  package.version = std::move(version);
  return package;
}

inline Inventory bookworm(std::vector<Package> packages) {
  return {"example", {"debian", "12", "bookworm", "Debian GNU/Linux 12 (bookworm)"}, std::move(packages)};
}

inline Inventory of_status_file(std::string_view text) {
  Inventory inventory = bookworm({});
  StanzaReader reader(text);
  for (;;) {
    const auto stanza = reader.next();
    if (!stanza || !*stanza) {
      EXPECT_TRUE(stanza) << stanza.error().message;
      return inventory;
    }
    const Stanza& fields = **stanza;
    std::string source(fields["Source"]);
    std::string source_version;
    if (const auto open = source.find(" ("); open != std::string::npos) {
      source_version = source.substr(open + 2, source.size() - open - 3);
      source.resize(open);
    }
    inventory.packages.push_back(deb(std::string(fields["Package"]), std::string(fields["Version"]), source,
                                     source_version));
    inventory.packages.back().supplier = fields["Maintainer"];
  }
}

}  // namespace hauberk
