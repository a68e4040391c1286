// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "io/faulty_os.h"
#include "io/test_folder.h"
#include "store/mirror.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

const InitAnswers answers{std::string(public_mirror), std::string(public_security_mirror), false};

std::string read_file(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

mode_t mode_of(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

TEST(Store, InitMakesAPrivateFolder) {
  const TestFolder folder;
  const std::string path = folder.path() + "/a/store";
  const mode_t before = ::umask(0);
  const auto store = Store::init(path, answers);
  ::umask(before);
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ((*store)->path(), path);
  EXPECT_EQ(mode_of(path), 0700U);
  EXPECT_EQ(read_file(path + "/VERSION"), "1\n");
  EXPECT_EQ(read_file(path + "/config.yaml"), initial_config_yaml(answers));
  ASSERT_TRUE(put_blob((*store)->blobs(), "hello"));
  EXPECT_EQ(read_file(path + "/" + blob_path(Digest::of("hello"))), "hello");
  ASSERT_TRUE((*store)->vault().write_file(vault_path(Digest::of("x")), "x"));
  EXPECT_EQ(read_file(path + "/vault/sha256/" + Digest::of("x").hex()), "x");
}

TEST(Store, InitOfAnEmptyOpenFolderMakesItPrivate) {
  const TestFolder folder;
  const std::string path = folder.path() + "/store";
  std::filesystem::create_directory(path);
  std::filesystem::permissions(path, std::filesystem::perms(0755));
  ASSERT_TRUE(Store::init(path, answers));
  EXPECT_EQ(mode_of(path), 0700U);
}

TEST(Store, InitAgainChangesNothing) {
  const TestFolder folder;
  ASSERT_TRUE(Store::init(folder.path(), answers));
  const std::string edited = read_file(folder.path() + "/config.yaml") + "# mine\n";
  std::ofstream(folder.path() + "/config.yaml") << edited;
  const auto again = Store::init(folder.path(), {"http://other.example/debian", "http://x.example/y", false});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(read_file(folder.path() + "/config.yaml"), edited);
}

TEST(Store, InitMendsAMissingConfigOnly) {
  const TestFolder folder;
  ASSERT_TRUE(Store::init(folder.path(), answers));
  std::filesystem::remove(folder.path() + "/config.yaml");
  const auto without = Store::open(folder.path());
  ASSERT_FALSE(without);
  EXPECT_THAT(without.error().message, HasSubstr("config.yaml is missing"));
  EXPECT_TRUE(Store::init(folder.path(), answers));
  EXPECT_TRUE(Store::open(folder.path()));
}

TEST(Store, OpenRefuses) {
  struct Row {
    std::string summary, version, config;
    ErrorKind kind;
    std::string message;
  };
  const Row rows[] = {
      {"a newer version", "2\n", "version: 1\n", ErrorKind::unsupported,
       "version 2, made by a newer Hauberk"},
      {"a damaged version", "one\n", "version: 1\n", ErrorKind::invalid_input, "VERSION file is damaged"},
      {"an empty version", "", "version: 1\n", ErrorKind::invalid_input, "VERSION file is damaged"},
      {"a newer configuration", "1\n", "version: 7\n", ErrorKind::unsupported, "config.yaml:1:10: "},
      {"a misspelt key", "1\n", "version: 1\nupstream:\n", ErrorKind::invalid_input, "config.yaml:2:1: "},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const TestFolder folder;
    std::ofstream(folder.path() + "/VERSION") << row.version;
    std::ofstream(folder.path() + "/config.yaml") << row.config;
    const auto store = Store::open(folder.path());
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().kind, row.kind);
    EXPECT_THAT(store.error().message, HasSubstr(row.message));
  }
}

TEST(Store, AbsentStoreSaysHowToMakeOne) {
  const TestFolder folder;
  for (const std::string& path : {folder.path(), folder.path() + "/nothing"}) {
    const auto store = Store::open(path);
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().kind, ErrorKind::not_found);
    EXPECT_THAT(store.error().message, HasSubstr("`hauberk init`"));
  }
}

TEST(Store, InitLeavesOtherPeoplesFoldersAlone) {
  const TestFolder folder;
  std::ofstream(folder.path() + "/letter.txt") << "dear";
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  const auto store = Store::init(folder.path(), answers);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::conflict);
  EXPECT_THAT(store.error().message, HasSubstr("letter.txt"));
  EXPECT_EQ(mode_of(folder.path()), 0755U);
  EXPECT_FALSE(std::filesystem::exists(folder.path() + "/config.yaml"));
}

TEST(Store, InitRefusesAMirrorThatIsNone) {
  const TestFolder folder;
  for (const char* mirror : {"ftp://x/debian", "", "http://a/debian\n- deb evil", "/srv/debian"}) {
    const auto store = Store::init(folder.path() + "/s", {mirror, answers.security_mirror, false});
    EXPECT_FALSE(store) << mirror;
    EXPECT_FALSE(std::filesystem::exists(folder.path() + "/s/VERSION"));
  }
}

TEST(Store, SeveralInitsAtOnce) {
  const TestFolder folder;
  const std::string path = folder.path() + "/store";
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto store = Store::init(path, answers);
      EXPECT_TRUE(store) << store.error().message;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(Store::open(path));
}

TEST(Store, AnInitThatFailsAnywhereCanBeRunAgain) {
  for (const auto fault : {FaultyOs::Fault::late_error, FaultyOs::Fault::stop}) {
    for (long nth = 0;; ++nth) {
      SCOPED_TRACE(fmt::format("fault {} at call {}", static_cast<int>(fault), nth));
      ASSERT_LT(nth, 300) << "init never ended";
      const TestFolder folder;
      const std::string path = folder.path() + "/store";
      FaultyOs os(nth, fault, ENOSPC);
      const auto store = Store::init(path, answers, os);
      if (os.calls() <= nth) {
        EXPECT_TRUE(store) << store.error().message;
        EXPECT_GT(nth, 10) << "the faults were never reached";
        break;
      }
      const auto again = Store::init(path, answers);
      ASSERT_TRUE(again) << again.error().message;
      EXPECT_EQ(read_file(path + "/config.yaml"), initial_config_yaml(answers));
    }
  }
}

class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* old = ::getenv(name)) old_ = old;
    value == nullptr ? ::unsetenv(name) : ::setenv(name, value, 1);
  }
  Environment(const Environment&) = delete;
  ~Environment() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> old_;
};

TEST(Store, WhatKilledProcessesLeftIsRemoved) {
  const TestFolder folder;
  const std::string path = folder.path() + "/store";
  const auto store = Store::init(path, answers);
  ASSERT_TRUE(store) << store.error().message;
  auto in_use = (*store)->vault().create_file();
  ASSERT_TRUE(in_use);
  for (const char* left : {"/tmp/a", "/vault/tmp/b", "/cache/tmp/c"}) {
    std::filesystem::create_directories(std::filesystem::path(path + left).parent_path());
    std::ofstream(path + left) << "half";
  }
  ASSERT_TRUE((*store)->remove_abandoned());
  for (const char* left : {"/tmp/a", "/vault/tmp/b", "/cache/tmp/c"}) {
    EXPECT_FALSE(std::filesystem::exists(path + left)) << left;
  }
  EXPECT_TRUE(in_use->commit("kept"));
}

TEST(Store, DefaultPath) {
  const Environment data("XDG_DATA_HOME", "/data");
  {
    const Environment home("HAUBERK_HOME", "/somewhere");
    EXPECT_EQ(Store::default_path(), "/somewhere");
  }
  const Environment home("HAUBERK_HOME", nullptr);
  if (::geteuid() == 0) {
    EXPECT_EQ(Store::default_path(), "/var/lib/hauberk");
  } else if (::access("/var/lib/hauberk/VERSION", R_OK) != 0) {
    EXPECT_EQ(Store::default_path(), "/data/hauberk");
    const Environment relative("XDG_DATA_HOME", "data");
    const Environment user("HOME", "/home/user");
    EXPECT_EQ(Store::default_path(), "/home/user/.local/share/hauberk");
  }
}

}  // namespace
}  // namespace hauberk
