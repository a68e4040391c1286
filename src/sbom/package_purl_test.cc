// SPDX-License-Identifier: Apache-2.0
#include "sbom/package_purl.h"

#include <gtest/gtest.h>

#include "sbom/test_facts.h"

namespace hauberk {
namespace {

const OsRelease trixie{"debian", "13", "trixie", ""};

TEST(PackagePurl, IsWritten) {
  Package rebuilt = deb("libc6", "2.41-12+b1");
  rebuilt.source = "glibc";
  rebuilt.source_version = "2.41-12";
  Package sibling = deb("libssl3t64", "3.5.1-1");
  sibling.source = "openssl";
  struct Row {
    const char* summary;
    Package package;
    const char* expected;
  };
  const Row rows[] = {
      {"epoch, plus and tilde", deb("vim", "2:9.1+x~rc1-1"),
       "pkg:deb/debian/vim@2:9.1%2Bx~rc1-1?arch=amd64&distro=debian-13"},
      {"another source of the same version", sibling,
       "pkg:deb/debian/libssl3t64@3.5.1-1?arch=amd64&distro=debian-13&upstream=openssl"},
      {"a binary rebuild", rebuilt,
       "pkg:deb/debian/libc6@2.41-12%2Bb1?arch=amd64&distro=debian-13&upstream=glibc%402.41-12"},
      {"java",
       {.kind = Package::Kind::java, .name = "org.example:tool", .version = "4"},
       "pkg:maven/org.example/tool@4"},
      {"a scope", {.kind = Package::Kind::npm, .name = "@a/b", .version = "1"}, "pkg:npm/%40a/b@1"},
      {"a module",
       {.kind = Package::Kind::golang, .name = "example.org/x/y", .version = "v1"},
       "pkg:golang/example.org/x/y@v1"},
      {"python",
       {.kind = Package::Kind::python, .name = "Zope_Thing", .version = "1"},
       "pkg:pypi/zope-thing@1"},
      {"other", {.kind = Package::Kind::other, .name = "a/b", .version = ""}, "pkg:generic/a%2Fb"},
      {"no name", {.kind = Package::Kind::other}, ""},
      {"no UTF-8", {.kind = Package::Kind::other, .name = "\xff"}, ""},
  };
  for (const Row& row : rows) EXPECT_EQ(purl_of(row.package, trixie), row.expected) << row.summary;
  EXPECT_EQ(source_purl_of(rebuilt, trixie), "pkg:deb/debian/glibc@2.41-12?arch=source&distro=debian-13");
}

TEST(PackagePurl, TellsTheDistribution) {
  struct Row {
    const char* purl;
    OsRelease os;
  };
  const Row rows[] = {
      {"pkg:deb/debian/a@1?distro=debian-13", {"debian", "13", "trixie", ""}},
      {"pkg:deb/debian/a@1?distro=debian-12.7", {"debian", "12", "bookworm", ""}},
      {"pkg:deb/debian/a@1?distro=bookworm", {"debian", "12", "bookworm", ""}},
      {"pkg:deb/debian/a@1?distro=debian-sid", {"debian", "", "sid", ""}},
      {"pkg:deb/debian/a@1?os_name=debian&os_version=12&os_distro=bookworm",
       {"debian", "12", "bookworm", ""}},
      {"pkg:apk/alpine/a@1?distro=alpine-3.22.1", {"alpine", "3.22.1", "", ""}},
      {"pkg:apk/alpine/a@1?distro=3.22.1", {"alpine", "3.22.1", "", ""}},
      {"pkg:deb/ubuntu/a@1", {"ubuntu", "", "", ""}},
      {"pkg:npm/a@1?distro=debian-13", {"", "", "", ""}},
  };
  for (const Row& row : rows) {
    OsRelease os = os_of_purl(*parse_purl(row.purl));
    complete(os);
    EXPECT_EQ(os, row.os) << row.purl;
  }
}

TEST(PackagePurl, Versions) {
  EXPECT_EQ(without_rebuild("1-2+b10"), "1-2");
  EXPECT_EQ(without_rebuild("1-2+b"), "1-2+b");
  EXPECT_EQ(without_rebuild("1+beta"), "1+beta");
  EXPECT_EQ(with_epoch("1-2", "3"), "3:1-2");
  EXPECT_EQ(with_epoch("4:1-2", "3"), "4:1-2");
  EXPECT_EQ(with_epoch("1-2", "0"), "1-2");
  EXPECT_EQ(with_epoch("1-2", "x"), "1-2");
  EXPECT_EQ(with_epoch("", "1"), "");
}

}  // namespace
}  // namespace hauberk
