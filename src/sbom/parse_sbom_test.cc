// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/json.h"
#include "sbom/sbom.h"

namespace hauberk {
namespace {

Inventory read(std::string_view text) {
  auto inventory = parse_sbom(text, "test.json");
  if (inventory) return *inventory;
  ADD_FAILURE() << inventory.error().message << "\n" << text.substr(0, 500);
  return {};
}

Package first(std::string_view text) {
  const Inventory inventory = read(text);
  return inventory.packages.empty() ? Package{} : inventory.packages.front();
}

std::string cyclonedx(std::string_view components, std::string_view version = "1.6") {
  return fmt::format(R"({{"bomFormat":"CycloneDX","specVersion":"{}","components":[{}]}})", version,
                     components);
}

std::string spdx(std::string_view packages, std::string_view more = "") {
  return fmt::format(R"({{"spdxVersion":"SPDX-2.3","name":"doc","packages":[{}]{}}})", packages, more);
}

// A package of SPDX with a package URL.
std::string spdx_package(std::string_view name, std::string_view version, std::string_view purl) {
  return fmt::format(R"({{"SPDXID":"SPDXRef-{}","name":"{}","versionInfo":"{}","externalRefs":[
      {{"referenceCategory":"PACKAGE_MANAGER","referenceType":"purl","referenceLocator":"{}"}}]}})",
                     name, name, version, purl);
}

TEST(ParseSbom, SyftShapedSpdx) {
  const Inventory inventory = read(spdx(
      R"({"SPDXID":"SPDXRef-DocumentRoot-Image-site","name":"registry.example.org/site","versionInfo":"1.0",
          "primaryPackagePurpose":"CONTAINER","supplier":"NOASSERTION","externalRefs":[]},)" +
          spdx_package("libssl3t64", "3.5.1-1",
                       "pkg:deb/debian/libssl3t64@3.5.1-1?arch=amd64&distro=debian-13&upstream=openssl") +
          "," +
          spdx_package("libstdc++6", "14.2.0-19",
                       "pkg:deb/debian/"
                       "libstdc%2B%2B6@14.2.0-19?arch=amd64&distro=debian-13&upstream=gcc-14%4014.2.0-19"),
      R"(,"files":[{"fileName":"/etc/x","SPDXID":"SPDXRef-File-1"}],
         "relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES",
                           "relatedSpdxElement":"SPDXRef-DocumentRoot-Image-site"}])"));
  EXPECT_EQ(inventory.name, "registry.example.org/site");
  EXPECT_EQ(inventory.os, (OsRelease{"debian", "13", "trixie", ""}));
  ASSERT_EQ(inventory.packages.size(), 2U);
  EXPECT_EQ(inventory.packages[0].source, "openssl");
  EXPECT_EQ(inventory.packages[0].source_version, "3.5.1-1");
  EXPECT_EQ(inventory.packages[1].name, "libstdc++6");
  EXPECT_EQ(inventory.packages[1].source, "gcc-14");
}

TEST(ParseSbom, TrivyShapedCyclonedx) {
  const Inventory inventory = read(R"({"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":
      {"bom-ref":"r","type":"container","name":"site:1.0"}},"components":[
      {"bom-ref":"o","type":"operating-system","name":"debian","version":"12.7",
       "properties":[{"name":"aquasecurity:trivy:Type","value":"debian"}]},
      {"bom-ref":"p","type":"library","name":"vim-common","version":"2:9.0.1378-2",
       "licenses":[{"license":{"name":"Vim"}}],
       "supplier":{"name":"Vim Maintainers <vim@example.org>"},
       "purl":"pkg:deb/debian/vim-common@9.0.1378-2?arch=all&distro=debian-12.7&epoch=2",
       "properties":[{"name":"aquasecurity:trivy:SrcName","value":"vim"},
                     {"name":"aquasecurity:trivy:SrcVersion","value":"9.0.1378"},
                     {"name":"aquasecurity:trivy:SrcRelease","value":"2"},
                     {"name":"aquasecurity:trivy:SrcEpoch","value":"2"}]},
      {"bom-ref":"a","type":"application","name":"app/package-lock.json"},
      {"bom-ref":"f","type":"file","name":"usr/bin/x","version":"1"}],
      "dependencies":[{"ref":"r","dependsOn":["o"]}]})");
  EXPECT_EQ(inventory.name, "site:1.0");
  EXPECT_EQ(inventory.os.version_id, "12");
  EXPECT_EQ(inventory.os.codename, "bookworm");
  ASSERT_EQ(inventory.packages.size(), 1U);
  const Package& vim = inventory.packages[0];
  EXPECT_EQ(vim.version, "2:9.0.1378-2");
  EXPECT_EQ(vim.source, "vim");
  EXPECT_EQ(vim.source_version, "2:9.0.1378-2");
  EXPECT_EQ(vim.architecture, "all");
  EXPECT_EQ(vim.licences, (std::vector<Licence>{{"Vim", ""}}));
}

TEST(ParseSbom, TrivyShapedSpdx) {
  const Inventory inventory = read(spdx(
      R"x({"SPDXID":"SPDXRef-OperatingSystem-1","name":"debian","versionInfo":"12.7",
          "primaryPackagePurpose":"OPERATING-SYSTEM"},
         {"SPDXID":"SPDXRef-Package-1","name":"libc6","versionInfo":"2.36-9",
          "primaryPackagePurpose":"LIBRARY",
          "sourceInfo":"built package from: glibc 2.36-9","supplier":"Organization: Libc (libc@example.org)",
          "licenseDeclared":"NONE","licenseConcluded":"MIT",
          "externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl",
                           "referenceLocator":"pkg:deb/debian/libc6@2.36-9?distro=debian-12.7"}]})x"));
  EXPECT_EQ(inventory.os, (OsRelease{"debian", "12", "bookworm", ""}));
  ASSERT_EQ(inventory.packages.size(), 1U);
  EXPECT_EQ(inventory.packages[0].source, "glibc");
  EXPECT_EQ(inventory.packages[0].supplier, "Libc <libc@example.org>");
  EXPECT_EQ(inventory.packages[0].licences, (std::vector<Licence>{{"MIT", ""}}));
}

TEST(ParseSbom, DockerShaped) {
  const Inventory inventory = read(spdx(spdx_package("tar", "1.34+dfsg-1.2",
                                                     "pkg:deb/debian/tar@1.34%2Bdfsg-1.2?"
                                                     "os_distro=bookworm&os_name=debian&os_version=12")));
  EXPECT_EQ(inventory.os, (OsRelease{"debian", "12", "bookworm", ""}));
  EXPECT_EQ(inventory.packages.at(0).version, "1.34+dfsg-1.2");
}

TEST(ParseSbom, SyftShapedCyclonedx) {
  const Inventory inventory = read(cyclonedx(
      R"({"type":"operating-system","name":"debian","version":"13","description":"Debian 13","properties":[
            {"name":"syft:distro:id","value":"debian"},
            {"name":"syft:distro:versionCodename","value":"trixie"},
            {"name":"syft:distro:versionID","value":"13"},
            {"name":"syft:distro:prettyName","value":"Debian"}]},
         {"type":"library","name":"libc6","version":"2.41-12+b1","publisher":"Libc <libc@example.org>",
          "properties":[
            {"name":"syft:package:type","value":"deb"},
            {"name":"syft:metadata:architecture","value":"arm64"},
            {"name":"syft:metadata:source","value":"glibc"},
            {"name":"syft:metadata:sourceVersion","value":"2.41-12"}]},
         {"type":"library","group":"org.example","name":"tool","version":"1","properties":[
            {"name":"syft:package:type","value":"java-archive"}]})"));
  EXPECT_EQ(inventory.os, (OsRelease{"debian", "13", "trixie", "Debian"}));
  ASSERT_EQ(inventory.packages.size(), 2U);
  const Package& libc = inventory.packages[0];
  EXPECT_EQ(libc.kind, Package::Kind::deb);
  EXPECT_EQ(libc.architecture, "arm64");
  EXPECT_EQ(libc.source, "glibc");
  EXPECT_EQ(libc.source_version, "2.41-12");
  EXPECT_EQ(libc.supplier, "Libc <libc@example.org>");
  EXPECT_EQ(inventory.packages[1].name, "org.example:tool");
  EXPECT_EQ(inventory.packages[1].kind, Package::Kind::java);
}

TEST(ParseSbom, EpochsAndVersions) {
  struct Row {
    const char* summary;
    const char* version;
    const char* purl;
    const char* expected;
    const char* source_version;
  };
  const Row rows[] = {
      {"in both", "1:2-3", "pkg:deb/debian/x@1:2-3", "1:2-3", "1:2-3"},
      {"percent-encoded", "1:2-3", "pkg:deb/debian/x@1%3A2-3", "1:2-3", "1:2-3"},
      {"only in the URL", "2-3", "pkg:deb/debian/x@1%3A2-3", "1:2-3", "1:2-3"},
      {"only in the version", "1:2-3", "pkg:deb/debian/x@2-3", "1:2-3", "1:2-3"},
      {"as a qualifier", "2-3", "pkg:deb/debian/x@2-3?epoch=1", "1:2-3", "1:2-3"},
      {"as a qualifier of a URL without version", "2-3", "pkg:deb/debian/x?epoch=1", "1:2-3", "1:2-3"},
      {"zero", "2-3", "pkg:deb/debian/x@2-3?epoch=0", "2-3", "2-3"},
      {"the URL wins", "9", "pkg:deb/debian/x@2-3", "2-3", "2-3"},
      {"none in the URL", "2-3", "pkg:deb/debian/x", "2-3", "2-3"},
      {"a rebuild", "2-3+b4", "pkg:deb/debian/x@2-3%2Bb4", "2-3+b4", "2-3"},
      {"a rebuild whose source has only a name", "2-3+b4", "pkg:deb/debian/x@2-3%2Bb4?upstream=y", "2-3+b4",
       "2-3"},
      {"a source with its version", "2", "pkg:deb/debian/x@2?upstream=y%401.5", "2", "1.5"},
      {"a plus that nobody encoded", "2+d", "pkg:deb/debian/x@2+d", "2+d", "2+d"},
  };
  for (const Row& row : rows) {
    const Package package = first(spdx(spdx_package("x", row.version, row.purl)));
    EXPECT_EQ(package.version, row.expected) << row.summary;
    EXPECT_EQ(package.source_version, row.source_version) << row.summary;
  }
}

TEST(ParseSbom, SourcesByRelationAndPedigree) {
  const Package related =
      first(spdx(spdx_package("libc6", "2.41-12+b1", "pkg:deb/debian/libc6@2.41-12%2Bb1") +
                     R"(,{"SPDXID":"SPDXRef-s","name":"glibc","versionInfo":"2.41-12",
              "primaryPackagePurpose":"SOURCE"})",
                 R"(,"relationships":[{"spdxElementId":"SPDXRef-libc6","relationshipType":"GENERATED_FROM",
                          "relatedSpdxElement":"SPDXRef-s"}])"));
  EXPECT_EQ(related.source, "glibc");
  EXPECT_EQ(related.source_version, "2.41-12");
  const Package descended = first(cyclonedx(
      R"({"type":"library","name":"libc6","version":"2","purl":"pkg:deb/debian/libc6@2",
          "pedigree":{"ancestors":[
          {"type":"library","name":"glibc","purl":"pkg:deb/debian/glibc@1:2?arch=source"}]}})"));
  EXPECT_EQ(descended.source, "glibc");
  EXPECT_EQ(descended.source_version, "1:2");
}

TEST(ParseSbom, SourcePackagesAreNotInstalled) {
  const Inventory inventory = read(cyclonedx(
      R"({"type":"library","name":"glibc","version":"2","purl":"pkg:deb/debian/glibc@2?arch=source"},
         {"type":"container","name":"base","version":"1"},{"type":"library","name":"no version"},
         {"type":"library","name":"x","version":"1","purl":"pkg:oci/x@1"})"));
  EXPECT_TRUE(inventory.packages.empty());
}

TEST(ParseSbom, ABrokenPurlLeavesThePackage) {
  const Package package =
      first(cyclonedx(R"({"type":"library","name":"x","version":"1","purl":"pkg:deb/%zz"})"));
  EXPECT_EQ(package.name, "x");
  EXPECT_EQ(package.kind, Package::Kind::other);
  EXPECT_EQ(package.purl, "pkg:deb/%zz");
}

TEST(ParseSbom, ComponentsInComponentsAndDuplicates) {
  const char* leaf = R"({"type":"library","name":"b","version":"1","purl":"pkg:npm/b@1"})";
  const Inventory inventory = read(cyclonedx(
      fmt::format(R"({{"type":"application","name":"a","version":"1","purl":"pkg:npm/a@1","components":[{},
          {{"type":"file","name":"f","components":[{}]}}]}},{})",
                  leaf, leaf, leaf)));
  ASSERT_EQ(inventory.packages.size(), 2U);
  EXPECT_EQ(inventory.packages[0].name, "a");
  EXPECT_EQ(inventory.packages[1].name, "b");
}

TEST(ParseSbom, CyclesAreOnlyRelations) {
  EXPECT_EQ(read(spdx(spdx_package("a", "1", "pkg:npm/a@1"),
                      R"(,"relationships":[
        {"spdxElementId":"SPDXRef-a","relationshipType":"GENERATED_FROM","relatedSpdxElement":"SPDXRef-a"},
        {"spdxElementId":"SPDXRef-a","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-a"}])"))
                .packages.size(),
            1U);
}

TEST(ParseSbom, MembersComeInAnyOrder) {
  EXPECT_EQ(
      read(
          R"({"components":[{"purl":"pkg:gem/x@1","name":"x"}],"specVersion":"1.2","bomFormat":"CycloneDX"})")
          .packages.size(),
      1U);
}

TEST(ParseSbom, StatementsAndEnvelopesAreUnwrapped) {
  const std::string document = spdx(spdx_package("x", "1", "pkg:deb/debian/x@1"));
  const std::string statement = fmt::format(
      R"({{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document",
          "subject":[],"predicate":{}}})",
      document);
  const std::string envelope =
      fmt::format(R"({{"payloadType":"application/vnd.in-toto+json","payload":"{}","signatures":[]}})",
                  base64_of(statement));
  const std::string bundle =
      fmt::format(R"({{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","dsseEnvelope":{}}})",
                  envelope);
  const std::string older = fmt::format(R"({{"predicate":{{"Data":{},"Timestamp":"x"}}}})", document);
  const std::string oldest = fmt::format(R"({{"predicate":{{"Data":{}}}}})", Json(document).dump());
  const std::string buildkit = fmt::format(R"({{"SPDX":{}}})", document);
  for (const std::string& text : {document, statement, envelope, bundle, older, oldest, buildkit}) {
    EXPECT_EQ(read(text).packages.size(), 1U) << text;
  }
}

TEST(ParseSbom, WrappedWithoutEndIsRefused) {
  std::string text = spdx("");
  for (int i = 0; i < 6; ++i) text = fmt::format(R"({{"payload":"{}"}})", base64_of(text));
  EXPECT_EQ(parse_sbom(text, "x").error().kind, ErrorKind::limit_exceeded);
}

TEST(ParseSbom, RefusesWhatIsNone) {
  struct Row {
    const char* summary;
    std::string text;
    ErrorKind kind;
    const char* says;
  };
  using enum ErrorKind;
  const Row rows[] = {
      {"nothing", "", invalid_input, "empty"},
      {"blanks", " \n", invalid_input, "empty"},
      {"XML", "<?xml version='1.0'?><bom/>", unsupported, "XML"},
      {"tag-value", "SPDXVersion: SPDX-2.3\n", unsupported, "tag-value"},
      {"prose", "hello", unsupported, "neither"},
      {"a list", "[]", invalid_input, "list"},
      {"another object", R"({"artifacts":[]})", unsupported, "neither"},
      {"cut short", R"({"bomFormat":"CycloneDX","components":[{"na)", invalid_input, "not JSON"},
      {"more after it", spdx("") + "x", invalid_input, "not JSON"},
      {"no UTF-8", "{\"name\":\"\xff\"}", invalid_input, "not JSON"},
      {"an older version", cyclonedx("", "1.1"), unsupported, "1.2 to 1.7"},
      {"a newer version", R"({"spdxVersion":"SPDX-4.0"})", unsupported, "SPDX-4.0"},
      {"both", R"({"spdxVersion":"SPDX-2.3","bomFormat":"CycloneDX","specVersion":"1.6"})", invalid_input,
       "at once"},
      {"a list twice", R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[],"components":[]})",
       invalid_input, "twice"},
      {"a member twice", cyclonedx(R"({"name":"a","name":"b","version":"1"})"), invalid_input, "twice"},
      {"another bomFormat", R"({"bomFormat":"x","specVersion":"1.6"})", unsupported, "bomFormat"},
      {"a payload that is no base64", R"({"payload":"?"})", invalid_input, "payload"},
  };
  for (const Row& row : rows) {
    const auto inventory = parse_sbom(row.text, "test.json");
    ASSERT_FALSE(inventory) << row.summary;
    EXPECT_EQ(inventory.error().kind, row.kind) << row.summary << ": " << inventory.error().message;
    EXPECT_NE(inventory.error().message.find(row.says), std::string::npos) << inventory.error().message;
    EXPECT_NE(inventory.error().message.find("test.json"), std::string::npos) << row.summary;
  }
}

TEST(ParseSbom, MembersOfAnotherTypeAreIgnored) {
  EXPECT_EQ(
      read(cyclonedx(R"({"name":1,"version":[],"purl":{},"properties":{"a":1},"licenses":"x","supplier":[],
                                "pedigree":[1],"externalReferences":[1,null]},null,[1],"x",
                               {"name":"x","version":"1","properties":[1,{"name":2}],
                                "licenses":[null,{"license":1}]})"))
          .packages.size(),
      1U);
  EXPECT_EQ(
      read(R"({"spdxVersion":"SPDX-2.2","packages":{},"relationships":[1],"metadata":[],"predicate":[]})")
          .packages.size(),
      0U);
}

TEST(ParseSbom, LimitsHold) {
  std::string many;
  for (int i = 0; i < 30; ++i)
    many += fmt::format(R"({}{{"name":"p{}","version":"1"}})", i == 0 ? "" : ",", i);
  EXPECT_TRUE(parse_sbom(cyclonedx(many), "x", {.packages = 30}));
  EXPECT_EQ(parse_sbom(cyclonedx(many), "x", {.packages = 29}).error().kind, ErrorKind::limit_exceeded);
  EXPECT_EQ(parse_sbom(cyclonedx(many), "x", {.size_bytes = 100}).error().kind, ErrorKind::limit_exceeded);
  const std::string deep = R"({"x":)" + std::string(300, '[') + std::string(300, ']') + "}";
  EXPECT_EQ(parse_sbom(deep, "x").error().kind, ErrorKind::limit_exceeded);
  std::string wide = R"({"name":"a","version":"1","properties":[1)";
  for (int i = 0; i < 200'001; ++i) wide += ",1";
  EXPECT_EQ(parse_sbom(cyclonedx(wide + "]}"), "x").error().kind, ErrorKind::limit_exceeded);
}

TEST(ParseSbom, AMillionComponents) {
  std::string text = R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[)";
  for (int i = 0; i < 1'000'000; ++i) {
    if (i > 0) text += ',';
    text += R"({"type":"file","name":"usr/share/x"})";
  }
  EXPECT_TRUE(read(text + "]}").packages.empty());
  std::string packages = R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[)";
  for (int i = 0; i < 300'000; ++i)
    packages += fmt::format(R"({}{{"name":"p{}","version":"1"}})", i == 0 ? "" : ",", i);
  const auto refused = parse_sbom(packages + "]}", "x");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("more than 250000 packages"), std::string::npos)
      << refused.error().message;
}

}  // namespace
}  // namespace hauberk
