// What becomes of a package's entries on the way into a layer, and when the cache is believed.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/package_layer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "assemble/test_image.h"

namespace hauberk {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class PackageLayer : public testing::Test {
 protected:
  Result<Layer> layer(const std::vector<LockedPackage>& packages, std::string_view allow = "",
                      RecordStyle record = RecordStyle::status_d, LayerCache cache = LayerCache::used) {
    LayerGroup group{"group", {}};
    for (const LockedPackage& package : packages) group.packages.push_back(&package);
    LayerOptions options;
    options.guards = guard_states(allow).value();
    options.record = record;
    SilentProgress progress;
    return package_layer(images.store(), group, options, progress, cache);
  }

  // The listing without dpkg's records, or "<kind>: <message>".
  std::string listed(const std::vector<LockedPackage>& packages, std::string_view allow = "",
                     bool with_records = false, RecordStyle record = RecordStyle::status_d) {
    const auto made = layer(packages, allow, record);
    if (!made) return fmt::format("{}: {}", name_of(made.error().kind), made.error().message);
    return images.listing(made->digest, with_records);
  }

  TestImages images;
};

struct EntryRow {
  std::string summary;
  std::vector<TestEntry> entries;
  std::string expected;
  std::string allow = {};
};

TestEntry owned(TestEntry entry, std::uint32_t uid, std::uint32_t gid) {
  entry.entry.uid = uid;
  entry.entry.gid = gid;
  return entry;
}

TestEntry at_time(TestEntry entry, std::int64_t seconds) {
  entry.entry.mtime_seconds = seconds;
  return entry;
}

TestEntry of_type(TestEntry entry, TarEntry::Type type) {
  entry.entry.type = type;
  return entry;
}

TEST_F(PackageLayer, Entries) {
  const std::vector<EntryRow> rows = {
      {"a file and its folder",
       {test_directory("etc"), test_file("etc/a", "1")},
       "d 0755 0:0 etc\nf 0644 0:0 etc/a = 1\n"},
      {"merged /usr",
       {test_directory("bin"), test_file("bin/a", "1", 0755), test_file("lib64/ld", "2")},
       "d 0755 0:0 usr/bin\nf 0755 0:0 usr/bin/a = 1\nf 0644 0:0 usr/lib64/ld = 2\n"},
      {"a folder named twice by the merge",
       {test_directory("bin"), test_directory("usr/bin"), test_file("bin/a", "1")},
       "d 0755 0:0 usr/bin\nf 0644 0:0 usr/bin/a = 1\n"},
      {"the links of the merge themselves",
       {test_symlink("bin", "usr/bin"), test_directory("usr/bin")},
       "l 0777 0:0 bin -> usr/bin\nd 0755 0:0 usr/bin\n"},
      {"a link that the merge moves", {test_symlink("lib/a", "../x")}, "l 0777 0:0 usr/lib/a -> ../x\n"},
      {"a hard link that the merge moves",
       {test_file("bin/a", "1"), test_hard_link("bin/b", "bin/a")},
       "f 0644 0:0 usr/bin/a = 1\nh 0644 0:0 usr/bin/b -> usr/bin/a\n"},
      {"owner", {owned(test_file("etc/a", "1"), 7, 42)}, "f 0644 7:42 etc/a = 1\n"},
      {"setuid and setgid go",
       {test_file("usr/bin/su", "1", 06755), test_directory("var/mail", 02775)},
       "f 0755 0:0 usr/bin/su = 1\nd 0775 0:0 var/mail\n"},
      {"setuid stays where allowed",
       {test_file("usr/bin/su", "1", 06755)},
       "f 4755 0:0 usr/bin/su = 1\n",
       "setuid"},
      {"setgid stays where allowed",
       {test_file("usr/bin/su", "1", 06755)},
       "f 2755 0:0 usr/bin/su = 1\n",
       "setgid"},
      {"world-writable",
       {test_file("etc/a", "1", 0666), test_directory("etc/d", 0777), test_directory("tmp", 01777)},
       "f 0664 0:0 etc/a = 1\nd 0775 0:0 etc/d\nd 1777 0:0 tmp\n"},
      {"world-writable where allowed",
       {test_file("etc/a", "1", 0666)},
       "f 0666 0:0 etc/a = 1\n",
       "world-writable"},
      {"documentation goes, the copyright stays",
       {test_directory("usr/share/doc/a"), test_file("usr/share/doc/a/copyright", "c"),
        test_file("usr/share/doc/a/changelog.gz", "x"), test_directory("usr/share/doc/a/examples"),
        test_file("usr/share/doc/a/examples/copyright", "x"),
        test_file("usr/share/lintian/overrides/a", "x")},
       "d 0755 0:0 usr/share/doc/a\nf 0644 0:0 usr/share/doc/a/copyright = c\n"},
      {"documentation that is a link to another package's",
       {test_symlink("usr/share/doc/a", "b")},
       "l 0777 0:0 usr/share/doc/a -> b\n"},
      {"manual pages, locales, caches and logs",
       {test_directory("usr/share/man"), test_file("usr/share/man/man1/a.1.gz", "x"),
        test_file("usr/share/info/a", "x"), test_directory("usr/share/locale"),
        test_file("usr/share/locale/de/a.mo", "x"), test_directory("var/cache/a"),
        test_file("var/cache/a/b", "x"), test_directory("var/log/a"), test_file("var/log/a/b", "x")},
       "d 0755 0:0 var/cache/a\nd 0755 0:0 var/log/a\n"},
      {"manual pages where allowed",
       {test_file("usr/share/man/man1/a.1.gz", "x")},
       "f 0644 0:0 usr/share/man/man1/a.1.gz = x\n",
       "manual-pages"},
      {"names that only begin alike",
       {test_file("usr/share/manual/a", "x"), test_file("var/logs/a", "x")},
       "f 0644 0:0 usr/share/manual/a = x\nf 0644 0:0 var/logs/a = x\n"},
      {"a hard link to what is left out",
       {test_file("usr/share/doc/a/README", "r"), test_hard_link("etc/b", "usr/share/doc/a/README"),
        test_hard_link("etc/c", "usr/share/doc/a/README")},
       "f 0644 0:0 etc/b = r\nh 0644 0:0 etc/c -> etc/b\n"},
      {"a hard link to a hard link",
       {test_file("a", "1"), test_hard_link("b", "a"), test_hard_link("c", "b")},
       "f 0644 0:0 a = 1\nh 0644 0:0 b -> a\nh 0644 0:0 c -> a\n"},
      {"a name that is no UTF-8", {test_file("etc/\xff", "1")}, "f 0644 0:0 etc/\xff = 1\n"},
      {"a hard link to nothing",
       {test_hard_link("b", "a")},
       "invalid_input: cannot put x 1.0-1 (amd64) into a layer: the hard link \"b\" has no file before it: "
       "\"a\""},
      {"a hard link to what comes later", {test_hard_link("b", "a"), test_file("a", "1")}, "invalid_input: "},
      {"a hard link to a folder", {test_directory("a"), test_hard_link("b", "a")}, "invalid_input: "},
      {"a device", {of_type(test_file("dev/null", ""), TarEntry::Type::character_device)}, "invalid_input: "},
      {"a pipe", {of_type(test_file("run/pipe", ""), TarEntry::Type::fifo)}, "invalid_input: "},
      {"a link out of the root", {test_symlink("etc/a", "../../x")}, "invalid_input: "},
      {"an absolute link", {test_symlink("etc/a", "/x")}, "l 0777 0:0 etc/a -> /x\n"},
      {"an entry twice", {test_file("a", "1"), test_file("a", "2")}, "invalid_input: "},
      {"an entry twice by the merge",
       {test_file("bin/a", "1"), test_file("usr/bin/a", "2")},
       "invalid_input: "},
      {"a whiteout", {test_file("etc/.wh.passwd", "")}, "invalid_input: "},
      {"an opaque whiteout", {test_file("etc/.wh..wh..opq", "")}, "invalid_input: "},
      {"below a whiteout's name", {test_file(".wh.a/b", "")}, "invalid_input: "},
      {"a time that no date can name", {at_time(test_file("a", ""), 253'402'300'800)}, "invalid_input: "},
      {"a time before 1970", {at_time(test_file("a", "1"), -5)}, "f 0644 0:0 a = 1\n"},
      {"somebody else's record", {test_file("var/lib/dpkg/status.d/x", "forged")}, "invalid_input: "},
  };
  for (const EntryRow& row : rows) {
    const std::string outcome = listed({images.add({.name = "x", .entries = row.entries})}, row.allow);
    if (row.expected.starts_with("invalid_input: ")) {
      EXPECT_THAT(outcome, StartsWith(row.expected)) << row.summary;
    } else {
      EXPECT_EQ(outcome, row.expected) << row.summary;
    }
  }
}

TEST_F(PackageLayer, ExtendedAttributesGo) {
  TestEntry file = test_file("usr/bin/ping", "1", 0755);
  file.entry.xattrs["security.capability"] = "all of them";
  const auto made = layer({images.add({.name = "x", .entries = {file}})});
  ASSERT_TRUE(made) << made.error().message;
  for (const auto& one : images.read_layer(made->digest)) EXPECT_TRUE(one.entry.xattrs.empty());
}

TEST_F(PackageLayer, WhatIsLeftOutIsCounted) {
  const auto made =
      layer({images.add({.name = "x",
                         .entries = {test_directory("usr/share/man"), test_file("usr/share/man/a", "12345"),
                                     test_file("usr/share/man/b", "6"), test_file("var/log/c", "")}})});
  ASSERT_TRUE(made) << made.error().message;
  const auto facts = read_facts(images.store().cache(), made->facts_keys.at(0));
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->left_out.at("manual-pages"), (PackageFacts::LeftOut{2, 6}));
  EXPECT_EQ(facts->left_out.at("logs"), (PackageFacts::LeftOut{1, 0}));
}

TEST_F(PackageLayer, TwoPackagesWithOnePath) {
  const std::vector<TestEntry> one = {test_file("etc/a", "one")};
  const std::vector<TestEntry> two = {test_file("etc/a", "two"), test_file("etc/b", "two")};
  EXPECT_THAT(listed({images.add({.name = "p", .entries = one}), images.add({.name = "q", .entries = two})}),
              AllOf(StartsWith("conflict: "), HasSubstr("p and q both have \"etc/a\"")));
  EXPECT_EQ(listed({images.add({.name = "p", .entries = one, .replaces = "q (<< 2)"}),
                    images.add({.name = "q", .entries = two})}),
            "f 0644 0:0 etc/a = one\nf 0644 0:0 etc/b = two\n");
  EXPECT_THAT(listed({images.add({.name = "p", .entries = one, .replaces = "q (<< 1)"}),
                      images.add({.name = "q", .entries = two})}),
              StartsWith("conflict: "));
  EXPECT_THAT(listed({images.add({.name = "p", .entries = one, .replaces = "q"}),
                      images.add({.name = "q",
                                  .entries = {test_file("etc/a", "two"),
                                              test_hard_link("etc/b", "etc/a")}})}),
              AllOf(StartsWith("unsupported: "), HasSubstr("\"etc/b\"")));
  EXPECT_THAT(listed({images.add({.name = "p", .entries = one}),
                      images.add({.name = "q", .entries = {test_hard_link("etc/b", "etc/a")}})}),
              StartsWith("invalid_input: "))
      << "a hard link to another package's file";
}

TEST_F(PackageLayer, TheBytesMustBeTheLocks) {
  const TestDeb deb{.name = "x", .entries = {test_file("a", "1")}};
  LockedPackage package = images.add(deb);
  const std::string path = images.store().path() + "/vault/" + vault_path(package.digest);
  ASSERT_TRUE(images.store().vault().write_file(vault_path(package.digest),
                                                make_deb(make_control({.package = "x"}), {})));
  EXPECT_THAT(listed({package}), AllOf(StartsWith("verification_failed: "), HasSubstr("remove sha256/")));
  ASSERT_TRUE(images.store().vault().remove(vault_path(package.digest)));
  EXPECT_THAT(listed({package}), StartsWith("not_found: "));

  for (const auto& [name, version, architecture] :
       {std::tuple{"y", "1.0-1", "amd64"}, {"x", "2", "amd64"}, {"x", "1.0-1", "all"}}) {
    package = images.add(deb);
    package.name = name;
    package.version = version;
    package.architecture = architecture;
    EXPECT_THAT(listed({package}), AllOf(StartsWith("verification_failed: "),
                                         HasSubstr("its control file says x 1.0-1 (amd64)")));
  }
}

TEST_F(PackageLayer, RecordOfAnImageWithoutDpkg) {
  EXPECT_EQ(listed({images.add({.name = "x",
                                .entries = {test_directory("var"), test_file("etc/a", "1")},
                                .control_files = {{"conffiles", "/etc/a\n"},
                                                  {"md5sums", "abc  usr/b\n"},
                                                  {"postinst", "#!/bin/sh\n"}}})},
                   "", true),
            "d 0755 0:0 var\nf 0644 0:0 etc/a = 1\nd 0755 0:0 var/lib\nd 0755 0:0 var/lib/dpkg\n"
            "d 0755 0:0 var/lib/dpkg/status.d\n"
            "f 0644 0:0 var/lib/dpkg/status.d/x = Package: x\nVersion: 1.0-1\nArchitecture: amd64\n"
            "Maintainer: Nobody <n@example>\nDescription: a test\n"
            "Conffiles:\n /etc/a c4ca4238a0b923820dcc509a6f75849b\n"
            "f 0644 0:0 var/lib/dpkg/status.d/x.md5sums = abc  usr/b\n");
}

TEST_F(PackageLayer, RecordOfAnImageWithDpkg) {
  EXPECT_EQ(
      listed({images.add({.name = "x",
                          .entries = {test_directory(""), test_directory("etc"), test_file("etc/a", "1"),
                                      test_file("usr/share/man/a", "1")},
                          .control_files = {{"conffiles", "/etc/a\n"}, {"postinst", "#!/bin/sh\n"}},
                          .more = "Multi-Arch: same\n"})},
             "", true, RecordStyle::dpkg),
      "d 0755 0:0 etc\nf 0644 0:0 etc/a = 1\nd 0755 0:0 var\nd 0755 0:0 var/lib\nd 0755 0:0 var/lib/dpkg\n"
      "d 0755 0:0 var/lib/dpkg/info\n"
      "f 0644 0:0 var/lib/dpkg/info/x:amd64.conffiles = /etc/a\n"
      "f 0644 0:0 var/lib/dpkg/info/x:amd64.list = /.\n/etc\n/etc/a\n/usr/share/man/a\n"
      "f 0755 0:0 var/lib/dpkg/info/x:amd64.postinst = #!/bin/sh\n");
}

TEST_F(PackageLayer, FactsAreTheSameWhateverElseIsInTheLayer) {
  const LockedPackage a = images.add({.name = "a", .entries = {test_file("etc/a", "1")}});
  const LockedPackage b =
      images.add({.name = "b", .entries = {test_file("etc/\xc3\xa4\xff", "2"), test_symlink("x", "\xfe")}});
  std::vector<FileFact> files;
  const auto facts_of_b = [&](const std::vector<LockedPackage>& packages) {
    const auto made = layer(packages, "", RecordStyle::status_d, LayerCache::ignored);
    EXPECT_TRUE(made) << made.error().message;
    files.clear();
    EXPECT_TRUE(read_files(images.store().cache(), made->facts_keys.back(), [&](const FileFact& file) {
      files.push_back(file);
      return Status();
    }));
    return text_of(read_facts(images.store().cache(), made->facts_keys.back()).value());
  };
  const std::string alone = facts_of_b({b});
  EXPECT_EQ(files.at(0).entry.path, "etc/\xc3\xa4\xff");
  EXPECT_EQ(files.at(0).digest, Digest::of("2"));
  EXPECT_EQ(files.at(1).entry.link_target, "\xfe");
  EXPECT_EQ(facts_of_b({a, b}), alone) << "with the digest of the files";
  const auto facts = parse_package_facts(alone);
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(text_of(*facts), alone);
}

TEST_F(PackageLayer, Cache) {
  const std::vector<LockedPackage> packages{images.add({.name = "x", .entries = {test_file("etc/a", "1")}})};
  const auto first = layer(packages);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_FALSE(first->cached);
  const auto second = layer(packages);
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->cached);
  Layer same = *second;
  same.cached = false;
  EXPECT_EQ(same, *first);

  const std::string store = images.store().path();
  struct Row {
    std::string summary;
    std::function<void()> damage;
  };
  const auto only_file = [&](const std::string& folder) {
    return std::filesystem::directory_iterator(store + "/cache/" + folder)->path().string();
  };
  const std::vector<Row> rows = {
      {"no blob", [&] { std::filesystem::remove(store + "/" + blob_path(first->digest)); }},
      {"a blob cut short", [&] { std::filesystem::resize_file(store + "/" + blob_path(first->digest), 3); }},
      {"no facts", [&] { std::filesystem::remove(only_file("facts")); }},
      {"an empty record", [&] { std::filesystem::resize_file(only_file("layers"), 0); }},
      {"no record", [&] { std::filesystem::remove(only_file("layers")); }},
  };
  for (const Row& row : rows) {
    row.damage();
    const auto again = layer(packages);
    ASSERT_TRUE(again) << row.summary << ": " << again.error().message;
    EXPECT_FALSE(again->cached) << row.summary;
    EXPECT_EQ(again->digest, first->digest) << row.summary;
    EXPECT_EQ(images.listing(again->digest), "f 0644 0:0 etc/a = 1\n") << row.summary;
    EXPECT_TRUE(layer(packages)->cached) << row.summary;
  }
  EXPECT_NE(layer(packages, "setuid")->facts_keys, first->facts_keys) << "other guards, other facts";
}

}  // namespace
}  // namespace hauberk
