// SPDX-License-Identifier: Apache-2.0
#include "deb/package_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <lzma.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "deb/test_package.h"
#include "io/dir.h"
#include "io/test_folder.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const std::vector<TestEntry> some_entries{test_directory(""), test_directory("usr"),
                                          test_file("usr/a", "hello"), test_symlink("usr/b", "a"),
                                          test_hard_link("usr/c", "usr/a")};

struct ReadPackage {
  std::map<std::string, std::string> control;
  std::vector<TestEntry> entries;
  std::string error;  // "" or "<kind>: <message>"
};

// Everything a package holds; reads it in pieces, as a stream.
ReadPackage read_package(std::string_view deb, const PackageFileLimits& limits = {}) {
  ReadPackage all;
  const auto failed = [&](const Error& error) {
    all.error = fmt::format("{}: {}", name_of(error.kind), error.message);
    return all;
  };
  MemorySource memory(deb);
  HashingSource source(memory);
  auto package = PackageFile::open(source, limits);
  if (!package) return failed(package.error());
  all.control = package->control();
  while (true) {
    auto entry = package->data().next();
    if (!entry) return failed(entry.error());
    if (!*entry) break;
    TarContent content_source(package->data());
    auto content = read_all(content_source, UINT64_MAX);
    if (!content) return failed(content.error());
    all.entries.push_back({std::move(**entry), std::move(*content)});
  }
  if (const Status finished = package->finish(); !finished) return failed(finished.error());
  EXPECT_EQ(source.finish(), Digest::of(deb)) << "all bytes must have been read";
  return all;
}

std::string error_of(const TestPackageOptions& options, const PackageFileLimits& limits = {}) {
  return read_package(make_deb(make_control({}), some_entries, options), limits).error;
}

TEST(PackageFile, ReadsAllOfAPackage) {
  for (const Compression control : {Compression::none, Compression::gzip, Compression::zstd}) {
    for (const Compression data : {Compression::none, Compression::gzip, Compression::zstd}) {
      SCOPED_TRACE(fmt::format("{} {}", name_of(control), name_of(data)));
      const ReadPackage package = read_package(make_deb(make_control({}), some_entries,
                                                        {.control = control,
                                                         .data = data,
                                                         .control_files = {{"postinst", "#!/bin/sh\n"}}}));
      EXPECT_EQ(package.error, "");
      EXPECT_THAT(package.control, ElementsAre(testing::Pair("control", make_control({})),
                                               testing::Pair("postinst", "#!/bin/sh\n")));
      ASSERT_EQ(package.entries.size(), some_entries.size());
      for (std::size_t i = 0; i < some_entries.size(); ++i) {
        TarEntry expected = some_entries[i].entry;
        expected.size_bytes = some_entries[i].content.size();
        EXPECT_TRUE(package.entries[i].entry == expected) << expected.path;
        EXPECT_EQ(package.entries[i].content, some_entries[i].content);
      }
    }
  }
}

std::string xz(std::string_view bytes) {
  std::string out(lzma_stream_buffer_bound(bytes.size()), '\0');
  std::size_t size = 0;
  EXPECT_EQ(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, nullptr,
                                    reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(),
                                    reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size()),
            LZMA_OK);
  out.resize(size);
  return out;
}

std::string make_xz_deb(std::string_view data_tar) {
  return "!<arch>\n" + make_ar_member("debian-binary", "2.0\n") +
         make_ar_member("control.tar.xz", xz(make_tar({test_file("control", make_control({}))}))) +
         make_ar_member("data.tar.xz", xz(data_tar));
}

TEST(PackageFile, ReadsXz) {
  const ReadPackage package = read_package(make_xz_deb(make_tar(some_entries)));
  EXPECT_EQ(package.error, "");
  EXPECT_EQ(package.entries.size(), some_entries.size());
}

TEST(PackageFile, Accepts) {
  const struct {
    const char* summary;
    TestPackageOptions options;
  } rows[] = {
      {"a later minor version", {.format = "2.10\n"}},
      {"more lines in debian-binary", {.format = "2.0\nmore\n"}},
      {"members that begin with _ anywhere after the first",
       {.members = {"debian-binary", "_a", "control.tar", "_b", "_c", "data.tar", "_gpgorigin"}}},
      {"the name's slash of GNU ar",
       {.break_package =
            [](std::string& deb) {
              const auto at = deb.find("debian-binary   ");
              deb[at + 13] = '/';
            }}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    EXPECT_EQ(error_of(row.options), "");
  }
}

// Changes the first occurrence of a text in the package.
auto with(const std::string& from, const std::string& to) {
  return [from, to](std::string& deb) {
    const auto at = deb.find(from);
    ASSERT_NE(at, std::string::npos);
    deb.replace(at, from.size(), to);
  };
}

TEST(PackageFile, RefusesBrokenMembers) {
  const struct {
    const char* summary;
    TestPackageOptions options;
    const char* why;
  } rows[] = {
      {"no debian-binary", {.members = {"control.tar", "data.tar"}}, "its first member is not debian-binary"},
      {"no control",
       {.members = {"debian-binary", "data.tar"}},
       "its member data.tar.gz stands where control.tar"},
      {"no data", {.members = {"debian-binary", "control.tar"}}, "it has no member data.tar"},
      {"nothing but debian-binary", {.members = {"debian-binary"}}, "it has no member control.tar"},
      {"no members", {.members = {}}, "its first member is not debian-binary"},
      {"data first", {.members = {"debian-binary", "data.tar", "control.tar"}}, "stands where control.tar"},
      {"_ first", {.members = {"_a", "debian-binary", "control.tar", "data.tar"}}, "its first member is not"},
      {"two controls",
       {.members = {"debian-binary", "control.tar", "control.tar", "data.tar"}},
       "stands where data.tar is expected"},
      {"an unknown member between",
       {.members = {"debian-binary", "control.tar", "x", "data.tar"}},
       "its member x stands where data.tar"},
      {"an unknown member after",
       {.members = {"debian-binary", "control.tar", "data.tar", "x"}},
       "its member x stands after data.tar"},
      {"a second data after",
       {.members = {"debian-binary", "control.tar", "data.tar", "data.tar"}},
       "stands after data.tar"},
      {"unknown ending",
       {.break_package = with("data.tar.gz", "data.tar.7z")},
       "its member data.tar.7z stands where"},
      {"format 0.939000", {.format = "0.939000\n"}, "unsupported: "},
      {"format 3.0", {.format = "3.0\n"}, "unsupported: "},
      {"format without a newline", {.format = "2.0"}, "its format is"},
      {"format of garbage", {.format = "2.x\n"}, "its format is \"2.x\""},
      {"format empty", {.format = ""}, "its format is \"\""},
      {"format of 2 KB", {.format = "2.0\n" + std::string(2000, 'x')}, "limit_exceeded: "},
      {"bzip2", {.break_package = with("data.tar.gz ", "data.tar.bz2")}, "unsupported: "},
      {"lzma", {.break_package = with("control.tar.gz  ", "control.tar.lzma")}, "unsupported: "},
      {"no ar archive", {.break_package = with("!<arch>\n", "!<thin>\n")}, "does not begin as an ar archive"},
      {"empty file",
       {.break_package = [](std::string& deb) { deb.clear(); }},
       "does not begin as an ar archive"},
      {"a header without its end", {.break_package = with("`\n", "``")}, "it does not end as one"},
      {"a header without a name",
       {.break_package = with("debian-binary", "             ")},
       "its name is not"},
      {"a name with a NUL",
       {.break_package = with("debian-binary", std::string("debian\0binary", 13))},
       "its name is not printable"},
      {"a size that is no number",
       {.break_package = with("4         `", "0x4       `")},
       "its size is no number"},
      {"a negative size", {.break_package = with("4         `", "-4        `")}, "its size is no number"},
      {"an empty size", {.break_package = with("4         `", "          `")}, "its size is no number"},
      {"a size too small", {.break_package = with("4         `", "2         `")}, "its format is \"2.\""},
      {"a size too large",
       {.break_package = with("4         `", "6         `")},
       "a header in the ar archive"},
      {"a size of 9 GB",
       {.break_package = with("4         `", "9999999999`")},
       "bytes before its member debian-binary does"},
      {"garbage at the end",
       {.break_package = [](std::string& deb) { deb += "garbage"; }},
       "it ends within a header"},
      {"a header's worth of garbage",
       {.break_package = [](std::string& deb) { deb += std::string(60, 'x'); }},
       "a header in the ar archive is damaged"},
      {"padding that is no newline",
       {.members = {"debian-binary", "_odd", "_od", "control.tar", "data.tar"},
        .break_package = with("_od\n", "_odx")},
       "the newline after its member _od of odd size is missing"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const std::string error = error_of(row.options);
    EXPECT_THAT(error, HasSubstr("cannot read the package"));
    EXPECT_THAT(error, HasSubstr(row.why));
  }
}

TEST(PackageFile, RefusesBrokenContents) {
  const auto cut = [](std::string& bytes) { bytes.resize(bytes.size() / 2 + 3); };
  const auto flip = [](std::string& bytes) {
    bytes[bytes.size() - 8] = static_cast<char>(~bytes[bytes.size() - 8]);
  };
  const auto garbage = [](std::string& bytes) { bytes += "garbage!"; };
  for (const Compression compression : {Compression::gzip, Compression::zstd}) {
    SCOPED_TRACE(name_of(compression));
    for (const std::function<void(std::string&)>& how :
         {std::function<void(std::string&)>(cut), {flip}, {garbage}}) {
      EXPECT_THAT(error_of({.control = compression, .break_control = how}),
                  StartsWith("invalid_input: cannot read the package: in its control.tar: "));
      EXPECT_THAT(error_of({.data = compression, .break_data = how}), StartsWith("invalid_input: "));
    }
  }
  EXPECT_THAT(error_of({.control = Compression::none, .break_control = cut}),
              HasSubstr("in its control.tar"));
  EXPECT_THAT(error_of({.data = Compression::none, .break_data = cut}), StartsWith("invalid_input: "));
}

TEST(PackageFile, RefusesBrokenControlMembers) {
  const struct {
    const char* summary;
    std::vector<TestEntry> entries;
    const char* why;
  } rows[] = {
      {"no control", {test_file("md5sums", "")}, "there is no file \"control\""},
      {"control twice", {test_file("control", "a"), test_file("control", "b")}, "\"control\" is there twice"},
      {"a link",
       {test_file("control", "a"), test_symlink("postinst", "/bin/sh")},
       "\"postinst\" is a symlink"},
      {"a hard link", {test_file("control", "a"), test_hard_link("preinst", "control")}, "is a hard link"},
      {"a folder", {test_file("control", "a"), test_directory("d")}, "\"d\" is a directory"},
      {"a file in a folder", {test_file("control", "a"), test_file("d/e", "")}, "\"d/e\" is a file there"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const std::string tar = make_tar(row.entries);
    const std::string error =
        error_of({.control = Compression::none, .break_control = [&](std::string& bytes) { bytes = tar; }});
    EXPECT_THAT(error, StartsWith("invalid_input: cannot read the package: in its control.tar: "));
    EXPECT_THAT(error, HasSubstr(row.why));
  }
}

TEST(PackageFile, EveryCutIsAnError) {
  for (const Compression compression : {Compression::none, Compression::gzip}) {
    const std::string deb =
        make_deb(make_control({}), some_entries, {.control = compression, .data = compression});
    for (std::size_t size = 0; size < deb.size(); size += 13) {
      EXPECT_THAT(read_package(deb.substr(0, size)).error, StartsWith("invalid_input: "))
          << "cut at " << size;
    }
  }
}

TEST(PackageFile, Bombs) {
  std::string content;
  for (int i = 0; i < 8192; ++i) content += fmt::format("{:04}", i * 7919 % 10000) + std::string(1020, '\0');
  const std::vector<TestEntry> large{test_file("large", content)};
  const std::string debs[] = {make_deb(make_control({}), large), make_xz_deb(make_tar(large)),
                              make_deb(make_control({}), large, {.data = Compression::zstd})};
  for (const std::string& deb : debs) {
    EXPECT_LT(deb.size(), 300'000U);
    EXPECT_EQ(read_package(deb).error, "");
    EXPECT_THAT(read_package(deb, {.decompression = {.output_bytes = 4 << 20}}).error,
                StartsWith("limit_exceeded: "));
    EXPECT_THAT(read_package(deb, {.tar = {.file_bytes = 4 << 20}}).error, StartsWith("limit_exceeded: "));
  }
  const std::vector<TestEntry> zeros{test_file("zeros", std::string(64 << 20, '\0'))};
  EXPECT_THAT(read_package(make_deb(make_control({}), zeros, {.data = Compression::zstd})).error,
              HasSubstr("more than 10000 times the input"));
  const TestPackageOptions control{.control_files = {{"md5sums", std::string(2 << 20, 'x')}}};
  EXPECT_EQ(error_of(control), "");
  EXPECT_THAT(error_of(control, {.control_bytes = 1 << 20}), StartsWith("limit_exceeded: "));
}

TEST(PackageFile, FinishReadsWhatTheCallerDidNot) {
  const std::string deb = make_deb(make_control({}), some_entries);
  MemorySource memory(deb);
  HashingSource source(memory);
  auto package = PackageFile::open(source);
  ASSERT_TRUE(package);
  PackageFile moved = std::move(*package);
  ASSERT_TRUE(moved.data().next());
  EXPECT_TRUE(moved.finish());
  EXPECT_EQ(source.finish(), Digest::of(deb));
}

TEST(PackageFile, ReadsWhatDpkgDebBuilds) {
  if (system("command -v dpkg-deb >/dev/null 2>&1") != 0) GTEST_SKIP() << "skipped: there is no dpkg-deb";
  const TestFolder folder;
  const std::filesystem::path root = folder.path() + "/root";
  const std::string long_name = std::string(120, 'n') + "/" + std::string(130, 'm');
  std::filesystem::create_directories(root / "DEBIAN");
  std::filesystem::create_directories((root / long_name).parent_path());
  std::ofstream(root / "DEBIAN/control") << make_control({});
  std::ofstream(root / long_name) << "content";
  std::filesystem::create_symlink(std::string(150, 't'), root / "link");
  for (const char* compression : {"none", "gzip", "xz", "zstd"}) {
    const std::string build =
        fmt::format("cd {0} && dpkg-deb -Z{1} --root-owner-group --build root {1}.deb >/dev/null 2>&1",
                    folder.path(), compression);
    if (system(build.c_str()) != 0) continue;  // dpkg of Debian 11 knows no zstd
    SCOPED_TRACE(compression);
    const auto dir = Dir::open(folder.path());
    const ReadPackage package = read_package(*dir->read_file(fmt::format("{}.deb", compression), 1 << 20));
    EXPECT_EQ(package.error, "");
    EXPECT_EQ(package.control.at("control"), make_control({}));
    ASSERT_EQ(package.entries.size(), 4U);
    EXPECT_EQ(package.entries[0].entry.path, "");
    std::map<std::string, TestEntry> entries;
    for (const auto& entry : package.entries) entries[entry.entry.path] = entry;
    EXPECT_EQ(entries.at(long_name).content, "content");
    EXPECT_EQ(entries.at("link").entry.link_target, std::string(150, 't'));
  }
}

TEST(PackageFile, DpkgDebReadsWhatTheTestsBuild) {
  if (system("command -v dpkg-deb >/dev/null 2>&1") != 0) GTEST_SKIP() << "skipped: there is no dpkg-deb";
  const TestFolder folder;
  std::ofstream(folder.path() + "/a.deb", std::ios::binary) << make_deb(make_control({}), some_entries);
  EXPECT_EQ(system(fmt::format("dpkg-deb -c {0}/a.deb >{0}/list && grep -q \"usr/c link to usr/a\" {0}/list",
                               folder.path())
                       .c_str()),
            0);
}

}  // namespace
}  // namespace hauberk
