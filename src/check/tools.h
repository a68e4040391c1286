// Tools that an intruder would look for: shells, package managers, compilers, network tools, ways to become
// another user. What check judges and compare names.
//
// Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/image_root.h"
#include "facts/facts.h"

namespace hauberk {

enum class ToolKind { shell, package_manager, compiler, network, privilege };

struct FoundTool {
  ToolKind kind = ToolKind::shell;
  std::string path = {};
  std::string detail = {};    // "a shell, a link to /usr/bin/dash"
  const File* file = nullptr;  // null where a package says so alone
};

// "a shell", "a network tool"
std::string_view title_of(ToolKind kind);

// By a program's name: "bash" is a shell, "gcc-14" a compiler.
std::optional<ToolKind> tool_kind(std::string_view name);

// All that can be started, sorted by path.
std::vector<FoundTool> tools_of(const Facts& facts, const ImageRoot& root);

}  // namespace hauberk
