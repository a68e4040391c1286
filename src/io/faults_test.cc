// Whatever call fails, a Dir is as before or as after, and the next attempt succeeds.
//
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "io/dir.h"
#include "io/faulty_os.h"
#include "io/test_folder.h"

namespace hauberk {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Contents = std::map<std::string, std::string>;
using Work = Status (*)(const Dir&);

const std::string old_text(200'000, 'o');
const std::string new_text(300'000, 'n');

// What a reader can see: every file but those in "tmp". Folders without a file do not count.
Contents visible(const Dir& dir, const std::string& below = ".") {
  Contents found;
  const auto names = dir.list(below);
  if (!names) ADD_FAILURE() << names.error().message;
  for (const std::string& name : names.value_or(std::vector<std::string>())) {
    const std::string path = below == "." ? name : below + "/" + name;
    if (path == "tmp") continue;
    if (dir.subdir(path)) {
      found.merge(visible(dir, path));
    } else {
      found[path] = dir.read_file(path, 1 << 20).value_or("unreadable");
    }
  }
  return found;
}

// A fresh Dir with one file, and the one work to be done on it.
struct Row {
  const char* summary;
  Work work;
  Contents after;
};

const Row rows[] = {
    {"a new file in new folders", [](const Dir& dir) { return dir.write_file("a/b/new", new_text); },
     {{"kept/old", old_text}, {"a/b/new", new_text}}},
    {"a file replaced", [](const Dir& dir) { return dir.write_file("kept/old", new_text); },
     {{"kept/old", new_text}}},
    {"small pieces",
     [](const Dir& dir) -> Status {
       TRY(NewFile file, dir.create_file());
       for (int i = 0; i < 300; ++i) TRY_STATUS(write_text(file, std::string(1000, 'n')));
       return file.commit("kept/old");
     },
     {{"kept/old", new_text}}},
    {"a file removed", [](const Dir& dir) { return dir.remove("kept/old"); }, {}},
    {"a folder removed", [](const Dir& dir) { return dir.remove_all("kept"); }, {}},
    {"folders made", [](const Dir& dir) { return dir.make_dirs("x/y/z"); }, {{"kept/old", old_text}}},
};

class Faults : public ::testing::TestWithParam<FaultyOs::Fault> {};

TEST_P(Faults, LeaveAllAsBeforeOrAsAfter) {
  const Contents before = {{"kept/old", old_text}};
  for (const Row& row : rows) {
    bool reached = true;
    long n = 0;
    for (; reached; ++n) {
      SCOPED_TRACE(fmt::format("{}, call {}", row.summary, n));
      const TestFolder folder;
      FaultyOs sound(-1);
      const Dir clean = *Dir::open(folder.path(), false, sound);
      ASSERT_TRUE(clean.write_file("kept/old", old_text));
      FaultyOs os(n, GetParam());
      const Status status = row.work(*Dir::open(folder.path(), false, os));
      reached = os.calls() > n;
      EXPECT_THAT(visible(clean), AnyOf(before, row.after));
      if (status) {
        EXPECT_EQ(visible(clean), row.after);
      } else {
        EXPECT_EQ(status.error().kind, ErrorKind::io) << status.error().message;
      }
      // The same again, with nothing wrong.
      ASSERT_TRUE(row.work(clean));
      EXPECT_EQ(visible(clean), row.after);
      ASSERT_TRUE(clean.remove_abandoned());
      EXPECT_THAT(*clean.list("tmp"), IsEmpty());
    }
    EXPECT_GT(n, 3) << row.summary << ": hardly any call was counted";
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, Faults,
                         ::testing::Values(FaultyOs::Fault::error, FaultyOs::Fault::short_write,
                                           FaultyOs::Fault::late_error, FaultyOs::Fault::stop));

// The bytes are on the disk before the name is, and the name before we say so.
TEST(Fault, SyncsComeInTheirOrder) {
  const TestFolder folder;
  FaultyOs os(-1);
  const Dir dir = *Dir::open(folder.path(), false, os);
  ASSERT_TRUE(dir.make_dirs("tmp"));
  const std::size_t before = os.trace().size();
  ASSERT_TRUE(dir.write_file("file", "text"));
  std::string calls = os.trace().substr(before);
  std::erase(calls, 'o');
  EXPECT_EQ(calls, "wsns");
  // What can be made again is not waited for.
  const std::size_t cached = os.trace().size();
  ASSERT_TRUE(dir.write_cache_file("cached", "text"));
  calls = os.trace().substr(cached);
  std::erase(calls, 'o');
  EXPECT_EQ(calls, "wn");
  EXPECT_EQ(dir.read_file("cached", 10), "text");
  // A folder's name is as durable as that of a file in it.
  const std::size_t after = os.trace().size();
  ASSERT_TRUE(dir.make_dirs("a/b"));
  calls = os.trace().substr(after);
  std::erase(calls, 'o');
  EXPECT_EQ(calls, "msms");
}

TEST(Fault, AFullDiskIsSaidWithTheWayOut) {
  const TestFolder folder;
  for (long n = 0;; ++n) {
    FaultyOs os(n, FaultyOs::Fault::error, ENOSPC);
    const Status status = Dir::open(folder.path(), false, os)->write_file("file", new_text);
    if (os.calls() <= n) break;
    if (status) continue;
    EXPECT_THAT(status.error().message, HasSubstr("No space left on device; free some space")) << n;
  }
}

TEST(Fault, AFailedFileStaysFailed) {
  const TestFolder folder;
  ASSERT_TRUE(Dir::open(folder.path())->make_dirs("tmp"));
  long create_calls = 0;
  {
    FaultyOs counting(-1);
    ASSERT_TRUE(Dir::open(folder.path(), false, counting)->create_file());
    create_calls = counting.calls() - 1;  // the last removed it again
  }
  FaultyOs os(create_calls, FaultyOs::Fault::error, EDQUOT);  // the first write
  const Dir dir = *Dir::open(folder.path(), false, os);
  auto file = dir.create_file();
  ASSERT_TRUE(file);
  const Status first = write_text(*file, new_text);
  ASSERT_FALSE(first);
  EXPECT_EQ(write_text(*file, "more"), first);
  EXPECT_EQ(file->commit("file"), first);
  EXPECT_EQ(dir.exists("file"), false);
}

TEST(Fault, AReadErrorIsNoEnd) {
  const TestFolder folder;
  ASSERT_TRUE(Dir::open(folder.path())->write_file("file", old_text));
  for (long n = 0;; ++n) {
    FaultyOs os(n);
    const auto text = Dir::open(folder.path(), false, os)->read_file("file", 1 << 20);
    if (os.calls() <= n) break;
    ASSERT_FALSE(text) << n;
    EXPECT_EQ(text.error().kind, ErrorKind::io);
    EXPECT_THAT(text.error().message, HasSubstr("/file: "));
  }
}

}  // namespace
}  // namespace hauberk
