// Packages files: by hash, in every packing, from the cache when they are there.
//
// SPDX-License-Identifier: Apache-2.0
#include "fetch/indexes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "fetch/fake_mirror_test.h"

namespace hauberk {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class IndexesTest : public FetchTest {
 protected:
  std::vector<std::string> requested_paths() const {
    std::vector<std::string> paths;
    for (const TestRequest& request : mirror->server().requests()) paths.push_back(request.path);
    return paths;
  }

  static std::string by_hash_path(const FakeRelease& release, const std::string& file) {
    return fmt::format("/debian/dists/trixie/main/binary-amd64/by-hash/SHA256/{}",
                       Digest::of(release.files.at(file)).hex());
  }
};

TEST_F(IndexesTest, EveryPackingThatAReleaseMayList) {
  for (const std::string suffix : {".xz", ".gz", ".zst", ""}) {
    SCOPED_TRACE("Packages" + suffix);
    mirror = std::make_unique<FakeMirror>();
    FakeRelease release = healthy_release();
    release.files = {};
    release.add_index("main/binary-amd64/", package_stanza("bash"), suffix);
    mirror->publish(release);
    const auto suites = indexes();
    ASSERT_TRUE(suites) << suites.error().message;
    EXPECT_EQ(suites->front().packages.package_count(), 1U);
  }
}

TEST_F(IndexesTest, ThePackedFileAloneMayBeListed) {
  FakeRelease release = healthy_release();
  const std::string text = release.files.at("main/binary-amd64/Packages");
  release.files.erase("main/binary-amd64/Packages");
  mirror->publish(release);
  for (const std::string_view run : {"fetched", "from the cache"}) {
    SCOPED_TRACE(run);
    const auto suites = indexes();
    ASSERT_TRUE(suites) << suites.error().message;
    EXPECT_EQ(suites->front().origin.packages_digest, Digest::of(text));
  }
}

TEST_F(IndexesTest, ByHashFirstAndByNameWithout) {
  const FakeRelease release = healthy_release();
  const std::string by_hash = by_hash_path(release, "main/binary-amd64/Packages.xz");
  const std::string by_name = "/debian/dists/trixie/main/binary-amd64/Packages.xz";
  mirror->publish(release);
  ASSERT_TRUE(indexes());
  EXPECT_THAT(requested_paths(), ElementsAre("/debian/dists/trixie/InRelease", by_hash));

  mirror = std::make_unique<FakeMirror>();
  mirror->publish(release);
  mirror->server().on(by_hash, {.status = 404});
  ASSERT_TRUE(indexes()) << "a mirror that has no by-hash";
  EXPECT_THAT(requested_paths(), Contains(by_name));

  mirror = std::make_unique<FakeMirror>();
  FakeRelease without = release;
  without.by_hash = false;
  mirror->publish(without);
  ASSERT_TRUE(indexes());
  EXPECT_THAT(requested_paths(), ElementsAre("/debian/dists/trixie/InRelease", by_name));
}

TEST_F(IndexesTest, ASecondRunAsksForInReleaseAlone) {
  mirror->publish(healthy_release());
  ASSERT_TRUE(indexes());
  const std::size_t before = requested_paths().size();
  const auto again = indexes();
  ASSERT_TRUE(again);
  EXPECT_EQ(requested_paths().size(), before + 1);

  std::filesystem::remove_all(mirror->store_path() + "/cache/index");
  ASSERT_TRUE(indexes()) << "without the cache the vault has the bytes";
  EXPECT_EQ(requested_paths().size(), before + 2);
}

TEST_F(IndexesTest, ADamagedCacheIsMadeAnew) {
  mirror->publish(healthy_release());
  ASSERT_TRUE(indexes());
  for (const auto& entry : std::filesystem::directory_iterator(mirror->store_path() + "/cache/index"))
    std::filesystem::resize_file(entry, 3);
  const auto again = indexes();
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->front().packages.package_count(), 2U);
}

TEST_F(IndexesTest, WrongBytesAreRefused) {
  const FakeRelease release = healthy_release();
  const std::string path = by_hash_path(release, "main/binary-amd64/Packages.xz");
  const std::string body = release.files.at("main/binary-amd64/Packages.xz");
  std::string changed = body;
  changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
  struct Row {
    std::string summary;
    TestAnswer answer;
    ErrorKind kind;
    std::string message;
  };
  const std::vector<Row> rows = {
      {"one bit changed", {.body = changed}, ErrorKind::verification_failed, "its hash is"},
      {"too short", {.body = body.substr(1)}, ErrorKind::verification_failed, "instead of"},
      {"too long", {.body = body + "x"}, ErrorKind::verification_failed, "longer than"},
      {"too long, unannounced",
       {.body = body + std::string(100'000, 'x'), .length = false},
       ErrorKind::verification_failed,
       "longer than"},
      {"broken off", {.body = body, .ranges = false, .cut_after = 10}, ErrorKind::network, ""},
      {"the server fails", {.status = 500}, ErrorKind::network, "500"},
      {"forbidden", {.status = 403}, ErrorKind::network, "403"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    mirror = std::make_unique<FakeMirror>();
    mirror->publish(release);
    mirror->server().on(path, row.answer);
    const auto suites = indexes();
    ASSERT_FALSE(suites);
    EXPECT_EQ(suites.error().kind, row.kind) << suites.error().message;
    EXPECT_THAT(suites.error().message, HasSubstr(row.message));
    mirror->publish(release);
    EXPECT_TRUE(indexes()) << "a mirror that recovers is used again";
  }
}

TEST_F(IndexesTest, AMirrorInTheMiddleOfAnUpdateIsNamed) {
  mirror->publish_inrelease(SigningKey::trusted().clear_signed(healthy_release().text()));
  const auto suites = indexes();
  ASSERT_FALSE(suites);
  EXPECT_EQ(suites.error().kind, ErrorKind::network);
  EXPECT_THAT(suites.error().message, HasSubstr("in the middle of an update"));
}

TEST_F(IndexesTest, SignedButDamagedFilesAreRefused) {
  struct Row {
    std::string summary, packages, packed, message;
  };
  const FakeRelease healthy = healthy_release();
  const std::string good = healthy.files.at("main/binary-amd64/Packages.xz");
  const std::string text = healthy.files.at("main/binary-amd64/Packages");
  const std::vector<Row> rows = {
      {"no xz", text, "not packed at all", "cannot unpack main/binary-amd64/Packages.xz"},
      {"another text than listed", "Package: x\n" + text.substr(11), good, "cannot unpack"},
      {"a longer text than listed", text.substr(5), good, "cannot unpack"},
      {"a shorter text than listed", text + text, good, "cannot unpack"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    mirror = std::make_unique<FakeMirror>();
    FakeRelease release = healthy;
    release.files["main/binary-amd64/Packages"] = row.packages;
    release.files["main/binary-amd64/Packages.xz"] = row.packed;
    mirror->publish(release);
    const auto suites = indexes();
    ASSERT_FALSE(suites);
    EXPECT_EQ(suites.error().kind, ErrorKind::verification_failed) << suites.error().message;
    EXPECT_THAT(suites.error().message, HasSubstr(row.message));
  }

  mirror = std::make_unique<FakeMirror>();
  FakeRelease release = healthy;
  release.add_index("main/binary-amd64/", "this is no stanza\n");
  mirror->publish(release);
  const auto suites = indexes();
  ASSERT_FALSE(suites);
  EXPECT_EQ(suites.error().kind, ErrorKind::invalid_input);
  EXPECT_THAT(suites.error().message, HasSubstr("cannot read main/binary-amd64/Packages.xz"));
}

TEST_F(IndexesTest, PriorityIsApts) {
  struct Row {
    std::string more;
    int priority;
  };
  for (const Row& row : {Row{"", 500}, Row{"NotAutomatic: yes\n", 1},
                         Row{"NotAutomatic: yes\nButAutomaticUpgrades: yes\n", 100}}) {
    SCOPED_TRACE(row.more);
    mirror = std::make_unique<FakeMirror>();
    FakeRelease release = healthy_release();
    release.more += row.more;
    mirror->publish(release);
    const auto suites = indexes();
    ASSERT_TRUE(suites) << suites.error().message;
    EXPECT_EQ(suites->front().priority, row.priority);
  }
}

TEST_F(IndexesTest, TheSecuritySuitesComponentNames) {
  FakeRelease release = healthy_release();
  release.components = "updates/main updates/contrib";
  mirror->publish(release);
  const auto suites = indexes();
  ASSERT_TRUE(suites) << suites.error().message;
  EXPECT_EQ(suites->front().origin.component, "main");
}

TEST_F(IndexesTest, ArchitectureAllOnItsOwn) {
  FakeRelease release = healthy_release();
  release.add_index("main/binary-all/", package_stanza("tzdata", "1", "all"));
  mirror->publish(release);
  ASSERT_EQ(indexes().value().size(), 1U) << "Debian says that its other indexes hold them";

  release.more = "";
  release.date += std::chrono::minutes(1);
  mirror->publish(release);
  const auto apart = indexes();
  ASSERT_TRUE(apart) << apart.error().message;
  ASSERT_EQ(apart->size(), 2U);
  EXPECT_EQ((*apart)[1].origin.architecture, "all");
}

TEST_F(IndexesTest, WhatASuiteLacks) {
  mirror->publish(healthy_release());
  const auto component = indexes(definition_with({fmt::format("deb {} trixie universe", mirror->url())}));
  ASSERT_FALSE(component);
  EXPECT_EQ(component.error().kind, ErrorKind::not_found);
  EXPECT_THAT(component.error().message, HasSubstr("cannot find the component universe"));
  EXPECT_THAT(component.error().message, HasSubstr("there are main"));

  mirror = std::make_unique<FakeMirror>();
  FakeRelease release = healthy_release();
  release.files.erase("main/binary-amd64/Packages");
  release.files.erase("main/binary-amd64/Packages.xz");
  mirror->publish(release);
  const auto architecture = indexes();
  ASSERT_TRUE(architecture);
  EXPECT_THAT(*architecture, IsEmpty());
  EXPECT_THAT(progress.warnings, Contains(HasSubstr("has no packages of component main for linux/amd64")));
}

TEST_F(IndexesTest, AFlatRepository) {
  FakeRelease release = healthy_release();
  release.files = {};
  release.add_index("", package_stanza("tool"), ".gz");
  release.by_hash = false;
  for (const auto& [path, body] : release.files) mirror->put("/debian/" + path, body);
  mirror->put("/debian/InRelease", SigningKey::trusted().clear_signed(release.text()));
  const auto suites = indexes(definition_with({fmt::format("deb {} ./", mirror->url())}));
  ASSERT_TRUE(suites) << suites.error().message;
  EXPECT_EQ(suites->front().base_url, mirror->url());
  EXPECT_EQ(suites->front().packages.find("tool").value().size(), 1U);
}

TEST_F(IndexesTest, CredentialsAreSentAndNeverRecorded) {
  mirror->publish(healthy_release());
  std::string with_user = mirror->url();
  with_user.insert(with_user.find("://") + 3, "reader:secret@");
  const auto suites = indexes(definition_with({fmt::format("deb {} trixie main", with_user)}));
  ASSERT_TRUE(suites) << suites.error().message;
  EXPECT_EQ(suites->front().base_url, mirror->url());
  EXPECT_EQ(suites->front().origin.url, mirror->suite_url());
  EXPECT_TRUE(mirror->server().requests().front().headers.contains("authorization"));

  const auto wrong = indexes(definition_with({fmt::format("deb {} forky main", with_user)}));
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, testing::Not(HasSubstr("secret")));
}

TEST_F(IndexesTest, AMirrorThatStallsOrRedirectsInwards) {
  HttpOptions options = client_options();
  options.attempts = 1;
  options.stall_timeout = std::chrono::milliseconds(1000);
  const FixedClock clock(test_now());
  const std::string inrelease = "/debian/dists/trixie/InRelease";

  HttpClient impatient(options);
  mirror->server().on(inrelease, {.body = std::string(1000, 'x'), .stall_after = 10});
  Fetcher stalled(mirror->store(), impatient, clock, progress);
  const auto first = stalled.indexes(definition_with({}), Platform::amd64());
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().kind, ErrorKind::network) << first.error().message;
  EXPECT_THAT(first.error().message, HasSubstr("--offline"));

  options.egress.allow_private_addresses = false;
  options.egress.allow_private_hosts = {"localhost"};
  HttpClient careful(options);
  mirror->server().on(inrelease, {.redirect = mirror->server().url("/elsewhere")});
  mirror->put("/elsewhere", SigningKey::trusted().clear_signed(healthy_release().text()));
  Fetcher redirected(mirror->store(), careful, clock, progress);
  const auto second =
      redirected.indexes(definition_with({fmt::format("deb {} trixie main",
                                                      mirror->server().url("/debian", "localhost"))}),
                         Platform::amd64());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::verification_failed) << second.error().message;
}

TEST_F(IndexesTest, TwoAtOnceInOneStore) {
  mirror->publish(healthy_release());
  std::vector<std::optional<Result<std::vector<SuiteIndex>>>> results(6);
  {
    std::vector<std::jthread> threads;
    for (auto& result : results) {
      threads.emplace_back([&] {
        const auto store = Store::open(mirror->store_path());
        HttpClient own(client_options());
        const FixedClock clock(test_now());
        SilentProgress silent;
        Fetcher fetcher(*store.value(), own, clock, silent);
        result = fetcher.indexes(definition_with({}), Platform::amd64());
      });
    }
  }
  for (const auto& result : results) {
    ASSERT_TRUE(*result) << result->error().message;
    EXPECT_EQ((*result)->front().origin, (*results[0])->front().origin);
  }
}

}  // namespace
}  // namespace hauberk
