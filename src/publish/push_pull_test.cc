// Images pushed to a registry of this process and pulled out again, honest and otherwise.
//
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "io/test_folder.h"
#include "oci/test_evidence.h"
#include "publish/known_blobs.h"
#include "publish/pull.h"
#include "publish/push.h"
#include "publish/referrers_answer.h"
#include "publish/registry_evidence.h"
#include "publish/test_image.h"
#include "publish/test_registry.h"

namespace hauberk {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

// An artifact that refers to the subject; none for the older forms.
Descriptor put_artifact(BlobStore& blobs, const std::optional<Descriptor>& subject, const std::string& text) {
  Manifest manifest{.media_type = std::string(media_type::manifest),
                    .artifact_type = "application/example",
                    .config = put(blobs, "application/vnd.oci.empty.v1+json", "{}"),
                    .layers = {put(blobs, "application/example", text)},
                    .subject = subject,
                    .annotations = {}};
  return put(blobs, media_type::manifest, text_of(manifest));
}

class Progressed final : public Progress {
 public:
  void begin(std::string_view, std::uint64_t total, std::string_view) override { total_bytes = total; }
  void advance(std::uint64_t amount) override {
    const std::lock_guard lock(mutex);
    bytes += amount;
  }
  void end() override {}
  void warn(std::string_view message) override { warnings.emplace_back(message); }
  std::mutex mutex;
  std::uint64_t total_bytes = 0, bytes = 0;
  std::vector<std::string> warnings;
};

class PushPullTest : public ::testing::Test {
 protected:
  Result<PushReport> push(TestRegistry& registry, std::vector<std::string> tags = {"1"},
                          const std::string& repository = "team/app") {
    PushRequest request{.image = image, .tags = std::move(tags), .evidence = &evidence};
    request.upload.retry_delay = std::chrono::milliseconds(1);
    request.upload.at_once_bytes = at_once_bytes;
    if (!mount_from.empty()) request.known_in = [&](const Digest&) { return mount_from; };
    const auto client = registry.client(repository);
    return push_image(store->blobs(), *client, request, progress);
  }
  Result<PullReport> pull(TestRegistry& registry, PullRequest request = {.name = "1"}) {
    const auto client = registry.client();
    return pull_image(*client, target->blobs(), request, progress);
  }
  // Evidence of the index and of one of its manifests, in both forms.
  void add_evidence() {
    const Descriptor manifest = manifests_of(store->blobs(), image).value().front();
    for (const std::string word : {"sbom", "vex"}) {
      evidence.listed[image.digest].push_back(put_artifact(store->blobs(), image, word + " of the index"));
    }
    evidence.listed[manifest.digest].push_back(put_artifact(store->blobs(), manifest, "sbom of a manifest"));
    evidence.tags.emplace(referrers_tag(image.digest) + ".sig",
                          put_artifact(store->blobs(), std::nullopt, "signature"));
  }

  TestFolder folder;
  std::unique_ptr<Store> store = make_test_store(folder.path() + "/store");
  std::unique_ptr<Store> target = make_test_store(folder.path() + "/target");
  Descriptor image = put_test_image(store->blobs());
  ListedBlobs evidence{store->blobs()};
  Progressed progress;
  std::uint64_t at_once_bytes = 4 << 20;
  std::string mount_from;
};

TEST_F(PushPullTest, ThereAndBackWithItsEvidence) {
  add_evidence();
  for (const bool api : {true, false}) {
    SCOPED_TRACE(api ? "referrers API" : "tags");
    TestRegistry registry({.referrers = api});
    const auto pushed = push(registry, {"1", "1.26"});
    ASSERT_TRUE(pushed) << pushed.error().message;
    EXPECT_EQ(pushed->evidence, 4u);
    EXPECT_EQ(pushed->evidence_sent, 4u);
    EXPECT_EQ(pushed->by_tag, !api);
    EXPECT_EQ(progress.bytes, progress.total_bytes);
    EXPECT_EQ(Digest::of(*registry.manifest("1.26")), image.digest);
    // The tags come last: what they name is whole by then.
    EXPECT_THAT(registry.log().back(), HasSubstr("PUT /v2/team/app/manifests/1"));

    target = make_test_store(folder.path() + (api ? "/one" : "/two"));
    const auto pulled = pull(registry);
    ASSERT_TRUE(pulled) << pulled.error().message;
    EXPECT_EQ(pulled->image, image);
    EXPECT_THAT(pulled->evidence, SizeIs(4));
    EXPECT_THAT(progress.warnings, IsEmpty());
    for (const Digest& digest : pulled->blobs) EXPECT_TRUE(target->blobs().has(digest).value());
    for (const PulledEvidence& item : pulled->evidence) {
      EXPECT_TRUE(read_verified(target->blobs(), item.manifest.digest, 1 << 20));
    }
    EXPECT_EQ(pull(registry)->blobs_fetched, 0u);
    progress.bytes = 0;
  }
}

TEST_F(PushPullTest, WhatIsThereIsNotSentAgain) {
  add_evidence();
  for (const bool api : {true, false}) {
    TestRegistry registry({.referrers = api});
    ASSERT_TRUE(push(registry));
    const std::size_t puts = registry.count("PUT");
    const auto again = push(registry, {"2"});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->evidence_sent, 0u);
    EXPECT_EQ(again->blobs_sent, 0u);
    EXPECT_EQ(registry.count("PUT"), puts + 1);  // the new tag
  }
}

TEST_F(PushPullTest, BlobsAreMountedFromAnotherRepository) {
  TestRegistry registry;
  ASSERT_TRUE(push(registry, {"1"}, "team/base"));
  mount_from = "team/base";
  const auto pushed = push(registry);
  ASSERT_TRUE(pushed) << pushed.error().message;
  EXPECT_EQ(pushed->blobs_sent, 0u);
  EXPECT_EQ(pushed->blobs_mounted, pushed->blobs.size());
  mount_from = "team/none";  // a hint that is wrong costs nothing
  EXPECT_TRUE(push(registry, {"1"}, "team/third"));
}

TEST_F(PushPullTest, ARefusedMountRefusesNotThePush) {
  using Login = TestRegistry::Login;
  struct Row {
    const char* summary;
    TestRegistry::Options options;
  };
  const Row rows[] = {
      {"401 without a challenge", {.mount = TestAnswer{.status = 401}}},
      {"403", {.mount = TestAnswer{.status = 403}}},
      {"404", {.mount = TestAnswer{.status = 404}}},
      {"401 for every token", {.login = Login::bearer, .mount = TestAnswer{.status = 401}}},
      {"a token server that refuses the scope", {.login = Login::bearer, .refused_scope = "team%2Fgone"}},
  };
  mount_from = "team/gone";
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    TestRegistry registry(row.options);
    const auto pushed = push(registry);
    ASSERT_TRUE(pushed) << pushed.error().message;
    EXPECT_EQ(pushed->blobs_sent, pushed->blobs.size());
    EXPECT_THAT(pushed->not_mounted, SizeIs(pushed->blobs.size()));
    EXPECT_TRUE(registry.manifest("1"));
  }
}

TEST_F(PushPullTest, WhatAProxyFindsTooLargeGoesInParts) {
  TestRegistry registry({.largest_body = 1 << 20});
  const std::string large(3 << 20, 'x');
  const Descriptor blob = put(store->blobs(), "application/example", large);
  const auto client = registry.client();
  const auto sent = upload_blob(*client, store->blobs(), blob, {}, progress);
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_EQ(*sent, Sent::sent);
  EXPECT_EQ(registry.blobs().at(blob.digest.text()), large);
  EXPECT_EQ(progress.bytes, large.size());
  EXPECT_EQ(registry.count("PATCH"), 3u);

  TestRegistry narrow({.largest_body = 100'000});  // fewer bytes than a part ever has
  const Descriptor small = put(store->blobs(), "application/example", std::string(200'000, 'x'));
  for (const Descriptor& too_large : {blob, small}) {
    const auto refused = upload_blob(*narrow.client(), store->blobs(), too_large, {}, progress);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::limit_exceeded) << refused.error().message;
  }
}

TEST_F(PushPullTest, ATagOfAListThatNamesTheImageItself) {
  using DashedTag = TestRegistry::DashedTag;
  add_evidence();
  for (const auto dashed_tag : {DashedTag::is_digest, DashedTag::is_digest_and_refuses}) {
    SCOPED_TRACE(dashed_tag == DashedTag::is_digest ? "takes lists" : "refuses lists");
    progress.warnings.clear();
    TestRegistry registry({.referrers = false, .dashed_tag = dashed_tag});
    const auto pushed = push(registry);
    ASSERT_TRUE(pushed) << pushed.error().message;
    EXPECT_FALSE(pushed->by_tag);
    EXPECT_EQ(Digest::of(*registry.manifest("1")), image.digest);
    EXPECT_THAT(progress.warnings, ElementsAre(HasSubstr("can list no bundles")));
    // The image's own manifests are not what refers to it.
    const auto client = registry.client();
    EXPECT_THAT(*RegistryEvidence(*client).referrers(image.digest), IsEmpty());
    const auto pulled = pull(registry);
    ASSERT_TRUE(pulled) << pulled.error().message;
    ASSERT_THAT(pulled->evidence, SizeIs(1));
    EXPECT_EQ(pulled->evidence[0].tag, referrers_tag(image.digest) + ".sig");
    EXPECT_THAT(progress.warnings, SizeIs(1));
  }
}

TEST_F(PushPullTest, WhateverWordsARegistryHasForNoReferrers) {
  add_evidence();
  const TestAnswer answers[] = {
      {.status = 400},
      {.status = 406},
      {.body = "<html>sign in</html>", .headers = {{"Content-Type", "text/html; charset=utf-8"}}}};
  for (const TestAnswer& answer : answers) {
    SCOPED_TRACE(answer.status);
    TestRegistry registry({.referrers = false, .no_referrers = answer});
    const auto pushed = push(registry);
    ASSERT_TRUE(pushed) << pushed.error().message;
    EXPECT_TRUE(pushed->by_tag);
    target = make_test_store(fmt::format("{}/{}", folder.path(), answer.status));
    const auto pulled = pull(registry);
    ASSERT_TRUE(pulled) << pulled.error().message;
    EXPECT_THAT(pulled->evidence, SizeIs(4));
  }
}

TEST_F(PushPullTest, ABrokenUploadGoesOnWhereItWas) {
  const std::string large(3 << 20, 'x');
  for (const bool known : {true, false}) {
    SCOPED_TRACE(known ? "the registry says how far it came" : "it does not");
    at_once_bytes = known ? 100'000 : 4 << 20;
    TestRegistry registry;
    const Descriptor blob = put(store->blobs(), "application/example", large);
    registry.server().cut_bodies(known ? "PATCH" : "PUT", 1 << 20, 2);
    const auto client = registry.client();
    const UploadOptions options{.at_once_bytes = at_once_bytes, .retry_delay = std::chrono::milliseconds(1)};
    const auto sent = upload_blob(*client, store->blobs(), blob, options, progress);
    ASSERT_TRUE(sent) << sent.error().message;
    EXPECT_EQ(registry.blobs().at(blob.digest.text()), large);
    EXPECT_EQ(progress.bytes, large.size());
    progress.bytes = 0;
    std::size_t received = 0;
    for (const TestRequest& request : registry.server().requests()) received += request.body.size();
    EXPECT_EQ(received, known ? large.size() : large.size() + (2 << 20));
  }
}

TEST_F(PushPullTest, AnUploadThatNeverEndsIsGivenUp) {
  TestRegistry registry;
  registry.server().cut_bodies("PUT", 1'000, 1'000);
  const auto pushed = push(registry);
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().kind, ErrorKind::network);
  EXPECT_FALSE(registry.manifest("1"));
}

TEST_F(PushPullTest, ADamagedBlobIsNeverCompleted) {
  at_once_bytes = 1'000;
  for (const std::string method : {"PUT", "PATCH"}) {
    TestRegistry registry;
    const std::string bytes(50'000, 'x');
    const Descriptor blob = put(store->blobs(), "application/example", bytes);
    std::ofstream(store->path() + "/" + blob_path(blob.digest)) << std::string(50'000, 'y');
    const auto client = registry.client();
    const UploadOptions options{.at_once_bytes = method == "PUT" ? 1u << 20 : 1'000u};
    const auto sent = upload_blob(*client, store->blobs(), blob, options, progress);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().kind, ErrorKind::verification_failed) << sent.error().message;
    EXPECT_THAT(registry.blobs(), IsEmpty());
    ASSERT_TRUE(store->blobs().remove(blob.digest));
  }
}

TEST_F(PushPullTest, OthersEntriesOfAListAreKept) {
  add_evidence();
  TestRegistry registry({.referrers = false});
  const std::string others = with_referrers("", {describe(media_type::manifest, "{}")}).value();
  registry.put_manifest_in("team/app", referrers_tag(image.digest), others);
  ASSERT_TRUE(push(registry));
  EXPECT_THAT(*parse_referrers(*registry.manifest(referrers_tag(image.digest))), SizeIs(3));
  registry.put_manifest_in("team/app", referrers_tag(image.digest), *registry.manifest("1"));
  // The image's own index is a list too, as far as its form goes; what is no index is refused.
  TestRegistry other({.referrers = false});
  other.put_manifest_in("team/app", referrers_tag(image.digest),
                        read_verified(store->blobs(), evidence.listed[image.digest][0].digest, 1 << 20)
                            .value());
  EXPECT_FALSE(push(other));
}

TEST_F(PushPullTest, TenThousandReferrersAndNotOneMore) {
  TestRegistry registry({.page = 1'000});
  for (std::size_t i = 0; i < most_referrers; ++i) {
    Manifest manifest{.media_type = std::string(media_type::manifest),
                      .artifact_type = "application/example",
                      .config = describe("application/example", std::to_string(i)),
                      .layers = {},
                      .subject = image,
                      .annotations = {}};
    const std::string text = text_of(manifest);
    registry.put_manifest_in("team/app", Digest::of(text).text(), text);
  }
  const auto client = registry.client();
  const RegistryEvidence all(*client);
  const auto listed = all.referrers(image.digest);
  ASSERT_TRUE(listed) << listed.error().message;
  EXPECT_THAT(*listed, SizeIs(most_referrers));
  Manifest more{.media_type = std::string(media_type::manifest),
                .artifact_type = "application/example",
                .config = describe("application/example", "one more"),
                .layers = {},
                .subject = image,
                .annotations = {}};
  registry.put_manifest_in("team/app", Digest::of(text_of(more)).text(), text_of(more));
  EXPECT_EQ(all.referrers(image.digest).error().kind, ErrorKind::limit_exceeded);
}

TEST_F(PushPullTest, EvidenceThatLiesIsLeftOut) {
  add_evidence();
  TestRegistry registry;
  ASSERT_TRUE(push(registry));
  // Listed for this image, and another's in truth; and one whose blob is nowhere.
  const Descriptor other = describe(media_type::manifest, "another subject");
  Manifest lie{.media_type = std::string(media_type::manifest),
               .artifact_type = "application/example",
               .config = describe("application/vnd.oci.empty.v1+json", "{}"),
               .layers = {},
               .subject = other,
               .annotations = {}};
  Manifest broken = lie;
  broken.subject = image;
  broken.layers = {describe("application/example", "is not there")};
  Index index;
  index.media_type = media_type::index;
  for (const Manifest& manifest : {lie, broken}) {
    const std::string text = text_of(manifest);
    registry.put_manifest_in("team/app", Digest::of(text).text(), text);
    index.manifests.push_back(describe(media_type::manifest, text));
    // The entry's own word is not what it is.
    index.manifests.back().artifact_type = "application/vnd.dev.sigstore.bundle.v0.3+json";
  }
  registry.server().on("/v2/team/app/referrers/" + image.digest.text(),
                       {.body = text_of(index),
                        .headers = {{"Content-Type", std::string(media_type::index)}}});
  const auto pulled = pull(registry);
  ASSERT_TRUE(pulled) << pulled.error().message;
  EXPECT_THAT(pulled->evidence, SizeIs(2));  // the signature below its tag, and the one of a manifest
  EXPECT_THAT(progress.warnings, SizeIs(2));
  for (const PulledEvidence& item : pulled->evidence)
    EXPECT_EQ(item.manifest.artifact_type, "application/example");
}

TEST_F(PushPullTest, OnePlatformAlone) {
  TestRegistry registry;
  ASSERT_TRUE(push(registry));
  const auto pulled = pull(registry, {.name = "1", .platform = Platform::parse("linux/arm64").value()});
  ASSERT_TRUE(pulled) << pulled.error().message;
  EXPECT_EQ(pulled->image.digest, manifests_of(store->blobs(), image).value()[1].digest);
  EXPECT_EQ(pull(registry, {.name = "none"}).error().kind, ErrorKind::not_found);
}

TEST_F(PushPullTest, KnownBlobsAreRemembered) {
  const Digest one = Digest::of("one"), two = Digest::of("two");
  KnownBlobs known = KnownBlobs::open(store->cache(), "registry.example");
  EXPECT_EQ(known.repository_of(one, "team/app"), "");
  ASSERT_TRUE(known.add({one}, "team/base"));
  const KnownBlobs again = KnownBlobs::open(store->cache(), "registry.example");
  EXPECT_EQ(again.repository_of(one, "team/app"), "team/base");
  EXPECT_EQ(again.repository_of(one, "team/base"), "");
  EXPECT_EQ(again.repository_of(two, "team/app"), "");
  EXPECT_EQ(KnownBlobs::open(store->cache(), "other.example").repository_of(one, "team/app"), "");
  // A note that was wrong makes room for a right one.
  known.forget({one, two});
  EXPECT_EQ(known.repository_of(one, "team/app"), "");
  ASSERT_TRUE(known.add({one}, "team/new"));
  EXPECT_EQ(KnownBlobs::open(store->cache(), "registry.example").repository_of(one, "team/app"), "team/new");
}

}  // namespace
}  // namespace hauberk
