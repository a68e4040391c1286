// The tables of a whole definition and of a customisation.
//
// SPDX-License-Identifier: Apache-2.0
#include "definition/object_checks.h"
#include "definition/rules.h"
#include "definition/schema.h"

namespace hauberk {
namespace {

using Kind = Shape::Kind;

constexpr Shape one_line{.kind = Kind::text, .check = check_one_line};
constexpr Shape include_path{.kind = Kind::text, .check = check_catalogue_path};
constexpr Shape include_list{.kind = Kind::list, .element = &include_path};
constexpr Shape image_name{.kind = Kind::text, .check = check_image_name};
constexpr Shape tag{.kind = Kind::text, .check = check_tag};
constexpr Shape tag_list{.kind = Kind::list, .element = &tag};
constexpr Shape tag_part{.kind = Kind::text, .check = check_tag_part};
constexpr Shape date{.kind = Kind::text, .check = check_date};
constexpr Shape url{.kind = Kind::text, .check = check_url};
constexpr Shape signal{.kind = Kind::text, .check = check_signal};
constexpr Shape port{.kind = Kind::text, .check = check_port};
constexpr Shape port_list{.kind = Kind::list, .element = &port};
constexpr Shape volume_list{.kind = Kind::list, .element = &absolute_path};
constexpr Shape variables{.kind = Kind::text_map,
                          .check = check_no_nul,
                          .expansion = Expansion::var,
                          .key_check = check_variable_name};

constexpr std::string_view compressions[] = {"zstd", "gzip"};
constexpr std::string_view outputs[] = {"layered", "squashed"};
constexpr std::string_view entitlements[] = {"public", "enterprise", "els"};
constexpr std::string_view variants[] = {"dev", "runtime", "helm"};
constexpr Shape compression{.kind = Kind::text, .words = compressions};
constexpr Shape output{.kind = Kind::text, .words = outputs};
constexpr Shape entitlement{.kind = Kind::text, .words = entitlements};
constexpr Shape variant{.kind = Kind::text, .words = variants};

constexpr Field date_fields[] = {{"type", &one_line},
                                 {"url", &url},
                                 {"release", &date},
                                 {"end-of-life", &date},
                                 {"end-of-support", &date}};
constexpr Shape dates{.kind = Kind::object, .fields = date_fields};

constexpr Field contents_fields[] = {{"repositories", &repository_list},
                                     {"keyring", &keyring_list},
                                     {"packages", &package_list},
                                     {"files", &file_list},
                                     {"builds", &build_list},
                                     {"mappings", &mapping_map},
                                     {"artifacts", &artifact_list}};
constexpr Shape contents{.kind = Kind::object, .fields = contents_fields};

constexpr Shape os_id{.kind = Kind::text, .check = check_os_id};
constexpr Shape os_id_list{.kind = Kind::text, .check = check_os_id_list};
constexpr Field os_release_fields[] = {{"name", &one_line},          {"id", &os_id},
                                       {"id-like", &os_id_list},     {"version-id", &one_line},
                                       {"version-codename", &os_id}, {"pretty-name", &one_line},
                                       {"home-url", &url},           {"bug-report-url", &url}};
constexpr Shape os_release{.kind = Kind::object, .fields = os_release_fields};

constexpr Shape exit_code{.kind = Kind::integer, .least = 0, .most = 255};
constexpr Shape timeout{.kind = Kind::integer, .least = 0, .most = 86'400};
constexpr Shape command{.kind = Kind::text, .check = check_test_command, .expansion = Expansion::shell};
constexpr Shape command_list{.kind = Kind::list, .element = &command};
constexpr Shape directory{.kind = Kind::text, .check = check_test_directory};
constexpr Field test_fields[] = {{"name", &one_line},         {"directory", &directory},
                                 {"commands", &command_list}, {"exit-code", &exit_code, true},
                                 {"timeout", &timeout},       {"output", &any_text}};
constexpr Shape test{.kind = Kind::object, .fields = test_fields};
constexpr Shape test_list{.kind = Kind::list, .element = &test};

// In the order in which a definition is printed.
constexpr Field definition_fields[] = {{"includes", &include_list},
                                       {"track", &track_list},
                                       {"name", &one_line},
                                       {"image", &image_name},
                                       {"compression", &compression},
                                       {"output", &output},
                                       {"entitlement", &entitlement},
                                       {"variant", &variant},
                                       {"flavor", &tag_part},
                                       {"tags", &tag_list},
                                       {"suffix", &tag_part},
                                       {"platforms", &platform_list},
                                       {"dates", &dates},
                                       {"vars", &variables},
                                       {"contents", &contents},
                                       {"accounts", &accounts_object},
                                       {"os-release", &os_release},
                                       {"work-dir", &absolute_path},
                                       {"stop-signal", &signal},
                                       {"environment", &environment_map},
                                       {"paths", &path_list},
                                       {"annotations", &annotation_map},
                                       {"labels", &annotation_map},
                                       {"entrypoint", &program_text_list},
                                       {"cmd", &program_text_list},
                                       {"ports", &port_list},
                                       {"volumes", &volume_list},
                                       {"tests", &test_list},
                                       {"fips-compliant", &boolean_value},
                                       {"stig-certified", &boolean_value}};

}  // namespace

const Shape& definition_shape() {
  static constexpr Shape shape{.kind = Kind::object, .fields = definition_fields};
  return shape;
}

}  // namespace hauberk
