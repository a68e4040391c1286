// The shape of a definition, as tables: which keys there are, and what each may hold.
//
// Spec: the published definition.schema.json and its real use (DESIGN section 3). A table says what the
// JSON Schema says, and in TextCheck also what a text has to look like. check.h applies the tables;
// document.h reads values by them. Thread rule: constants.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/yaml.h"
#include "definition/problems.h"
#include "definition/substitution.h"

namespace hauberk {

// What is wrong with a text (variables already substituted); nothing if it is right.
using TextCheck = std::optional<std::string> (*)(std::string_view text);

// What is wrong with an object beyond its members one by one.
using ObjectCheck = void (*)(const YamlNode& object, Problems& problems);

// Whether an object is what a template leaves where nothing is to be made. Published definitions have some.
using LeftOverCheck = bool (*)(const YamlNode& object);

struct Shape;

struct Field {
  std::string_view key;
  const Shape* shape;
  bool required = false;
};

// The members of an object whose "type" has this value.
struct Case {
  std::string_view type;
  std::span<const Field> fields;
};

struct Shape {
  enum class Kind {
    text,          // a string
    integer,       // between least and most
    boolean,
    list,          // of element
    object,        // with fields
    text_map,      // any keys (key_check), texts as values
    any_map,       // a mapping of anything
    by_type,       // an object whose fields depend on its "type"
    text_or_list,  // a text, or a list of element
  };
  Kind kind;
  TextCheck check = nullptr;
  Expansion expansion = Expansion::strict;
  std::span<const std::string_view> words = {};  // text: the only ones allowed
  const Shape* element = nullptr;
  std::span<const Field> fields = {};
  std::span<const Case> cases = {};
  TextCheck key_check = nullptr;
  ObjectCheck object_check = nullptr;
  LeftOverCheck left_over = nullptr;  // object: one that is warned of, and has no effect
  bool never_empty = false;  // list
  std::int64_t least = 0;
  std::int64_t most = 0;
};

// The shape of a whole definition, and of a customisation (an overlay).
const Shape& definition_shape();
const Shape& customisation_shape();

// Pieces that the tables share.
extern const Shape any_text;             // a string, empty or not
extern const Shape nonempty_text;
extern const Shape boolean_value;
extern const Shape owner_id;             // a uid or gid
extern const Shape expression_text;      // an `if`
extern const Shape mode_text;
extern const Shape platform_list;
extern const Shape text_list;            // strings, none empty
extern const Shape environment_map;
extern const Shape build_environment_map;
extern const Shape accounts_object;
extern const Shape path_list;
extern const Shape build_path_list;
extern const Shape package_list;
extern const Shape artifact_list;
extern const Shape contents_of_build;
extern const Shape build_list;
extern const Shape track_list;
extern const Shape file_list;
extern const Shape build_file_list;
extern const Shape absolute_path;
extern const Shape build_path;           // may be relative: to "/"
extern const Shape repository_list;
extern const Shape keyring_list;
extern const Shape mapping_map;
extern const Shape annotation_map;
extern const Shape program_text_list;    // entrypoint, cmd

}  // namespace hauberk
