// A bill as an SPDX 2.3 document.
//
// Spec: SPDX 2.3, clauses 6 (document), 7 (packages), 10 (other licensing information), 11 (relationships).
// What the document describes is the image, a package of the purpose CONTAINER; it contains the operating
// system, which contains the distribution's packages. A file that no package owns is a package of the purpose
// FILE: SPDX's own "files" ask for a SHA-1, which nobody should rely on any more. Source packages carry no
// package URL as a reference: scanners would count them as installed.
//
// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "sbom/identifiers.h"
#include "sbom/writers.h"

namespace hauberk {
namespace {

constexpr std::string_view image_id = "SPDXRef-ContainerImage";
constexpr std::string_view tool = "Tool: hauberk-" HAUBERK_VERSION;

std::string os_id(const Bill& bill) {
  return fmt::format("SPDXRef-OperatingSystem-{}", identifier_of(bill.os.id));
}
std::string item_id(const BillItem& item) { return fmt::format("SPDXRef-Package-{}", item.id); }
std::string source_id(const BillSource& source) { return fmt::format("SPDXRef-Source-{}", source.id); }
std::string file_id(const BillFile& file) { return fmt::format("SPDXRef-File-{}", file.id); }

// What every package has to say, if only that it says nothing.
Json package_of(std::string id, std::string_view name, std::string_view version) {
  Json package = {{"SPDXID", std::move(id)},           {"name", name},
                  {"downloadLocation", "NOASSERTION"}, {"filesAnalyzed", false},
                  {"licenseConcluded", "NOASSERTION"}, {"licenseDeclared", "NOASSERTION"},
                  {"copyrightText", "NOASSERTION"},    {"supplier", "NOASSERTION"}};
  if (!version.empty()) package["versionInfo"] = version;
  return package;
}

Json checksums(std::string_view sha256) {
  return Json::array({{{"algorithm", "SHA256"}, {"checksumValue", sha256}}});
}

Json purl_reference(std::string_view purl) {
  return {{"referenceCategory", "PACKAGE-MANAGER"}, {"referenceType", "purl"}, {"referenceLocator", purl}};
}

// One annotation with a line for each property.
Json annotations(const Bill& bill, const std::vector<BillProperty>& properties) {
  std::string text;
  for (const auto& [name, value] : properties) {
    if (!text.empty()) text += '\n';
    text += fmt::format("{}: {}", name, value);
  }
  return Json::array({{{"annotationDate", bill.created},
                       {"annotationType", "OTHER"},
                       {"annotator", tool},
                       {"comment", std::move(text)}}});
}

Json image_package(const Bill& bill) {
  Json package = package_of(std::string(image_id), bill.name, bill.version);
  package["primaryPackagePurpose"] = "CONTAINER";
  if (!bill.purl.empty()) package["externalRefs"] = Json::array({purl_reference(bill.purl)});
  if (!bill.sha256.empty()) package["checksums"] = checksums(bill.sha256);
  package["description"] = fmt::format("A container image for {}.", bill.platform);
  return package;
}

Json os_package(const Bill& bill) {
  Json package = package_of(os_id(bill), bill.os.id, bill.os.version_id);
  package["primaryPackagePurpose"] = "OPERATING_SYSTEM";
  if (!bill.os.pretty_name.empty()) package["description"] = bill.os.pretty_name;
  if (!bill.os_properties.empty()) package["annotations"] = annotations(bill, bill.os_properties);
  return package;
}

Json item_package(const Bill& bill, const BillItem& item) {
  Json package =
      package_of(item_id(item), item.group.empty() ? item.name : item.group + ":" + item.name, item.version);
  package["supplier"] = spdx_text(item.supplier);
  package["licenseDeclared"] = item.licence.expression;
  if (!item.licence.comment.empty()) package["licenseComments"] = item.licence.comment;
  if (!item.homepage.empty()) package["homepage"] = item.homepage;
  if (!item.download.empty()) package["downloadLocation"] = item.download;
  if (!item.sha256.empty()) package["checksums"] = checksums(item.sha256);
  Json references = Json::array();
  if (!item.purl.empty()) references.push_back(purl_reference(item.purl));
  for (const std::string& purl : item.other_purls) references.push_back(purl_reference(purl));
  if (!references.empty()) package["externalRefs"] = std::move(references);
  if (item.source) {
    const BillSource& source = bill.sources[*item.source];
    package["sourceInfo"] = fmt::format("{}{} {}", source_info_prefix, source.name, source.version);
  }
  if (!item.properties.empty()) package["annotations"] = annotations(bill, item.properties);
  return package;
}

Json source_package(const BillSource& source) {
  Json package = package_of(source_id(source), source.name, source.version);
  package["primaryPackagePurpose"] = "SOURCE";
  if (!source.file.empty()) package["packageFileName"] = source.file;
  if (!source.purl.empty())
    package["comment"] = fmt::format("Not installed, only built from: {}", source.purl);
  return package;
}

Json file_package(const BillFile& file) {
  Json package = package_of(file_id(file), file.path, "");
  package["primaryPackagePurpose"] = "FILE";
  package["checksums"] = checksums(file.sha256);
  return package;
}

Json packages(const Bill& bill) {
  Json all = Json::array();
  all.push_back(image_package(bill));
  if (!bill.os.id.empty()) all.push_back(os_package(bill));
  for (const BillItem& item : bill.items) all.push_back(item_package(bill, item));
  for (const BillSource& source : bill.sources) all.push_back(source_package(source));
  for (const BillFile& file : bill.files) all.push_back(file_package(file));
  return all;
}

void relate(Json& all, std::string_view from, std::string_view how, std::string_view to) {
  all.push_back({{"spdxElementId", from}, {"relationshipType", how}, {"relatedSpdxElement", to}});
}

Json relationships(const Bill& bill) {
  Json all = Json::array();
  const bool has_os = !bill.os.id.empty();
  relate(all, "SPDXRef-DOCUMENT", "DESCRIBES", image_id);
  if (has_os) relate(all, image_id, "CONTAINS", os_id(bill));
  for (const BillItem& item : bill.items) {
    const std::string id = item_id(item);
    relate(all, has_os && is_of_system(item) ? os_id(bill) : std::string(image_id), "CONTAINS", id);
    if (item.source) relate(all, id, "GENERATED_FROM", source_id(bill.sources[*item.source]));
    for (const std::size_t need : item.needs) relate(all, id, "DEPENDS_ON", item_id(bill.items[need]));
  }
  for (const BillFile& file : bill.files) relate(all, image_id, "CONTAINS", file_id(file));
  return all;
}

// Only what the image holds is known of such a licence: the name it goes by, and where its text is.
Json extracted_licences(const Bill& bill) {
  Json all = Json::array();
  for (const auto& [id, names] : bill.licence_references) {
    all.push_back({{"licenseId", id},
                   {"name", *names.begin()},
                   {"extractedText",
                    fmt::format("Called \"{}\" where it was found; its text is in the files that the "
                                "packages' annotations name.",
                                fmt::join(names, "\", \""))}});
  }
  return all;
}

}  // namespace

Json spdx_of(const Bill& bill) {
  Json document = {{"SPDXID", "SPDXRef-DOCUMENT"},
                   {"spdxVersion", "SPDX-2.3"},
                   {"dataLicense", "CC0-1.0"},
                   {"name", bill.name},
                   {"creationInfo", {{"created", bill.created}, {"creators", Json::array({tool})}}},
                   {"packages", packages(bill)},
                   {"relationships", relationships(bill)}};
  Json licences = extracted_licences(bill);
  if (!licences.empty()) document["hasExtractedLicensingInfos"] = std::move(licences);
  if (!bill.notes.empty()) document["comment"] = fmt::format("{}", fmt::join(bill.notes, "\n"));
  return document;
}

}  // namespace hauberk
