// What single texts of a definition have to look like: the TextChecks that the schema's tables name.
//
// Each takes a text with its variables already put in, and says what is wrong with it, ending with what
// would be right; nothing if it is right. Thread rule: functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hauberk {

using Complaint = std::optional<std::string>;

// rules_paths.cc
Complaint check_absolute_path(std::string_view text);   // "/etc/redis"; no "..", no empty text
Complaint check_build_path(std::string_view text);      // as absolute, or relative to "/"
Complaint check_test_directory(std::string_view text);  // of the image; or, relative, of the catalogue
Complaint check_catalogue_path(std::string_view text);  // relative, stays below the catalogue root
Complaint check_path_pattern(std::string_view text);    // of includes and excludes: "opt/**"
Complaint check_link_target(std::string_view text);
Complaint check_mode(std::string_view text);            // "0755", "755", "02775"

// The bits of a mode that check_mode accepts.
std::optional<std::uint32_t> parse_mode(std::string_view text);

// rules_names.cc
Complaint check_not_empty(std::string_view text);
Complaint check_one_line(std::string_view text);        // not empty, no control characters
Complaint check_image_name(std::string_view text);      // a repository: no tag, no digest
Complaint check_image_reference(std::string_view text); // with tag or digest
Complaint check_tag(std::string_view text);
Complaint check_tag_part(std::string_view text);        // flavor, suffix
Complaint check_account_name(std::string_view text);
Complaint check_variable_name(std::string_view text);
Complaint check_environment_name(std::string_view text);
Complaint check_no_nul(std::string_view text);
Complaint check_os_id(std::string_view text);
Complaint check_os_id_list(std::string_view text);
Complaint check_label_name(std::string_view text);

// rules_values.cc
Complaint check_port(std::string_view text);            // "8080/tcp", "8080", "8000-8010/udp"
Complaint check_date(std::string_view text);            // "2026-11-24"
Complaint check_url(std::string_view text);             // http or https
Complaint check_file_url(std::string_view text);        // also git and ftp
Complaint check_keyring(std::string_view text);         // a URL, or a file of the catalogue
Complaint check_checksum(std::string_view text);        // sha256:..., bare hex, a commit, a URL
Complaint check_signal(std::string_view text);          // "SIGQUIT", "QUIT", "3"
Complaint check_purl(std::string_view text);
Complaint check_apk_purl(std::string_view text);
Complaint check_deb_purl(std::string_view text);
Complaint check_regular_expression(std::string_view text);
Complaint check_user(std::string_view text);            // name or number, also "user:group"

// packages.cc
Complaint check_package(std::string_view text);
Complaint check_apk_package(std::string_view text);     // also "name>=1.2", "name~3", "name@tag"
Complaint check_package_name(std::string_view text);
Complaint check_repository(std::string_view text);

// test_words.cc
Complaint check_test_command(std::string_view text);

}  // namespace hauberk
