// What a plain YAML scalar is taken for, and how to write a text so that it is read as itself.
//
// Spec: YAML 1.2, section 10.3 (core schema). yaml_scalar() (base/yaml.h) is the writer. Thread rule:
// functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace hauberk {

// "null", "boolean", "integer", "number" or "string", by the core schema.
std::string_view plain_scalar_type(std::string_view text);

// Bytes of the UTF-8 sequence that `text` begins with; 0 if it begins with none (or is empty).
std::size_t utf8_length(std::string_view text);

}  // namespace hauberk
