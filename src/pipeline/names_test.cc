// What a build calls its image.
//
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

using testing::ElementsAre;

Result<ImageNames> names(const std::string& more) {
  const auto none = [](std::string_view path) -> Result<std::string> {
    return fail(ErrorKind::not_found, "{}", path);
  };
  auto parsed =
      parse_definition("# syntax=hauberk/build:2-debian13\nname: x\nplatforms:\n  - linux/amd64\n" + more,
                       "x.yaml", none);
  if (!parsed) return std::unexpected(parsed.error());
  return image_names(parsed->definition);
}

TEST(Names, LadderAndBuildTag) {
  struct Row {
    std::string summary, more, prefix;
  };
  const std::vector<Row> rows = {
      {"the longest number",
       "image: a/b\nvariant: runtime\ntags:\n  - \"1\"\n  - \"1.26\"\n  - 1.26.3\n  - 1.26.3-debian13\n",
       "1.26.3-debian13"},
      {"of variables",
       "image: a/b\nvariant: runtime\nvars:\n  V: \"2.5\"\ntags:\n  - ${V}\n  - ${V:^([0-9]+)}-debian13\n",
       "2.5-debian13"},
      {"a dev image", "image: a/b\nvariant: dev\ntags:\n  - 1-dev\n", "1-debian13-dev"},
      {"a flavour", "image: a/b\nvariant: dev\nflavor: fips\ntags:\n  - 1-fips-dev\n", "1-debian13-fips-dev"},
      {"words only", "image: a/b\nvariant: runtime\ntags:\n  - latest-x\n", "latest-debian13"},
  };
  for (const Row& row : rows) {
    const auto made = names(row.more);
    ASSERT_TRUE(made) << row.summary << ": " << made.error().message;
    EXPECT_EQ(made->build_prefix, row.prefix) << row.summary;
    EXPECT_EQ(made->repository, "a/b") << row.summary;
  }
  EXPECT_THAT(names(rows[1].more)->tags, ElementsAre("2.5", "2-debian13"));
}

TEST(Names, RefusesAnImageThatIsNoReference) {
  Definition definition;
  definition.document = {{"syntax", "hauberk/build:2-debian13"}, {"image", "A b"}};
  definition.platforms = {Platform::amd64()};
  EXPECT_FALSE(image_names(definition));
}

}  // namespace
}  // namespace hauberk
