// SPDX-License-Identifier: Apache-2.0
#include "deb/package_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "deb/stanza.h"
#include "deb/test_package.h"
#include "io/test_folder.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string small =
    "Package: libb\nVersion: 1:2.0-1\nArchitecture: amd64\nSource: bsource\nEssential: yes\n"
    "Depends: libc6 (>= 2.36),\n liba\nProvides: virtual-b, other (= 1),\n third\nSize: 12\nInstalled-Size: "
    "3\n"
    "Filename: pool/main/b/libb_2.0-1_amd64.deb\nSHA256: 00\nDescription: b\n .\n more text\n\n"
    "Package: liba\nVersion: 1.0\nArchitecture: all\nSource: asource (1.0~1)\nProtected: yes\nPriority: "
    "required\n"
    "Section: libs\nMulti-Arch: same\nPre-Depends: p\nConflicts: c\nBreaks: b\nReplaces: r\n\n\n"
    "Package: libb\nVersion: 1:2.1-1\nArchitecture: amd64\nProvides: virtual-b";

std::vector<std::string> versions_of(const Result<std::vector<PackageStanza>>& packages) {
  if (!packages) return {"error: " + packages.error().message};
  std::vector<std::string> versions;
  for (const auto& package : *packages)
    versions.push_back(fmt::format("{} {}", package.name, package.version));
  return versions;
}

TEST(PackageIndex, FindsByNameAndByProvidedName) {
  const auto index = PackageIndex::of(small);
  ASSERT_TRUE(index) << index.error().message;
  EXPECT_EQ(index->package_count(), 3U);
  EXPECT_THAT(index->names(), ElementsAre("liba", "libb"));
  EXPECT_THAT(versions_of(index->find("libb")), ElementsAre("libb 1:2.0-1", "libb 1:2.1-1"));
  EXPECT_THAT(versions_of(index->find("liba")), ElementsAre("liba 1.0"));
  EXPECT_THAT(versions_of(index->find("lib")), ElementsAre());
  EXPECT_THAT(versions_of(index->find("libbb")), ElementsAre());
  EXPECT_THAT(versions_of(index->find("")), ElementsAre());
  EXPECT_THAT(versions_of(index->find("virtual-b")), ElementsAre());
  EXPECT_THAT(versions_of(index->providers("virtual-b")), ElementsAre("libb 1:2.0-1", "libb 1:2.1-1"));
  EXPECT_THAT(versions_of(index->providers("other")), ElementsAre("libb 1:2.0-1"));
  EXPECT_THAT(versions_of(index->providers("third")), ElementsAre("libb 1:2.0-1"));
  EXPECT_THAT(versions_of(index->providers("libb")), ElementsAre());
}

TEST(PackageIndex, ReadsTheFields) {
  const auto index = PackageIndex::of(small);
  ASSERT_TRUE(index);
  const auto found = index->find("libb");
  ASSERT_TRUE(found);
  const PackageStanza& b = found->at(0);
  EXPECT_EQ(b.architecture, "amd64");
  EXPECT_EQ(b.source, "bsource");
  EXPECT_EQ(b.source_version, "1:2.0-1");
  EXPECT_EQ(b.depends, "libc6 (>= 2.36),\n liba");
  EXPECT_EQ(b.provides, "virtual-b, other (= 1),\n third");
  EXPECT_TRUE(b.essential);
  EXPECT_FALSE(b.important);
  EXPECT_EQ(b.size_bytes, 12U);
  EXPECT_EQ(b.installed_kib, 3U);
  EXPECT_EQ(b.filename, "pool/main/b/libb_2.0-1_amd64.deb");
  EXPECT_EQ(b.sha256, "00");
  EXPECT_EQ(b.position, 0U);
  EXPECT_EQ(found->at(1).source, "libb");
  EXPECT_EQ(found->at(1).source_version, "1:2.1-1");
  EXPECT_EQ(found->at(1).position, 2U);

  const auto other = index->find("liba");
  ASSERT_TRUE(other);
  const PackageStanza& a = other->at(0);
  EXPECT_EQ(a.source, "asource");
  EXPECT_EQ(a.source_version, "1.0~1");
  EXPECT_TRUE(a.important);
  EXPECT_FALSE(a.essential);
  EXPECT_EQ(a.priority, "required");
  EXPECT_EQ(a.section, "libs");
  EXPECT_EQ(a.multi_arch, "same");
  EXPECT_EQ(a.pre_depends, "p");
  EXPECT_EQ(a.conflicts, "c");
  EXPECT_EQ(a.breaks, "b");
  EXPECT_EQ(a.replaces, "r");
  EXPECT_EQ(a.size_bytes, 0U);
}

TEST(PackageIndex, Texts) {
  const std::string whole = "Package: a\nVersion: 1\nArchitecture: all\n";
  const struct {
    const char* summary;
    std::string text;
    std::size_t packages;
  } rows[] = {
      {"nothing", "", 0},
      {"empty lines", "\n\n\n", 0},
      {"one", whole, 1},
      {"without the last newline", whole.substr(0, whole.size() - 1), 1},
      {"small letters", "package: a\nVERSION: 1\nArchitecture: all\n", 1},
      {"any order", "Architecture: all\nVersion: 1\nPackage: a\n", 1},
      {"a hundred equal ones",
       [&] {
         std::string text;
         for (int i = 0; i < 100; ++i) text += whole + "\n";
         return text;
       }(),
       100},
      {"a field that only begins like one of ours", whole + "Package-Type: deb\nVersions: 2\nProvide: x\n",
       1},
      {"a field of ours in a continuation", whole + "X:\n Package: b\n Version: 2\n", 1},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto index = PackageIndex::of(row.text);
    ASSERT_TRUE(index) << index.error().message;
    EXPECT_EQ(index->package_count(), row.packages);
    EXPECT_EQ(index->find("a")->size(), row.packages);
  }
}

TEST(PackageIndex, RefusesTexts) {
  const std::string whole = "Package: a\nVersion: 1\nArchitecture: all\n";
  const struct {
    const char* summary;
    std::string text;
    const char* why;
  } rows[] = {
      {"no Package", whole + "\nVersion: 1\nArchitecture: all\n", "line 5: a stanza without Package"},
      {"no Version", "Package: a\nArchitecture: all\n\n" + whole, "line 1: a stanza without Version"},
      {"no Architecture", "Package: a\nVersion: 1\n", "line 1: a stanza without Architecture"},
      {"empty Version", "Package: a\nVersion: \nArchitecture: all\n", "line 2: the field Version is empty"},
      {"a folded Package", "Package: a\n b\nVersion: 1\nArchitecture: all\n", "line 2: a second line"},
      {"a folded Version", "Package: a\nVersion: 1\n .2\nArchitecture: all\n", "line 3: a second line"},
      {"two Packages", whole + "Package: b\n", "line 4: the field Package is there twice"},
      {"no field", whole + "nonsense\n", "line 4: neither a field"},
      {"a continuation first", " x\n" + whole, "line 1: a line that begins with a blank"},
      {"a continuation after an empty line", whole + "\n x\n", "line 5: a line that begins with a blank"},
      {"a line of blanks", whole + " \n", "line 4: a line of nothing but blanks"},
      {"a NUL", whole + std::string("X: \0\n", 5), "line 4: a NUL"},
      {"a name with a slash", "Package: ../a\n", "line 1: a package name"},
      {"a provided name with a slash", whole + "Provides: b, /c\n", "line 4: a provided name"},
      {"HTML", "<html>\n<p>404</p>\n", "line 1: neither a field"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto index = PackageIndex::of(row.text);
    ASSERT_FALSE(index);
    EXPECT_EQ(index.error().kind, ErrorKind::invalid_input);
    EXPECT_THAT(index.error().message, HasSubstr(row.why));
  }
}

TEST(PackageIndex, RefusesStanzasWhenTheyAreLookedAt) {
  const struct {
    const char* summary;
    const char* fields;
    const char* why;
  } rows[] = {
      {"bad version", "Version: 1_0\n", "is no version"},
      {"bad architecture", "Version: 1\nX-A: b\nSize: 1\n", ""},
      {"size that is no number", "Version: 1\nSize: many\n", "its Size \"many\" is no number"},
      {"negative size", "Version: 1\nSize: -1\n", "its Size \"-1\" is no number"},
      {"size above 64 bits", "Version: 1\nSize: 99999999999999999999\n", "is no number"},
      {"installed size that is none", "Version: 1\nInstalled-Size: 1k\n", "its Installed-Size"},
      {"a field twice", "Version: 1\nSize: 1\nSize: 2\n", "the field Size is there twice"},
      {"source with garbage", "Version: 1\nSource: a b\n", "its Source \"a b\""},
      {"source not closed", "Version: 1\nSource: a (1\n", "its Source"},
      {"source with text after it", "Version: 1\nSource: a (1) b\n", "its Source"},
      {"source of a bad name", "Version: 1\nSource: ../a\n", "its Source"},
      {"source of a bad version", "Version: 1\nSource: a (1_2)\n", "is no version"},
      {"filename out of the repository", "Version: 1\nFilename: pool/../../x\n", "its Filename"},
      {"absolute filename", "Version: 1\nFilename: /etc/passwd\n", "its Filename"},
      {"filename that ends in ..", "Version: 1\nFilename: pool/..\n", "its Filename"},
      {"filename with a query", "Version: 1\nFilename: pool/a?b\n", "its Filename"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto index = PackageIndex::of(std::string("Package: a\nArchitecture: all\n") + row.fields +
                                        "Provides: v\n\nPackage: b\nArchitecture: all\nVersion: 1\n");
    ASSERT_TRUE(index) << index.error().message;
    EXPECT_TRUE(index->find("b"));
    for (const auto& found : {index->find("a"), index->providers("v")}) {
      if (*row.why == '\0') {
        EXPECT_TRUE(found);
        continue;
      }
      ASSERT_FALSE(found);
      EXPECT_EQ(found.error().kind, ErrorKind::invalid_input);
      EXPECT_THAT(found.error().message, HasSubstr("cannot read stanza 1 of the package index: "));
      EXPECT_THAT(found.error().message, HasSubstr(row.why));
    }
  }
}

TEST(PackageIndex, AFileReadsLikeTheTextItWasMadeOf) {
  const TestFolder folder;
  const auto dir = Dir::open(folder.path());
  ASSERT_TRUE(dir);
  EXPECT_EQ(PackageIndex::open(*dir, "index").error().kind, ErrorKind::not_found);
  const auto built = PackageIndex::build(small, *dir, "cache/index");
  ASSERT_TRUE(built) << built.error().message;
  const auto opened = PackageIndex::open(*dir, "cache/index");
  ASSERT_TRUE(opened) << opened.error().message;
  for (const auto& index : {*built, *opened}) {
    EXPECT_EQ(index.package_count(), 3U);
    EXPECT_THAT(versions_of(index.find("libb")), ElementsAre("libb 1:2.0-1", "libb 1:2.1-1"));
    EXPECT_THAT(versions_of(index.providers("third")), ElementsAre("libb 1:2.0-1"));
  }
  EXPECT_FALSE(PackageIndex::build("nonsense", *dir, "cache/index"));
  EXPECT_TRUE(PackageIndex::open(*dir, "cache/index")) << "a text that is refused leaves the old file";
}

// What open or the lookups answer; the point is that they answer.
std::string answer_of(const Dir& dir) {
  const auto index = PackageIndex::open(dir, "index");
  if (!index) return fmt::format("{}: {}", name_of(index.error().kind), index.error().message);
  for (const char* name : {"liba", "libb", "virtual-b", "other", "none"}) {
    for (const auto& found : {index->find(name), index->providers(name)}) {
      if (!found) return fmt::format("{}: {}", name_of(found.error().kind), found.error().message);
    }
  }
  return index->names().empty() ? "empty" : "fine";
}

TEST(PackageIndex, DamagedFilesAreErrors) {
  const TestFolder folder;
  const auto dir = Dir::open(folder.path());
  ASSERT_TRUE(dir);
  ASSERT_TRUE(PackageIndex::build(small, *dir, "index"));
  const std::string good = *dir->read_file("index", 1 << 20);
  ASSERT_EQ(answer_of(*dir), "fine");
  const auto answer = [&](const std::string& bytes) {
    EXPECT_TRUE(dir->write_file("index", bytes));
    return answer_of(*dir);
  };
  EXPECT_THAT(answer(good.substr(0, 40)), HasSubstr("invalid_input: " + folder.path() + "/index is damaged"));
  EXPECT_THAT(answer("x"), HasSubstr("is damaged"));
  EXPECT_THAT(answer(good + "x"), HasSubstr("is damaged"));
  EXPECT_THAT(answer("hbkidx99" + good.substr(8)), HasSubstr("conflict: "));
  EXPECT_THAT(answer("HBKIDX01" + good.substr(8)), HasSubstr("is damaged"));
  for (std::size_t cut = 0; cut < good.size(); cut += 7)
    EXPECT_THAT(answer(good.substr(0, cut)), HasSubstr("damaged"));
}

TEST(PackageIndex, EveryChangedByteIsAnsweredWithoutACrash) {
  const TestFolder folder;
  const auto dir = Dir::open(folder.path());
  ASSERT_TRUE(dir);
  ASSERT_TRUE(PackageIndex::build(small, *dir, "index"));
  const std::string good = *dir->read_file("index", 1 << 20);
  int errors = 0;
  for (std::size_t at = 0; at < good.size() - small.size(); ++at) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ '\xff');
    ASSERT_TRUE(dir->write_file("index", bytes));
    if (answer_of(*dir) != "fine") ++errors;
  }
  EXPECT_GT(errors, 50);
}

// Every name of a large random index is found, with exactly the stanzas that a plain reading finds.
TEST(PackageIndex, AgreesWithReadingAllStanzas) {
  std::mt19937 random(4);
  std::string text;
  std::map<std::string, std::vector<std::string>> by_name, by_provided;
  for (int i = 0; i < 3000; ++i) {
    const std::string name = "p" + std::to_string(random() % 1500);
    const std::string provided = "v" + std::to_string(random() % 700);
    const std::string version = std::to_string(i);
    text += make_control({.package = name,
                          .version = version,
                          .fields = {{"Provides", provided + ", w (= 1)"}}}) +
            "\n";
    by_name[name].push_back(name + " " + version);
    by_provided[provided].push_back(name + " " + version);
  }
  const auto index = PackageIndex::of(text);
  ASSERT_TRUE(index) << index.error().message;
  EXPECT_EQ(index->names().size(), by_name.size());
  for (const auto& [name, versions] : by_name) EXPECT_EQ(versions_of(index->find(name)), versions);
  for (const auto& [name, versions] : by_provided) EXPECT_EQ(versions_of(index->providers(name)), versions);
  EXPECT_EQ(index->providers("w")->size(), 3000U);
}

}  // namespace
}  // namespace hauberk
