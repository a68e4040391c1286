// The table of `track`: how a definition's variables follow their upstreams. Each "type" has its own keys.
//
// SPDX-License-Identifier: Apache-2.0
#include "definition/rules.h"
#include "definition/schema.h"

namespace hauberk {
namespace {

using Kind = Shape::Kind;

constexpr Shape one_line{.kind = Kind::text, .check = check_one_line};
constexpr Shape regex{.kind = Kind::text, .check = check_regular_expression, .expansion = Expansion::none};
constexpr Shape variable{.kind = Kind::text, .check = check_variable_name};
constexpr Shape free_values{.kind = Kind::any_map};
constexpr Shape variables{.kind = Kind::list, .element = &variable};
constexpr Shape track_url{.kind = Kind::text, .check = check_url};
constexpr Shape apk_purl{.kind = Kind::text, .check = check_apk_purl};
constexpr Shape deb_purl{.kind = Kind::text, .check = check_deb_purl};

constexpr std::string_view release_values[] = {"commit", "tag", "name"};
constexpr Shape release_value{.kind = Kind::text, .words = release_values};
constexpr Field release_set_fields[] = {
    {"match", &regex}, {"value", &release_value, true}, {"var", &variable, true}};
constexpr Shape release_set_entry{.kind = Kind::object, .fields = release_set_fields};
constexpr Shape release_set{
    .kind = Kind::text_or_list, .check = check_variable_name, .element = &release_set_entry};

constexpr std::string_view use_words[] = {"release", "tag"};
constexpr Shape use{.kind = Kind::text, .words = use_words};

constexpr std::string_view artifact_values[] = {"digest", "tag", "reference"};
constexpr std::string_view selections[] = {"longest", "exact", "default"};
constexpr Shape artifact_value{.kind = Kind::text, .words = artifact_values};
constexpr Shape selection{.kind = Kind::text, .words = selections};
constexpr Field artifact_set_fields[] = {
    {"match", &regex}, {"value", &artifact_value, true}, {"var", &variable, true}, {"selection", &selection}};
constexpr Shape artifact_set_entry{.kind = Kind::object, .fields = artifact_set_fields};
constexpr Shape artifact_set{.kind = Kind::list, .element = &artifact_set_entry};

constexpr Field release_fields[] = {{"type", &one_line, true},
                                    {"owner", &one_line, true},
                                    {"repo", &one_line, true},
                                    {"set", &release_set, true},
                                    {"use", &use},
                                    {"match", &regex}};
constexpr Field tag_fields[] = {{"type", &one_line, true},
                                {"owner", &one_line, true},
                                {"repo", &one_line, true},
                                {"match", &regex, true},
                                {"set", &release_set, true}};
constexpr Field repository_fields[] = {{"type", &one_line, true},
                                       {"owner", &one_line, true},
                                       {"repo", &one_line, true},
                                       {"branch", &one_line},
                                       {"set", &free_values, true}};
constexpr Field apk_fields[] = {
    {"type", &one_line, true}, {"package", &apk_purl, true}, {"set", &variable, true}};
constexpr Field deb_fields[] = {
    {"type", &one_line, true}, {"package", &deb_purl, true}, {"set", &variable, true}, {"match", &regex}};
constexpr Field increment_fields[] = {
    {"type", &one_line, true}, {"set", &variable}, {"increment", &variables}, {"reset", &variables}};
constexpr Field artifact_fields[] = {{"type", &one_line, true},
                                     {"name", &one_line, true},
                                     {"match", &regex, true},
                                     {"set", &artifact_set, true}};
constexpr Field file_fields[] = {
    {"type", &one_line, true}, {"url", &track_url, true}, {"set", &free_values, true}, {"name", &one_line}};

constexpr Case cases[] = {{"github_release", release_fields},
                          {"github_tag", tag_fields},
                          {"github_repository", repository_fields},
                          {"alpine_package", apk_fields},
                          {"debian_package", deb_fields},
                          {"var_increment", increment_fields},
                          {"oci_artifact", artifact_fields},
                          {"file", file_fields},
                          {"json_file", file_fields}};
constexpr Shape track{.kind = Kind::by_type, .cases = cases};

}  // namespace

constexpr Shape track_list{.kind = Kind::list, .element = &track};

}  // namespace hauberk
