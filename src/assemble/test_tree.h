// Trees for tests.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "assemble/effects.h"
#include "assemble/tree.h"

namespace hauberk {

// What effects see of a tree of these entries, by path; it must outlive the result.
inline TypeAt type_at(const std::map<std::string, TarEntry>& entries) {
  return [&entries](std::string_view path) -> std::optional<TarEntry::Type> {
    const auto there = entries.find(std::string(path));
    return there == entries.end() ? std::nullopt : std::optional(there->second.type);
  };
}

// A tree in memory of these entries, by path, all of layer 3.
inline Tree tree_of(const std::map<std::string, TarEntry>& entries) {
  Tree tree;
  for (const auto& [path, entry] : entries) {
    TarEntry own = entry;
    own.path = path;
    EXPECT_TRUE(tree.append({own, 3}));
  }
  return tree;
}

}  // namespace hauberk
