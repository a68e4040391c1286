// SPDX-License-Identifier: Apache-2.0
#include "tar/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tar/test_tar.h"

namespace hauberk {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using Type = TarEntry::Type;

std::string bytes_of(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes.push_back(static_cast<char>(value));
  return bytes;
}

const std::string gnu_magic("ustar  \0", 8);
const std::string no_magic;

TEST(TarReader, ReadsOneEntry) {
  const struct {
    const char* summary;
    std::string archive;
    TarEntry expected;
    std::string content = {};
  } rows[] = {
      {"a file",
       raw_block({.size = "00000000005", .mode = "0000755", .mtime = "00000000017"}) + padded("hello"),
       {.path = "a", .mode = 0755, .size_bytes = 5, .mtime_seconds = 15},
       "hello"},
      {"as dpkg writes it",
       raw_block({.name = "./usr/", .type = '5', .mode = "755"}),
       {.type = Type::directory, .path = "usr", .mode = 0755}},
      {"the root",
       raw_block({.name = "./", .type = '5', .mode = "755"}),
       {.type = Type::directory, .mode = 0755}},
      {"a directory by its slash only",
       raw_block({.name = "d/", .type = '0'}),
       {.type = Type::directory, .path = "d", .mode = 0644}},
      {"v7 without magic", raw_block({.type = '\0', .magic = no_magic}), {.path = "a", .mode = 0644}},
      {"contiguous file", raw_block({.type = '7'}), {.path = "a", .mode = 0644}},
      {"prefix", raw_block({.name = "b", .prefix = "a/x"}), {.path = "a/x/b", .mode = 0644}},
      {"prefix field of GNU is no prefix",
       raw_block({.name = "b", .magic = gnu_magic, .prefix = "a/x"}),
       {.path = "b", .mode = 0644}},
      {"name of 100 bytes without a NUL",
       raw_block({.name = std::string(100, 'n')}),
       {.path = std::string(100, 'n'), .mode = 0644}},
      {"what stands after a NUL in a field is not the name",
       raw_block({.name = std::string("a\0../../x", 9)}),
       {.path = "a", .mode = 0644}},
      {"mode with the file's type in it", raw_block({.mode = "0104755"}), {.path = "a", .mode = 04755}},
      {"blanks around numbers",
       raw_block({.uid = "   12 ", .gid = " 7"}),
       {.path = "a", .mode = 0644, .uid = 10, .gid = 7}},
      {"empty numbers", raw_block({.mode = "", .uid = "", .gid = "       ", .mtime = ""}), {.path = "a"}},
      {"base-256 uid",
       raw_block({.uid = bytes_of({0x80, 0, 0, 0, 0, 0x20, 0, 0})}),
       {.path = "a", .mode = 0644, .uid = 1 << 21}},
      {"base-256 time before 1970",
       raw_block({.mtime = std::string(11, '\xff') + '\xfe'}),
       {.path = "a", .mode = 0644, .mtime_seconds = -2}},
      {"GNU long name",
       raw_extension('L', std::string(300 / 2, 'd') + "/" + std::string(150, 'f') + '\0') +
           raw_block({.name = "cut"}),
       {.path = std::string(150, 'd') + "/" + std::string(150, 'f'), .mode = 0644}},
      {"GNU long link",
       raw_extension('K', std::string(300, 'l') + '\0') + raw_block({.type = '2', .link = "cut"}),
       {.type = Type::symlink, .path = "a", .link_target = std::string(300, 'l'), .mode = 0644}},
      {"both GNU long",
       raw_extension('K', "b") + raw_extension('L', "c") + raw_block({.type = '1', .link = "x"}),
       {.type = Type::hard_link, .path = "c", .link_target = "b", .mode = 0644}},
      {"pax path", raw_pax("path", "./\xc3\xa9/x") + raw_block({}), {.path = "\xc3\xa9/x", .mode = 0644}},
      {"pax with an empty value withdraws", raw_pax("path", "") + raw_block({}), {.path = "a", .mode = 0644}},
      {"pax size",
       raw_pax("size", "3") + raw_block({.size = "0"}) + padded("abc"),
       {.path = "a", .mode = 0644, .size_bytes = 3},
       "abc"},
      {"pax time with a fraction",
       raw_pax("mtime", "12.999") + raw_block({}),
       {.path = "a", .mode = 0644, .mtime_seconds = 12}},
      {"pax time before 1970, rounded down",
       raw_pax("mtime", "-1.5") + raw_block({}),
       {.path = "a", .mode = 0644, .mtime_seconds = -2}},
      {"pax ids",
       raw_extension('x', pax_text({{"uid", "4294967295"}, {"gid", "3000000"}})) + raw_block({}),
       {.path = "a", .mode = 0644, .uid = 4294967295U, .gid = 3000000}},
      {"xattr with a NUL, a newline and an equals sign",
       raw_pax("SCHILY.xattr.security.capability", std::string("\1\0\n=", 4)) + raw_block({}),
       {.path = "a", .mode = 0644, .xattrs = {{"security.capability", std::string("\1\0\n=", 4)}}}},
      {"unknown pax keywords are passed over",
       raw_extension('x', pax_text({{"LIBARCHIVE.creationtime", "1"},
                                    {"comment", "x"},
                                    {"hdrcharset", "BINARY"}})) +
           raw_block({}),
       {.path = "a", .mode = 0644}},
      {"the last of equal pax keywords",
       raw_extension('x', "10 path=b\n10 path=c\n") + raw_block({}),
       {.path = "c", .mode = 0644}},
      {"a global header with a comment, as git writes it",
       raw_extension('g', pax_text({{"comment", "0123456789"}})) + raw_block({}),
       {.path = "a", .mode = 0644}},
      {"an old path beside a symlink's target that leads out",
       raw_block({.type = '2', .link = "../../etc/passwd"}),
       {.type = Type::symlink, .path = "a", .link_target = "../../etc/passwd", .mode = 0644}},
      {"an absolute symlink",
       raw_block({.type = '2', .link = "/etc/x"}),
       {.type = Type::symlink, .path = "a", .link_target = "/etc/x", .mode = 0644}},
      {"a hard link in its normal form",
       raw_block({.type = '1', .link = "./b//c"}),
       {.type = Type::hard_link, .path = "a", .link_target = "b/c", .mode = 0644}},
      {"a device",
       raw_block({.type = '3', .major = "5"}),
       {.type = Type::character_device, .path = "a", .mode = 0644, .device_major = 5}},
      {"a fifo", raw_block({.type = '6'}), {.type = Type::fifo, .path = "a", .mode = 0644}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const ReadTar tar = read_tar(row.archive + end_of_tar());
    EXPECT_EQ(tar.error, "");
    ASSERT_EQ(tar.entries.size(), 1U);
    EXPECT_EQ(tar.entries[0].path, row.expected.path);
    EXPECT_TRUE(tar.entries[0] == row.expected);
    EXPECT_EQ(tar.contents[0], row.content);
  }
}

TEST(TarReader, Refuses) {
  const std::string file = raw_block({});
  std::string wrong_sum = file;
  wrong_sum[0] = 'b';
  const std::string many_globals = [] {
    std::string text;
    for (int i = 0; i < 17; ++i) text += raw_extension('g', "");
    return text;
  }();
  const struct {
    const char* summary;
    std::string archive;
    const char*
        error;  // how the message begins, after "cannot read tar entry 1: " if it has no kind of its own
    const char* why;
  } rows[] = {
      {"no tar at all", std::string(512, 'x'), "invalid_input", "checksum"},
      {"a changed byte", wrong_sum, "invalid_input", "checksum"},
      {"nothing", "", "invalid_input", "the archive is empty"},
      {"cut in a header", file.substr(0, 511), "invalid_input", "ends within a header"},
      {"cut in a content", raw_block({.size = "1000"}) + std::string(500, 'x'), "invalid_input",
       "ends 12 bytes before the content does"},
      {"parent folder", raw_block({.name = "../a"}), "invalid_input", "\"..\" part"},
      {"parent folder within", raw_block({.name = "a/../../b"}), "invalid_input", "\"..\" part"},
      {"parent folder from the prefix", raw_block({.name = "a", .prefix = ".."}), "invalid_input",
       "\"..\" part"},
      {"parent folder by pax", raw_pax("path", "../a") + file, "invalid_input", "\"..\" part"},
      {"parent folder by a GNU long name", raw_extension('L', "../a") + file, "invalid_input", "\"..\" part"},
      {"absolute", raw_block({.name = "/etc/passwd"}), "invalid_input", "is absolute"},
      {"NUL in a pax path", raw_pax("path", std::string("a\0b", 3)) + file, "invalid_input", "NUL"},
      {"NUL in a GNU long name", raw_extension('L', std::string("a\0b", 3)) + file, "invalid_input", "NUL"},
      {"no name", raw_block({.name = ""}), "invalid_input", "it has no name"},
      {"a file that is the root", raw_block({.name = "."}), "invalid_input", "the root is a file"},
      {"a name of 1 GB", raw_block({.type = 'L', .size = "10000000000"}), "limit_exceeded",
       "an extended header of 1073741824 bytes"},
      {"a pax header of 1 GB", raw_block({.type = 'x', .size = "10000000000"}), "limit_exceeded",
       "an extended header of 1073741824 bytes"},
      {"an empty GNU long name", raw_extension('L', std::string(3, '\0')) + file, "invalid_input",
       "an empty GNU"},
      {"negative size", raw_block({.size = std::string(12, '\xff')}), "invalid_input",
       "its size is negative: -1"},
      {"negative size of an extended header", raw_block({.type = 'x', .size = std::string(12, '\xff')}),
       "invalid_input", "a size that is no number of zero or more"},
      {"size above 63 bits", raw_block({.size = '\x80' + std::string(11, '\x7f')}), "invalid_input",
       "63 bits"},
      {"size of 2^63", raw_block({.size = bytes_of({0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0})}),
       "invalid_input", "63 bits"},
      {"size of 2^62", raw_block({.size = bytes_of({0x80, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0})}),
       "limit_exceeded", "4611686018427387904 bytes"},
      {"size that is not octal", raw_block({.size = "9"}), "invalid_input",
       "its size: a number that is not octal"},
      {"size with text after it", raw_block({.size = "1x"}), "invalid_input", "not octal"},
      {"size with a sign", raw_block({.size = "-1"}), "invalid_input", "not octal"},
      {"negative uid", raw_block({.uid = std::string(8, '\xff')}), "invalid_input", "its uid -1"},
      {"uid above 32 bits by pax", raw_pax("uid", "4294967296") + file, "invalid_input",
       "its uid 4294967296"},
      {"gid that is no number by pax", raw_pax("gid", "root") + file, "invalid_input", "pax number"},
      {"negative pax size", raw_pax("size", "-1") + file, "invalid_input", "pax number"},
      {"pax size above 64 bits", raw_pax("size", "99999999999999999999999") + file, "invalid_input",
       "pax number"},
      {"pax size of 2^63", raw_pax("size", "9223372036854775808") + file, "invalid_input", "63 bits"},
      {"pax time that is none", raw_pax("mtime", "1.2.3") + file, "invalid_input", "pax time"},
      {"pax time with a letter", raw_pax("mtime", "1e9") + file, "invalid_input", "pax time"},
      {"pax time of a point only", raw_pax("mtime", ".5") + file, "invalid_input", "pax time"},
      {"GNU sparse", raw_block({.type = 'S', .magic = gnu_magic}), "unsupported", "a sparse file (GNU)"},
      {"pax sparse", raw_pax("GNU.sparse.major", "1") + file, "unsupported", "GNU.sparse.major"},
      {"multi-volume", raw_block({.type = 'M'}), "unsupported", "another volume"},
      {"volume label", raw_block({.type = 'V'}), "unsupported", "a volume label"},
      {"directory dump", raw_block({.type = 'D'}), "unsupported", "directory dump"},
      {"Solaris header", raw_block({.type = 'X'}), "unsupported", "Solaris"},
      {"unknown type", raw_block({.type = 'z'}), "unsupported", "its type 122"},
      {"a symlink with content", raw_block({.type = '2', .size = "1", .link = "b"}), "invalid_input",
       "\"a\" is a symlink with a content of 1 bytes"},
      {"a hard link with content", raw_block({.type = '1', .size = "1", .link = "b"}), "invalid_input",
       "a hard link with a content"},
      {"a directory with content", raw_block({.type = '5', .size = "1"}), "invalid_input",
       "a directory with a content"},
      {"a directory by its slash with content", raw_block({.name = "d/", .size = "1"}), "invalid_input",
       "a directory with a content"},
      {"a symlink to nothing", raw_block({.type = '2'}), "invalid_input", "a symlink without a target"},
      {"a symlink target with a NUL", raw_pax("linkpath", std::string("a\0b", 3)) + raw_block({.type = '2'}),
       "invalid_input", "a symlink target with a NUL"},
      {"a symlink target too long", raw_pax("linkpath", std::string(4097, 'a')) + raw_block({.type = '2'}),
       "invalid_input", "above 4096 bytes"},
      {"a hard link out of the root", raw_block({.type = '1', .link = "../etc/shadow"}), "invalid_input",
       "\"..\" part"},
      {"an absolute hard link", raw_block({.type = '1', .link = "/etc/shadow"}), "invalid_input",
       "is absolute"},
      {"a hard link to the root", raw_block({.type = '1', .link = "./"}), "invalid_input", "to the root"},
      {"a hard link to nothing", raw_block({.type = '1'}), "invalid_input", "a hard link without a target"},
      {"two pax headers", raw_pax("path", "b") + raw_pax("path", "c") + file, "invalid_input",
       "two pax headers"},
      {"two GNU long names", raw_extension('L', "b") + raw_extension('L', "c") + file, "invalid_input",
       "two GNU long names"},
      {"GNU and pax names", raw_extension('L', "b") + raw_pax("path", "c") + file, "invalid_input",
       "both a GNU long name and a pax path"},
      {"pax header at the end", raw_pax("path", "b"), "invalid_input", "without an entry after it"},
      {"pax header before the end marker", raw_pax("path", "b") + end_of_tar(), "invalid_input",
       "without an entry after it"},
      {"global header that says more", raw_extension('g', pax_text({{"path", "x"}})) + file, "unsupported",
       "global pax header"},
      {"endless global headers", many_globals + file, "invalid_input", "too many extended headers"},
      {"pax length too long", raw_extension('x', "20 path=b\n") + file, "invalid_input", "length 20"},
      {"pax length too short", raw_extension('x', "5 path=b\n") + file, "invalid_input", "length 5"},
      {"pax length of nothing", raw_extension('x', "2 path=b\n") + file, "invalid_input", "length 2"},
      {"pax length zero", raw_extension('x', "0 path=b\n") + file, "invalid_input", "length 0"},
      {"pax length that overflows", raw_extension('x', "99999999999999999999999 path=b\n") + file,
       "invalid_input", "without a length"},
      {"pax without a length", raw_extension('x', "path=b\n") + file, "invalid_input", "without a length"},
      {"pax without a newline", raw_extension('x', "10 path=bx") + file, "invalid_input", "length 10"},
      {"pax without a keyword", raw_extension('x', "6 =bc\n") + file, "invalid_input", "without a keyword"},
      {"pax without an equals sign", raw_extension('x', "5 ab\n") + file, "invalid_input",
       "without a keyword"},
      {"xattr without a name", raw_pax("SCHILY.xattr.", "x") + file, "invalid_input", "extended attribute"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const ReadTar tar = read_tar(row.archive);
    EXPECT_THAT(tar.error, StartsWith(std::string(row.error) + ": cannot read tar entry 1: "));
    EXPECT_THAT(tar.error, HasSubstr(row.why));
    EXPECT_TRUE(tar.entries.empty());
  }
}

TEST(TarReader, Ends) {
  const std::string file = raw_block({});
  const std::string zeros(512, '\0');
  const struct {
    const char* summary;
    std::string archive;
    std::size_t entries;
    const char* error;
  } rows[] = {
      {"two zero blocks", file + zeros + zeros, 1, ""},
      {"padding to a record", file + std::string(9728, '\0'), 1, ""},
      {"one zero block", file + zeros, 1, ""},
      {"no zero block", file, 1, ""},
      {"nothing but the end marker", zeros + zeros, 0, ""},
      {"nothing but a zero block", zeros, 0, ""},
      {"garbage after the end marker is not read", file + zeros + zeros + "garbage", 1, ""},
      {"a lone zero block in the middle", file + zeros + file, 1, "a lone zero block"},
      {"cut in the padding of the last file", raw_block({.size = "1"}) + "x", 1, "ends 511 bytes before"},
      {"half a block after a zero block", file + zeros + "x", 1, "ends within a header"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const ReadTar tar = read_tar(row.archive);
    EXPECT_EQ(tar.entries.size(), row.entries);
    if (*row.error == '\0') {
      EXPECT_EQ(tar.error, "");
    } else {
      EXPECT_THAT(tar.error, HasSubstr(row.error));
    }
  }
}

TEST(TarReader, Limits) {
  const std::string file = raw_block({.size = "00000000012"}) + padded("0123456789");
  EXPECT_EQ(read_tar(file + file, {.entries = 2}).error, "");
  EXPECT_EQ(read_tar(file + file + file, {.entries = 2}).error,
            "limit_exceeded: cannot read tar entry 3: more than 2 entries");
  EXPECT_EQ(read_tar(file, {.file_bytes = 10}).error, "");
  EXPECT_EQ(read_tar(file, {.file_bytes = 9}).error,
            "limit_exceeded: cannot read tar entry 1: \"a\" has 10 bytes, more than the 9 allowed");
  const std::string pax = raw_pax("path", "b") + file;
  EXPECT_EQ(read_tar(pax, {.pax_bytes = 9}).error, "");
  EXPECT_THAT(read_tar(pax, {.pax_bytes = 8}).error, StartsWith("limit_exceeded: "));
}

TEST(TarReader, DuplicatesComeAsTheyAre) {
  const ReadTar tar =
      read_tar(raw_block({.type = '2', .link = "b"}) + raw_block({}) + raw_block({.name = "a/c"}));
  EXPECT_EQ(tar.error, "");
  ASSERT_EQ(tar.entries.size(), 3U);
  EXPECT_EQ(tar.entries[2].path, "a/c");
}

TEST(TarReader, SkipsContentThatNobodyRead) {
  const std::string archive = raw_block({.name = "a", .size = "00000002000"}) +
                              padded(std::string(1024, 'x')) +
                              raw_block({.name = "b", .size = "00000000003"}) + padded("abc") + end_of_tar();
  MemorySource source(archive);
  TarReader reader(source);
  ASSERT_TRUE(reader.next()->has_value());
  std::array<std::byte, 7> some{};
  EXPECT_EQ(*reader.read(some), 7U);
  EXPECT_EQ((*reader.next())->path, "b");
  EXPECT_EQ(*reader.read(some), 3U);
  EXPECT_EQ(*reader.read(some), 0U);
  EXPECT_FALSE(reader.next()->has_value());
  EXPECT_EQ(*reader.read(some), 0U);
  EXPECT_FALSE(reader.next()->has_value());
}

TEST(TarReader, AnErrorStays) {
  const std::string archive = raw_block({.name = "../a"}) + raw_block({.name = "b"});
  MemorySource source(archive);
  TarReader reader(source);
  std::array<std::byte, 1> buffer{};
  const auto first = reader.next();
  ASSERT_FALSE(first);
  EXPECT_EQ(reader.next().error(), first.error());
  EXPECT_EQ(reader.read(buffer).error(), first.error());
}

// Sources may give less than they are asked for.
class OneByteSource final : public ByteSource {
 public:
  explicit OneByteSource(std::string_view text) : source_(text) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override {
    return source_.read(buffer.first(std::min<std::size_t>(1, buffer.size())));
  }

 private:
  MemorySource source_;
};

TEST(TarReader, ReadsFromASourceOfSmallPieces) {
  const std::string archive = raw_pax("path", "b") + raw_block({.size = "3"}) + padded("abc") + end_of_tar();
  OneByteSource source(archive);
  TarReader reader(source);
  EXPECT_EQ((*reader.next())->path, "b");
  TarContent content(reader);
  EXPECT_EQ(*read_all(content, 10), "abc");
  EXPECT_FALSE(reader.next()->has_value());
}

}  // namespace
}  // namespace hauberk
