// SPDX-License-Identifier: Apache-2.0
#include "trust/trust_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "io/faulty_os.h"
#include "io/test_folder.h"
#include "keys/private_key.h"
#include "store/mirror.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

PrivateKey new_key() { return PrivateKey::generate(KeyKind::ed25519).value(); }

std::string trust_text(std::uint64_t number, const std::vector<const PrivateKey*>& signers,
                       std::string_view repositories = "hauberk/*") {
  static const PublicKey build = new_key().public_key();
  TrustDocument document{number, {signers.back()->public_key()}, {}};
  document.keys
      .push_back({"build", build, {"*"}, {std::string(repositories)}, {}, "2026-01-01T00:00:00Z", "", {}});
  Envelope envelope{std::string(trust_payload_type), text_of(document), {}};
  for (const PrivateKey* key : signers) {
    const std::string signed_bytes = pae(envelope.payload_type, envelope.payload);
    envelope.signatures.push_back({key->public_key().fingerprint(), key->sign(signed_bytes).value()});
  }
  return text_of(envelope);
}

class TrustFileTest : public testing::Test {
 protected:
  std::unique_ptr<Store> open(Os& os = real_os()) const {
    return Store::open(folder.path() + "/s", os).value();
  }
  std::string path(std::string_view name) const { return fmt::format("{}/s/keys/{}", folder.path(), name); }
  void put(std::string_view name, std::string_view text) const { std::ofstream(path(name)) << text; }
  AcceptOptions by(const PrivateKey& key) const {
    return {.root_fingerprint = key.public_key().fingerprint()};
  }

  const TestFolder folder;
  const std::unique_ptr<Store> store =
      Store::init(folder.path() + "/s",
                  {std::string(public_mirror), std::string(public_security_mirror), false})
          .value();
  const TrustFile file{*store};
  const PrivateKey root = new_key(), other_root = new_key();
};

TEST_F(TrustFileTest, WithoutOneThereIsNone) {
  EXPECT_FALSE(file.load().value());
  EXPECT_EQ(file.need().error().kind, ErrorKind::not_found);
  EXPECT_EQ(file.next_number(), 1U);
}

TEST_F(TrustFileTest, TheFirstOneNeedsItsFingerprint) {
  const auto unknown = file.accept(trust_text(3, {&root}));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::verification_failed);
  EXPECT_THAT(unknown.error().message, HasSubstr("--root"));
  EXPECT_EQ(file.accept(trust_text(3, {&root}), by(other_root)).error().kind, ErrorKind::verification_failed);
  EXPECT_FALSE(file.load().value()) << "what was refused left nothing";
  ASSERT_TRUE(file.accept(trust_text(3, {&root}), by(root)));
  EXPECT_EQ(file.need()->document().number, 3U);
  EXPECT_EQ(file.next_number(), 4U);
}

TEST_F(TrustFileTest, ANewerOneNeedsNothingButItsSignature) {
  ASSERT_TRUE(file.accept(trust_text(3, {&root}), by(root)));
  ASSERT_TRUE(file.accept(trust_text(5, {&root})));
  EXPECT_EQ(file.need()->document().number, 5U);
  EXPECT_EQ(file.accept(trust_text(4, {&root})).error().kind, ErrorKind::conflict);
  EXPECT_EQ(file.accept(trust_text(5, {&root}, "other/*")).error().kind, ErrorKind::conflict)
      << "the same number with other content";
  EXPECT_TRUE(file.accept(trust_text(5, {&root}))) << "the same again";
  EXPECT_EQ(file.accept(trust_text(6, {&root}), by(other_root)).error().kind, ErrorKind::verification_failed)
      << "a fingerprint that is named has to be its root's";
  EXPECT_EQ(file.accept(trust_text(6, {&other_root})).error().kind, ErrorKind::verification_failed);
  EXPECT_EQ(file.need()->document().number, 5U);
}

TEST_F(TrustFileTest, AnOldFileCopiedOverTheNewOneIsRefused) {
  const std::string old = trust_text(3, {&root}), newest = trust_text(4, {&root});
  ASSERT_TRUE(file.accept(old, by(root)));
  ASSERT_TRUE(file.accept(newest));
  const struct {
    const char* summary;
    std::string text;
    const char* words;
  } rows[] = {
      {"older", old, "number 4 was accepted before"},
      {"as old, with other content", trust_text(4, {&root}, "*"), "another one of this number"},
      {"newer, by another root", trust_text(5, {&other_root}), "none of the present roots"},
      {"cut", newest.substr(0, 100), "cannot read"},
  };
  for (const auto& row : rows) {
    put("trust.json", row.text);
    const auto loaded = file.load();
    ASSERT_FALSE(loaded) << row.summary;
    EXPECT_THAT(loaded.error().message, HasSubstr(row.words)) << row.summary;
    EXPECT_THAT(loaded.error().message, HasSubstr("hauberk trust add FILE")) << row.summary;
  }
  put("trust.json", old);
  EXPECT_EQ(file.load().error().kind, ErrorKind::verification_failed);
  ASSERT_TRUE(file.accept(newest)) << "the way out that the message names";
  EXPECT_EQ(file.need()->document().number, 4U);
}

TEST_F(TrustFileTest, ANewerOnePutThereByHandIsRemembered) {
  ASSERT_TRUE(file.accept(trust_text(3, {&root}), by(root)));
  put("trust.json", trust_text(4, {&root}));
  EXPECT_EQ(file.need()->document().number, 4U);
  put("trust.json", trust_text(3, {&root}));
  EXPECT_EQ(file.load().error().kind, ErrorKind::verification_failed);
}

TEST_F(TrustFileTest, AMissingFileIsNotAFreshStart) {
  ASSERT_TRUE(file.accept(trust_text(3, {&root}), by(root)));
  std::filesystem::remove(path("trust.json"));
  EXPECT_THAT(file.load().error().message, HasSubstr("it is missing, and number 3 was accepted"));
  EXPECT_EQ(file.accept(trust_text(2, {&root}), by(root)).error().kind, ErrorKind::conflict);
  ASSERT_TRUE(file.accept(trust_text(3, {&root})));
  std::filesystem::remove(path("trust.newest"));
  EXPECT_THAT(file.load().error().message, HasSubstr("trust.newest"));
  ASSERT_TRUE(file.accept(trust_text(3, {&root}), by(root)));
  EXPECT_TRUE(file.need());
}

TEST_F(TrustFileTest, ADamagedMarkIsAnErrorThatNamesIt) {
  ASSERT_TRUE(file.accept(trust_text(3, {&root}), by(root)));
  put("trust.newest", "{}");
  const auto loaded = file.load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::invalid_input);
  EXPECT_THAT(loaded.error().message, HasSubstr("keys/trust.newest"));
}

TEST_F(TrustFileTest, AnotherRootIsTakenOnlyWhereTheUserSaysSo) {
  ASSERT_TRUE(file.accept(trust_text(3, {&root}), by(root)));
  const std::string others = trust_text(1, {&other_root});
  EXPECT_FALSE(file.accept(others, by(other_root)));
  EXPECT_FALSE(file.accept(others, {.root_fingerprint = {}, .replace = true})) << "but whose is it?";
  EXPECT_EQ(file.accept(trust_text(2, {&root}),
                        {.root_fingerprint = root.public_key().fingerprint(), .replace = true})
                .error()
                .kind,
            ErrorKind::conflict)
      << "the same root's older one is no other root";
  ASSERT_TRUE(file.accept(others,
                          {.root_fingerprint = other_root.public_key().fingerprint(), .replace = true}));
  EXPECT_EQ(file.need()->document().number, 1U);
  EXPECT_FALSE(file.accept(trust_text(4, {&root})));
}

TEST_F(TrustFileTest, TheOldAndTheNewRootTogetherHandOver) {
  ASSERT_TRUE(file.accept(trust_text(3, {&root}), by(root)));
  ASSERT_TRUE(file.accept(trust_text(4, {&root, &other_root})));
  EXPECT_EQ(file.accept(trust_text(5, {&root})).error().kind, ErrorKind::verification_failed);
  EXPECT_TRUE(file.accept(trust_text(5, {&other_root})));
}

// Whatever fails: what was before, or what comes after; and the same again ends it.
TEST_F(TrustFileTest, AFaultAtAnyPlaceIsMendedByTheSameAgain) {
  const std::string first = trust_text(3, {&root}), second = trust_text(4, {&root});
  for (const auto fault : {FaultyOs::Fault::late_error, FaultyOs::Fault::stop}) {
    for (long nth = 0, calls = 1; nth < calls; ++nth) {
      std::filesystem::remove(path("trust.json"));
      std::filesystem::remove(path("trust.newest"));
      ASSERT_TRUE(file.accept(first, by(root)));
      FaultyOs counting(-1), os(nth, fault, ENOSPC);
      if (auto faulty = Store::open(folder.path() + "/s", os)) TrustFile(**faulty).accept(second);
      if (nth == 0) {
        const auto whole = open(counting);
        ASSERT_TRUE(TrustFile(*whole).accept(second));
        calls = counting.calls();
      }
      const auto after = file.load();
      ASSERT_TRUE(after) << nth << ": " << after.error().message;
      EXPECT_GE((*after)->document().number, 3U);
      EXPECT_EQ(file.accept(second)->document().number, 4U);
      EXPECT_EQ(file.need()->document().number, 4U);
    }
  }
}

}  // namespace
}  // namespace hauberk
