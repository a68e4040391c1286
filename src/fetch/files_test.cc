// Files by URL and from the catalogue.
//
// SPDX-License-Identifier: Apache-2.0
#include "fetch/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "fetch/fake_mirror_test.h"

namespace hauberk {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

RemoteFile remote_file_of(const std::string& url, const std::string& checksum) {
  RemoteFile file;
  file.url = url;
  file.checksum = checksum;
  file.path = "/x";
  return file;
}

PathEntry path_of(PathEntry::Type type, const std::string& source) {
  PathEntry entry;
  entry.type = type;
  entry.path = "/x";
  entry.source = source;
  return entry;
}

class FilesTest : public FetchTest {
 protected:
  std::string url(const std::string& path) const { return mirror->server().url(path); }

  Result<std::vector<LockedFile>> files(const Definition& definition, FetchOptions options = {}) {
    const FixedClock clock(test_now());
    return Fetcher(mirror->store(), client, clock, progress, options).files(definition, catalogue.path());
  }

  Result<std::vector<LockedFile>> remote(const std::string& path, const std::string& checksum,
                                         FetchOptions options = {}) {
    Definition definition = definition_with({});
    definition.files.push_back(remote_file_of(url(path), checksum));
    return files(definition, options);
  }

  Result<std::vector<LockedFile>> from_catalogue(const std::vector<std::string>& sources) {
    Definition definition = definition_with({});
    for (const std::string& source : sources)
      definition.paths.push_back(path_of(PathEntry::Type::file, source));
    return files(definition);
  }

  void write(const std::string& name, std::string_view text) const {
    const std::filesystem::path path = catalogue.path() + "/" + name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }

  static LockedFile locked(const std::string& origin, std::string_view text) {
    return {origin, Digest::of(text), text.size()};
  }

  TestFolder catalogue;
};

TEST_F(FilesTest, ByChecksum) {
  mirror->put("/a.txt", "hello");
  const std::string sha512 = Digest::of("hello", Digest::Algorithm::sha512).text();
  mirror->put("/a.txt.sha256", Digest::of("hello").hex() + "  a.txt\n");
  mirror->put("/SHA512SUMS", sha512.substr(7) + "  a.txt\n" + std::string(128, '0') + "  b.txt\n");
  for (const std::string& checksum : {Digest::of("hello").text(), Digest::of("hello").hex(), sha512,
                                      url("/a.txt.sha256"), url("/SHA512SUMS")}) {
    SCOPED_TRACE(checksum);
    std::filesystem::remove_all(mirror->store_path() + "/vault/sha256");
    const auto result = remote("/a.txt", checksum);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_THAT(*result, ElementsAre(locked(url("/a.txt"), "hello")));
    EXPECT_EQ(mirror->store().vault().read_file(vault_path(Digest::of("hello")), 10).value(), "hello");
    EXPECT_TRUE(remote("/a.txt", checksum, {.offline = true}));
  }
  EXPECT_THAT(progress.warnings, IsEmpty());
}

TEST_F(FilesTest, AWrongChecksumIsRefusedAndNothingKept) {
  mirror->put("/a.txt", "hello");
  mirror->put("/wrong.sha256", Digest::of("other").hex() + "\n");
  mirror->put("/empty.sha256", "<html></html>");
  struct Row {
    std::string summary, path, checksum;
    ErrorKind kind;
    std::string message;
  };
  const std::vector<Row> rows = {
      {"stated", "/a.txt", Digest::of("other").text(), ErrorKind::verification_failed, "its hash is"},
      {"sha512", "/a.txt", Digest::of("other", Digest::Algorithm::sha512).text(),
       ErrorKind::verification_failed, "its hash is sha512"},
      {"by URL", "/a.txt", url("/wrong.sha256"), ErrorKind::verification_failed, "its hash is"},
      {"no checksum at its URL", "/a.txt", url("/empty.sha256"), ErrorKind::invalid_input,
       "cannot use the checksum"},
      {"nothing at its URL", "/a.txt", url("/none.sha256"), ErrorKind::not_found, "none.sha256"},
      {"no file", "/none.txt", Digest::of("x").text(), ErrorKind::not_found, "cannot fetch file"},
      {"a git commit", "/a.txt", std::string(40, 'a'), ErrorKind::unsupported, "git commit"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    std::filesystem::remove_all(mirror->store_path() + "/pins");
    const auto result = remote(row.path, row.checksum);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, row.kind) << result.error().message;
    EXPECT_THAT(result.error().message, HasSubstr(row.message));
    EXPECT_THAT(mirror->store().vault().list("sha256").value(), IsEmpty());
  }
}

TEST_F(FilesTest, AChangedChecksumAtItsUrlIsAConflict) {
  mirror->put("/a.txt", "hello");
  mirror->put("/a.sha256", Digest::of("hello").hex());
  ASSERT_TRUE(remote("/a.txt", url("/a.sha256")));
  mirror->put("/a.txt", "changed");
  mirror->put("/a.sha256", Digest::of("changed").hex());
  const auto changed = remote("/a.txt", url("/a.sha256"));
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().kind, ErrorKind::conflict) << changed.error().message;
  EXPECT_THAT(changed.error().message, HasSubstr(Digest::of("hello").text()));
  EXPECT_THAT(changed.error().message, HasSubstr(Digest::of("changed").text()));

  mirror->server().on("/a.sha256", {.status = 503});
  EXPECT_TRUE(remote("/a.txt", url("/a.sha256"))) << "a server that is down changes no trust";
  EXPECT_TRUE(remote("/a.txt", url("/a.sha256"), {.offline = true}));
}

TEST_F(FilesTest, WithoutAChecksumTheFirstOneIsPinned) {
  mirror->put("/a.txt", "hello");
  ASSERT_TRUE(remote("/a.txt", ""));
  EXPECT_THAT(progress.warnings, Contains(HasSubstr("write `checksum: " + Digest::of("hello").text())));
  mirror->put("/a.txt", "changed");
  const auto same = remote("/a.txt", "");
  ASSERT_TRUE(same);
  EXPECT_EQ(same->front().digest, Digest::of("hello")) << "the vault has what was pinned";

  std::filesystem::remove_all(mirror->store_path() + "/vault/sha256");
  const auto changed = remote("/a.txt", "");
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().kind, ErrorKind::conflict) << changed.error().message;
}

TEST_F(FilesTest, TwoUrlsThatDifferInTheQueryAlone) {
  mirror->put("/a?v=1", "one");
  mirror->put("/a?v=2", "two");
  Definition definition = definition_with({});
  definition.files.push_back(remote_file_of(url("/a?v=1"), Digest::of("one").text()));
  definition.files.push_back(remote_file_of(url("/a?v=2"), Digest::of("two").text()));
  const auto result = files(definition);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::conflict);
}

TEST_F(FilesTest, ASecretIsUnsupported) {
  Definition definition = definition_with({});
  definition.files.push_back(remote_file_of(url("/a"), ""));
  definition.files.back().secret_id = "token";
  EXPECT_EQ(files(definition).error().kind, ErrorKind::unsupported);
}

TEST_F(FilesTest, FilesAndFoldersOfTheCatalogue) {
  write("image/nginx/nginx.conf", "conf");
  write("image/nginx/html/index.html", "index");
  write("image/nginx/html/a/b.css", "css");
  write("image/other", "other");
  const auto result =
      from_catalogue({"./image/nginx//html/", "image/other", "image/nginx/nginx.conf", "image/other"});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(*result, ElementsAre(locked("image/nginx/html/a/b.css", "css"),
                                   locked("image/nginx/html/index.html", "index"),
                                   locked("image/nginx/nginx.conf", "conf"), locked("image/other", "other")));
  for (const LockedFile& file : *result)
    EXPECT_TRUE(mirror->store().vault().exists(vault_path(file.digest)).value());
}

TEST_F(FilesTest, OnlyWhatHasBytesComesFromTheCatalogue) {
  Definition definition = definition_with({});
  definition.paths.push_back(path_of(PathEntry::Type::symlink, "/usr/bin/x"));
  definition.paths.push_back(path_of(PathEntry::Type::file, ""));
  definition.paths.back().content = "text";
  definition.paths.push_back(path_of(PathEntry::Type::directory, ""));
  const auto result = files(definition);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(*result, IsEmpty());
}

TEST_F(FilesTest, NothingOutsideTheCatalogue) {
  write("image/a", "a");
  TestFolder outside;
  std::ofstream(outside.path() + "/secret") << "secret";
  const std::string root = catalogue.path();
  std::filesystem::create_symlink(outside.path() + "/secret", root + "/image/link");
  std::filesystem::create_directory_symlink(outside.path(), root + "/image/folder-link");
  std::filesystem::create_directory(root + "/with-link");
  std::filesystem::create_symlink("../image/a", root + "/with-link/inner");
  struct Row {
    std::string summary, source, message;
    ErrorKind kind = ErrorKind::invalid_input;
  };
  const std::vector<Row> rows = {
      {"upwards", "../secret", "leads out of its folder"},
      {"upwards inside", "image/../../secret", "leads out of its folder"},
      {"absolute", outside.path() + "/secret", "is absolute"},
      {"the root itself", ".", "names no file"},
      {"a link out", "image/link", "image/link"},
      {"through a link", "image/folder-link/secret", "folder-link"},
      {"a link to a folder", "image/folder-link", "folder-link"},
      {"a link in a folder", "with-link", "with-link"},
      {"nothing there", "image/none", "image/none", ErrorKind::not_found},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto result = from_catalogue({row.source});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, row.kind) << result.error().message;
    EXPECT_THAT(result.error().message, HasSubstr(row.message));
    EXPECT_THAT(result.error().message, HasSubstr("from the catalogue"));
  }
}

}  // namespace
}  // namespace hauberk
