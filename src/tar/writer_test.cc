// SPDX-License-Identifier: Apache-2.0
#include "tar/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/digest.h"
#include "io/test_folder.h"
#include "tar/test_tar.h"

namespace hauberk {
namespace {

using testing::HasSubstr;
using Type = TarEntry::Type;

std::vector<TarEntry> many_entries() {
  const std::string deep = std::string(90, 'd') + "/" + std::string(60, 'e');
  return {
      {.type = Type::directory, .mode = 0755},
      {.type = Type::directory,
       .path = "usr",
       .mode = 02775,
       .uid = 1,
       .gid = 2,
       .mtime_seconds = 1700000000},
      {.path = "usr/a", .mode = 04755, .size_bytes = 3, .mtime_seconds = 1},
      {.path = "usr/empty", .mode = 0600},
      {.path = "usr/full", .mode = 0644, .size_bytes = 512},
      {.path = deep + "/" + std::string(100, 'f'), .mode = 0644},
      {.type = Type::directory, .path = deep + "/" + std::string(99, 'g'), .mode = 0755},
      {.type = Type::directory, .path = deep + "/" + std::string(100, 'h'), .mode = 0755},
      {.path = std::string(101, 'p'), .mode = 0644, .size_bytes = 1},
      {.path = "usr/\xc3\xa9t\xc3\xa9", .mode = 0644},
      {.path = "usr/latin1-\xe9", .mode = 0644},
      {.type = Type::symlink, .path = "usr/link", .link_target = "../../outside", .mode = 0777},
      {.type = Type::symlink, .path = "usr/long", .link_target = "/" + std::string(150, 'l'), .mode = 0777},
      {.type = Type::hard_link, .path = "usr/hard", .link_target = "usr/a", .mode = 04755},
      {.type = Type::hard_link, .path = "usr/hard2", .link_target = std::string(101, 'p'), .mode = 0644},
      {.path = "usr/old", .mode = 0644, .mtime_seconds = -1},
      {.path = "usr/ids", .mode = 0644, .uid = 2097152, .gid = 4294967294U},
      {.path = "usr/far", .mode = 0644, .mtime_seconds = std::int64_t{1} << 33},
      {.type = Type::fifo, .path = "usr/fifo", .mode = 0644},
      {.type = Type::character_device,
       .path = "usr/null",
       .mode = 0666,
       .device_major = 1,
       .device_minor = 3},
      {.type = Type::block_device,
       .path = "usr/disk",
       .mode = 0660,
       .device_major = 2097151,
       .device_minor = 7},
      {.path = "usr/ping",
       .mode = 0755,
       .xattrs = {{"security.capability", std::string("\1\0\0\2\n", 5)}, {"user.a", ""}, {"user.b", "x"}}},
  };
}

std::string archive_of(const std::vector<TarEntry>& entries) {
  MemorySink sink;
  TarWriter writer(sink);
  for (const TarEntry& entry : entries) {
    const Status added = writer.add(entry);
    EXPECT_TRUE(added) << added.error().message;
    const std::string content(static_cast<std::size_t>(entry.size_bytes), 'x');
    EXPECT_TRUE(writer.write(std::as_bytes(std::span(content))));
  }
  EXPECT_TRUE(writer.finish());
  return sink.take();
}

TEST(TarWriter, WhatIsWrittenReadsBack) {
  const auto entries = many_entries();
  const ReadTar tar = read_tar(archive_of(entries));
  EXPECT_EQ(tar.error, "");
  ASSERT_EQ(tar.entries.size(), entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_TRUE(tar.entries[i] == entries[i]) << entries[i].path << " came back as " << tar.entries[i].path;
  }
}

TEST(TarWriter, PlainEntriesHaveNoExtendedHeader) {
  const std::string archive = archive_of({{.path = "a", .mode = 0644, .size_bytes = 1}});
  EXPECT_EQ(archive.size(), 4 * tar_block_bytes);
  EXPECT_EQ(archive.substr(0, 2), std::string("a\0", 2));
  EXPECT_EQ(archive.substr(100, 61), std::string("0000644\0"
                                                 "0000000\0"
                                                 "0000000\0"
                                                 "00000000001\0"
                                                 "00000000000\0"
                                                 "007337\0 "
                                                 "0",
                                                 57) +
                                         std::string(4, '\0'));
  EXPECT_EQ(archive.substr(257, 8), std::string("ustar\00000", 8));
}

TEST(TarWriter, BytesStayTheSameForEver) {
  // A change here changes the digest of every image: it needs a new recipe version.
  auto entries = many_entries();
  EXPECT_EQ(Digest::of(archive_of(entries)).hex(),
            "68df7b9f9b6b36854dfa42799cd29b6aa814ebe1400891341da7b108cbd1db55");
}

TEST(TarWriter, LargeFilesHaveAPaxSize) {
  MemorySink sink;
  TarWriter writer(sink);
  ASSERT_TRUE(writer.add({.path = "a", .size_bytes = std::uint64_t{1} << 33}));
  EXPECT_THAT(sink.text(), HasSubstr("19 size=8589934592\n"));
  MemorySink below;
  TarWriter other(below);
  ASSERT_TRUE(other.add({.path = "a", .size_bytes = (std::uint64_t{1} << 33) - 1}));
  EXPECT_EQ(below.text().size(), tar_block_bytes);
}

TEST(TarWriter, Refuses) {
  const struct {
    const char* summary;
    TarEntry entry;
    const char* why;
  } rows[] = {
      {"absolute", {.path = "/a"}, "is absolute"},
      {"parent folder", {.path = "../a"}, "\"..\" part"},
      {"not normal", {.path = "./a"}, "normal form"},
      {"a slash at the end", {.type = Type::directory, .path = "a/"}, "normal form"},
      {"a NUL", {.path = std::string("a\0", 2)}, "NUL"},
      {"a file as root", {.path = ""}, "the root is a directory"},
      {"a link to nothing", {.type = Type::symlink, .path = "a"}, "has a target"},
      {"a file with a target", {.path = "a", .link_target = "b"}, "has a target"},
      {"a symlink target with a NUL",
       {.type = Type::symlink, .path = "a", .link_target = std::string("b\0c", 3)},
       "contains a NUL"},
      {"a hard link out of the root",
       {.type = Type::hard_link, .path = "a", .link_target = "../b"},
       "normal form"},
      {"a hard link not normal", {.type = Type::hard_link, .path = "a", .link_target = "./b"}, "normal form"},
      {"a directory with content", {.type = Type::directory, .path = "a", .size_bytes = 1}, "only files"},
      {"a mode above 07777", {.path = "a", .mode = 0100644}, "mode"},
      {"a device number too large",
       {.type = Type::block_device, .path = "a", .device_major = 2097152},
       "device"},
      {"a nameless xattr", {.path = "a", .xattrs = {{"", "x"}}}, "extended attribute"},
      {"an xattr with an equals sign", {.path = "a", .xattrs = {{"a=b", "x"}}}, "extended attribute"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    MemorySink sink;
    TarWriter writer(sink);
    const Status added = writer.add(row.entry);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().kind, ErrorKind::invalid_input);
    EXPECT_THAT(added.error().message, HasSubstr(row.why));
    EXPECT_EQ(sink.text(), "");
  }
}

TEST(TarWriter, HoldsFilesToTheirSize) {
  MemorySink sink;
  TarWriter writer(sink);
  ASSERT_TRUE(writer.add({.path = "a", .size_bytes = 2}));
  const std::string three = "abc";
  EXPECT_FALSE(writer.write(std::as_bytes(std::span(three))));
  EXPECT_TRUE(writer.write(std::as_bytes(std::span(three).first(1))));
  EXPECT_FALSE(writer.add({.path = "b"}));
  EXPECT_FALSE(writer.finish());
  EXPECT_TRUE(writer.write(std::as_bytes(std::span(three).subspan(1, 1))));
  EXPECT_TRUE(writer.add_file({.path = "b"}, "abc"));
  EXPECT_TRUE(writer.finish());
  EXPECT_EQ(read_tar(sink.text()).contents, (std::vector<std::string>{"ab", "abc"}));
}

class FailingSink final : public ByteSink {
 public:
  explicit FailingSink(int writes) : left_(writes) {}
  Status write(std::span<const std::byte>) override {
    if (left_-- > 0) return {};
    return fail(ErrorKind::io, "cannot write: disk full");
  }

 private:
  int left_;
};

TEST(TarWriter, PassesOnEveryFailureOfItsSink) {
  for (int writes = 0; writes < 6; ++writes) {
    FailingSink sink(writes);
    TarWriter writer(sink);
    const auto all = [&]() -> Status {
      TRY_STATUS(writer.add_file({.path = "\xc3\xa9"},
                                 "abc"));  // pax header, records, padding, header, content
      return writer.finish();                                    // padding, end
    };
    const Status status = all();
    ASSERT_FALSE(status) << writes;
    EXPECT_EQ(status.error().kind, ErrorKind::io);
  }
}

// What another reader makes of our archive, as its standard output.
std::string output_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  std::string text;
  for (int c = 0; (c = fgetc(pipe)) != EOF;) text.push_back(static_cast<char>(c));
  EXPECT_EQ(pclose(pipe), 0) << command;
  return text;
}

std::string write_archive(const TestFolder& folder) {
  const std::string path = folder.path() + "/a.tar";
  std::ofstream(path, std::ios::binary) << archive_of(many_entries());
  return path;
}

// tar's columns grow with their contents: each run of blanks (and the mark of xattrs) as one blank.
std::string without_columns(const std::string& listing) {
  std::string text;
  for (const char c : listing) {
    if ((c == ' ' || c == '*') && text.ends_with(' ')) continue;
    text.push_back(c == '*' ? ' ' : c);
  }
  return text;
}

bool has_program(const std::string& name) {
  return system(("command -v " + name + " >/dev/null 2>&1").c_str()) == 0;
}

TEST(TarWriter, GnuTarReadsTheSame) {
  if (!has_program("tar")) GTEST_SKIP() << "skipped: there is no tar";
  const TestFolder folder;
  const std::string listing = without_columns(
      output_of("TZ=UTC LC_ALL=C tar --numeric-owner --full-time --quoting-style=literal --xattrs "
                "--xattrs-include='*' -tvvf " +
                write_archive(folder)));
  EXPECT_THAT(listing, HasSubstr("drwxr-xr-x 0/0 0 1970-01-01 00:00:00 ./\n"));
  EXPECT_THAT(listing, HasSubstr("drwxrwsr-x 1/2 0 2023-11-14 22:13:20 usr/\n"));
  EXPECT_THAT(listing, HasSubstr("-rwsr-xr-x 0/0 3 1970-01-01 00:00:01 usr/a\n"));
  EXPECT_THAT(listing, HasSubstr(std::string(60, 'e') + "/" + std::string(100, 'f') + "\n"));
  EXPECT_THAT(listing, HasSubstr(std::string(60, 'e') + "/" + std::string(100, 'h') + "/\n"));
  EXPECT_THAT(listing, HasSubstr(" usr/\xc3\xa9t\xc3\xa9\n"));
  EXPECT_THAT(listing, HasSubstr(" usr/latin1-\xe9\n"));
  EXPECT_THAT(listing, HasSubstr(" usr/link -> ../../outside\n"));
  EXPECT_THAT(listing, HasSubstr(" usr/long -> /" + std::string(150, 'l') + "\n"));
  EXPECT_THAT(listing, HasSubstr(" usr/hard link to usr/a\n"));
  EXPECT_THAT(listing, HasSubstr(" 1969-12-31 23:59:59 usr/old\n"));
  EXPECT_THAT(listing, HasSubstr(" 2097152/4294967294 "));
  EXPECT_THAT(listing, HasSubstr(" 2242-03-16 12:56:32 usr/far\n"));
  EXPECT_THAT(listing, HasSubstr("crw-rw-rw- 0/0 1,3 "));
  EXPECT_THAT(listing, HasSubstr("brw-rw---- 0/0 2097151,7 "));
  EXPECT_THAT(listing, HasSubstr(" x: 5 security.capability\n"));
}

TEST(TarWriter, PythonReadsTheSame) {
  if (!has_program("python3")) GTEST_SKIP() << "skipped: there is no python3";
  const TestFolder folder;
  const std::string script =
      "import sys,tarfile\n"
      "for m in tarfile.open(sys.argv[1], encoding='utf-8', errors='surrogateescape'):\n"
      "  line = "
      "f'{m.name}|{m.linkname}|{m.mode:o}|{m.uid}|{m.gid}|{m.size}|{int(m.mtime)}|{m.devmajor}|{m.devminor}"
      "\\n'\n"
      "  sys.stdout.buffer.write(line.encode('utf-8', 'surrogateescape'))\n";
  std::ofstream(folder.path() + "/list.py") << script;
  std::string expected;
  for (const TarEntry& entry : many_entries()) {
    expected += fmt::format("{}|{}|{:o}|{}|{}|{}|{}|{}|{}\n", entry.path.empty() ? "." : entry.path,
                            entry.link_target, entry.mode, entry.uid, entry.gid, entry.size_bytes,
                            entry.mtime_seconds, entry.device_major, entry.device_minor);
  }
  EXPECT_EQ(output_of("python3 " + folder.path() + "/list.py " + write_archive(folder)), expected);
}

TEST(TarWriter, BsdtarReadsTheSame) {
  if (!has_program("bsdtar")) GTEST_SKIP() << "skipped: there is no bsdtar";
  const TestFolder folder;
  std::string expected;
  for (const TarEntry& entry : many_entries()) {
    expected += (entry.path.empty() ? "." : entry.path) + (entry.type == Type::directory ? "/\n" : "\n");
  }
  // Names are bytes; what is no UTF-8 it lists in octal.
  const std::string byte = "\xe9\n", listed = "\\351\n";
  expected.replace(expected.find(byte), byte.size(), listed);
  // It complains of that one name, and of nothing else.
  const std::string complaints = folder.path() + "/complaints";
  const std::string list =
      fmt::format("LC_ALL=C.UTF-8 bsdtar -tf {} 2>{}; test $? -le 1", write_archive(folder), complaints);
  EXPECT_EQ(output_of(list), expected);
  EXPECT_EQ(output_of("cat " + complaints),
            "bsdtar: Pathname can't be converted from UTF-8 to current locale.\n"
            "bsdtar: Error exit delayed from previous errors.\n");
}

}  // namespace
}  // namespace hauberk
