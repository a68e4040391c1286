// What a definition adds: paths of all types, files from elsewhere, os-release, folders for running.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/additions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assemble/test_image.h"

namespace hauberk {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using PathType = PathEntry::Type;

class Additions : public testing::Test {
 protected:
  // The whole image as text, with the overlay's additions written into its layer; or the error.
  std::string image(const Definition& definition, const std::vector<LockedFile>& files = {},
                    bool with_package = true, const std::string& output = "layered") {
    std::vector<LockedPackage> packages;
    if (with_package) {
      packages.push_back(images.add({.name = "x",
                                     .entries = {test_directory("etc"), test_directory("etc/d"),
                                                 test_file("etc/d/one", "1", 0640),
                                                 test_file("etc/d/two", "2"),
                                                 test_hard_link("etc/d/two-too", "etc/d/two"),
                                                 test_symlink("etc/l", "d")}}));
    }
    Lock lock = TestImages::lock(packages);
    lock.files = files;
    lock.output = output;
    lock.definition = {{"test", ++number}};
    const auto made = images.build(lock, definition);
    if (!made) return fmt::format("{}: {}", name_of(made.error().kind), made.error().message);
    std::string text;
    for (const auto& [path, line] : images.flattened(*made)) {
      if (path != "var" && path != "var/lib" && !path.starts_with("var/lib/dpkg")) text += line;
    }
    return text;
  }

  LockedFile catalogue_file(const std::string& origin, const std::string& bytes) {
    return {origin, images.put(bytes), bytes.size()};
  }

  TestImages images;
  int number = 0;
};

const std::string package_text =
    "d 0755 0:0 etc\nd 0755 0:0 etc/d\nf 0640 0:0 etc/d/one = 1\nf 0644 0:0 etc/d/two = 2\n"
    "f 0644 0:0 etc/d/two-too = 2\nl 0777 0:0 etc/l -> d\n";

PathEntry entry(PathType type, const std::string& path) {
  PathEntry one;
  one.type = type;
  one.path = path;
  return one;
}

struct PathRow {
  std::string summary;
  std::vector<PathEntry> paths;
  std::string expected;
};

TEST_F(Additions, Paths) {
  PathEntry text = entry(PathType::file, "/etc/new/a");
  text.content = "hello";
  text.uid = 5;
  text.mode = 0600;
  PathEntry replaced = entry(PathType::file, "/etc/d/one");
  replaced.content = "other";
  PathEntry link = entry(PathType::symlink, "/etc/d/one");
  link.source = "../x";
  PathEntry owner = entry(PathType::directory, "/etc/d");
  owner.uid = 7;
  owner.gid = 8;
  PathEntry recursive = owner;
  recursive.recursive = true;
  recursive.mode = 0750;
  PathEntry behind = entry(PathType::emptyfile, "/etc/l/x");
  PathEntry over = entry(PathType::emptyfile, "/etc/d");
  const std::string rest = package_text.substr(package_text.find("f 0640"));
  const std::vector<PathRow> rows = {
      {"nothing", {}, package_text},
      {"a file with its folder",
       {text},
       "d 0755 0:0 etc\nd 0755 0:0 etc/d\nf 0640 0:0 etc/d/one = 1\nf 0644 0:0 etc/d/two = 2\n"
       "f 0644 0:0 etc/d/two-too = 2\nl 0777 0:0 etc/l -> d\nd 0755 0:0 etc/new\nf 0600 5:0 etc/new/a = "
       "hello\n"},
      {"a package's file keeps owner and mode",
       {replaced},
       "d 0755 0:0 etc\nd 0755 0:0 etc/d\nf 0640 0:0 etc/d/one = other\nf 0644 0:0 etc/d/two = 2\n"
       "f 0644 0:0 etc/d/two-too = 2\nl 0777 0:0 etc/l -> d\n"},
      {"a link",
       {link},
       "d 0755 0:0 etc\nd 0755 0:0 etc/d\nl 0777 0:0 etc/d/one -> ../x\nf 0644 0:0 etc/d/two = 2\n"
       "f 0644 0:0 etc/d/two-too = 2\nl 0777 0:0 etc/l -> d\n"},
      {"a folder's owner", {owner}, "d 0755 0:0 etc\nd 0755 7:8 etc/d\n" + rest},
      {"... and of all below",
       {recursive},
       "d 0755 0:0 etc\nd 0750 7:8 etc/d\nf 0750 7:8 etc/d/one = 1\nf 0750 7:8 etc/d/two = 2\n"
       "f 0750 7:8 etc/d/two-too = 2\nl 0777 0:0 etc/l -> d\n"},
      {"removed", {entry(PathType::remove, "/etc/d")}, "d 0755 0:0 etc\nl 0777 0:0 etc/l -> d\n"},
      {"removed and made again",
       {entry(PathType::remove, "/etc/d"), entry(PathType::directory, "/etc/d")},
       "d 0755 0:0 etc\nd 0755 0:0 etc/d\nl 0777 0:0 etc/l -> d\n"},
      {"an empty file over a folder", {over}, "d 0755 0:0 etc\nf 0644 0:0 etc/d = \nl 0777 0:0 etc/l -> d\n"},
      {"through a link", {behind}, "invalid_input: cannot apply path \"/etc/l/x\": "},
      {"the root", {entry(PathType::remove, "/")}, "invalid_input: cannot apply path \"/\": "},
      {"a whiteout", {entry(PathType::emptyfile, "/etc/.wh.d")}, "invalid_input: "},
  };
  for (const PathRow& row : rows) {
    Definition definition;
    definition.paths = row.paths;
    const bool is_error = row.expected.starts_with("invalid");
    EXPECT_THAT(image(definition), StartsWith(row.expected)) << row.summary;
    if (is_error) continue;
    EXPECT_EQ(image(definition), row.expected) << row.summary;
    EXPECT_THAT(image(definition, {}, true, "squashed"),
                testing::AnyOf(row.expected, StartsWith("unsupported: cannot squash")))
        << row.summary << ", squashed";
  }
}

TEST_F(Additions, FromTheCatalogue) {
  const std::vector<LockedFile> files = {catalogue_file("app/a", "1"), catalogue_file("app/b/c/d", "2"),
                                         catalogue_file("application", "3")};
  PathEntry file = entry(PathType::file, "/srv/file");
  file.source = "./app//a";
  PathEntry folder = entry(PathType::directory, "/srv/app");
  folder.source = "app/";
  folder.uid = folder.gid = 9;
  Definition definition;
  definition.paths = {file, folder};
  EXPECT_EQ(image(definition, files, false),
            "d 0755 0:0 srv\nd 0755 9:9 srv/app\nf 0644 9:9 srv/app/a = 1\nd 0755 9:9 srv/app/b\nd 0755 9:9 "
            "srv/app/b/c\n"
            "f 0644 9:9 srv/app/b/c/d = 2\nf 0644 0:0 srv/file = 1\n");
  file.source = "app/none";
  definition.paths = {file};
  EXPECT_THAT(image(definition, files, false), AllOf(StartsWith("not_found: "), HasSubstr("app/none")));
  ASSERT_TRUE(images.store().vault().write_file(vault_path(Digest::of("1")), "X"));
  file.source = "app/a";
  definition.paths = {file};
  EXPECT_THAT(image(definition, files, false), StartsWith("verification_failed: "));
}

TEST_F(Additions, OsRelease) {
  Definition definition;
  definition.os_release = {
      {"NAME", "Debian"}, {"PRETTY_NAME", "a \"b\" $c `d` \\e"}, {"ID", "debian"}, {"VERSION_ID", ""}};
  EXPECT_EQ(image(definition, {}, false),
            "d 0755 0:0 etc\nl 0777 0:0 etc/os-release -> ../usr/lib/os-release\nl 0777 0:0 lib -> "
            "usr/lib\nd 0755 0:0 usr\nd 0755 0:0 usr/lib\n"
            "f 0644 0:0 usr/lib/os-release = PRETTY_NAME=\"a \\\"b\\\" \\$c \\`d\\` "
            "\\\\e\"\nNAME=Debian\nVERSION_ID=\"\"\n"
            "ID=debian\n");
}

TEST_F(Additions, FoldersForRunning) {
  Definition definition;
  definition.accounts.run_as = "7";
  definition.annotations = {{"hauberk.writable", " /run/a  /lib/w /etc /etc/d/one "}};
  definition.volumes = {"/data", "/etc/d"};
  definition.work_dir = "/srv/app/";
  EXPECT_THAT(image(definition), AllOf(HasSubstr("d 0755 0:0 etc/d\n"), HasSubstr("d 0755 7:7 data\n"),
                                       HasSubstr("d 0755 0:0 run\nd 1777 7:7 run/a\n"),
                                       HasSubstr("d 0755 0:0 srv/app\n"), HasSubstr("d 1777 7:7 usr/lib/w\n"),
                                       HasSubstr("d 1777 0:0 etc\n"), HasSubstr("f 0640 0:0 etc/d/one")));
}

struct ArchiveRow {
  std::string summary;
  std::vector<TestEntry> entries;
  std::string expected;
  std::vector<std::string> includes = {};
  std::vector<std::string> excludes = {};
  std::string path = "/opt";
};

TEST_F(Additions, Archives) {
  const std::vector<ArchiveRow> rows = {
      {"files, folders and links",
       {test_directory("d", 0700), test_file("d/a", "1", 06777), test_symlink("d/l", "a")},
       "d 0755 0:0 opt\nd 0700 0:0 opt/d\nf 0755 0:0 opt/d/a = 1\nl 0777 0:0 opt/d/l -> a\n"},
      {"some of it",
       {test_file("d/a", "1"), test_file("d/b", "2"), test_file("c", "3")},
       "d 0755 0:0 opt\nd 0755 0:0 opt/d\nf 0644 0:0 opt/d/a = 1\n",
       {"d/**"},
       {"d/b"}},
      {"at the root, merged",
       {test_file("bin/a", "1", 0755), test_file("usr/lib/b", "2")},
       "l 0777 0:0 bin -> usr/bin\nl 0777 0:0 lib -> usr/lib\nd 0755 0:0 usr\nd 0755 0:0 usr/bin\nf 0755 0:0 "
       "usr/bin/a = 1\n"
       "d 0755 0:0 usr/lib\nf 0644 0:0 usr/lib/b = 2\n",
       {},
       {},
       "/"},
      {"a link out of the root", {test_symlink("l", "../../x")}, "invalid_input: "},
      {"a link and a file through it",
       {test_symlink("l", "/etc"), test_file("l/passwd", "1")},
       "invalid_input: "},
      {"a file twice", {test_file("a", "1"), test_file("a", "22")}, "invalid_input: "},
      {"a file twice, left out", {test_file("a", "1"), test_file("a", "22")}, "", {}, {"a"}},
      {"a hard link", {test_file("a", "1"), test_hard_link("b", "a")}, "unsupported: "},
      {"a whiteout", {test_file(".wh.etc", "")}, "invalid_input: "},
  };
  for (const ArchiveRow& row : rows) {
    for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd}) {
      const std::string bytes = test_compressed(compression, make_tar(row.entries));
      RemoteFile file;
      file.url = "https://user:secret@example.org/x.tar.gz";
      file.path = row.path;
      file.includes = row.includes;
      file.excludes = row.excludes;
      Definition definition;
      definition.files = {file};
      const std::string outcome =
          image(definition, {{"https://example.org/x.tar.gz", images.put(bytes), bytes.size()}}, false);
      if (row.expected.find(": ") != std::string::npos) {
        EXPECT_THAT(outcome, AllOf(StartsWith(row.expected), testing::Not(HasSubstr("secret"))))
            << row.summary;
      } else {
        EXPECT_EQ(outcome, row.expected) << row.summary << " " << name_of(compression);
      }
    }
  }
}

TEST_F(Additions, SingleFilesAndArchivesThatStayOne) {
  const std::string bytes = make_tar({test_file("a", "1")});
  RemoteFile file;
  file.url = "https://example.org/x.tar";
  file.path = "/opt/x.tar";
  file.uid = 3;
  file.mode = 0755;
  Definition definition;
  definition.files = {file};
  const std::vector<LockedFile> locked{{file.url, images.put(bytes), bytes.size()}};
  EXPECT_THAT(image(definition, locked, false), StartsWith("d 0755 0:0 opt\nf 0755 3:0 opt/x.tar = "));
  EXPECT_THAT(image(definition, {}, false),
              StartsWith("not_found: cannot add file https://example.org/x.tar: "));
  ASSERT_TRUE(images.store().vault().write_file(vault_path(locked[0].digest), bytes + "more"));
  EXPECT_THAT(image(definition, locked, false), testing::Not(StartsWith("d ")));
}

TEST_F(Additions, AnArchiveWhoseBytesHaveChanged) {
  const std::string bytes = make_tar({test_symlink("l", "a")});
  const Digest digest = images.put(bytes);
  ASSERT_TRUE(images.store().vault().write_file(vault_path(digest), make_tar({test_symlink("l", "b")})));
  RemoteFile file;
  file.url = "https://example.org/x.tar";
  file.path = "/opt";
  Definition definition;
  definition.files = {file};
  EXPECT_THAT(image(definition, {{file.url, digest, bytes.size()}}, false),
              StartsWith("verification_failed: "));
}

TEST(Writable, Words) {
  Definition definition;
  EXPECT_THAT(writable_paths(definition), testing::IsEmpty());
  definition.annotations["hauberk.writable"] = "  /a /b  ";
  EXPECT_THAT(writable_paths(definition), testing::ElementsAre("/a", "/b"));
}

}  // namespace
}  // namespace hauberk
