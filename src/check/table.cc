// SPDX-License-Identifier: Apache-2.0
#include "check/table.h"

#include <algorithm>

namespace hauberk {
namespace {

constexpr auto fails = CheckLevel::failure;
constexpr auto warns = CheckLevel::warning;
constexpr auto informs = CheckLevel::information;
constexpr std::nullopt_t not_in_dev = std::nullopt;

constexpr std::string_view cis_user = "CIS Docker 4.1, NIST SP 800-190 4.1.2";
constexpr std::string_view nist_config = "NIST SP 800-190 4.1.2";
constexpr std::string_view cis_packages = "CIS Docker 4.3, NIST SP 800-190 4.1.2";
constexpr std::string_view cis_setuid = "CIS Docker 4.8, NIST SP 800-190 4.1.2";
constexpr std::string_view nist_malware = "NIST SP 800-190 4.1.3";
constexpr std::string_view cis_secrets = "CIS Docker 4.10, NIST SP 800-190 4.1.4";
constexpr std::string_view cis_scanned = "CIS Docker 4.4, NIST SP 800-190 4.1.1";
constexpr std::string_view cis_verified = "CIS Docker 4.11, NIST SP 800-190 4.1.5";

// id, level, level in dev images, title, why, mend, other ids, function
constexpr CheckRow rows[] = {
    {"USR-01", fails, not_in_dev, "the program does not run as root",
     "Whoever breaks into a program that runs as root may change everything in the container, and is one "
     "hole of "
     "the kernel away from the host.",
     "Set a user that is not 0: accounts.run-as in the definition, USER 65532:65532 in a Dockerfile.",
     cis_user, check_user_is_not_root},
    {"USR-02", fails, not_in_dev, "the program's group is not root's",
     "Members of group 0 may read and often write what belongs to root.",
     "Name a group too: USER 65532:65532; take the user out of group 0 in etc/group.", cis_user,
     check_group_is_not_root},
    {"USR-03", fails, fails, "user id 0 has at most one entry",
     "A second name for user id 0 is root by another name, the classic back door.",
     "Remove the other entries from etc/passwd.", nist_config, check_single_root_entry},
    {"USR-04", fails, fails, "no account has a password",
     "A hash in an image is there for everybody who can pull it, to be guessed at leisure.",
     "Put \"*\" in place of each hash; nobody logs in to a container.", cis_secrets,
     check_no_password_hashes},
    {"USR-05", warns, warns, "names and ids of accounts are unique",
     "Two accounts with one id share all rights, which nobody sees in a listing.",
     "Give each account an id of its own in etc/passwd and etc/group.", nist_config, check_unique_accounts},
    {"USR-06", warns, not_in_dev, "no account has a login shell",
     "A login shell is of use only to somebody who should not be there.",
     "Set /usr/sbin/nologin as the shell of every account.", nist_config, check_no_login_shells},
    {"USR-07", fails, warns, "the user and its home are there",
     "Programs that look up their user or home fail at run time, or fall back to places like / and /tmp.",
     "Add the user to etc/passwd and make its home folder: accounts.users in the definition.", cis_user,
     check_user_and_home_exist},

    {"FS-01", fails, fails, "no file is setuid or setgid, in any layer",
     "Such a program runs with its owner's rights, whoever starts it: one error in it makes anybody root.",
     "Remove the bits (chmod u-s,g-s) in the step that brings the file, so that no layer holds it.",
     cis_setuid, check_no_setuid},
    {"FS-02", fails, fails, "no file has capabilities",
     "A capability on a file gives a part of root's power to whoever starts it.",
     "Remove it with setcap -r in the step that brings the file; grant capabilities to the container "
     "instead.",
     cis_setuid, check_no_capabilities},
    {"FS-03", fails, fails, "no file can be written by everybody",
     "An intruder in any account can change such a file, and so what others read or run.",
     "Take the right away (chmod o-w) in the step that brings the file.", nist_config,
     check_no_world_writable_files},
    {"FS-04", fails, fails, "folders that everybody may write to are sticky and known",
     "Without the sticky bit anybody may replace others' files; a folder that nobody expects to be writable "
     "is a "
     "place to hide in.",
     "Set mode 1777 on scratch folders and name them in the annotation hauberk.writable; take the right away "
     "from "
     "others.",
     nist_config, check_world_writable_folders},
    {"FS-05", warns, warns, "every file belongs to somebody known",
     "Files of an id without a name belong to whoever gets that id later.",
     "Set owners in COPY --chown or `paths`, or add the account.", nist_config, check_owners_known},
    {"FS-06", fails, not_in_dev, "the user cannot write programs, libraries or settings",
     "Who can change what runs next has broken in for good, not only until the next restart.",
     "Let root own programs, libraries and /etc, with mode 0755 and 0644; give the user folders of its own "
     "for data.",
     nist_config, check_system_not_writable},
    {"FS-07", fails, fails, "no devices and pipes",
     "A device file is a door to the host's disks or memory where the runtime lets it be opened.",
     "Leave them out; the runtime makes the few that programs need.", nist_config, check_no_special_files},
    {"FS-08", fails, fails, "links stay inside the image",
     "A link that climbs out of the root leads to the host's files wherever the image is unpacked or "
     "mounted.",
     "Write the link's target as an absolute path inside the image.", nist_malware, check_links_stay_inside},
    {"FS-09", warns, warns, "no link leads to nothing",
     "Who can make the missing target decides what the link's users find.",
     "Remove the link, or bring what it leads to.", nist_config, check_no_dangling_links},
    {"FS-10", fails, fails, "every file comes from a package or the definition, unchanged",
     "A file of no package gets no security fixes, and a changed one may have been changed by somebody else.",
     "Install it from a package, or add it by the definition; find out who changed a file whose sum differs.",
     "CIS Docker 4.2, NIST SP 800-190 4.1.3", check_every_file_owned},
    {"FS-11", fails, fails, "no layer hides a secret or a setuid file",
     "Removing a file in a later layer leaves it in the earlier one, where everybody who can pull it can "
     "read it.",
     "Never let it into any layer: use build secrets, or build in one stage and copy the result to another.",
     cis_secrets, check_nothing_bad_hidden},
    {"FS-12", warns, warns, "no caches, logs and documents",
     "What no program needs is downloaded, stored and searched through all the same.",
     "Remove it in the step that makes it; images of ours leave it out by themselves.", cis_packages,
     check_no_ballast},
    {"FS-13", warns, warns, "no file is newer than the image",
     "A file from the image's future means a wrong clock, or that the image was changed after it was made.",
     "Build with a right clock, or with SOURCE_DATE_EPOCH.", nist_malware, check_times},
    {"FS-14", warns, warns, "no machine's identity",
     "All containers would share one machine id, host key or seed, so that each could pass for any other.",
     "Remove it (an empty etc/machine-id may stay) and make it at the first start.", cis_secrets,
     check_no_machine_identity},

    {"PKG-01", fails, not_in_dev, "no shell",
     "Most attacks go on by starting a shell; where there is none, they end.",
     "Leave the package out, and start programs directly: an entrypoint in exec form needs no shell.",
     cis_packages, check_no_shell},
    {"PKG-02", fails, not_in_dev, "no package manager",
     "It lets an intruder install whatever is missing for the next step.",
     "Install in a build stage, and copy the result to an image without it.", cis_packages,
     check_no_package_manager},
    {"PKG-03", warns, not_in_dev, "no compilers and debuggers",
     "They let an intruder build tools in place and look into running programs.",
     "Compile in a build stage, and copy the result.", cis_packages, check_no_compilers},
    {"PKG-04", warns, not_in_dev, "no network tools", "They bring tools in and data out.",
     "Leave them out; a health check can ask the program itself.", cis_packages, check_no_network_tools},
    {"PKG-05", fails, warns, "nothing to become another user with",
     "sudo, su and their like exist to gain rights, and their holes give them to everybody.",
     "Leave them out; set the user of the container instead.", cis_packages, check_no_privilege_tools},
    {"PKG-06", fails, fails, "every package comes from a signed origin",
     "Without a signature nobody knows whether a package is the one that its makers built.",
     "Use a repository whose index is signed by a key in config.yaml's keyrings.", cis_verified,
     check_packages_signed},
    {"PKG-07", fails, fails, "no critical hole that could be closed",
     "Holes that are published and fixed are the first that attackers try.",
     "Build the image again: the fixed packages are there.", cis_scanned, check_no_critical_holes},
    {"PKG-08", warns, warns, "distribution and packages are still supported",
     "After its end of life nobody fixes a package's holes, and soon nobody lists them.",
     "Move the image to a newer release.", cis_scanned, check_supported},
    {"PKG-09", fails, fails, "the record of packages is there and true",
     "Scanners believe the record: what it does not name is never found to have a hole.",
     "Keep the record (var/lib/dpkg, lib/apk/db) in the image, and remove packages by their package manager.",
     cis_scanned, check_package_record},

    {"ELF-01", fails, fails, "programs are position independent (PIE)",
     "A program that always lies at the same address tells an attacker where everything is.",
     "Compile with -fPIE and link with -pie; for Go, -buildmode=pie.", nist_config,
     check_position_independent},
    {"ELF-02", fails, fails, "no program wants an executable stack",
     "What an attacker writes into a buffer on such a stack can be run as code.",
     "Link with -z noexecstack; find the assembler file without a .note.GNU-stack section.", nist_config,
     check_no_executable_stack},
    {"ELF-03", fails, fails, "tables of addresses are read-only (RELRO)",
     "A writable table of function addresses is the easiest way to divert a program; without immediate "
     "binding (a "
     "warning) one of them stays writable.",
     "Link with -z relro -z now.", nist_config, check_relro},
    {"ELF-04", warns, warns, "buffers are guarded (stack protector, fortify)",
     "Without them an overflow that would end the program goes on as an attack.",
     "Compile with -fstack-protector-strong and -O2 -D_FORTIFY_SOURCE=2.", nist_config,
     check_stack_protector},
    {"ELF-05", fails, fails, "libraries come from the system's folders",
     "A program takes its libraries from where its RPATH says: who can write there runs code in it.",
     "Remove the entry with patchelf or chrpath, or install the library where the system looks.", nist_config,
     check_library_paths},
    {"ELF-06", fails, fails, "no memory is both writable and executable",
     "Such memory is where an attacker's data becomes code.",
     "Compile with -fPIC, and link without -z execstack and without text relocations.", nist_config,
     check_no_writable_code},
    {"ELF-07", fails, fails, "programs find the libraries that they need",
     "A program that does not start is no use; one that looks for a library in vain takes the first it is "
     "given.",
     "Install the package that has the library, or remove the program.", nist_config, check_needed_libraries},

    {"SEC-01", fails, fails, "no secrets in files, layers, history and environment",
     "Everybody who can pull the image has the secret, for ever.",
     "Change the secret now, then give it to the container at run time, or to the build as a build secret.",
     cis_secrets, check_no_secrets},
    {"SEC-02", fails, fails, "no keys or files of credentials",
     "Files of these names exist to get in somewhere.",
     "Leave it out of the build (.dockerignore), and mount it at run time.", cis_secrets,
     check_no_credential_files},
    {"SEC-03", warns, warns, "trusted certificates are valid and the distribution's",
     "Who holds the key of a trusted root can pose as any server.",
     "Install the newest ca-certificates; accept a root of your own by name.", "NIST SP 800-190 4.1.5",
     check_certificates},

    {"CFG-01", warns, warns, "ports are above 1023, volumes beside the system",
     "A low port asks for root's rights; a volume over the system's folders hides or opens what was checked.",
     "Listen above 1023 and publish as you like (-p 80:8080); put volumes below /data or /var/lib/NAME.",
     nist_config, check_ports_and_volumes},
    {"CFG-02", informs, informs, "the program is started, asked and stopped properly",
     "A program behind a shell does not get the signal to stop, and one that nobody asks can hang unseen.",
     "Write the entrypoint as a list that begins with an absolute path; give a health check where Docker "
     "runs it.",
     "CIS Docker 4.6, NIST SP 800-190 4.1.2", check_process_setup},
    {"CFG-03", fails, fails, "the image has a version's tag and says what it is",
     "\"latest\" is another image tomorrow; without title, version and licences nobody can tell what runs.",
     "Tag with a version; set the labels org.opencontainers.image.title, .description, .version and "
     ".licenses.",
     "CIS Docker 4.2, NIST SP 800-190 4.1.5", check_names_and_labels},
    {"CFG-04", fails, fails, "the environment makes nothing run that it should not",
     "Programs are looked for in PATH and libraries are loaded by LD_PRELOAD before any other.",
     "Use absolute folders that only root may write in PATH; remove preload variables and etc/ld.so.preload.",
     nist_config, check_environment},
};

// A list's item, its further lines indented.
void add_item(std::string& text, std::string_view words) {
  constexpr std::size_t width = 110;
  text += "-";
  std::size_t column = 1;
  while (!words.empty()) {
    const auto word = words.substr(0, words.find(' '));
    if (column + 1 + word.size() > width) {
      text += "\n ";
      column = 1;
    }
    text += fmt::format(" {}", word);
    column += 1 + word.size();
    words.remove_prefix(std::min(word.size() + 1, words.size()));
  }
  text += '\n';
}

}  // namespace

CheckAnswer judged(std::vector<CheckFinding> findings, std::string note) {
  return {CheckAnswer::Kind::judged, std::move(findings), std::move(note)};
}

CheckAnswer not_applicable(std::string why) {
  return {CheckAnswer::Kind::not_applicable, {}, std::move(why)};
}

CheckAnswer not_checked(std::string why) { return {CheckAnswer::Kind::not_checked, {}, std::move(why)}; }

std::span<const CheckRow> check_table() { return rows; }

const CheckRow* check_row(std::string_view id) {
  const auto row = std::ranges::find(rows, id, &CheckRow::id);
  return row == std::end(rows) ? nullptr : &*row;
}

std::string table_as_markdown() {
  std::string text;
  for (const CheckRow& row : rows) {
    text += fmt::format("\n### {}: {}\n", row.id, row.title);
    add_item(text, fmt::format("Level: {}; in dev images: {}. Also: {}.", name_of(row.level),
                               row.dev ? name_of(*row.dev) : "not asked", row.also_known_as));
    add_item(text, row.why);
    add_item(text, fmt::format("To mend it: {}", row.mend));
  }
  return text;
}

}  // namespace hauberk
