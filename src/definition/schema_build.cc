// The table of `contents.builds`: parsed and checked in full, though not built yet.
//
// SPDX-License-Identifier: Apache-2.0
#include "definition/object_checks.h"
#include "definition/rules.h"
#include "definition/schema.h"

namespace hauberk {
namespace {

using Kind = Shape::Kind;

constexpr Shape one_line{.kind = Kind::text, .check = check_one_line};
constexpr Shape described{.kind = Kind::text, .check = check_one_line, .expansion = Expansion::described};
constexpr Shape work_dir{.kind = Kind::text, .check = check_build_path, .expansion = Expansion::described};
constexpr Shape shell_text{.kind = Kind::text, .check = check_no_nul, .expansion = Expansion::shell};
constexpr Shape free_values{.kind = Kind::any_map};

constexpr std::string_view sharing_words[] = {"shared", "private", "locked"};
constexpr Shape sharing{.kind = Kind::text, .words = sharing_words};
constexpr Field cache_fields[] = {{"path", &build_path, true}, {"sharing", &sharing}};
constexpr Shape cache{.kind = Kind::object, .fields = cache_fields};
constexpr Shape cache_list{.kind = Kind::list, .element = &cache};

constexpr Shape environment_name{.kind = Kind::text, .check = check_environment_name};
constexpr Field secret_fields[] = {{"id", &one_line, true},
                                   {"if", &expression_text},
                                   {"env", &environment_name, true},
                                   {"optional", &boolean_value}};
constexpr Shape secret{.kind = Kind::object, .fields = secret_fields};
constexpr Shape secret_list{.kind = Kind::list, .element = &secret};

constexpr Shape user_text{.kind = Kind::text, .check = check_user};
constexpr Field step_fields[] = {{"name", &described},
                                 {"if", &expression_text},
                                 {"uses", &one_line},
                                 {"run-as", &user_text},
                                 {"work-dir", &work_dir},
                                 {"shell", &one_line},
                                 {"privileged", &boolean_value},
                                 {"environment", &build_environment_map},
                                 {"caches", &cache_list},
                                 {"secrets", &secret_list},
                                 {"with", &free_values},
                                 {"runs", &shell_text}};
constexpr Shape step{.kind = Kind::object, .fields = step_fields};
constexpr Shape step_list{.kind = Kind::list, .element = &step};

constexpr Field axis_fields[] = {{"name", &one_line}, {"items", &free_values}};
constexpr Shape axis{.kind = Kind::object, .fields = axis_fields};
constexpr Shape axis_list{.kind = Kind::list, .element = &axis};

constexpr Field output_fields[] = {{"source", &build_path}, {"target", &build_path}, {"if", &expression_text},
                                   {"uid", &owner_id},      {"gid", &owner_id},      {"mode", &mode_text},
                                   {"diff", &boolean_value}};
constexpr Shape output{.kind = Kind::object, .fields = output_fields};
constexpr Shape output_list{.kind = Kind::list, .element = &output};

constexpr Field attestation_fields[] = {{"if", &expression_text},
                                        {"predicate-type", &one_line},
                                        {"source", &build_path},
                                        {"diff", &boolean_value}};
constexpr Shape attestation{.kind = Kind::object, .fields = attestation_fields};
constexpr Shape attestation_list{.kind = Kind::list, .element = &attestation};

constexpr Field contents_fields[] = {{"repositories", &repository_list}, {"keyring", &keyring_list},
                                     {"packages", &package_list},        {"files", &build_file_list},
                                     {"mappings", &mapping_map},         {"artifacts", &artifact_list}};

constexpr Field build_fields[] = {{"name", &described},
                                  {"if", &expression_text},
                                  {"entitlement", &one_line},
                                  {"uses", &one_line},
                                  {"work-dir", &work_dir},
                                  {"shell", &one_line},
                                  {"privileged", &boolean_value},
                                  {"environment", &build_environment_map},
                                  {"caches", &cache_list},
                                  {"matrix", &axis_list},
                                  {"contents", &contents_of_build},
                                  {"pipeline", &step_list},
                                  {"paths", &build_path_list},
                                  {"accounts", &accounts_object},
                                  {"outputs", &output_list},
                                  {"attestations", &attestation_list}};
constexpr Shape build{.kind = Kind::object, .fields = build_fields, .object_check = check_build};

}  // namespace

constexpr Shape contents_of_build{.kind = Kind::object, .fields = contents_fields};
constexpr Shape build_list{.kind = Kind::list, .element = &build};

}  // namespace hauberk
