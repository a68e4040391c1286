// A bill as a CycloneDX 1.6 document.
//
// Spec: CycloneDX 1.6, "metadata", "components", "dependencies", "compositions". The image is
// metadata.component; the source package of a component is its pedigree's ancestor. The properties
// "aquasecurity:trivy:..." repeat the source package where Trivy looks for it: it reads no upstream of a
// package URL.
//
// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "base/fields.h"
#include "sbom/identifiers.h"
#include "sbom/package_purl.h"
#include "sbom/writers.h"

namespace hauberk {
namespace {

constexpr std::string_view image_ref = "image";

std::string os_ref(const Bill& bill) { return fmt::format("os-{}", identifier_of(bill.os.id)); }

Json property(std::string_view name, std::string_view value) { return {{"name", name}, {"value", value}}; }

Json properties_of(const std::vector<BillProperty>& properties) {
  Json all = Json::array();
  for (const auto& [name, value] : properties) all.push_back(property(name, value));
  return all;
}

Json hashes(std::string_view sha256) { return Json::array({{{"alg", "SHA-256"}, {"content", sha256}}}); }

Json supplier_json(const Supplier& supplier) {
  Json json = {{"name", supplier.name}};
  Json contact = Json::object();
  if (supplier.is_person) contact["name"] = supplier.name;
  if (!supplier.email.empty()) contact["email"] = supplier.email;
  if (!contact.empty()) json["contact"] = Json::array({std::move(contact)});
  return json;
}

// A version taken apart as Trivy wants it: epoch, upstream version, revision.
void add_trivy_source(Json& properties, const BillSource& source, const Bill& bill) {
  std::string_view version = source.version;
  std::string_view epoch, revision;
  if (source.kind == Package::Kind::deb) {
    const std::size_t colon = version.find(':');
    if (colon != std::string_view::npos) epoch = version.substr(0, colon);
    if (colon != std::string_view::npos) version.remove_prefix(colon + 1);
    const std::size_t hyphen = version.rfind('-');
    if (hyphen != std::string_view::npos) revision = version.substr(hyphen + 1);
    version = version.substr(0, hyphen);
  }
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) properties.push_back(property(fmt::format("aquasecurity:trivy:{}", name), value));
  };
  add("PkgType", bill.os.id);
  add("SrcEpoch", epoch);
  add("SrcName", source.name);
  add("SrcRelease", revision);
  add("SrcVersion", version);
}

// The schema takes no longer version; the package URL still has it.
void put_version(Json& component, std::string_view version) {
  constexpr std::size_t longest = 1024;
  if (!version.empty() && version.size() <= longest) component["version"] = version;
}

Json ancestor(const BillSource& source) {
  Json json = {{"type", "library"}, {"name", source.name}};
  put_version(json, source.version);
  if (!source.purl.empty()) json["purl"] = source.purl;
  return json;
}

Json external_references(const BillItem& item) {
  Json all = Json::array();
  if (!item.homepage.empty()) all.push_back({{"type", "website"}, {"url", item.homepage}});
  if (!item.download.empty()) all.push_back({{"type", "distribution"}, {"url", item.download}});
  return all;
}

void put_parts(Json& component, std::string_view name, Json list) {
  if (!list.empty()) component[std::string(name)] = std::move(list);
}

Json item_component(const Bill& bill, const BillItem& item) {
  Json component = {{"bom-ref", item.id}, {"type", "library"}, {"name", item.name}};
  if (!item.group.empty()) component["group"] = item.group;
  put_version(component, item.version);
  if (!item.purl.empty()) component["purl"] = item.purl;
  if (!item.supplier.name.empty()) component["supplier"] = supplier_json(item.supplier);
  if (!item.sha256.empty()) component["hashes"] = hashes(item.sha256);
  if (item.licence.expression != "NOASSERTION") {
    component["licenses"] = Json::array({{{"expression", item.licence.expression}}});
  }
  put_parts(component, "externalReferences", external_references(item));
  Json properties = properties_of(item.properties);
  if (item.source) {
    const BillSource& source = bill.sources[*item.source];
    component["pedigree"] = {{"ancestors", Json::array({ancestor(source)})}};
    add_trivy_source(properties, source, bill);
  }
  put_parts(component, "properties", std::move(properties));
  return component;
}

Json os_component(const Bill& bill) {
  Json component = {{"bom-ref", os_ref(bill)}, {"type", "operating-system"}, {"name", bill.os.id}};
  put_version(component, bill.os.version_id);
  if (!bill.os.pretty_name.empty()) component["description"] = bill.os.pretty_name;
  put_parts(component, "properties", properties_of(bill.os_properties));
  return component;
}

Json components(const Bill& bill) {
  Json all = Json::array();
  if (!bill.os.id.empty()) all.push_back(os_component(bill));
  for (const BillItem& item : bill.items) all.push_back(item_component(bill, item));
  for (const BillFile& file : bill.files) {
    all.push_back({{"bom-ref", file.id},
                   {"type", "file"},
                   {"name", file.path},
                   {"hashes", hashes(file.sha256)}});
  }
  return all;
}

Json image_component(const Bill& bill) {
  Json component = {{"bom-ref", image_ref}, {"type", "container"}, {"name", bill.name}};
  if (!bill.version.empty()) component["version"] = bill.version;
  if (!bill.purl.empty()) component["purl"] = bill.purl;
  if (!bill.sha256.empty()) component["hashes"] = hashes(bill.sha256);
  component["properties"] = Json::array({property("hauberk:platform", bill.platform)});
  return component;
}

Json metadata(const Bill& bill) {
  const Json tool = {{"type", "application"}, {"name", "hauberk"}, {"version", HAUBERK_VERSION}};
  Json json = {{"timestamp", bill.created},
               {"lifecycles", Json::array({{{"phase", "post-build"}}})},
               {"tools", {{"components", Json::array({tool})}}},
               {"component", image_component(bill)}};
  Json notes = Json::array();
  for (const std::string& note : bill.notes) notes.push_back(property("hauberk:note", note));
  put_parts(json, "properties", std::move(notes));
  return json;
}

Json dependency(std::string_view ref, std::vector<std::string> needs) {
  return {{"ref", ref}, {"dependsOn", std::move(needs)}};
}

// The image stands on the system and on what is not the system's; the system is its packages.
Json dependencies(const Bill& bill) {
  const bool has_os = !bill.os.id.empty();
  std::vector<std::string> of_image, of_system;
  if (has_os) of_image.push_back(os_ref(bill));
  for (const BillItem& item : bill.items) {
    (has_os && is_of_system(item) ? of_system : of_image).push_back(item.id);
  }
  Json all = Json::array({dependency(image_ref, std::move(of_image))});
  if (has_os) all.push_back(dependency(os_ref(bill), std::move(of_system)));
  for (const BillItem& item : bill.items) {
    std::vector<std::string> needs;
    for (const std::size_t need : item.needs) needs.push_back(bill.items[need].id);
    all.push_back(dependency(item.id, std::move(needs)));
  }
  return all;
}

// The names that stand behind a LicenseRef- have no member of their own in this format.
Json licence_names(const Bill& bill) {
  Json all = Json::array();
  for (const auto& [id, names] : bill.licence_references) {
    all.push_back(property("hauberk:licence", fmt::format("{}: {}", id, fmt::join(names, ", "))));
  }
  return all;
}

}  // namespace

Json cyclonedx_of(const Bill& bill) {
  Json document = {
      {"bomFormat", "CycloneDX"},   {"specVersion", "1.6"},           {"version", 1},
      {"metadata", metadata(bill)}, {"components", components(bill)}, {"dependencies", dependencies(bill)}};
  document["compositions"] = Json::array({{{"aggregate", bill.is_complete ? "complete" : "incomplete"},
                                           {"assemblies", Json::array({image_ref})}}});
  put_parts(document, "properties", licence_names(bill));
  return document;
}

}  // namespace hauberk
