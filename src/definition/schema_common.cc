// The pieces that the tables of schema_*.cc share.
//
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "definition/object_checks.h"
#include "definition/rules.h"
#include "definition/schema.h"

namespace hauberk {
namespace {

using Kind = Shape::Kind;

constexpr std::string_view platforms[] = {"linux/amd64", "linux/arm64"};
constexpr Shape platform{.kind = Kind::text, .words = platforms};
constexpr Shape one_line{.kind = Kind::text, .check = check_one_line};
constexpr Shape program_text{.kind = Kind::text, .check = check_no_nul, .expansion = Expansion::program};

constexpr Shape account_name{.kind = Kind::text, .check = check_account_name};
constexpr Shape user_text{.kind = Kind::text, .check = check_user};
constexpr Shape member_list{.kind = Kind::list, .element = &account_name};

constexpr Field user_fields[] = {
    {"name", &account_name, true}, {"uid", &owner_id, true}, {"gid", &owner_id, true}, {"mode", &mode_text}};
constexpr Field group_fields[] = {
    {"name", &account_name, true}, {"gid", &owner_id, true}, {"members", &member_list}};
constexpr Shape user_object{.kind = Kind::object, .fields = user_fields};
constexpr Shape group_object{.kind = Kind::object, .fields = group_fields};
constexpr Shape user_list{.kind = Kind::list, .element = &user_object};
constexpr Shape group_list{.kind = Kind::list, .element = &group_object};
constexpr Field accounts_fields[] = {
    {"root", &boolean_value}, {"run-as", &user_text}, {"users", &user_list}, {"groups", &group_list}};

constexpr std::string_view path_types[] = {"symlink", "directory", "file", "delete", "emptyfile"};
constexpr Shape path_type{.kind = Kind::text, .words = path_types};
constexpr Shape path_content{.kind = Kind::text, .expansion = Expansion::shell};
// `path`: the shape of the path itself.
consteval std::array<Field, 10> path_fields(const Shape* path) {
  return {{{"type", &path_type, true},
           {"path", path, true},
           {"if", &expression_text},
           {"content", &path_content},
           {"uid", &owner_id},
           {"gid", &owner_id},
           {"mode", &mode_text},
           {"source", &nonempty_text},
           {"recursive", &boolean_value},
           {"platforms", &platform_list}}};
}
constexpr auto image_path_fields = path_fields(&absolute_path);
constexpr auto build_path_fields = path_fields(&build_path);
constexpr Shape path_object{.kind = Kind::object,
                            .fields = image_path_fields,
                            .object_check = check_path_entry,
                            .left_over = is_left_over_path};
constexpr Shape build_path_object{.kind = Kind::object,
                                  .fields = build_path_fields,
                                  .object_check = check_path_entry,
                                  .left_over = is_left_over_path};

constexpr Shape path_pattern{.kind = Kind::text, .check = check_path_pattern};
constexpr Shape pattern_list{.kind = Kind::list, .element = &path_pattern};
constexpr Shape image_reference{.kind = Kind::text, .check = check_image_reference};
constexpr Field artifact_fields[] = {
    {"name", &image_reference, true}, {"if", &expression_text}, {"includes", &pattern_list},
    {"excludes", &pattern_list},      {"uid", &owner_id},       {"gid", &owner_id}};
constexpr Shape artifact_object{.kind = Kind::object, .fields = artifact_fields};

constexpr Shape described{.kind = Kind::text, .check = check_one_line, .expansion = Expansion::described};
constexpr Shape purl{.kind = Kind::text, .check = check_purl, .expansion = Expansion::described};
constexpr Field spdx_package_fields[] = {
    {"name", &described}, {"purl", &purl}, {"license", &described}, {"path", &nonempty_text}};
constexpr Shape spdx_package{.kind = Kind::object, .fields = spdx_package_fields};
constexpr Shape spdx_packages{.kind = Kind::list, .element = &spdx_package};
constexpr Field spdx_fields[] = {{"name", &described}, {"version", &described}, {"packages", &spdx_packages}};
constexpr Shape spdx{.kind = Kind::object, .fields = spdx_fields};

constexpr Shape file_url{.kind = Kind::text, .check = check_file_url};
constexpr Shape checksum{.kind = Kind::text, .check = check_checksum};
consteval std::array<Field, 12> file_fields(const Shape* path) {
  return {{{"url", &file_url, true},
           {"if", &expression_text},
           {"checksum", &checksum},
           {"path", path},
           {"includes", &pattern_list},
           {"excludes", &pattern_list},
           {"platforms", &platform_list},
           {"spdx", &spdx},
           {"uid", &owner_id},
           {"gid", &owner_id},
           {"mode", &mode_text},
           {"secret-id", &one_line}}};
}
constexpr auto image_file_fields = file_fields(&absolute_path);
constexpr auto build_file_fields = file_fields(&build_path);
constexpr Shape file_object{.kind = Kind::object, .fields = image_file_fields};
constexpr Shape build_file_object{.kind = Kind::object, .fields = build_file_fields};

constexpr Shape package{.kind = Kind::text, .check = check_package};
constexpr Shape repository{.kind = Kind::text, .check = check_repository};
constexpr Shape keyring{.kind = Kind::text, .check = check_keyring};

}  // namespace

constexpr Shape any_text{.kind = Kind::text, .check = check_no_nul};
constexpr Shape nonempty_text{.kind = Kind::text, .check = check_not_empty};
constexpr Shape boolean_value{.kind = Kind::boolean};
constexpr Shape owner_id{.kind = Kind::integer, .least = 0, .most = 4'294'967'294};
constexpr Shape expression_text{.kind = Kind::text, .expansion = Expansion::condition};
constexpr Shape mode_text{.kind = Kind::text, .check = check_mode};
constexpr Shape absolute_path{.kind = Kind::text, .check = check_absolute_path};
constexpr Shape build_path{.kind = Kind::text, .check = check_build_path};
constexpr Shape platform_list{.kind = Kind::list, .element = &platform, .never_empty = true};
constexpr Shape text_list{.kind = Kind::list, .element = &nonempty_text};
constexpr Shape program_text_list{.kind = Kind::list, .element = &program_text};
constexpr Shape environment_map{.kind = Kind::text_map,
                                .check = check_no_nul,
                                .expansion = Expansion::program,
                                .key_check = check_environment_name};
constexpr Shape build_environment_map{.kind = Kind::text_map,
                                      .check = check_no_nul,
                                      .expansion = Expansion::process,
                                      .key_check = check_environment_name};
constexpr Shape annotation_map{.kind = Kind::text_map, .check = check_no_nul, .key_check = check_label_name};
constexpr Shape accounts_object{
    .kind = Kind::object, .fields = accounts_fields, .object_check = check_accounts};
constexpr Shape path_list{.kind = Kind::list, .element = &path_object};
constexpr Shape build_path_list{.kind = Kind::list, .element = &build_path_object};
constexpr Shape package_list{.kind = Kind::list, .element = &package};
constexpr Shape repository_list{.kind = Kind::list, .element = &repository};
constexpr Shape keyring_list{.kind = Kind::list, .element = &keyring};
constexpr Shape artifact_list{.kind = Kind::list, .element = &artifact_object};
constexpr Shape file_list{.kind = Kind::list, .element = &file_object};
constexpr Shape build_file_list{.kind = Kind::list, .element = &build_file_object};
constexpr Shape mapping_map{.kind = Kind::text_map,
                            .check = check_purl,
                            .expansion = Expansion::described,
                            .key_check = check_mapping_name};

}  // namespace hauberk
