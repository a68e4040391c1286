// The table of a customisation: an overlay with spellings of its own (`runs-as`, `contents`, `ZSTD`).
//
// Spec: the published customisation format. Its older form names one target at the top instead of a
// list `targets`. Beyond it we take the definition's keys for paths (type, source, ...), so that an
// overlay can add whole folders and links.
//
// SPDX-License-Identifier: Apache-2.0
#include "definition/object_checks.h"
#include "definition/rules.h"
#include "definition/schema.h"

namespace hauberk {
namespace {

using Kind = Shape::Kind;

constexpr Shape one_line{.kind = Kind::text, .check = check_one_line};
constexpr Shape image_name{.kind = Kind::text, .check = check_image_name};
constexpr Shape tag_part{.kind = Kind::text, .check = check_tag_part};
constexpr Shape definition_id{.kind = Kind::text, .check = check_catalogue_path};

constexpr Field target_fields[] = {{"destination", &image_name, true},
                                   {"tag_definition_id", &definition_id, true}};
constexpr Shape target{.kind = Kind::object, .fields = target_fields};
constexpr Shape target_list{.kind = Kind::list, .element = &target, .never_empty = true};

constexpr Shape path_pattern{.kind = Kind::text, .check = check_path_pattern};
constexpr Shape patterns{.kind = Kind::list, .element = &path_pattern};
constexpr Shape some_patterns{.kind = Kind::list, .element = &path_pattern, .never_empty = true};
constexpr Shape image_reference{.kind = Kind::text, .check = check_image_reference};
constexpr Field artifact_fields[] = {{"name", &image_reference, true},
                                     {"includes", &some_patterns, true},
                                     {"excludes", &patterns},
                                     {"uid", &owner_id},
                                     {"gid", &owner_id}};
constexpr Shape artifact{.kind = Kind::object, .fields = artifact_fields};
constexpr Shape artifacts{.kind = Kind::list, .element = &artifact};
constexpr Field contents_fields[] = {{"packages", &package_list}, {"artifacts", &artifacts}};
constexpr Shape contents{.kind = Kind::object, .fields = contents_fields};

constexpr Shape account_name{.kind = Kind::text, .check = check_account_name};
constexpr Shape user_text{.kind = Kind::text, .check = check_user};
constexpr Shape members{.kind = Kind::list, .element = &account_name};
constexpr Field user_fields[] = {
    {"name", &account_name, true}, {"uid", &owner_id, true}, {"gid", &owner_id}, {"mode", &mode_text}};
constexpr Field group_fields[] = {
    {"name", &account_name, true}, {"gid", &owner_id, true}, {"members", &members}};
constexpr Shape user{.kind = Kind::object, .fields = user_fields};
constexpr Shape group{.kind = Kind::object, .fields = group_fields};
constexpr Shape users{.kind = Kind::list, .element = &user};
constexpr Shape groups{.kind = Kind::list, .element = &group};
constexpr Field accounts_fields[] = {
    {"root", &boolean_value}, {"runs-as", &user_text}, {"users", &users}, {"groups", &groups}};
constexpr Shape accounts{.kind = Kind::object, .fields = accounts_fields};

constexpr std::string_view path_types[] = {"symlink", "directory", "file", "delete", "emptyfile"};
constexpr Shape path_type{.kind = Kind::text, .words = path_types};
constexpr Shape content{.kind = Kind::text, .expansion = Expansion::none};
constexpr Field path_fields[] = {{"path", &absolute_path, true},
                                 {"contents", &content},
                                 {"mode", &mode_text},
                                 {"uid", &owner_id},
                                 {"gid", &owner_id},
                                 {"type", &path_type},
                                 {"source", &nonempty_text},
                                 {"recursive", &boolean_value},
                                 {"platforms", &platform_list}};
constexpr Shape path{.kind = Kind::object, .fields = path_fields, .object_check = check_overlay_path};
constexpr Shape paths{.kind = Kind::list, .element = &path};

constexpr Shape verbatim{.kind = Kind::text, .check = check_no_nul, .expansion = Expansion::none};
constexpr Shape verbatim_list{.kind = Kind::list, .element = &verbatim};
constexpr Shape environment{.kind = Kind::text_map,
                            .check = check_no_nul,
                            .expansion = Expansion::none,
                            .key_check = check_environment_name};
constexpr Shape labels{.kind = Kind::text_map,
                       .check = check_no_nul,
                       .expansion = Expansion::none,
                       .key_check = check_label_name};
constexpr std::string_view compressions[] = {"ZSTD", "GZIP", "zstd", "gzip"};
constexpr Shape compression{.kind = Kind::text, .words = compressions};

constexpr Field customisation_fields[] = {{"id", &one_line},
                                          {"name", &one_line, true},
                                          {"targets", &target_list},
                                          {"source", &image_name},
                                          {"tag_definition_id", &definition_id},
                                          {"destination", &image_name},
                                          {"tag_suffix", &tag_part},
                                          {"platforms", &platform_list},
                                          {"compression", &compression},
                                          {"contents", &contents},
                                          {"accounts", &accounts},
                                          {"paths", &paths},
                                          {"environment", &environment},
                                          {"labels", &labels},
                                          {"annotations", &labels},
                                          {"entrypoint", &verbatim_list},
                                          {"cmd", &verbatim_list}};

}  // namespace

const Shape& customisation_shape() {
  static constexpr Shape shape{
      .kind = Kind::object, .fields = customisation_fields, .object_check = check_customisation};
  return shape;
}

}  // namespace hauberk
