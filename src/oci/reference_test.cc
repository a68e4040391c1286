// SPDX-License-Identifier: Apache-2.0
#include "oci/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

using testing::HasSubstr;

const std::string digest = "sha256:" + std::string(64, '0');

TEST(Reference, Parts) {
  struct Row {
    std::string text, registry, repository, tag;
    bool has_digest = false;
  };
  const Row rows[] = {
      {"nginx", "", "nginx", ""},
      {"nginx:1.26", "", "nginx", "1.26"},
      {"team/nginx:1", "", "team/nginx", "1"},
      {"nginx@" + digest, "", "nginx", "", true},
      {"dhi.io/nginx:1-debian13@" + digest, "dhi.io", "nginx", "1-debian13", true},
      {"registry.example:5000/team/nginx:1", "registry.example:5000", "team/nginx", "1"},
      {"localhost/nginx", "localhost", "nginx", ""},
      {"localhost:5000", "", "localhost", "5000"},
      {"Registry.Example/nginx", "Registry.Example", "nginx", ""},
      {"127.0.0.1:5000/a", "127.0.0.1:5000", "a", ""},
      {"[::1]:5000/a:b", "[::1]:5000", "a", "b"},
      {"a-b__c.d_e---f", "", "a-b__c.d_e---f", ""},
      {"my.app:_x", "", "my.app", "_x"},
      {"a/b/c/d", "", "a/b/c/d", ""},
      {"a:" + std::string(128, 'A'), "", "a", std::string(128, 'A')},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const auto reference = Reference::parse(row.text);
    ASSERT_TRUE(reference) << reference.error().message;
    EXPECT_EQ(reference->registry(), row.registry);
    EXPECT_EQ(reference->repository(), row.repository);
    EXPECT_EQ(reference->tag(), row.tag);
    EXPECT_EQ(reference->digest().has_value(), row.has_digest);
    EXPECT_EQ(reference->text(), row.text);
    EXPECT_EQ(*Reference::parse(reference->text()), *reference);
  }
}

TEST(Reference, RefusesWhatIsWrong) {
  struct Row {
    std::string summary, text, message;
  };
  const Row rows[] = {
      {"empty", "", "no repository"},
      {"only a tag", ":1", "no repository"},
      {"only a registry", "dhi.io/", "no repository"},
      {"large letters", "Nginx", "small letters"},
      {"a blank", "ng inx", "small letters and digits"},
      {"a line break", "nginx\n", "small letters and digits"},
      {"a dot path", "a/../b", "small letters and digits"},
      {"an absolute path", "/etc/passwd", "small letters and digits"},
      {"double slash", "a//b", "small letters and digits"},
      {"slash at the end", "a/", "small letters and digits"},
      {"three underscores", "a___b", "small letters and digits"},
      {"two dots", "a..b", "small letters and digits"},
      {"a separator first", "-a", "small letters and digits"},
      {"a separator last", "a-", "small letters and digits"},
      {"mixed separators", "a.-b", "small letters and digits"},
      {"empty tag", "nginx:", "a tag"},
      {"tag with a dash first", "nginx:-1", "a tag"},
      {"tag too long", "nginx:" + std::string(129, 'a'), "a tag"},
      {"tag with a NUL", std::string("nginx:a\0b", 9), "a tag"},
      {"bad digest", "nginx@sha256:12", "digest"},
      {"two digests", "nginx@" + digest + "@" + digest, "digest"},
      {"a port that is none", "a.b:port/c", "no host name"},
      {"an empty label", "a..b/c", "no host name"},
      {"open bracket", "[::1/a", "no host name"},
      {"name too long", std::string(256, 'a'), "255"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto reference = Reference::parse(row.text);
    ASSERT_FALSE(reference);
    EXPECT_EQ(reference.error().kind, ErrorKind::invalid_input);
    EXPECT_THAT(reference.error().message, HasSubstr(row.message));
    EXPECT_THAT(reference.error().message, HasSubstr("write it like"));
  }
}

TEST(Reference, WithTagDropsTheDigest) {
  const auto reference = Reference::parse("dhi.io/nginx:1@" + digest);
  ASSERT_TRUE(reference);
  const auto moved = reference->with_tag("2");
  ASSERT_TRUE(moved) << moved.error().message;
  EXPECT_EQ(moved->text(), "dhi.io/nginx:2");
  EXPECT_FALSE(reference->with_tag("a b"));
  EXPECT_FALSE(reference->with_tag(""));
}

}  // namespace
}  // namespace hauberk
