// SPDX-License-Identifier: Apache-2.0
#include "signer/next_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/test_folder.h"
#include "store/mirror.h"

namespace hauberk {
namespace {

class NextKeyTest : public testing::Test {
 protected:
  static PrivateKey new_key() { return PrivateKey::generate(KeyKind::ecdsa_p256).value(); }
  std::string path(std::string_view name) const { return fmt::format("{}/s/keys/{}", folder.path(), name); }
  bool exists(std::string_view name) const { return std::filesystem::exists(path(name)); }

  const TestFolder folder;
  const std::unique_ptr<Store> store =
      Store::init(folder.path() + "/s",
                  {std::string(public_mirror), std::string(public_security_mirror), false})
          .value();
  const KeyFolder keys{*store};
  const NextKey next{*store, KeyName::build};
  const Secret passphrase = Secret::of("violet").value();
};

TEST_F(NextKeyTest, WaitsBesideAndThenTakesThePlace) {
  const PrivateKey before = new_key(), after = new_key();
  ASSERT_TRUE(keys.add(KeyName::build, before, passphrase));
  ASSERT_TRUE(next.keep(after, passphrase));
  EXPECT_EQ(next.waiting().value(), after.public_key());
  EXPECT_EQ(keys.public_key(KeyName::build), before.public_key()) << "not yet";

  ASSERT_TRUE(next.put_in_place());
  EXPECT_EQ(keys.public_key(KeyName::build), after.public_key());
  EXPECT_EQ(keys.open({KeyName::build}, passphrase)->public_key(), after.public_key());
  EXPECT_FALSE(next.waiting().value());
  EXPECT_FALSE(exists("build.next.key"));
  EXPECT_EQ(next.put_in_place().error().kind, ErrorKind::not_found);
}

TEST_F(NextKeyTest, ALaterOneTakesThePlaceOfOneThatWaits) {
  const PrivateKey first = new_key(), second = new_key();
  ASSERT_TRUE(next.keep(first, passphrase));
  ASSERT_TRUE(next.keep(second, passphrase));
  EXPECT_EQ(next.waiting().value(), second.public_key());
  ASSERT_TRUE(next.put_in_place()) << "there need not be one before";
  EXPECT_EQ(keys.public_key(KeyName::build), second.public_key());
}

TEST_F(NextKeyTest, AHalfIsNoKey) {
  ASSERT_TRUE(next.keep(new_key(), passphrase));
  std::filesystem::remove(path("build.next.pub"));
  EXPECT_FALSE(next.waiting().value());
  EXPECT_FALSE(next.put_in_place());
  EXPECT_FALSE(exists("build.key"));
}

}  // namespace
}  // namespace hauberk
