// SPDX-License-Identifier: Apache-2.0
#include "sbom/sbom.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>

#include "base/json.h"
#include "sbom/package_purl.h"
#include "sbom/test_facts.h"

namespace hauberk {
namespace {

constexpr SbomFormat formats[] = {SbomFormat::spdx, SbomFormat::cyclonedx};

Json json_of(const Facts& facts, SbomFormat format, const SbomExtras& extras = {}) {
  return *parse_json(text_of_sbom(facts, format, extras));
}

// The element of a list whose member has this value; null if there is none.
Json with(const Json& list, const char* member, const std::string& value) {
  for (const Json& item : list) {
    if (item.value(member, "") == value) return item;
  }
  return {};
}

bool has_relation(const Json& spdx, const std::string& from, const std::string& how, const std::string& to) {
  return std::ranges::any_of(spdx["relationships"], [&](const Json& r) {
    return r["spdxElementId"] == from && r["relationshipType"] == how && r["relatedSpdxElement"] == to;
  });
}

TEST(Sbom, FormatsAreNamed) {
  EXPECT_EQ(*parse_sbom_format("spdx"), SbomFormat::spdx);
  EXPECT_EQ(*parse_sbom_format("cyclonedx"), SbomFormat::cyclonedx);
  EXPECT_NE(parse_sbom_format("xml").error().message.find("spdx or cyclonedx"), std::string::npos);
}

TEST(Sbom, SpdxSaysWhatIsInTheImage) {
  const Json spdx = json_of(full_facts(), SbomFormat::spdx);
  EXPECT_EQ(spdx["creationInfo"]["created"], "2026-11-20T09:00:00Z");
  const Json& packages = spdx["packages"];
  const Json image = with(packages, "primaryPackagePurpose", "CONTAINER");
  EXPECT_EQ(image["externalRefs"][0]["referenceLocator"],
            "pkg:oci/site@sha256:" + std::string(64, 'a') +
                "?arch=amd64&repository_url=registry.example.org:5000%2Fteam%2Fsite&tag=1.0");
  EXPECT_TRUE(has_relation(spdx, "SPDXRef-DOCUMENT", "DESCRIBES", image["SPDXID"]));
  const Json os = with(packages, "primaryPackagePurpose", "OPERATING_SYSTEM");
  EXPECT_EQ(os["versionInfo"], "13");
  EXPECT_TRUE(has_relation(spdx, image["SPDXID"], "CONTAINS", os["SPDXID"]));

  const Json libc = with(packages, "name", "libc6");
  EXPECT_EQ(libc["supplier"], "Organization: GNU Libc Maintainers (debian-glibc@lists.debian.org)");
  EXPECT_EQ(libc["licenseDeclared"], "(LGPL-2.1-or-later OR MIT) AND LicenseRef-UCAR-like");
  EXPECT_EQ(libc["sourceInfo"], "built package from: glibc 2.41-12");
  EXPECT_TRUE(has_relation(spdx, os["SPDXID"], "CONTAINS", libc["SPDXID"]));
  EXPECT_EQ(spdx["hasExtractedLicensingInfos"][0]["licenseId"], "LicenseRef-UCAR-like");
  const Json source = with(packages, "name", "glibc");
  EXPECT_EQ(source["primaryPackagePurpose"], "SOURCE");
  EXPECT_EQ(source["packageFileName"], "glibc_2.41-12.dsc");
  EXPECT_TRUE(has_relation(spdx, libc["SPDXID"], "GENERATED_FROM", source["SPDXID"]));

  const Json site = with(packages, "name", "site");
  EXPECT_EQ(site["licenseDeclared"], "NOASSERTION");
  EXPECT_NE(site["licenseComments"].get<std::string>().find("usr/share/doc/site/copyright"),
            std::string::npos);
  EXPECT_TRUE(has_relation(spdx, site["SPDXID"], "DEPENDS_ON", libc["SPDXID"]));
  EXPECT_TRUE(has_relation(spdx, site["SPDXID"], "DEPENDS_ON", with(packages, "name", "tinymail")["SPDXID"]));
  EXPECT_TRUE(with(packages, "name", "gone").is_null());
}

TEST(Sbom, CyclonedxSaysWhatIsInTheImage) {
  const Json bom = json_of(full_facts(), SbomFormat::cyclonedx);
  EXPECT_EQ(bom["metadata"]["component"]["type"], "container");
  const Json& components = bom["components"];
  const Json libc = with(components, "name", "libc6");
  EXPECT_EQ(libc["pedigree"]["ancestors"][0]["purl"],
            "pkg:deb/debian/glibc@2.41-12?arch=source&distro=debian-13");
  EXPECT_EQ(with(libc["properties"], "name", "aquasecurity:trivy:SrcRelease")["value"], "12");
  EXPECT_EQ(with(libc["properties"], "name", "hauberk:files")["value"], "2");
  EXPECT_EQ(libc["licenses"][0]["expression"], "(LGPL-2.1-or-later OR MIT) AND LicenseRef-UCAR-like");
  const Json site = with(components, "name", "site");
  EXPECT_EQ(with(site["properties"], "name", "aquasecurity:trivy:SrcEpoch")["value"], "1");
  EXPECT_EQ(with(bom["dependencies"], "ref", site["bom-ref"])["dependsOn"],
            (Json::array({libc["bom-ref"], with(components, "name", "tinymail")["bom-ref"]})));
  EXPECT_EQ(with(components, "name", "tool")["group"], "org.example");
  EXPECT_EQ(bom["compositions"][0]["aggregate"], "complete");
}

TEST(Sbom, FilesOfNoPackageAreListed) {
  const Json spdx = json_of(full_facts(), SbomFormat::spdx);
  const Json file = with(spdx["packages"], "primaryPackagePurpose", "FILE");
  EXPECT_EQ(file["name"], "etc/site.conf");
  EXPECT_EQ(file["checksums"][0]["checksumValue"], std::string(64, '1'));
  EXPECT_TRUE(with(spdx["packages"], "name", "var/lib/dpkg/status").is_null());
  const Json bom = json_of(full_facts(), SbomFormat::cyclonedx);
  EXPECT_EQ(with(bom["components"], "type", "file")["name"], "etc/site.conf");
}

TEST(Sbom, TooManyFilesAreSaid) {
  Facts facts = empty_facts();
  for (int i = 0; i < 10'003; ++i) facts.files.push_back(file_of(fmt::format("srv/{:06}", i), '1'));
  const Json bom = json_of(facts, SbomFormat::cyclonedx);
  EXPECT_EQ(bom["compositions"][0]["aggregate"], "incomplete");
  EXPECT_NE(bom["metadata"]["properties"][0]["value"].get<std::string>().find("3 more files"),
            std::string::npos);
}

TEST(Sbom, RecordsThatCouldNotBeReadAreSaid) {
  Facts facts = empty_facts();
  facts.problems = {"var/lib/dpkg/status: cut short"};
  EXPECT_EQ(json_of(facts, SbomFormat::spdx)["comment"], "var/lib/dpkg/status: cut short");
  EXPECT_EQ(json_of(facts, SbomFormat::cyclonedx)["compositions"][0]["aggregate"], "incomplete");
}

TEST(Sbom, HoldsWhatTheDefinitionAndTheLockKnow) {
  SbomExtras extras;
  extras.components = {{.name = "tinymail", .purl = "pkg:deb/vendor/tinymail@3", .package = "tinymail"},
                       {.name = "tool",
                        .version = "2",
                        .purl = "pkg:github/example/tool@2",
                        .licence = "MIT",
                        .download_location = "https://example.org/tool.tar.gz",
                        .sha256 = std::string(64, 'e')},
                       {.purl = "pkg:generic/absent@1", .package = "absent"}};
  extras.archives = {{"libc6", "2.41-12+b1", "amd64", "https://example.org/libc6.deb", std::string(64, 'd')}};
  const Json spdx = json_of(full_facts(), SbomFormat::spdx, extras);
  EXPECT_EQ(with(spdx["packages"], "name", "tinymail")["externalRefs"][1]["referenceLocator"],
            "pkg:deb/vendor/tinymail@3");
  const Json tool = with(spdx["packages"], "downloadLocation", "https://example.org/tool.tar.gz");
  EXPECT_EQ(tool["licenseDeclared"], "MIT");
  EXPECT_EQ(tool["checksums"][0]["checksumValue"], std::string(64, 'e'));
  EXPECT_EQ(with(spdx["packages"], "name", "absent")["versionInfo"], "1");
  const Json libc = with(spdx["packages"], "name", "libc6");
  EXPECT_EQ(libc["checksums"][0]["checksumValue"], std::string(64, 'd'));
  EXPECT_EQ(libc["downloadLocation"], "https://example.org/libc6.deb");
}

TEST(Sbom, ANameIsOneDocuments) {
  const Facts facts = full_facts();
  Facts other = facts;
  other.packages[1].supplier = "somebody else";
  for (const SbomFormat format : formats) {
    EXPECT_EQ(text_of_sbom(facts, format), text_of_sbom(facts, format));
    const char* name = format == SbomFormat::spdx ? "documentNamespace" : "serialNumber";
    EXPECT_NE(json_of(facts, format)[name], json_of(other, format)[name]);
  }
  const std::string space = json_of(facts, SbomFormat::spdx)["documentNamespace"];
  EXPECT_TRUE(space.starts_with("https://spdx.org/spdxdocs/registry.example.org-5000-team-site-1.0-"))
      << space;
}

TEST(Sbom, AFolderWithoutConfigHasADocument) {
  Facts facts;
  facts.name = "/srv/root";
  facts.is_folder = true;
  facts.files = {file_of("a", '1')};
  facts.files[0].entry.mtime_seconds = 1'700'000'000;
  for (const SbomFormat format : formats) {
    EXPECT_TRUE(parse_sbom(text_of_sbom(facts, format), "x")) << static_cast<int>(format);
  }
  EXPECT_EQ(json_of(facts, SbomFormat::spdx)["creationInfo"]["created"], "2023-11-14T22:13:20Z");
}

// What an inventory keeps of a package once it went through an SBOM.
Package carried(Package package) {
  if (package.kind == Package::Kind::deb || package.kind == Package::Kind::apk) {
    if (package.source.empty()) package.source = package.name;
    if (package.source_version.empty()) package.source_version = without_rebuild(package.version);
  } else {
    package.architecture.clear();
    package.source.clear();
    package.source_version.clear();
  }
  return {.kind = package.kind,
          .state = package.state,
          .name = package.name,
          .version = package.version,
          .architecture = package.architecture,
          .source = package.source,
          .source_version = package.source_version,
          .built_using = package.built_using,
          .origin = package.origin,
          .owner = package.owner};
}

std::vector<Package> carried(std::vector<Package> packages) {
  std::erase_if(packages, [](const Package& p) { return p.state == Package::State::removed; });
  for (Package& package : packages) package = carried(std::move(package));
  std::ranges::sort(packages, {}, [](const Package& p) {
    return std::tie(p.kind, p.name, p.version, p.architecture, p.source, p.source_version, p.owner);
  });
  packages.erase(std::unique(packages.begin(), packages.end()), packages.end());
  return packages;
}

// So that a failure shows what differs.
std::string line_of(const Package& p) {
  return fmt::format("{} {} {} {} {} {} state {} origin {} owner {} using {}", purl_type(p.kind), p.name,
                     p.version, p.architecture, p.source, p.source_version, static_cast<int>(p.state),
                     p.origin, p.owner, fmt::join(p.built_using, ", "));
}

void expect_carried(const Facts& facts, SbomFormat format) {
  const auto inventory = parse_sbom(text_of_sbom(facts, format), "x");
  RC_ASSERT(inventory.has_value());
  std::vector<Package> read;
  for (const Package& package : inventory->packages) read.push_back(carried(package));
  const std::vector<Package> expected = carried(facts.packages);
  RC_ASSERT(read.size() == expected.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    RC_ASSERT(line_of(read[i]) == line_of(expected[i]));
    RC_ASSERT(read[i] == expected[i]);
  }
  RC_ASSERT(inventory->os == facts.os);
  RC_ASSERT(inventory->name == facts.name);
}

rc::Gen<std::string> text_over(std::string letters, int shortest) {
  return rc::gen::mapcat(rc::gen::inRange(shortest, 12), [letters](int size) {
    return rc::gen::container<std::string>(static_cast<std::size_t>(size), rc::gen::elementOf(letters));
  });
}

Package any_package() {
  Package package;
  package.kind = static_cast<Package::Kind>(*rc::gen::inRange(0, 9));
  const bool is_deb = package.kind == Package::Kind::deb;
  package.state = is_deb ? static_cast<Package::State>(*rc::gen::inRange(0, 7)) : Package::State::installed;
  package.name = *text_over("abcxyz019", 1) + *text_over("ab+.-", 0);
  if (package.kind == Package::Kind::java) package.name = "org.example:" + package.name;
  if (package.kind == Package::Kind::npm && *rc::gen::arbitrary<bool>())
    package.name = "@scope/" + package.name;
  package.version = *text_over("0123456789", 1) + *text_over("0123.+~ab-", 0);
  if (is_deb && package.version.ends_with('-')) package.version += '0';  // dpkg knows no empty revision
  if (is_deb && *rc::gen::arbitrary<bool>()) package.version = "7:" + package.version;
  if (is_deb) package.version += *rc::gen::element<std::string>("", "+b1", "+b12");
  package.architecture = *rc::gen::element<std::string>("amd64", "all", "");
  if (*rc::gen::arbitrary<bool>()) package.source = *text_over("abc", 1);
  if (*rc::gen::arbitrary<bool>()) package.source_version = *text_over("0123456789", 1);
  if (package.source.empty()) package.source_version.clear();
  if (is_deb) package.origin = *rc::gen::element<std::string>("", "Example");
  if (!is_deb) package.owner = *rc::gen::element<std::string>("", "python3-x");
  if (is_deb && *rc::gen::arbitrary<bool>()) package.built_using = {"musl (= 1.2)", "zlib (= 1)"};
  return package;
}

TEST(Sbom, WhatIsWrittenIsReadBack) {
  EXPECT_TRUE(rc::check("parse_sbom(text_of_sbom(facts)) gives the inventory", [] {
    Facts facts = empty_facts();
    const int count = *rc::gen::inRange(0, 12);
    for (int i = 0; i < count; ++i) facts.packages.push_back(any_package());
    for (const SbomFormat format : formats) expect_carried(facts, format);
  }));
}

TEST(Sbom, HostileRecordsStillGiveADocument) {
  Facts facts = empty_facts();
  facts.name = "\x1b]0;x\x07\xff";
  facts.os = {"de\nbian", "\xff", "", ""};
  Package bad = deb("a\"b\\c\xff\x01", std::string(1000, 'v'), {"((((", "b | | c"});
  bad.supplier = "\n<<>>(@)";
  bad.homepage = "javascript:alert(1)";
  bad.licences = {{std::string(3000, '('), "\xfe"}, {"MIT\nAND", ""}};
  bad.built_using = {"\n\nhauberk:state: removed"};
  facts.packages = {bad, bad, Package{}};
  facts.files = {file_of(std::string("etc/\xf0\x28"), '1'), file_of("etc/..", '2', {99})};
  for (const SbomFormat format : formats) {
    const auto inventory = parse_sbom(text_of_sbom(facts, format), "x");
    ASSERT_TRUE(inventory) << inventory.error().message;
    ASSERT_EQ(inventory->packages.size(), 1U);
    EXPECT_EQ(inventory->packages[0].state, Package::State::installed);
  }
}

TEST(Sbom, OfAHundredPackagesTakesMilliseconds) {
  Facts facts = empty_facts();
  for (std::size_t i = 0; i < 100; ++i) {
    facts.packages.push_back(deb(fmt::format("package-{:03}", i), "1.0-1",
                                 {"package-000 (>= 1)", "package-050"}));
    facts.packages.back().licences = {{"GPL-2.0-or-later AND MIT", "usr/share/doc/x/copyright"}};
    for (int file = 0; file < 50; ++file)
      facts.files.push_back(file_of(fmt::format("usr/{}/{}", i, file), '1', {i}));
  }
  const auto start = std::chrono::steady_clock::now();
  const std::size_t size = text_of_sbom(facts, SbomFormat::spdx).size();
  const auto took = std::chrono::steady_clock::now() - start;
  RecordProperty("milliseconds",
                 static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
  EXPECT_GT(size, 100'000U);
  EXPECT_LT(took, std::chrono::seconds(2));  // the real bound is the bench's: tests run under sanitizers too
}

}  // namespace
}  // namespace hauberk
