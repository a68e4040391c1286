// SPDX-License-Identifier: Apache-2.0
#include "base/nearest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hauberk {
namespace {

TEST(Nearest, FindsWhatWasMeant) {
  const std::vector<std::string_view> keys = {"platforms", "packages", "paths", "ports",
                                              "uid",       "gid",      "mode"};
  struct Row {
    std::string_view summary, word, meant;
  };
  const Row rows[] = {
      {"letters swapped", "platfroms", "platforms"},
      {"a letter missing", "pakages", "packages"},
      {"a letter more", "modee", "mode"},
      {"another letter", "pathz", "paths"},
      {"the word itself", "mode", "mode"},
      {"short words need one letter", "vid", "uid"},
      {"first of equals", "sid", "uid"},
  };
  for (const Row& row : rows) EXPECT_EQ(nearest(row.word, keys), row.meant) << row.summary;
}

TEST(Nearest, SaysNothingWhenNothingIsNear) {
  const std::vector<std::string_view> keys = {"platforms", "uid"};
  for (const std::string_view word : {"", "zzz", "environment"}) EXPECT_FALSE(nearest(word, keys)) << word;
  EXPECT_FALSE(nearest(std::string(101, 'a'), keys));
  const std::string long_key(101, 'a');
  const std::vector<std::string_view> long_keys = {long_key};
  EXPECT_FALSE(nearest(std::string(99, 'a'), long_keys));
  EXPECT_FALSE(nearest("a", std::vector<std::string_view>{}));
}

}  // namespace
}  // namespace hauberk
