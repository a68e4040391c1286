// The table of checks: what each is called, how much it weighs in which profile, and the function that
// judges.
//
// Each check is one function from a CheckContext to a CheckAnswer, gathered by subject in checks_*.cc.
// Acceptances and what an app's base is to blame for are taken care of outside of it (check.cc).
// docs/checks.md is this table for people; a test holds them together. Thread rule: the table never changes;
// a context is one thread's.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "check/check.h"
#include "check/context.h"

namespace hauberk {

// What a check says of an image: judged, with what it found; or why it was not.
struct CheckAnswer {
  enum class Kind { judged, not_applicable, not_checked };
  Kind kind = Kind::judged;
  std::vector<CheckFinding> findings = {};
  std::string note = {};  // why it was not judged, or what of it was not
};

CheckAnswer judged(std::vector<CheckFinding> findings, std::string note = {});
CheckAnswer not_applicable(std::string why);
CheckAnswer not_checked(std::string why);

struct CheckRow {
  std::string_view id;
  CheckLevel level;                // in the profiles runtime and app
  std::optional<CheckLevel> dev;   // none: not asked of an image to build in
  std::string_view title;
  std::string_view why;            // one plain sentence
  std::string_view mend;
  std::string_view also_known_as;  // "CIS Docker 4.8, NIST SP 800-190 4.1.2"
  CheckAnswer (*judge)(CheckContext& context);
};

// All rows, in the order of docs/checks.md.
std::span<const CheckRow> check_table();
const CheckRow* check_row(std::string_view id);

// The list of checks as docs/checks.md has it.
std::string table_as_markdown();

// checks_user.cc
CheckAnswer check_user_is_not_root(CheckContext& context);
CheckAnswer check_group_is_not_root(CheckContext& context);
CheckAnswer check_single_root_entry(CheckContext& context);
CheckAnswer check_no_password_hashes(CheckContext& context);
CheckAnswer check_unique_accounts(CheckContext& context);
CheckAnswer check_no_login_shells(CheckContext& context);
CheckAnswer check_user_and_home_exist(CheckContext& context);

// checks_files.cc, checks_file_owners.cc
CheckAnswer check_no_setuid(CheckContext& context);
CheckAnswer check_no_capabilities(CheckContext& context);
CheckAnswer check_no_world_writable_files(CheckContext& context);
CheckAnswer check_world_writable_folders(CheckContext& context);
CheckAnswer check_owners_known(CheckContext& context);
CheckAnswer check_system_not_writable(CheckContext& context);
CheckAnswer check_no_special_files(CheckContext& context);
CheckAnswer check_links_stay_inside(CheckContext& context);
CheckAnswer check_no_dangling_links(CheckContext& context);
CheckAnswer check_every_file_owned(CheckContext& context);
CheckAnswer check_nothing_bad_hidden(CheckContext& context);
CheckAnswer check_no_ballast(CheckContext& context);
CheckAnswer check_times(CheckContext& context);
CheckAnswer check_no_machine_identity(CheckContext& context);

// checks_packages.cc, checks_tools.cc
CheckAnswer check_no_shell(CheckContext& context);
CheckAnswer check_no_package_manager(CheckContext& context);
CheckAnswer check_no_compilers(CheckContext& context);
CheckAnswer check_no_network_tools(CheckContext& context);
CheckAnswer check_no_privilege_tools(CheckContext& context);
CheckAnswer check_packages_signed(CheckContext& context);
CheckAnswer check_no_critical_holes(CheckContext& context);
CheckAnswer check_supported(CheckContext& context);
CheckAnswer check_package_record(CheckContext& context);

// checks_elf.cc
CheckAnswer check_position_independent(CheckContext& context);
CheckAnswer check_no_executable_stack(CheckContext& context);
CheckAnswer check_relro(CheckContext& context);
CheckAnswer check_stack_protector(CheckContext& context);
CheckAnswer check_library_paths(CheckContext& context);
CheckAnswer check_no_writable_code(CheckContext& context);
CheckAnswer check_needed_libraries(CheckContext& context);

// checks_secrets.cc
CheckAnswer check_no_secrets(CheckContext& context);
CheckAnswer check_no_credential_files(CheckContext& context);
CheckAnswer check_certificates(CheckContext& context);

// checks_config.cc
CheckAnswer check_ports_and_volumes(CheckContext& context);
CheckAnswer check_process_setup(CheckContext& context);
CheckAnswer check_names_and_labels(CheckContext& context);
CheckAnswer check_environment(CheckContext& context);

}  // namespace hauberk
