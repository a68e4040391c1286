// Between YAML and the canonical JSON document of a definition, guided by the schema's tables.
//
// The document has the syntax under "syntax" and beside it the definition's keys; package lists are
// sorted, because they carry no order. Values that no table describes (a step's `with`) keep their YAML
// type where JSON writes it back exactly (true, false, whole numbers) and are texts otherwise, so that
// 1.10 stays "1.10". Thread rule: functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/yaml.h"
#include "definition/schema.h"

namespace hauberk {

// The JSON value of a node that has been checked against `shape`.
Json json_of(const YamlNode& node, const Shape& shape);

// The node that a value would have been read from; its places are all 1:1.
YamlNode node_of(const Json& value);

// The canonical YAML text of a value of this shape.
std::string yaml_of(const Json& value, const Shape& shape);

}  // namespace hauberk
