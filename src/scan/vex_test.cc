// SPDX-License-Identifier: Apache-2.0
#include "scan/vex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "scan/test_inventory.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string document(std::string_view statements, std::string_view author = "Example Author") {
  return fmt::format(R"({{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.org/vex/1",
      "author": "{}", "timestamp": "2026-01-01T00:00:00Z", "version": 1, "statements": [{}]}})",
                     author, statements);
}

std::string statement(std::string_view product, std::string_view status = "not_affected",
                      std::string_view more = R"("justification": "vulnerable_code_not_present",)") {
  return fmt::format(
      R"({{"vulnerability": {{"name": "CVE-2026-0001"}}, {} "status": "{}", "products": [{}]}})", more,
      status, product);
}

// The status that documents give to a hole in libexample1 1.2-3+b1 (source libexample 1.2-3) of an image.
std::string verdict(std::vector<VexDocument> documents, std::string_view id = "CVE-2026-0001") {
  const Package package = deb("libexample1", "1.2-3+b1", "libexample", "1.2-3");
  const Package* const packages[] = {&package};
  const std::vector<std::string> names = {"registry.example.org/site/web:1",
                                          "sha256:" + std::string(64, 'a')};
  const VexIndex index(documents);
  const std::vector<std::string> ids = {std::string(id)};
  const auto found = index.verdict(ids, {.image_names = names,
                                         .distro = "debian",
                                         .distro_version = "12",
                                         .distro_codename = "bookworm",
                                         .packages = packages});
  return found ? std::string(name_of(found->status)) : "";
}

VexDocument parsed(const std::string& text, std::string file = "a.json") {
  auto made = parse_openvex(text, file);
  EXPECT_TRUE(made) << made.error().message;
  return made ? *made : VexDocument();
}

TEST(Vex, ProductsAreMatchedByWhatTheySay) {
  const std::string image = R"("@id": "pkg:oci/web@sha256%3A)" + std::string(64, 'a') + R"(")";
  const struct {
    const char* summary;
    std::string product;
    bool matches;
  } rows[] = {
      {"the binary package in its version", R"({"@id": "pkg:deb/debian/libexample1@1.2-3%2Bb1?arch=amd64"})",
       true},
      {"as a string", R"("pkg:deb/debian/libexample1@1.2-3%2Bb1")", true},
      {"any version", R"({"@id": "pkg:deb/debian/libexample1"})", true},
      {"the source package in its version", R"({"@id": "pkg:deb/debian/libexample@1.2-3?arch=source"})",
       true},
      {"another version", R"({"@id": "pkg:deb/debian/libexample1@1.2-4"})", false},
      {"another architecture", R"({"@id": "pkg:deb/debian/libexample1?arch=arm64"})", false},
      {"its distribution", R"({"@id": "pkg:deb/debian/libexample1?distro=debian-12"})", true},
      {"its release by name",
       R"({"@id": "pkg:deb/debian/libexample1?os_name=debian&os_distro=bookworm&os_version=12"})", true},
      {"another release", R"({"@id": "pkg:deb/debian/libexample1?distro=debian-13"})", false},
      {"a qualifier that cannot be checked", R"({"@id": "pkg:deb/debian/libexample1?vcs_url=example.org"})",
       false},
      {"another distribution", R"({"@id": "pkg:deb/ubuntu/libexample1"})", false},
      {"another type", R"({"@id": "pkg:generic/libexample1"})", false},
      {"by identifiers", R"({"@id": "urn:x", "identifiers": {"purl": "pkg:deb/debian/libexample1"}})", true},
      {"the image by digest", "{" + image + "}", true},
      {"the image by its name", R"({"@id": "registry.example.org/site/web:1"})", true},
      {"the image by name and tag",
       R"({"@id": "pkg:oci/web?repository_url=registry.example.org/site&tag=1"})", false},
      {"the image by its whole repository",
       R"({"@id": "pkg:oci/web?repository_url=registry.example.org/site/web&tag=1"})", true},
      {"another tag", R"({"@id": "pkg:oci/web?tag=2"})", false},
      {"another image", R"({"@id": "pkg:oci/api?tag=1"})", false},
      {"the image, this package",
       "{" + image + R"(, "subcomponents": [{"@id": "pkg:deb/debian/libexample1"}]})", true},
      {"the image, another package",
       "{" + image + R"(, "subcomponents": [{"@id": "pkg:deb/debian/zlib1g"}]})", false},
      {"another image with this package",
       R"({"@id": "pkg:oci/api", "subcomponents": [{"@id": "pkg:deb/debian/libexample1"}]})", false},
      {"nothing we know", R"({"@id": "https://example.org/product"})", false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(verdict({parsed(document(statement(row.product)))}), row.matches ? "not_affected" : "")
        << row.summary;
  }
}

TEST(Vex, OnlyTheVulnerabilityNamedAndItsAliases) {
  const std::string product = R"({"@id": "pkg:deb/debian/libexample1"})";
  EXPECT_EQ(verdict({parsed(document(statement(product)))}, "CVE-2026-0002"), "");
  const std::string alias = R"({"vulnerability": {"@id": "https://example.org/v/CVE-2026-0009", "aliases":
      ["CVE-2026-0001"]}, "status": "fixed", "products": [{"@id": "pkg:deb/debian/libexample1"}]})";
  EXPECT_EQ(verdict({parsed(document(alias))}), "fixed");
  EXPECT_EQ(verdict({parsed(document(alias))}, "CVE-2026-0009"), "fixed");
}

TEST(Vex, TrustGoesBeforeTimeAndTimeBeforeAll) {
  const std::string product = R"("pkg:deb/debian/libexample1")";
  const auto at = [&](std::string_view time, std::string_view status, int trust, std::string file) {
    const std::string more = fmt::format(R"("timestamp": "{}", "impact_statement": "x",)", time);
    VexDocument made = parsed(document(statement(product, status, more)), std::move(file));
    made.trust = trust;
    return made;
  };
  const auto old_trusted = at("2026-01-01T00:00:00Z", "affected", 2, "a");
  const auto new_stranger = at("2026-03-01T00:00:00+02:00", "not_affected", 1, "b");
  const auto newest_stranger = at("2026-04-01T00:00:00.5Z", "fixed", 1, "c");
  const auto same_time = at("2026-04-01T00:00:00Z", "under_investigation", 1, "d");
  EXPECT_EQ(verdict({old_trusted, new_stranger, newest_stranger}), "affected");
  EXPECT_EQ(verdict({new_stranger, newest_stranger}), "fixed");
  EXPECT_EQ(verdict({newest_stranger, new_stranger}), "fixed");
  EXPECT_EQ(verdict({newest_stranger, same_time}), "under_investigation") << "the one that hides least";
}

TEST(Vex, BrokenStatementsAreNamedAndTheRestApplies) {
  const std::string product = R"("pkg:deb/debian/libexample1")";
  const std::string good = statement(product);
  const struct {
    std::string bad;
    const char* why;
  } rows[] = {
      {statement(product, "not_affected", ""), "without a justification"},
      {statement(product, "harmless"), "status \"harmless\""},
      {statement(product, "not_affected", R"("justification": "because",)"), "justification \"because\""},
      {statement("{}"), "no \"@id\""},
      {R"({"status": "fixed", "products": ["x"]})", "names no vulnerability"},
      {R"({"vulnerability": {"name": "CVE-2026-0001"}, "status": "fixed"})", "names no product"},
      {statement(product, "fixed", R"("timestamp": "soon",)"), "not of RFC 3339"},
      {"7", "names no vulnerability"},
  };
  for (const auto& row : rows) {
    const VexDocument made = parsed(document(row.bad + "," + good));
    EXPECT_THAT(made.problems,
                ElementsAre(testing::AllOf(HasSubstr("a.json: statement 1"), HasSubstr(row.why))));
    EXPECT_EQ(verdict({made}), "not_affected");
  }
}

TEST(Vex, RefusesWhatIsNoDocument) {
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{}"),
        std::string(R"({"@context": "https://example.org"})"),
        std::string(R"({"@context": "https://openvex.dev/ns", "author": "a", "statements": []})"),
        document("").substr(0, 100)}) {
    const auto made = parse_openvex(text, "b.json");
    ASSERT_FALSE(made) << text;
    EXPECT_THAT(made.error().message, HasSubstr("b.json"));
  }
}

}  // namespace
}  // namespace hauberk
