// SPDX-License-Identifier: Apache-2.0
#include "facts/purl.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace hauberk {
namespace {

struct Row {
  const char* summary;
  const char* text;
  Purl purl;
  const char* canonical;
};

TEST(Purl, IsReadAndWrittenInItsCanonicalForm) {
  const Row rows[] = {
      {"a Debian package with epoch and plus",
       "pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64&distro=debian-12",
       {"deb", "debian", "attr", "1:2.4.47-2+b1", {{"arch", "amd64"}, {"distro", "debian-12"}}, ""},
       "pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64&distro=debian-12"},
      {"a plus that nobody encoded is a plus",
       "pkg:deb/debian/g++@4:12.2.0-3+b1",
       {"deb", "debian", "g++", "4:12.2.0-3+b1", {}, ""},
       "pkg:deb/debian/g%2B%2B@4:12.2.0-3%2Bb1"},
      {"an encoded epoch",
       "pkg:deb/debian/a@1%3A2",
       {"deb", "debian", "a", "1:2", {}, ""},
       "pkg:deb/debian/a@1:2"},
      {"scheme, type and Debian's names in capitals",
       "PKG:DEB/Debian/Curl@7.50.3-1?Arch=i386",
       {"deb", "debian", "curl", "7.50.3-1", {{"arch", "i386"}}, ""},
       "pkg:deb/debian/curl@7.50.3-1?arch=i386"},
      {"slashes after the scheme",
       "pkg://gem/ruby-advisory-db-check@0.12.4",
       {"gem", "", "ruby-advisory-db-check", "0.12.4", {}, ""},
       "pkg:gem/ruby-advisory-db-check@0.12.4"},
      {"an npm scope, encoded",
       "pkg:npm/%40angular/animation@12.3.1",
       {"npm", "@angular", "animation", "12.3.1", {}, ""},
       "pkg:npm/%40angular/animation@12.3.1"},
      {"an npm scope as it stands, without version",
       "pkg:npm/@angular/animation",
       {"npm", "@angular", "animation", "", {}, ""},
       "pkg:npm/%40angular/animation"},
      {"python names are normalised",
       "pkg:pypi/Django_Allauth@12.23",
       {"pypi", "", "django-allauth", "12.23", {}, ""},
       "pkg:pypi/django-allauth@12.23"},
      {"a Go module keeps its case and has a subpath",
       "pkg:golang/github.com/Example/Tool@v1.2.0#/googleapis/./api/../annotations/",
       {"golang", "github.com/Example", "Tool", "v1.2.0", {}, "googleapis/api/annotations"},
       "pkg:golang/github.com/Example/Tool@v1.2.0#googleapis/api/annotations"},
      {"qualifiers are sorted, empty ones vanish",
       "pkg:maven/org.example/"
       "tool@1.9.1?type=zip&classifier=dist&empty=&repository_url=repo.example.org%2Frelease",
       {"maven",
        "org.example",
        "tool",
        "1.9.1",
        {{"classifier", "dist"}, {"repository_url", "repo.example.org/release"}, {"type", "zip"}},
        ""},
       "pkg:maven/org.example/tool@1.9.1?classifier=dist&repository_url=repo.example.org%2Frelease&type=zip"},
      {"an image by its digest",
       "pkg:oci/static@sha256:ab12?tag=1",
       {"oci", "", "static", "sha256:ab12", {{"tag", "1"}}, ""},
       "pkg:oci/static@sha256:ab12?tag=1"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto purl = parse_purl(row.text);
    ASSERT_TRUE(purl) << purl.error().message;
    EXPECT_EQ(*purl, row.purl);
    EXPECT_EQ(text_of(*purl), row.canonical);
    EXPECT_EQ(*parse_purl(row.canonical), *purl);
  }
}

TEST(Purl, RefusesWhatIsNone) {
  const struct {
    const char* summary;
    std::string text;
    ErrorKind kind = ErrorKind::invalid_input;
  } rows[] = {
      {"nothing", ""},
      {"no scheme", "deb/debian/curl@1"},
      {"another scheme", "http:deb/debian/curl"},
      {"no name", "pkg:deb"},
      {"a version without name", "pkg:deb/debian/@1"},
      {"a type that begins with a digit", "pkg:3d/x"},
      {"a blank in the type", "pkg:de b/x"},
      {"a broken percent", "pkg:deb/debian/a%2"},
      {"no hexadecimal digits", "pkg:deb/debian/a%zz"},
      {"a NUL", "pkg:deb/debian/a%00b"},
      {"no UTF-8", "pkg:deb/debian/a%ff"},
      {"an overlong form", "pkg:deb/debian/a%c0%af"},
      {"a surrogate", "pkg:deb/debian/a%ed%a0%80"},
      {"a slash in a segment", "pkg:deb/deb%2fian/a"},
      {"a qualifier without value", "pkg:deb/debian/a?arch"},
      {"a qualifier twice", "pkg:deb/debian/a?arch=1&ARCH=2"},
      {"a qualifier without name", "pkg:deb/debian/a?=1"},
      {"too long", "pkg:deb/debian/" + std::string(4096, 'a'), ErrorKind::limit_exceeded},
  };
  for (const auto& row : rows) {
    const auto purl = parse_purl(row.text);
    if (row.summary == std::string_view("a version without name")) {
      EXPECT_TRUE(purl && purl->name == "@1") << "an \"@\" at a segment's start is a scope's";
      continue;
    }
    ASSERT_FALSE(purl) << row.summary;
    EXPECT_EQ(purl.error().kind, row.kind) << row.summary << ": " << purl.error().message;
  }
}

TEST(Purl, MissingQualifiersAreEmpty) {
  const auto purl = parse_purl("pkg:deb/debian/a@1?distro=debian-12");
  ASSERT_TRUE(purl);
  EXPECT_EQ(qualifier(*purl, "distro"), "debian-12");
  EXPECT_EQ(qualifier(*purl, "arch"), "");
}

RC_GTEST_PROP(Purl, AnyNamesSurvive, (const std::string& name, const std::string& version)) {
  std::string plain;
  for (const char c : name) plain += static_cast<char>(c & 0x7f);
  std::erase_if(plain, [](char c) { return c == '\0' || c == '/'; });
  RC_PRE(!plain.empty() && plain.size() < 300 && version.size() < 300);
  std::string clean;
  for (const char c : version) clean += static_cast<char>((c & 0x7f) == 0 ? '0' : c & 0x7f);
  const Purl purl{"generic", "a/b", plain, clean, {{"k", "v w"}}, ""};
  const auto again = parse_purl(text_of(purl));
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == purl);
}

}  // namespace
}  // namespace hauberk
