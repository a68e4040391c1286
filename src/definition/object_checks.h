// What has to hold between the members of one object: the ObjectChecks that the schema's tables name.
//
// They run after the members' own checks and look only at members of the right type, so that one mistake
// is reported once. References between objects are judged where the definition alone can tell: a
// `run-as` and the members of groups must be accounts of the same `accounts`. Thread rule: functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/yaml.h"
#include "definition/problems.h"

namespace hauberk {

void check_accounts(const YamlNode& accounts, Problems& problems);
void check_path_entry(const YamlNode& entry, Problems& problems);
// A folder without path and mode, of root: see LeftOverCheck (schema.h).
bool is_left_over_path(const YamlNode& entry);
void check_overlay_path(const YamlNode& entry, Problems& problems);
void check_build(const YamlNode& build, Problems& problems);
void check_customisation(const YamlNode& customisation, Problems& problems);

// The key of `mappings`: a package's name.
std::optional<std::string> check_mapping_name(std::string_view text);

}  // namespace hauberk
