// Tests of PAM's common files. The expected texts are what pam-auth-update of PAM 1.7.0 wrote.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/effects_pam.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "assemble/test_tree.h"

namespace hauberk {
namespace {

constexpr std::string_view auth_template =
    "# head\n"
    "# here are the per-package modules (the \"Primary\" block)\n"
    "$auth_primary\n"
    "# here's the fallback if no module succeeds\n"
    "auth\trequisite\tpam_deny.so\n"
    "# and here are more per-package modules (the \"Additional\" block)\n"
    "$auth_additional\n"
    "# end of pam-auth-update config\n";

constexpr std::string_view unix_profile =
    "Name: Unix authentication\n"
    "Default: yes\n"
    "Priority: 256\n"
    "Auth-Type: Primary\n"
    "Auth:\n"
    "\t[success=end default=ignore]\tpam_unix.so nullok try_first_pass\n"
    "Auth-Initial:\n"
    "\t[success=end default=ignore]\tpam_unix.so nullok\n"
    "Session-Type: Additional\n"
    "Session:\n"
    "\trequired\tpam_unix.so\n";

class Pam : public testing::Test {
 protected:
  std::string content_of(std::string_view path) {
    const auto files = pam_common_files(EffectsInput{.type_at = type_at(tree), .contents = contents}, "why");
    const auto found = std::ranges::find(files, path, [](const AddedFile& file) { return file.entry.path; });
    return found == files.end() ? "(none)" : found->content;
  }
  std::map<std::string, TarEntry> tree;
  std::map<std::string, std::string> contents = {{"usr/share/pam/common-auth", std::string(auth_template)},
                                                 {"usr/share/pam/common-session", std::string(auth_template)},
                                                 {"usr/share/pam-configs/unix", std::string(unix_profile)}};
};

TEST_F(Pam, UnixAlone) {
  EXPECT_EQ(content_of("etc/pam.d/common-auth"),
            "# head\n"
            "# here are the per-package modules (the \"Primary\" block)\n"
            "auth\t[success=1 default=ignore]\tpam_unix.so nullok\n"
            "# here's the fallback if no module succeeds\n"
            "auth\trequisite\tpam_deny.so\n"
            "# and here are more per-package modules (the \"Additional\" block)\n"
            "# end of pam-auth-update config\n");
  EXPECT_EQ(content_of("var/lib/pam/auth"),
            "Module: unix\n[success=end default=ignore]\tpam_unix.so nullok\n");
  EXPECT_EQ(content_of("var/lib/pam/seen"), "unix\n");
}

TEST_F(Pam, WithoutPrimaryModuleTheStackStaysIntact) {
  EXPECT_THAT(content_of("etc/pam.d/common-session"),
              testing::HasSubstr("session\t[default=1]\t\t\tpam_permit.so\n"));
  EXPECT_THAT(content_of("etc/pam.d/common-session"),
              testing::HasSubstr("session\trequired\tpam_unix.so \n"));
  EXPECT_EQ(content_of("var/lib/pam/session"),
            "Module: null\n[default=1]\t\t\tpam_permit.so\nModule: unix\nrequired\tpam_unix.so\n");
}

TEST_F(Pam, SecondModuleIsCalledAfterTheFirstAndJumpsLess) {
  contents["usr/share/pam-configs/krb5"] =
      "Name: Kerberos\nDefault: yes\nPriority: 704\nAuth-Type: Primary\nAuth-Initial:\n"
      "\t[success=end default=ignore]\tpam_krb5.so minimum_uid=1000\n";
  EXPECT_THAT(content_of("etc/pam.d/common-auth"),
              testing::HasSubstr("auth\t[success=2 default=ignore]\tpam_krb5.so minimum_uid=1000\n"
                                 "auth\t[success=1 default=ignore]\tpam_unix.so nullok try_first_pass\n"));
}

TEST_F(Pam, ProfileThatIsNotOnByDefaultIsOnlySeen) {
  contents["usr/share/pam-configs/mkhomedir"] =
      "Name: Home\nDefault: no\nPriority: 0\nSession-Type: Additional\nSession:\n\toptional "
      "pam_mkhomedir.so\n";
  EXPECT_THAT(content_of("etc/pam.d/common-session"), testing::Not(testing::HasSubstr("mkhomedir")));
  EXPECT_EQ(content_of("var/lib/pam/seen"), "unix\nmkhomedir\n");
}

TEST_F(Pam, OddProfilesDoNoHarm) {
  for (const std::string_view text :
       {"", ":", "\n\n \t\n", "Default: yes\nAuth-Type: Primary\nAuth:\n\t[\n\tx\n"}) {
    contents["usr/share/pam-configs/odd"] = text;
    EXPECT_NE(content_of("etc/pam.d/common-auth"), "(none)");
  }
}

TEST_F(Pam, NothingWithoutTemplates) {
  contents.clear();
  EXPECT_EQ(content_of("etc/pam.d/common-auth"), "(none)");
  EXPECT_EQ(content_of("var/lib/pam/seen"), "(none)");
}

}  // namespace
}  // namespace hauberk
