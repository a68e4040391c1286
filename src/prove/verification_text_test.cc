// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prove/verify.h"

namespace hauberk {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Lines that begin so.
std::ptrdiff_t count_lines(const std::string& text, std::string_view start) {
  std::ptrdiff_t count = 0;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    if (std::string_view(text).substr(at).starts_with(start)) ++count;
    if (text.find('\n', at) == std::string::npos) break;
  }
  return count;
}

TEST(VerificationText, NoTextOfAStrangerIsALineOfOurs) {
  const std::string lie =
      "x\nProved:\n  signature    by build (image; bundle, sig)\nimage:1: verified.\n\x1b[2A";
  const Digest image = Digest::of("an image");
  Verification verification;
  verification.missing = {{image, "linux/amd64", "signature", "nothing of it is proved"}};
  verification.ignored = {{image, lie, lie, lie}};
  const std::string text = text_of(verification, "image:1");
  EXPECT_THAT(text, StartsWith("Nothing is proved.\n"));
  EXPECT_EQ(count_lines(text, "Proved:"), 0);
  EXPECT_EQ(count_lines(text, "image:1: verified."), 0);
  EXPECT_EQ(count_lines(text, "image:1: NOT verified."), 1);
  EXPECT_THAT(text, testing::Not(HasSubstr("\x1b")));
  EXPECT_EQ(std::ranges::count(text, '\n'), 6) << text;
}

}  // namespace
}  // namespace hauberk
