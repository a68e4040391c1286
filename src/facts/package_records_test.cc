// SPDX-License-Identifier: Apache-2.0
#include "facts/package_records.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Texts = std::map<std::string, std::string>;
using State = Package::State;

constexpr const char* md5_a = "0123456789abcdef0123456789abcdef";

std::string stanza(const std::string& name, const std::string& more = "",
                   const std::string& version = "1.0") {
  return fmt::format("Package: {}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {}\n{}\n",
                     name, version, more);
}

std::vector<std::string> names_of(const PackageRecords& records) {
  std::vector<std::string> names;
  for (const auto& recorded : records.packages) {
    names.push_back(fmt::format("{} {}", recorded.package.name, recorded.package.version));
  }
  return names;
}

TEST(DpkgRecords, AllThatAStanzaSays) {
  const Texts texts = {{"var/lib/dpkg/status", R"(Package: libssl3t64
Status: install ok installed
Priority: optional
Maintainer: Debian OpenSSL Team <openssl@example.org>
Architecture: amd64
Multi-Arch: same
Source: openssl (3.5.1-1)
Version: 3.5.1-1+b2
Provides: libssl3 (= 3.5.1-1+b2)
Pre-Depends: dpkg (>= 1.15)
Depends: libc6 (>= 2.38),
 zlib1g | zlib2g
Built-Using: gcc-14 (= 14.2.0-8)
Static-Built-Using: rust-x (= 1)
Homepage: https://example.org/
Origin: Example
Description: TLS
 .
 more
)"}};
  const PackageRecords records = read_package_records(texts);
  EXPECT_THAT(records.problems, IsEmpty());
  ASSERT_THAT(records.packages, SizeIs(1));
  const Package expected{.kind = Package::Kind::deb,
                         .state = State::installed,
                         .name = "libssl3t64",
                         .version = "3.5.1-1+b2",
                         .architecture = "amd64",
                         .source = "openssl",
                         .source_version = "3.5.1-1",
                         .supplier = "Debian OpenSSL Team <openssl@example.org>",
                         .homepage = "https://example.org/",
                         .depends = {"dpkg (>= 1.15)", "libc6 (>= 2.38)", "zlib1g | zlib2g"},
                         .provides = {"libssl3 (= 3.5.1-1+b2)"},
                         .built_using = {"gcc-14 (= 14.2.0-8)", "rust-x (= 1)"},
                         .record = "var/lib/dpkg/status",
                         .origin = "Example"};
  EXPECT_EQ(records.packages[0].package, expected);
}

TEST(DpkgRecords, SourceIsTheBinaryWhereNothingElseIsSaid) {
  struct Row {
    std::string field, source, version;
  };
  const Row rows[] = {{"", "x", "1.0"},
                      {"Source: y\n", "y", "1.0"},
                      {"Source: y (2:0.9-1)\n", "y", "2:0.9-1"},
                      {"Source: y (0.9\n", "y", "0.9"}};
  for (const Row& row : rows) {
    const auto records = read_package_records({{"var/lib/dpkg/status", stanza("x", row.field)}});
    ASSERT_THAT(records.packages, SizeIs(1)) << row.field;
    EXPECT_EQ(records.packages[0].package.source, row.source) << row.field;
    EXPECT_EQ(records.packages[0].package.source_version, row.version) << row.field;
  }
}

TEST(DpkgRecords, States) {
  struct Row {
    std::string status;
    State state;
  };
  const Row rows[] = {{"install ok installed", State::installed},
                      {"hold ok installed", State::installed},
                      {"install reinstreq half-installed", State::half_installed},
                      {"install ok unpacked", State::unpacked},
                      {"install ok half-configured", State::half_configured},
                      {"install ok triggers-pending", State::triggers},
                      {"install ok triggers-awaited", State::triggers},
                      {"deinstall ok config-files", State::removed},
                      {"install ok odd", State::unknown}};
  for (const Row& row : rows) {
    const std::string text =
        fmt::format("Package: x\nStatus: {}\nArchitecture: all\nVersion: 1\n", row.status);
    const auto records = read_package_records({{"var/lib/dpkg/status", text}});
    ASSERT_THAT(records.packages, SizeIs(1)) << row.status;
    EXPECT_EQ(records.packages[0].package.state, row.state) << row.status;
  }
  // What dpkg only remembers the name of is no package.
  const auto none =
      read_package_records({{"var/lib/dpkg/status",
                             "Package: x\nStatus: purge ok not-installed\nArchitecture: amd64\n"}});
  EXPECT_THAT(none.packages, IsEmpty());
  EXPECT_THAT(none.problems, IsEmpty());
  EXPECT_TRUE(none.is_there);
}

TEST(DpkgRecords, StatusAndStatusDAtOnce) {
  const std::string small = "Package: base-files\nArchitecture: amd64\nVersion: 13\n";
  const auto records = read_package_records({
      {"var/lib/dpkg/status", stanza("both") + stanza("differs") + stanza("only-status")},
      {"var/lib/dpkg/status.d/base-files", small},
      {"var/lib/dpkg/status.d/base-files.md5sums", fmt::format("{}  etc/host.conf\n", md5_a)},
      {"var/lib/dpkg/status.d/both", stanza("both")},
      {"var/lib/dpkg/status.d/differs", stanza("differs", "", "2.0")},
  });
  EXPECT_THAT(names_of(records),
              ElementsAre("both 1.0", "differs 1.0", "only-status 1.0", "base-files 13", "differs 2.0"));
  EXPECT_EQ(records.packages[3].package.state, State::installed);
  EXPECT_EQ(records.packages[3].package.record, "var/lib/dpkg/status.d/base-files");
  EXPECT_THAT(records.packages[3].files, ElementsAre(ListedFile{"etc/host.conf", md5_a}));
  EXPECT_THAT(records.problems, ElementsAre(HasSubstr("differs is recorded with version 2.0 here, and 1.0")));
}

TEST(DpkgRecords, ListsAndSums) {
  const auto records = read_package_records({
      {"var/lib/dpkg/status", stanza("libc6") + stanza("plain") + stanza("bare")},
      {"var/lib/dpkg/info/libc6:amd64.list", "/.\n/lib\n/lib/libc.so.6\n/etc/x.conf\n"},
      {"var/lib/dpkg/info/libc6:amd64.md5sums", fmt::format("{}  lib/libc.so.6\n", md5_a)},
      {"var/lib/dpkg/info/plain.list", "/usr/bin/with blank\n/usr/bin/x\n"},
      {"var/lib/dpkg/info/plain.md5sums", fmt::format("{0}  usr/bin/with blank\n{0}  usr/bin/x\n", md5_a)},
      {"var/lib/dpkg/info/gone.list", "/usr/bin/gone\n"},
  });
  EXPECT_THAT(records.problems, IsEmpty());
  ASSERT_THAT(records.packages, SizeIs(3));
  EXPECT_THAT(records.packages[0].files, ElementsAre(ListedFile{"etc/x.conf", ""}, ListedFile{"lib", ""},
                                                     ListedFile{"lib/libc.so.6", md5_a}));
  EXPECT_THAT(records.packages[1].files,
              ElementsAre(ListedFile{"usr/bin/with blank", md5_a}, ListedFile{"usr/bin/x", md5_a}));
  EXPECT_THAT(records.packages[2].files, IsEmpty());
}

TEST(DpkgRecords, ConffilesAreThePackagesWithoutASum) {
  const std::string field = fmt::format("Conffiles:\n /etc/x.conf {0}\n /etc/old.conf {0} obsolete\n", md5_a);
  const auto records = read_package_records({{"var/lib/dpkg/status.d/x", stanza("x", field)}});
  EXPECT_THAT(records.problems, IsEmpty());
  ASSERT_THAT(records.packages, SizeIs(1));
  EXPECT_THAT(records.packages[0].files, ElementsAre(ListedFile{"etc/x.conf", ""}));
}

TEST(DpkgRecords, ADivertedFileLiesWhereItWasPut) {
  const auto records = read_package_records({
      {"var/lib/dpkg/status", stanza("dash") + stanza("other")},
      {"var/lib/dpkg/info/dash.list", "/bin/sh\n"},
      {"var/lib/dpkg/info/other.list", "/bin/sh\n"},
      {"var/lib/dpkg/diversions", "/bin/sh\n/bin/sh.distrib\ndash\n"},
  });
  ASSERT_THAT(records.packages, SizeIs(2));
  EXPECT_THAT(records.packages[0].files, ElementsAre(ListedFile{"bin/sh", ""}));
  EXPECT_THAT(records.packages[1].files, ElementsAre(ListedFile{"bin/sh.distrib", ""}));
}

TEST(DpkgRecords, WhatIsBrokenIsSaidAndTheRestCounts) {
  struct Row {
    std::string summary, text, problem;
    std::vector<std::string> packages;
  };
  const std::string good = stanza("good");
  const Row rows[] = {
      {"a line that is no field", "nonsense\n\n" + good, "line 1 cannot be read", {"good 1.0"}},
      {"in the middle",
       good + "Package: x\nPackage: y\n\n" + stanza("z"),
       "line 6 cannot be read",
       {"good 1.0", "z 1.0"}},
      {"a NUL", std::string("Package: a\0b\n\n", 14) + good, "NUL", {"good 1.0"}},
      {"no name", "Status: install ok installed\nVersion: 1\n\n" + good, "names no package", {"good 1.0"}},
      {"no version",
       "Package: x\nStatus: install ok installed\n\n" + good,
       "x has no version",
       {"x ", "good 1.0"}},
      {"a version that is none", stanza("x", "", "abc_?") + good, "line 1", {"x abc_?", "good 1.0"}},
      {"a name that is a path",
       stanza("../../etc/passwd") + good,
       "is no package name",
       {"../../etc/passwd 1.0", "good 1.0"}},
      {"cut in a field", good + "Package: x\nStatus: inst", "x has no version", {"good 1.0", "x "}},
      {"twice in one file", stanza("x") + stanza("x", "", "2.0"), "x is recorded twice", {"x 2.0"}},
      {"blank lines at the start", "\n\n\n" + good, "", {"good 1.0"}},
      {"empty", "", "", {}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto records = read_package_records({{"var/lib/dpkg/status", row.text}});
    EXPECT_EQ(names_of(records), row.packages);
    EXPECT_TRUE(records.is_there);
    if (row.problem.empty()) {
      EXPECT_THAT(records.problems, IsEmpty());
    } else {
      EXPECT_THAT(records.problems, ElementsAre(HasSubstr(row.problem)));
    }
  }
}

TEST(DpkgRecords, BrokenListsAreSaidAFewTimes) {
  std::string sums;
  for (int i = 0; i < 1000; ++i) sums += "no sum\n";
  const auto records = read_package_records({
      {"var/lib/dpkg/status", stanza("x")},
      {"var/lib/dpkg/info/x.list", "/../../etc/shadow\n/usr/ok\n"},
      {"var/lib/dpkg/info/x.md5sums", sums + std::string(md5_a) + "  ../up\n"},
      {"var/lib/dpkg/diversions", "/a\n/b\n"},  // and nobody's
  });
  ASSERT_THAT(records.packages, SizeIs(1));
  EXPECT_THAT(records.packages[0].files, ElementsAre(ListedFile{"usr/ok", ""}));
  EXPECT_THAT(records.problems, SizeIs(22));
  EXPECT_THAT(records.problems.front(), HasSubstr("var/lib/dpkg/diversions: a diversion"));
  EXPECT_THAT(records.problems[1], HasSubstr("x.list: the path"));
  EXPECT_THAT(records.problems[2], HasSubstr("x.md5sums: line 1 is not"));
  EXPECT_THAT(records.problems.back(), HasSubstr("and more"));
}

TEST(ApkRecords, AllThatAPackageSays) {
  const auto records = read_package_records({{"lib/apk/db/installed", R"(C:Q1abc=
P:musl
V:1.2.5-r9
A:x86_64
S:1
L:MIT AND BSD-2-Clause
o:musl-src
m:A Person <person@example.org>
U:https://example.org/
D:so:libc.musl-x86_64.so.1 !uclibc
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1xyz=
F:usr/bin
R:ldd

P:zlib
V:1.3-r0
A:x86_64
)"}});
  EXPECT_THAT(records.problems, IsEmpty());
  EXPECT_THAT(names_of(records), ElementsAre("musl 1.2.5-r9", "zlib 1.3-r0"));
  const Package& musl = records.packages[0].package;
  EXPECT_EQ(musl.kind, Package::Kind::apk);
  EXPECT_EQ(musl.source, "musl-src");
  EXPECT_EQ(musl.source_version, "1.2.5-r9");
  EXPECT_EQ(musl.supplier, "A Person <person@example.org>");
  EXPECT_THAT(musl.licences, ElementsAre(Licence{"MIT AND BSD-2-Clause", "lib/apk/db/installed"}));
  EXPECT_THAT(musl.depends, ElementsAre("so:libc.musl-x86_64.so.1"));
  EXPECT_THAT(records.packages[0].files,
              ElementsAre(ListedFile{"lib", ""}, ListedFile{"lib/ld-musl-x86_64.so.1", ""},
                          ListedFile{"usr/bin", ""}, ListedFile{"usr/bin/ldd", ""}));
  EXPECT_EQ(records.packages[1].package.source, "zlib");
}

TEST(ApkRecords, WhatIsBrokenIsSaidAndTheRestCounts) {
  const auto records = read_package_records({{"usr/lib/apk/db/installed",
                                              "V:1\n\nP:a\nnonsense\nV:1\nF:../up\nR:x\nF:ok\nR:\n\n"
                                              "P:a\nV:2\n\nP:b\n"}});
  EXPECT_THAT(names_of(records), ElementsAre("a 2", "b "));
  EXPECT_THAT(records.problems,
              ElementsAre(HasSubstr("line 2 has no name"), HasSubstr("line 4 is not a letter"),
                          HasSubstr("line 6: the path"), HasSubstr("line 9 names no file"),
                          HasSubstr("a is recorded twice"), HasSubstr("b has no version")));
}

TEST(PackageRecords, NoneIsToldFromAnEmptyOne) {
  EXPECT_FALSE(read_package_records({{"etc/passwd", "x"}}).is_there);
  EXPECT_TRUE(read_package_records({{"lib/apk/db/installed", ""}}).is_there);
}

TEST(OsRelease, AsAShellReadsIt) {
  const OsRelease os = parse_os_release(
      "# comment\nPRETTY_NAME=\"Debian \\\"13\\\" (trixie)\"\nNAME=x\nVERSION_ID='13'\n"
      "VERSION_CODENAME=trixie \nID=debian\nnonsense\n");
  EXPECT_EQ(os, (OsRelease{"debian", "13", "trixie", "Debian \"13\" (trixie)"}));
  EXPECT_EQ(parse_os_release("ID=\""), (OsRelease{.id = "\""}));
  EXPECT_EQ(parse_os_release(""), OsRelease());
}

}  // namespace
}  // namespace hauberk
