// SPDX-License-Identifier: Apache-2.0
#include "scan/osv_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scan/scan.h"
#include "scan/test_inventory.h"
#include "scan/tracker_feed.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Result<Advisories> read(std::string_view text, std::string_view tracker = "{}") {
  AdvisoryBuilder builder;
  builder.begin_feed({"debian", "debian-tracker", "", "2026-01-01T00:00:00Z", 60});
  TRY_STATUS(read_debian_tracker(tracker, builder));
  builder.begin_feed({"osv", "osv", "", "2026-01-01T00:00:00Z", 60});
  TRY_STATUS(read_osv(text, builder));
  return builder.finish();
}

std::string record(std::string_view id, std::string_view ecosystem, std::string_view name,
                   std::string_view rest, std::string_view more = "") {
  return fmt::format(R"({{"id": "{}", "modified": "2026-01-02T03:04:05.678Z", {}
      "affected": [{{"package": {{"ecosystem": "{}", "name": "{}"}}, {}}}]}})",
                     id, more, ecosystem, name, rest);
}

std::vector<std::string> found(const Advisories& advisories, Package package, OsRelease os = {}) {
  std::vector<std::string> lines;
  for (const Finding& finding : scan({"x", os, {std::move(package)}}, advisories, {}).findings) {
    lines.push_back(fmt::format("{} {}", finding.id, finding.fixed_version));
  }
  return lines;
}

using Kind = Package::Kind;

TEST(OsvFeed, RangesOfEachEcosystem) {
  const std::string range = R"("ranges": [{"type": "ECOSYSTEM", "events": [
      {"fixed": "2.0.1"}, {"introduced": "1.5"}, {"introduced": "3.0"}, {"last_affected": "3.2"}]}])";
  const struct {
    const char* summary;
    Kind kind;
    const char* ecosystem;
    const char* name;
    const char* name_installed;
    const char* version;
    bool affected;
  } rows[] = {
      {"before it", Kind::python, "PyPI", "Example.Tool", "example_tool", "1.4", false},
      {"pre-release of the first", Kind::python, "PyPI", "Example.Tool", "example-tool", "1.5rc1", false},
      {"the first", Kind::python, "PyPI", "Example.Tool", "EXAMPLE-TOOL", "1.5.0", true},
      {"candidate of the fix", Kind::python, "PyPI", "example-tool", "example_tool", "2.0.1rc1", true},
      {"the fix", Kind::python, "PyPI", "example-tool", "example-tool", "2.0.1", false},
      {"last affected", Kind::python, "PyPI", "example-tool", "example-tool", "3.2", true},
      {"after the last affected", Kind::python, "PyPI", "example-tool", "example-tool", "3.2.post1", false},
      {"another package", Kind::python, "PyPI", "example-tool", "example-tools", "1.6", false},
      {"npm", Kind::npm, "npm", "@example/tool", "@example/tool", "1.6.0", true},
      {"npm's case counts", Kind::npm, "npm", "Tool", "tool", "1.6.0", false},
      {"Maven", Kind::java, "Maven", "org.example:tool", "org.example:tool", "2.0.1-rc1", true},
      {"Maven, the fix", Kind::java, "Maven", "org.example:tool", "org.example:tool", "2.0.1.Final", false},
      {"RubyGems", Kind::gem, "RubyGems", "tool", "tool", "2.0.1.pre1", true},
      {"crates.io", Kind::cargo, "crates.io", "example_tool", "example-tool", "2.0.0", true},
      {"Go", Kind::golang, "Go", "example.org/tool", "example.org/tool", "v1.9.0", true},
      {"Go, the fix", Kind::golang, "Go", "example.org/tool", "example.org/tool", "v2.0.1+incompatible",
       false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto advisories = read(record("GHSA-aaaa-bbbb-cccc", row.ecosystem, row.name, range));
    ASSERT_TRUE(advisories) << advisories.error().message;
    EXPECT_EQ(found(*advisories, language(row.kind, row.name_installed, row.version)).size(),
              row.affected ? 1U : 0U);
  }
}

TEST(OsvFeed, TheGoToolchainIsAPackage) {
  const auto advisories =
      read(record("GO-2026-0001", "Go", "stdlib", R"("ranges": [{"type": "SEMVER", "events": [
      {"introduced": "0"}, {"fixed": "1.20.9"}, {"introduced": "1.21.0-0"}, {"fixed": "1.21.2"}]}])"));
  ASSERT_TRUE(advisories) << advisories.error().message;
  EXPECT_THAT(found(*advisories, language(Kind::golang, "stdlib", "go1.21rc2")),
              ElementsAre("GO-2026-0001 1.21.2"));
  EXPECT_THAT(found(*advisories, language(Kind::golang, "stdlib", "go1.19.8")),
              ElementsAre("GO-2026-0001 1.20.9"));
  EXPECT_THAT(found(*advisories, language(Kind::golang, "stdlib", "go1.21.2")), IsEmpty());
}

TEST(OsvFeed, AlpineIsMatchedByItsBranchAndTheOrigin) {
  const auto advisories =
      read(record("ALPINE-CVE-2026-0001", "Alpine:v3.20", "openssl", R"("ranges": [{"type":
      "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.3.1-r1"}]}])",
                  R"("upstream": ["CVE-2026-0001"],)"));
  ASSERT_TRUE(advisories) << advisories.error().message;
  Package libcrypto = language(Kind::apk, "libcrypto3", "3.3.1-r0");
  libcrypto.source = "openssl";
  EXPECT_THAT(found(*advisories, libcrypto, {"alpine", "3.20.3", "", ""}),
              ElementsAre("CVE-2026-0001 3.3.1-r1"));
  EXPECT_THAT(found(*advisories, libcrypto, {"alpine", "3.19.1", "", ""}), IsEmpty());
  libcrypto.version = "3.3.1-r1";
  EXPECT_THAT(found(*advisories, libcrypto, {"alpine", "3.20.3", "", ""}), IsEmpty());
}

TEST(OsvFeed, RecordsOfOneVulnerabilityAreOneFinding) {
  const std::string ghsa = record("GHSA-aaaa-bbbb-cccc", "PyPI", "tool", R"("ranges": [{"type": "ECOSYSTEM",
      "events": [{"introduced": "0"}, {"fixed": "1.2"}]}])",
                                  R"("aliases": ["CVE-2026-0001", "PYSEC-2026-1"],
      "summary": "A hole.", "severity": [{"type": "CVSS_V3", "score":
      "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
      "database_specific": {"severity": "LOW"},)");
  const std::string pysec = record("PYSEC-2026-1", "PyPI", "tool", R"("versions": ["1.0"], "ranges": [{"type":
      "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.3"}]}])",
                                   R"("aliases": ["CVE-2026-0001"],)");
  std::string one_a_line = ghsa + "\n" + pysec;
  std::ranges::replace(one_a_line, '\n', ' ');
  one_a_line.replace(one_a_line.find("} {\"id\""), 2, "}\n");
  for (const std::string& text : {"[" + ghsa + "," + pysec + "]", one_a_line}) {
    const auto advisories = read(text);
    ASSERT_TRUE(advisories) << advisories.error().message;
    const auto result = scan({"x", {}, {language(Kind::python, "tool", "1.0")}}, *advisories, {});
    ASSERT_EQ(result.findings.size(), 1U);
    const Finding& finding = result.findings[0];
    EXPECT_EQ(finding.id, "CVE-2026-0001");
    EXPECT_THAT(finding.aliases, ElementsAre("GHSA-aaaa-bbbb-cccc", "PYSEC-2026-1"));
    EXPECT_EQ(finding.fixed_version, "1.3");
    EXPECT_EQ(finding.state, FixState::fixed_elsewhere);
    EXPECT_EQ(finding.severity, Severity::critical);
    EXPECT_EQ(finding.severity_source, "cvss 3.1 of osv");
  }
}

TEST(OsvFeed, WithdrawnRecordsSayNothing) {
  const auto advisories = read(record("GHSA-aaaa-bbbb-cccc", "npm", "tool",
                                      R"("ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}])",
                                      R"("withdrawn": "2026-01-01T00:00:00Z",)"));
  ASSERT_TRUE(advisories);
  EXPECT_THAT(found(*advisories, language(Kind::npm, "tool", "1.0.0")), IsEmpty());
}

TEST(OsvFeed, ADsaIsMergedIntoItsCvesAndTheTrackerDecides) {
  const std::string dsa =
      record("DSA-1-1", "Debian:12", "libexample", R"("ranges": [{"type": "ECOSYSTEM", "events":
      [{"introduced": "0"}, {"fixed": "2-1"}]}])",
             R"("related": ["CVE-2026-0002", "CVE-2026-0001"],)");
  const auto advisories = read(dsa, R"({"libexample": {"CVE-2026-0001": {"releases": {"bookworm":
      {"status": "resolved", "fixed_version": "0", "urgency": "low"}}}}})");
  ASSERT_TRUE(advisories) << advisories.error().message;
  const auto result = scan(bookworm({deb("libexample", "1-1")}), *advisories, {});
  ASSERT_EQ(result.findings.size(), 1U) << "what the tracker calls not affected stays so";
  EXPECT_EQ(result.findings[0].id, "CVE-2026-0002");
  EXPECT_THAT(result.findings[0].aliases, ElementsAre("DSA-1-1"));
  EXPECT_EQ(result.findings[0].fixed_version, "2-1");
}

TEST(OsvFeed, VersionsThatCannotBeComparedAreSaid) {
  const auto advisories =
      read(record("GHSA-aaaa-bbbb-cccc", "npm", "tool",
                  R"("ranges": [{"type": "SEMVER", "events": [{"introduced": "1.0.0"}]}])"));
  ASSERT_TRUE(advisories);
  const auto result = scan({"x", {}, {language(Kind::npm, "tool", "latest")}}, *advisories, {});
  EXPECT_THAT(result.findings, IsEmpty());
  EXPECT_THAT(result.not_judged, ElementsAre(HasSubstr("cannot be compared")));
}

TEST(OsvFeed, PackagesWithoutFeedAndThoseOfDebsAreSaid) {
  const auto advisories = read("[]");
  ASSERT_TRUE(advisories);
  Package owned = language(Kind::python, "owned", "1");
  owned.owner = "python3-owned";
  const auto result =
      scan({"x", {}, {language(Kind::npm, "a", "1"), language(Kind::npm, "b", "1"), owned}}, *advisories, {});
  EXPECT_THAT(result.not_judged, ElementsAre("2 packages of npm: no feed speaks of them"));
  EXPECT_THAT(result.notes, ElementsAre(HasSubstr("1 language package in files of distribution packages")));
}

TEST(OsvFeed, RefusesWhatIsNotOfItsForm) {
  const struct {
    std::string text;
    const char* why;
  } rows[] = {
      {"", "empty"},
      {"nothing", "the record"},
      {R"({"modified": "2026-01-01T00:00:00Z"})", "has no \"id\""},
      {R"([{"id": "A", "affected": {}}])", "A: \"affected\" is not a list"},
      {R"([{"id": "A", "aliases": [1]}])", "A: \"aliases\" holds what is no string"},
      {record("A", "npm", "x", R"("ranges": [{"type": "NEW", "events": []}])"), "unknown type"},
      {record("A", "npm", "x", R"("ranges": [{"type": "SEMVER"}])"), "no events"},
      {record("A", "npm", "", R"("ranges": [])"), "no name"},
      {"PK\x03\x04 no archive", "zip"},
  };
  for (const auto& row : rows) {
    const auto advisories = read(row.text);
    ASSERT_FALSE(advisories) << row.text;
    EXPECT_THAT(advisories.error().message, HasSubstr(row.why)) << row.text;
  }
}

TEST(OsvFeed, UnknownWorldsArePassedOver) {
  const auto advisories = read(record("A", "Example OS", "x", R"("ranges": [])"));
  ASSERT_TRUE(advisories);
  EXPECT_TRUE(advisories->package_keys().empty());
}

}  // namespace
}  // namespace hauberk
