// SPDX-License-Identifier: Apache-2.0
#include "signer/key_folder.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <vector>

#include "io/test_folder.h"
#include "signer/key_ring.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

Secret secret(std::string_view text) { return Secret::of(text).value(); }

class Folder : public testing::Test {
 protected:
  Folder()
      : store_(Store::init(folder_.path() + "/home", {.mirror = "http://ftp.debian.org/debian",
                                                      .security_mirror = "http://security.debian.org"})
                   .value()),
        keys_(*store_) {}

  std::string path(std::string_view file) const { return fmt::format("{}/keys/{}", store_->path(), file); }

  TestFolder folder_;
  std::unique_ptr<Store> store_;
  KeyFolder keys_;
};

TEST_F(Folder, KeepsBothParts) {
  EXPECT_FALSE(keys_.has_private(KeyName::build).value());
  const auto key = PrivateKey::generate(KeyKind::ecdsa_p256).value();
  ASSERT_TRUE(keys_.add(KeyName::build, key, secret("open")));
  EXPECT_TRUE(keys_.has_private(KeyName::build).value());
  EXPECT_EQ(keys_.public_key(KeyName::build).value(), key.public_key());
  EXPECT_EQ(keys_.open({KeyName::build}, secret("open")).value().public_key(), key.public_key());
  EXPECT_EQ(keys_.open({KeyName::build}, secret("shut")).error().kind, ErrorKind::verification_failed);
  struct stat info{};
  ASSERT_EQ(::stat(path("build.key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(Folder, NeverOverwrites) {
  const auto key = PrivateKey::generate(KeyKind::ed25519).value();
  ASSERT_TRUE(keys_.add(KeyName::log, key, secret("open")));
  const auto again = keys_.add(KeyName::log, PrivateKey::generate(KeyKind::ed25519).value(), secret("open"));
  EXPECT_EQ(again.error().kind, ErrorKind::conflict);
  EXPECT_EQ(keys_.public_key(KeyName::log).value(), key.public_key());
  // Also where the private part was carried away.
  std::filesystem::remove(path("log.key"));
  EXPECT_EQ(keys_.add(KeyName::log, key, secret("open")).error().kind, ErrorKind::conflict);
}

TEST_F(Folder, SaysWhatIsMissing) {
  EXPECT_EQ(keys_.public_key(KeyName::root).error().kind, ErrorKind::not_found);
  const auto key = keys_.open({KeyName::root}, secret("open"));
  EXPECT_EQ(key.error().kind, ErrorKind::not_found);
  EXPECT_THAT(key.error().message, HasSubstr("keygen --name root"));
}

TEST_F(Folder, RefusesAForeignPublicKey) {
  const auto key = PrivateKey::generate(KeyKind::ed25519).value();
  ASSERT_TRUE(keys_.add(KeyName::build, key, secret("open")));
  ASSERT_TRUE(keys_.restore_public(KeyName::build, PrivateKey::generate(KeyKind::ed25519).value()));
  EXPECT_EQ(keys_.open({KeyName::build}, secret("open")).error().kind, ErrorKind::conflict);
  ASSERT_TRUE(keys_.restore_public(KeyName::build, key));
  EXPECT_TRUE(keys_.open({KeyName::build}, secret("open")));
}

TEST_F(Folder, OpensAFileElsewhere) {
  const auto key = PrivateKey::generate(KeyKind::ed25519).value();
  ASSERT_TRUE(keys_.add(KeyName::root, key, secret("open")));
  const std::string stick = folder_.path() + "/stick.key";
  std::filesystem::rename(path("root.key"), stick);
  EXPECT_FALSE(keys_.has_private(KeyName::root).value());
  const std::vector<NeededKey> needed = {{KeyName::root, stick}};
  const auto ring = KeyRing::open(keys_, needed, secret("open")).value();
  EXPECT_EQ(ring.find(KeyName::root)->public_key(), key.public_key());
  EXPECT_EQ(ring.find(KeyName::build), nullptr);
}

TEST(NeededKey, IsANameAndPerhapsAFile) {
  EXPECT_EQ(parse_needed_key("build").value().name, KeyName::build);
  EXPECT_EQ(parse_needed_key("root=/a=b").value().file, "/a=b");
  for (const auto text : {"", "root=", "admin", "=x", "Build"}) EXPECT_FALSE(parse_needed_key(text)) << text;
}

}  // namespace
}  // namespace hauberk
