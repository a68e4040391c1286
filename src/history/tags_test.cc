// SPDX-License-Identifier: Apache-2.0
#include "history/tags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "history/database.h"
#include "io/test_folder.h"
#include "store/mirror.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Time noon = *parse_rfc3339("2026-11-24T12:00:00Z");
const Time next_day = noon + std::chrono::hours(24);

struct TestStore {
  TestFolder folder;
  std::unique_ptr<Store> store;
  explicit TestStore(const std::string& name = "store") {
    const InitAnswers answers{std::string(public_mirror), std::string(public_security_mirror), false};
    store = Store::init(folder.path() + "/" + name, answers).value();
  }
  TagStore tags() const { return TagStore::open(*store).value(); }
};

TaggedImage image(std::string_view content) {
  return {.repository = "",
          .tag = "",
          .media_type = "application/vnd.oci.image.index.v1+json",
          .digest = Digest::of(content),
          .size_bytes = content.size(),
          .moved_at = ""};
}

Result<TaggedImage> find(TagStore& tags, std::string_view text) { return tags.find(*Reference::parse(text)); }

TEST(TagStore, TagsPointAtImages) {
  const TestStore test;
  TagStore tags = test.tags();
  ASSERT_TRUE(tags.set("dhi.io/nginx", {"1", "1.26", "latest"}, image("one"), noon, "build"));
  for (const char* name : {"dhi.io/nginx:1", "dhi.io/nginx:1.26", "dhi.io/nginx"}) {
    const auto found = find(tags, name);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->repository, "dhi.io/nginx");
    EXPECT_EQ(found->digest, Digest::of("one"));
    EXPECT_EQ(found->size_bytes, 3U);
    EXPECT_EQ(found->media_type, "application/vnd.oci.image.index.v1+json");
    EXPECT_EQ(found->moved_at, "2026-11-24T12:00:00Z");
  }
  EXPECT_EQ(find(tags, "dhi.io/nginx")->tag, "latest");
}

TEST(TagStore, StaysWhenOpenedAgain) {
  const TestStore test("a folder with 'blanks' = and;signs");
  ASSERT_TRUE(test.tags().set("a", {"1"}, image("one"), noon, "build"));
  TagStore tags = test.tags();
  EXPECT_TRUE(find(tags, "a:1"));
  EXPECT_TRUE(std::filesystem::exists(test.store->path() + "/hauberk.db"));
}

TEST(TagStore, HistoryKeepsEveryMoveAndNothingElse) {
  const TestStore test;
  TagStore tags = test.tags();
  ASSERT_TRUE(tags.set("a", {"1"}, image("one"), noon, "first"));
  ASSERT_TRUE(tags.set("a", {"1"}, image("one"), next_day, "unchanged"));
  ASSERT_TRUE(tags.set("a", {"1", "2"}, image("two"), next_day, "it's \"new\""));
  const auto moves = tags.history("a", "1");
  ASSERT_TRUE(moves) << moves.error().message;
  ASSERT_EQ(moves->size(), 2U);
  EXPECT_EQ(moves->at(0).from, "");
  EXPECT_EQ(moves->at(0).to, Digest::of("one").text());
  EXPECT_EQ(moves->at(0).at, "2026-11-24T12:00:00Z");
  EXPECT_EQ(moves->at(0).why, "first");
  EXPECT_EQ(moves->at(1).from, Digest::of("one").text());
  EXPECT_EQ(moves->at(1).to, Digest::of("two").text());
  EXPECT_EQ(moves->at(1).why, "it's \"new\"");
  EXPECT_EQ(tags.history("a", "2")->size(), 1U);
  EXPECT_TRUE(tags.history("a", "3")->empty());
}

TEST(TagStore, AnImageWithoutTagIsStillFoundByDigest) {
  const TestStore test;
  TagStore tags = test.tags();
  ASSERT_TRUE(tags.set("a", {"1"}, image("one"), noon, "build"));
  ASSERT_TRUE(tags.set("a", {"1"}, image("two"), noon, "build"));
  const auto old = find(tags, "a@" + Digest::of("one").text());
  ASSERT_TRUE(old) << old.error().message;
  EXPECT_EQ(old->size_bytes, 3U);
  EXPECT_EQ(find(tags, "a@" + Digest::of("x").text()).error().kind, ErrorKind::not_found);
}

TEST(TagStore, ABuildsTagNeverMoves) {
  const TestStore test;
  TagStore tags = test.tags();
  ASSERT_TRUE(tags.set("a", {"1-debian13-20261124.1"}, image("one"), noon, "build"));
  EXPECT_TRUE(tags.set("a", {"1-debian13-20261124.1"}, image("one"), next_day, "again"));
  const auto moved = tags.set("a", {"latest", "1-debian13-20261124.1"}, image("two"), noon, "build");
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().kind, ErrorKind::conflict);
  EXPECT_THAT(moved.error().message, HasSubstr("never moves"));
  // One transaction: the tag before it in the list has not moved either.
  EXPECT_EQ(find(tags, "a:latest").error().kind, ErrorKind::not_found);
}

TEST(TagStore, BuildTagsCountTheDay) {
  const TestStore test;
  TagStore tags = test.tags();
  const auto build = [&](std::string_view content, Time now, std::string_view what = "1.26.3-debian13") {
    const auto tag = tags.build_tag("a", what, Digest::of(content), now);
    EXPECT_TRUE(tag) << tag.error().message;
    EXPECT_TRUE(tags.set("a", {*tag}, image(content), now, "build"));
    return *tag;
  };
  EXPECT_EQ(build("one", noon), "1.26.3-debian13-20261124.1");
  EXPECT_EQ(build("two", noon), "1.26.3-debian13-20261124.2");
  EXPECT_EQ(build("one", next_day), "1.26.3-debian13-20261124.1") << "the digest has one already";
  EXPECT_EQ(build("three", next_day), "1.26.3-debian13-20261125.1");
  EXPECT_EQ(build("one", noon, "1.26.3-debian13-dev"), "1.26.3-debian13-dev-20261124.1");
  for (int i = 3; i <= 11; ++i) build(fmt::format("x{}", i), noon);
  EXPECT_EQ(build("last", noon), "1.26.3-debian13-20261124.12") << "numbers, not text, are compared";
  EXPECT_EQ(tags.build_tag("a", "1:2~3", Digest::of("z"), noon).error().kind, ErrorKind::invalid_input);
}

TEST(TagStore, WhatOnlyLooksLikeABuildsTagMoves) {
  const TestStore test;
  TagStore tags = test.tags();
  for (const char* tag : {"20261124.1", "1-2026112.1", "1-20261124", "1-20261124.", "1-20261124.0x",
                          "1-20261124.01", "1.20261124.1"}) {
    EXPECT_TRUE(tags.set("a", {tag}, image("one"), noon, "")) << tag;
    EXPECT_TRUE(tags.set("a", {tag}, image("two"), noon, "")) << tag;
  }
}

TEST(TagStore, AShortNameMeansTheOneImageThatEndsLikeIt) {
  const TestStore test;
  TagStore tags = test.tags();
  ASSERT_TRUE(tags.set("hauberk/nginx", {"1"}, image("one"), noon, ""));
  ASSERT_TRUE(tags.set("hauberk/nginx", {"1-dev"}, image("two"), next_day, ""));
  EXPECT_EQ(find(tags, "nginx:1-dev")->digest, image("two").digest);
  EXPECT_EQ(find(tags, "nginx")->digest, image("one").digest) << "without a tag: the newest to run";
  ASSERT_TRUE(tags.set("hauberk/nginx", {"2"}, image("three"), next_day, ""));
  EXPECT_EQ(find(tags, "nginx")->digest, image("three").digest);
  ASSERT_TRUE(tags.set("dhi.io/nginx", {"1"}, image("four"), noon, ""));
  EXPECT_THAT(find(tags, "nginx").error().message, HasSubstr("say dhi.io/nginx or hauberk/nginx"));
}

TEST(TagStore, NotFoundSaysWhatThereIs) {
  const TestStore test;
  TagStore tags = test.tags();
  EXPECT_THAT(find(tags, "nginx").error().message, HasSubstr("hauberk build"));
  ASSERT_TRUE(tags.set("dhi.io/nginx", {"1.26", "mainline"}, image("one"), noon, ""));
  ASSERT_TRUE(tags.set("dhi.io/nginx", {"1.28"}, image("two"), noon, ""));
  struct Row {
    std::string name, message;
  };
  const Row rows[] = {
      {"dhi.io/ngnix", "did you mean dhi.io/nginx?"},
      {"redis", "it has: dhi.io/nginx"},
      {"dhi.io/nginx:1.27", "did you mean dhi.io/nginx:1.26?"},
      {"dhi.io/nginx:x", "1.26, 1.28, mainline"},
      {"dhi.io/nginx", "several newest images; name a tag, for example dhi.io/nginx:1.26"},
      {"dhi.io/nginx@" + Digest::of("z").text(), "no tag of dhi.io/nginx ever named it"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto found = find(tags, row.name);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, ErrorKind::not_found);
    EXPECT_THAT(found.error().message, HasSubstr(row.message));
  }
}

TEST(TagStore, TheOnlyBuildNeedsNoTag) {
  const TestStore test;
  TagStore tags = test.tags();
  ASSERT_TRUE(tags.set("a", {"1", "1.2"}, image("one"), noon, ""));
  EXPECT_EQ(find(tags, "a")->digest, Digest::of("one"));
}

TEST(TagStore, RefusesWhatIsNoTag) {
  const TestStore test;
  TagStore tags = test.tags();
  EXPECT_EQ(tags.set("a", {"1", "a b"}, image("one"), noon, "").error().kind, ErrorKind::invalid_input);
  EXPECT_TRUE(tags.list()->empty());
}

TEST(TagStore, ListIsSorted) {
  const TestStore test;
  TagStore tags = test.tags();
  ASSERT_TRUE(tags.set("b", {"2", "1"}, image("one"), noon, ""));
  ASSERT_TRUE(tags.set("a", {"3"}, image("two"), noon, ""));
  std::vector<std::string> names;
  const auto listed = tags.list();
  ASSERT_TRUE(listed);
  for (const TaggedImage& tagged : *listed) names.push_back(tagged.repository + ":" + tagged.tag);
  EXPECT_THAT(names, ElementsAre("a:3", "b:1", "b:2"));
}

TEST(TagStore, NewerSchemaIsRefusedByName) {
  const TestStore test;
  {
    soci::session sql;
    ASSERT_TRUE(open_database(*test.store, sql));
    sql << "UPDATE schema SET version = 3";
  }
  const auto tags = TagStore::open(*test.store);
  ASSERT_FALSE(tags);
  EXPECT_EQ(tags.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(tags.error().message, HasSubstr("version 3, made by a newer Hauberk"));
}

// Everything below a folder without the right to write, and ourselves a user who needs it; undone at the end.
class ReadOnly {
 public:
  explicit ReadOnly(const std::string& folder) {
    namespace fs = std::filesystem;
    set(folder, 0755);
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      set(entry.path(), entry.is_directory() ? 0555 : 0444);
      paths_.push_back(entry.path());
    }
    if (::geteuid() != 0) return;
    EXPECT_EQ(::seteuid(65'534), 0);
  }
  ~ReadOnly() {
    EXPECT_EQ(::seteuid(::getuid()), 0);
    for (const auto& path : paths_) set(path, 0700);
  }
  ReadOnly(const ReadOnly&) = delete;
  ReadOnly& operator=(const ReadOnly&) = delete;

 private:
  static void set(const std::filesystem::path& path, int mode) {
    std::filesystem::permissions(path, static_cast<std::filesystem::perms>(mode));
  }
  std::vector<std::filesystem::path> paths_;
};

TEST(TagStore, AStoreThatMayOnlyBeReadIsRead) {
  const TestStore test("store %20?#");
  const auto names = [&] { return test.store->dir().list().value(); };
  {
    const ReadOnly read_only(test.folder.path());
    const auto store = Store::open(test.store->path());
    ASSERT_TRUE(store) << store.error().message;
    auto tags = TagStore::open(**store);
    ASSERT_TRUE(tags) << tags.error().message;
    EXPECT_THAT(find(*tags, "a").error().message, HasSubstr("the store has no images"));
  }
  ASSERT_TRUE(test.tags().set("a", {"1"}, image("one"), noon, ""));
  const auto before = names();
  const ReadOnly read_only(test.folder.path());
  auto tags = TagStore::open(*test.store);
  ASSERT_TRUE(tags) << tags.error().message;
  const auto found = find(*tags, "a:1");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->digest, Digest::of("one"));
  const auto set = tags->set("a", {"1"}, image("two"), noon, "");
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().kind, ErrorKind::io);
  EXPECT_THAT(set.error().message, HasSubstr("read-only for you"));
  EXPECT_EQ(names(), before) << "nothing is made beside it";
}

TEST(TagStore, SetTellsWhatMoved) {
  const TestStore test;
  TagStore tags = test.tags();
  ASSERT_TRUE(tags.set("a", {"1", "2"}, image("one"), noon, "build"));
  const auto moves = tags.set("a", {"1", "3"}, image("two"), next_day, "build");
  ASSERT_TRUE(moves);
  const std::string one = Digest::of("one").text(), two = Digest::of("two").text();
  const std::string at = to_rfc3339(next_day);
  EXPECT_THAT(*moves, ElementsAre(TagMove{"1", one, two, at, "build"}, TagMove{"3", "", two, at, "build"}));
  EXPECT_THAT(*tags.set("a", {"1", "3"}, image("two"), next_day, "build"), ElementsAre());
}

TEST(TagStore, DamageIsAnError) {
  {
    const TestStore test;
    std::ofstream(test.store->path() + "/hauberk.db") << std::string(8192, 'x');
    const auto tags = TagStore::open(*test.store);
    ASSERT_FALSE(tags);
    EXPECT_EQ(tags.error().kind, ErrorKind::io);
    EXPECT_THAT(tags.error().message, HasSubstr("the file is damaged"));
    EXPECT_THAT(tags.error().message, HasSubstr("move it and the files beside it away"));
    EXPECT_THAT(tags.error().message, testing::Not(HasSubstr("sqlite"))) << "in plain words";
  }
  const TestStore test;
  TagStore tags = test.tags();
  ASSERT_TRUE(tags.set("a", {"1"}, image("one"), noon, ""));
  soci::session sql;
  ASSERT_TRUE(open_database(*test.store, sql));
  sql << "UPDATE tags SET digest = 'nonsense'";
  const auto found = find(tags, "a:1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::io);
  EXPECT_THAT(found.error().message, HasSubstr("damaged"));
}

// Processes, not threads: each opens the new database for itself, all at the same time.
TEST(TagStore, SeveralProcessesAtOnce) {
  const TestStore test;
  constexpr int processes = 4, moves_each = 10;
  std::vector<pid_t> children;
  for (int i = 0; i < processes; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      int failures = 0;
      for (int j = 0; j < moves_each; ++j) {
        auto tags = TagStore::open(*test.store);
        if (!tags || !tags->set("a", {"latest"}, image(fmt::format("{} {}", i, j)), noon, "")) ++failures;
      }
      ::_exit(failures);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  const auto moves = test.tags().history("a", "latest");
  ASSERT_TRUE(moves);
  ASSERT_EQ(moves->size(), static_cast<std::size_t>(processes * moves_each));
  for (std::size_t i = 1; i < moves->size(); ++i) EXPECT_EQ(moves->at(i).from, moves->at(i - 1).to);
}

}  // namespace
}  // namespace hauberk
