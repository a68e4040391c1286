// Python distributions, by the metadata that installers leave.
//
// Spec: core metadata 1.0 to 2.4, PEP 503 (names), PEP 508 (requirements). Copies that another distribution
// brings along (a folder _vendor) are packages like others: their record's path says where they lie. Thread
// rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/package.h"

namespace hauberk {

// True for <name>.dist-info/METADATA, <name>.egg-info/PKG-INFO, EGG-INFO/PKG-INFO and a file <name>.egg-info.
bool is_python_metadata_path(std::string_view path);

// One package. `depends` are the normal names of what is required without an extra.
// invalid_input: no name; limit_exceeded: more than 8 MiB.
Result<std::vector<Package>> read_python_metadata(std::string_view path, std::string_view text);

// Lower case, each run of ".", "-" and "_" one hyphen.
std::string normal_python_name(std::string_view name);

}  // namespace hauberk
