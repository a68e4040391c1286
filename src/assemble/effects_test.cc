// Tests of the effects as a whole. Scripts stand in by the hashes of the reviewed table itself, so that a new
// release in the table needs no change here.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/effects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "assemble/effects_table.h"
#include "assemble/test_tree.h"

namespace hauberk {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Digest digest_of_hex(std::string_view hex) { return *Digest::of_hex(Digest::Algorithm::sha256, hex); }

// A package whose `script` is the one reviewed last.
PackageScripts reviewed(const std::string& package, const std::string& script = "postinst") {
  const auto& known = reviewed_table().scripts.at({package, script});
  const auto newest =
      std::ranges::find(known.by_hash, known.newest, [](const auto& pair) { return pair.second; });
  return {package, {{script, digest_of_hex(newest->first)}}};
}

class Effects : public testing::Test {
 protected:
  void add(const std::string& path, std::string_view content = "",
           TarEntry::Type type = TarEntry::Type::file) {
    tree[path].path = path;
    tree[path].type = type;
    if (effect_reads(path)) contents[path] = content;
  }
  EffectsOutcome apply(const std::vector<PackageScripts>& packages) {
    auto outcome = apply_effects(packages, EffectsInput{.type_at = type_at(tree),
                                                        .contents = contents,
                                                        .has_dpkg = has_dpkg,
                                                        .platform = platform});
    if (!outcome) ADD_FAILURE() << outcome.error().message;
    return outcome ? *outcome : EffectsOutcome{};
  }
  static const AddedFile* find(const EffectsOutcome& outcome, std::string_view path) {
    const auto found =
        std::ranges::find(outcome.files, path, [](const AddedFile& file) { return file.entry.path; });
    return found == outcome.files.end() ? nullptr : &*found;
  }

  bool has_dpkg = false;
  Platform platform = Platform::amd64();
  std::map<std::string, TarEntry> tree;
  std::map<std::string, std::string> contents;
};

TEST_F(Effects, ScriptWithoutEffectsDoesNothingAndSaysNothing) {
  const auto outcome = apply({reviewed("libc6", "preinst"), reviewed("python3-minimal")});
  EXPECT_THAT(outcome.files, IsEmpty());
  EXPECT_THAT(outcome.warnings, IsEmpty());
  EXPECT_THAT(outcome.applied, IsEmpty());
}

TEST_F(Effects, UnknownPackageIsAWarningThatNamesTheScript) {
  const auto digest = Digest::of("#!/bin/sh\nrm -rf /\n");
  const auto outcome = apply({{"newcomer", {{"postinst", digest}}}});
  EXPECT_THAT(outcome.files, IsEmpty());
  EXPECT_THAT(outcome.warnings,
              ElementsAre(testing::AllOf(HasSubstr("postinst of newcomer"), HasSubstr(digest.text()))));
}

TEST_F(Effects, ChangedScriptGetsTheEffectsReviewedLastAndAWarning) {
  add("usr/share/libc-bin/nsswitch.conf", "hosts: files dns\n");
  const auto outcome = apply({{"libc-bin", {{"postinst", Digest::of("another release")}}}});
  ASSERT_NE(find(outcome, "etc/nsswitch.conf"), nullptr);
  EXPECT_THAT(outcome.warnings,
              ElementsAre(testing::AllOf(HasSubstr("postinst of libc-bin"),
                                         HasSubstr("effects of the version reviewed last"))));
}

TEST_F(Effects, OnlyPreinstAndPostinstCount) {
  const auto digest = Digest::of("anything");
  const auto outcome =
      apply({{"newcomer",
              {{"prerm", digest}, {"postrm", digest}, {"config", digest}, {"triggers", digest}}}});
  EXPECT_THAT(outcome.warnings, IsEmpty());
}

TEST_F(Effects, CopyTakesContentAndSkipsWhatIsThere) {
  add("usr/share/libc-bin/nsswitch.conf", "hosts: files dns\n");
  auto outcome = apply({reviewed("libc-bin")});
  const auto* file = find(outcome, "etc/nsswitch.conf");
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->content, "hosts: files dns\n");
  EXPECT_EQ(file->entry.mode, 0644U);
  EXPECT_EQ(file->entry.size_bytes, file->content.size());
  EXPECT_EQ(file->why, "libc-bin: etc/nsswitch.conf from usr/share/libc-bin/nsswitch.conf");

  add("etc/nsswitch.conf");
  EXPECT_THAT(apply({reviewed("libc-bin")}).files, IsEmpty()) << "a package's file stays";
  tree.clear();
  contents.clear();
  outcome = apply({reviewed("libc-bin")});
  EXPECT_THAT(outcome.files, IsEmpty());
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("has no usr/share/libc-bin/nsswitch.conf")));
}

TEST_F(Effects, LibcAloneStillGetsNsswitch) {
  EXPECT_NE(find(apply({reviewed("libc6")}), "etc/nsswitch.conf"), nullptr);
  add("usr/share/libc-bin/nsswitch.conf", "x");
  EXPECT_EQ(find(apply({reviewed("libc6")}), "etc/nsswitch.conf"), nullptr) << "libc-bin brings its own";
}

TEST_F(Effects, SymlinkReplacesADirectoryButNoFile) {
  add("var/run", "", TarEntry::Type::directory);
  add("var/lock", "", TarEntry::Type::file);
  const auto outcome = apply({reviewed("base-files")});
  const auto* link = find(outcome, "var/run");
  ASSERT_NE(link, nullptr);
  EXPECT_EQ(link->entry.type, TarEntry::Type::symlink);
  EXPECT_EQ(link->entry.link_target, "/run");
  EXPECT_EQ(find(outcome, "var/lock"), nullptr);
}

TEST_F(Effects, DirectoriesHaveOwnerAndMode) {
  const auto outcome = apply({reviewed("base-files")});
  const auto* mail = find(outcome, "var/mail");
  ASSERT_NE(mail, nullptr);
  EXPECT_EQ(mail->entry.type, TarEntry::Type::directory);
  EXPECT_EQ(mail->entry.mode, 02775U);
  EXPECT_EQ(mail->entry.gid, 8U);
}

TEST_F(Effects, ShellFilesOnlyWhereThereIsAShell) {
  add("usr/share/base-files/profile", "PATH=/usr/bin\n");
  EXPECT_EQ(find(apply({reviewed("base-files")}), "etc/profile"), nullptr);
  add("usr/bin/sh");
  EXPECT_NE(find(apply({reviewed("base-files")}), "etc/profile"), nullptr);
}

TEST_F(Effects, BashIsShOnlyWithoutAnother) {
  const auto alone = apply({reviewed("bash")});
  const auto* link = find(alone, "usr/bin/sh");
  ASSERT_NE(link, nullptr);
  EXPECT_EQ(link->entry.link_target, "bash");
  add("usr/bin/sh", "", TarEntry::Type::symlink);
  EXPECT_EQ(find(apply({reviewed("bash")}), "usr/bin/sh"), nullptr);
}

TEST_F(Effects, AccountsOnlyInImagesWithDpkg) {
  add("usr/share/base-passwd/passwd.master", "root:*:0:0:root:/root:/bin/bash\n");
  add("usr/share/base-passwd/group.master", "root:*:0:\n");
  auto outcome = apply({reviewed("base-passwd"), reviewed("apt"), reviewed("openssh-client")});
  EXPECT_FALSE(outcome.base_accounts);
  EXPECT_THAT(outcome.accounts, IsEmpty());

  has_dpkg = true;
  outcome = apply({reviewed("base-passwd"), reviewed("apt"), reviewed("openssh-client")});
  ASSERT_TRUE(outcome.base_accounts);
  EXPECT_EQ(outcome.base_accounts->group, "root:*:0:\n");
  EXPECT_THAT(outcome.accounts, ElementsAre(SystemAccount{"_apt", std::nullopt, "nogroup", "/nonexistent",
                                                          "/usr/sbin/nologin", false},
                                            SystemAccount{"_ssh", std::nullopt, "_ssh", "", "", true}));
}

TEST_F(Effects, PlatformDecidesPathsAndArchitecture) {
  has_dpkg = true;
  platform = Platform::arm64();
  const auto outcome = apply({reviewed("dpkg")});
  const auto* native = find(outcome, "var/lib/dpkg/arch-native");
  ASSERT_NE(native, nullptr);
  EXPECT_EQ(native->content, "arm64\n");
}

TEST_F(Effects, AlternativesOfSeveralPackagesAreChosenTogether) {
  add("usr/bin/mawk");
  add("usr/bin/gawk");
  const auto outcome = apply({reviewed("mawk"), reviewed("gawk")});
  const auto* link = find(outcome, "etc/alternatives/awk");
  ASSERT_NE(link, nullptr);
  EXPECT_EQ(link->entry.link_target, "/usr/bin/gawk");
  EXPECT_THAT(outcome.applied, Contains("gawk: alternative awk"));
  EXPECT_THAT(outcome.applied, Not(Contains("mawk: alternative awk")));
  EXPECT_EQ(find(outcome, "var/lib/dpkg/alternatives/awk"), nullptr) << "no record without dpkg";
}

TEST_F(Effects, OrderOfPackagesDoesNotMatter) {
  add("usr/bin/mawk");
  add("usr/bin/gawk");
  std::vector<PackageScripts> packages = {reviewed("mawk"), reviewed("base-files"), reviewed("netbase"),
                                          reviewed("gawk"), reviewed("tzdata")};
  const auto one = apply(packages);
  std::ranges::reverse(packages);
  const auto two = apply(packages);
  EXPECT_EQ(one.files, two.files);
  EXPECT_EQ(one.applied, two.applied);
  EXPECT_TRUE(std::ranges::is_sorted(one.files, {}, [](const AddedFile& file) { return file.entry.path; }));
}

TEST_F(Effects, ShellsAreListedAsUpdateShellsDoes) {
  has_dpkg = true;
  add("usr/share/debianutils/shells", "# /etc/shells: valid login shells\n/bin/sh\n");
  add("usr/share/debianutils/shells.d/bash", "/bin/bash\n/bin/rbash\n");
  add("usr/share/debianutils/shells.d/dash", "/usr/bin/dash # no comment stays\n");
  const auto outcome = apply({reviewed("debianutils")});
  const auto* shells = find(outcome, "etc/shells");
  ASSERT_NE(shells, nullptr);
  EXPECT_EQ(shells->content,
            "# /etc/shells: valid login shells\n/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n/bin/rbash\n"
            "/usr/bin/rbash\n/usr/bin/dash \n");
  EXPECT_NE(find(outcome, "var/lib/shells.state"), nullptr);
}

TEST_F(Effects, BrokenCertificateStopsTheBuild) {
  add("usr/share/ca-certificates/mozilla/A.crt", "no certificate");
  const std::vector<PackageScripts> packages = {reviewed("ca-certificates")};
  const auto outcome = apply_effects(packages, EffectsInput{.type_at = type_at(tree), .contents = contents});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::invalid_input);
}

TEST(EffectReads, NamesEveryFileThatEffectsNeed) {
  for (const std::string_view path :
       {"usr/share/ca-certificates/mozilla/A.crt", "usr/share/base-passwd/passwd.master",
        "usr/share/base-files/profile", "usr/share/libc-bin/nsswitch.conf", "usr/share/pam/common-auth",
        "usr/share/pam-configs/unix", "usr/share/debianutils/shells.d/dash",
        "usr/share/nginx/html/index.html"}) {
    EXPECT_TRUE(effect_reads(path)) << path;
  }
  for (const std::string_view path :
       {"usr/bin/bash", "usr/share/pam/common-auth.md5sums", "etc/passwd", ""}) {
    EXPECT_FALSE(effect_reads(path)) << path;
  }
}

TEST(EffectsRevision, IsPositiveAndStable) {
  EXPECT_GT(effects_revision(), 0);
  EXPECT_EQ(effects_revision(), effects_revision());
}

}  // namespace
}  // namespace hauberk
