// SPDX-License-Identifier: Apache-2.0
#include "sbom/read_package.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/fields.h"
#include "sbom/package_purl.h"
#include "sbom/supplier.h"
#include "sbom/writers.h"

namespace hauberk {
namespace {

// Names and values: CycloneDX's properties, and the lines "name: value" of SPDX's annotations.
using Properties = std::vector<std::pair<std::string, std::string>>;

const Json& member(const Json& object, std::string_view key) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto at = object.find(key);
  return at == object.end() ? nothing : *at;
}

Properties properties_of(const Json& component) {
  Properties all;
  const Json& list = member(component, "properties");
  if (!list.is_array()) return all;
  for (const Json& item : list) all.emplace_back(text_member(item, "name"), text_member(item, "value"));
  return all;
}

Properties annotated(const Json& package) {
  Properties all;
  const Json& list = member(package, "annotations");
  if (!list.is_array()) return all;
  for (const Json& annotation : list) {
    const std::string comment = text_member(annotation, "comment");
    for (const std::string_view line : split(comment, '\n')) {
      const std::size_t end = line.find(": ");
      if (end != std::string_view::npos) all.emplace_back(line.substr(0, end), line.substr(end + 2));
    }
  }
  return all;
}

// The first value of a name, or "".
std::string_view value_of(const Properties& properties, std::string_view name) {
  const auto at = std::ranges::find(properties, name, &Properties::value_type::first);
  return at == properties.end() ? std::string_view() : std::string_view(at->second);
}

// What tools without package URL call their kinds.
Package::Kind kind_of_tool(std::string_view type) {
  using enum Package::Kind;
  constexpr std::array<std::pair<std::string_view, Package::Kind>, 19> kinds{{
      {"alpine", apk},       {"apk", apk},          {"deb", deb},           {"debian", deb},
      {"gem", gem},          {"gemspec", gem},      {"go-module", golang},  {"gobinary", golang},
      {"gomod", golang},     {"jar", java},         {"java-archive", java}, {"node-pkg", npm},
      {"npm", npm},          {"pom", java},         {"python", python},     {"python-pkg", python},
      {"rust-crate", cargo}, {"rustbinary", cargo}, {"ubuntu", deb},
  }};
  const auto* at = std::ranges::find(kinds, type, &std::pair<std::string_view, Package::Kind>::first);
  return at == kinds.end() ? other : at->second;
}

Package::State state_of(std::string_view text) {
  using enum Package::State;
  constexpr std::array<std::pair<std::string_view, Package::State>, 6> states{{
      {"half-configured", half_configured},
      {"half-installed", half_installed},
      {"removed", removed},
      {"triggers-awaited", triggers},
      {"unknown", unknown},
      {"unpacked", unpacked},
  }};
  const auto* at = std::ranges::find(states, text, &std::pair<std::string_view, Package::State>::first);
  return at == states.end() ? installed : at->second;
}

// A package URL is lowercase where the world it speaks of is not: then the name as it was written counts.
bool is_same_name(std::string_view a, std::string_view b) {
  const auto folded = [](char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
    return c == '_' ? '-' : c;
  };
  return std::ranges::equal(a, b, {}, folded, folded);
}

bool is_of_distribution(Package::Kind kind) {
  return kind == Package::Kind::deb || kind == Package::Kind::apk;
}

// "name@version", or a name alone.
void put_source(Package& package, std::string_view text) {
  const std::size_t at = text.rfind('@');
  package.source = text.substr(0, at);
  if (at != std::string_view::npos) package.source_version = text.substr(at + 1);
}

void put_trivy_source(Package& package, const Properties& properties) {
  package.source = value_of(properties, "aquasecurity:trivy:SrcName");
  std::string version(value_of(properties, "aquasecurity:trivy:SrcVersion"));
  const auto release = value_of(properties, "aquasecurity:trivy:SrcRelease");
  if (!release.empty() && !version.empty()) version += fmt::format("-{}", release);
  package.source_version = with_epoch(version, value_of(properties, "aquasecurity:trivy:SrcEpoch"));
}

// The source package from a package URL's qualifier, else from a tool's properties.
void read_source(Package& package, const std::optional<Purl>& purl, const Properties& properties) {
  if (purl) put_source(package, qualifier(*purl, "upstream"));
  if (package.source.empty()) {
    package.source = value_of(properties, "syft:metadata:source");
    package.source_version = value_of(properties, "syft:metadata:sourceVersion");
  }
  if (package.source.empty()) put_trivy_source(package, properties);
}

// "1:2.3" where the URL has the epoch, its qualifier, or only the plain member.
std::string version_of(const Package& package, const std::optional<Purl>& purl, std::string_view plain) {
  if (!purl || purl->version.empty()) {
    return purl ? with_epoch(plain, qualifier(*purl, "epoch")) : std::string(plain);
  }
  if (package.kind != Package::Kind::deb && purl->type != "rpm") return purl->version;
  const std::string version = with_epoch(purl->version, qualifier(*purl, "epoch"));
  const std::size_t colon = plain.find(':');
  const bool has_epoch_alone = colon != std::string_view::npos && version.find(':') == std::string::npos &&
                               plain.substr(colon + 1) == version;
  return has_epoch_alone ? std::string(plain) : version;
}

void read_properties(Package& package, const Properties& properties) {
  for (const auto& [name, value] : properties) {
    if (name == "hauberk:built-using") package.built_using.push_back(value);
    if (name == "hauberk:origin") package.origin = value;
    if (name == "hauberk:owner") package.owner = value;
    if (name == "hauberk:state") package.state = state_of(value);
    if (name == "syft:metadata:architecture" && package.architecture.empty()) package.architecture = value;
  }
}

struct PlainMembers {
  std::string name, version, purl;
};

// What both formats have in common.
void fill(ReadElement& read, const PlainMembers& plain, const Properties& properties) {
  Package& package = read.package;
  const auto parsed = parse_purl(plain.purl);
  const std::optional<Purl> purl = parsed ? std::optional(*parsed) : std::nullopt;
  package.purl = plain.purl;
  package.name = plain.name;
  if (purl) {
    package.kind = kind_of_purl_type(purl->type);
    const std::string name = package_name_of(*purl);
    if (!is_same_name(name, plain.name)) package.name = name;
    package.architecture = qualifier(*purl, "arch");
    read.os = os_of_purl(*purl);
  } else {
    package.kind = kind_of_tool(value_of(properties, "syft:package:type"));
    if (package.kind == Package::Kind::other) {
      package.kind = kind_of_tool(value_of(properties, "aquasecurity:trivy:PkgType"));
    }
  }
  package.version = version_of(package, purl, plain.version);
  if (is_of_distribution(package.kind)) read_source(package, purl, properties);
  read_properties(package, properties);
  const bool is_image = purl && (purl->type == "oci" || purl->type == "docker");
  if (is_image && !plain.name.empty()) package.name = plain.name;
  const bool is_source = purl && package.architecture == "source";
  const bool is_named = !package.name.empty() && (purl || !package.version.empty());
  read.role = is_image    ? ReadElement::Role::image
              : is_source ? ReadElement::Role::source
              : is_named  ? ReadElement::Role::package
                          : ReadElement::Role::nothing;
}

void read_os(ReadElement& read, const PlainMembers& plain, const Properties& properties,
             std::string_view pretty) {
  const auto first = [&](std::string_view ours, std::string_view syfts) {
    const auto value = value_of(properties, ours);
    return std::string(value.empty() ? value_of(properties, syfts) : value);
  };
  read.role = ReadElement::Role::operating_system;
  read.os.id = value_of(properties, "syft:distro:id");
  if (read.os.id.empty()) read.os.id = plain.name;
  std::ranges::transform(read.os.id, read.os.id.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  read.os.version_id = value_of(properties, "syft:distro:versionID");
  if (read.os.version_id.empty()) read.os.version_id = plain.version;
  read.os.codename = first("hauberk:os-codename", "syft:distro:versionCodename");
  read.os.pretty_name = first("hauberk:os-pretty-name", "syft:distro:prettyName");
  if (read.os.pretty_name.empty()) read.os.pretty_name = pretty;
}

// The first purl among the external references; a reader before us may have escaped its category.
std::string purl_reference(const Json& package) {
  const Json& list = member(package, "externalRefs");
  if (!list.is_array()) return {};
  for (const Json& reference : list) {
    if (text_member(reference, "referenceType") == "purl") return text_member(reference, "referenceLocator");
  }
  return {};
}

// "built package from: gcc-14 14.2.0-19"
void read_source_info(Package& package, std::string_view text) {
  if (!package.source.empty() || !is_of_distribution(package.kind) || !text.starts_with(source_info_prefix))
    return;
  text.remove_prefix(source_info_prefix.size());
  const std::size_t blank = text.find(' ');
  package.source = text.substr(0, blank);
  if (blank != std::string_view::npos) package.source_version = text.substr(blank + 1);
}

void add_licence(Package& package, std::string expression) {
  const bool says_nothing = expression.empty() || expression == "NOASSERTION" || expression == "NONE";
  if (!says_nothing) package.licences.push_back({std::move(expression), {}});
}

void read_licences(Package& package, const Json& list) {
  if (!list.is_array()) return;
  for (const Json& choice : list) {
    add_licence(package, text_member(choice, "expression"));
    const Json& licence = member(choice, "license");
    const std::string id = text_member(licence, "id");
    add_licence(package, id.empty() ? text_member(licence, "name") : id);
  }
}

// "Name <mail>" of the supplier's first contact that has a mail address.
std::string supplier_of_component(const Json& component) {
  const Json& supplier = member(component, "supplier");
  const std::string name = text_member(supplier, "name");
  const Json& contacts = member(supplier, "contact");
  if (!name.empty() && contacts.is_array()) {
    for (const Json& contact : contacts) {
      const std::string email = text_member(contact, "email");
      if (!email.empty()) return email == name ? name : fmt::format("{} <{}>", name, email);
    }
  }
  if (!name.empty()) return name;
  const std::string publisher = text_member(component, "publisher");
  return publisher.empty() ? text_member(component, "author") : publisher;
}

std::string website_of(const Json& component) {
  const Json& list = member(component, "externalReferences");
  if (!list.is_array()) return {};
  for (const Json& reference : list) {
    if (text_member(reference, "type") == "website") return text_member(reference, "url");
  }
  return {};
}

// The pedigree names a source package by a package URL with arch=source.
void read_ancestors(Package& package, const Json& component) {
  const Json& ancestors = member(member(component, "pedigree"), "ancestors");
  if (!package.source.empty() || !is_of_distribution(package.kind) || !ancestors.is_array()) return;
  for (const Json& ancestor : ancestors) {
    const auto purl = parse_purl(text_member(ancestor, "purl"));
    if (!purl || qualifier(*purl, "arch") != "source") continue;
    package.source = purl->name;
    package.source_version = purl->version;
    return;
  }
}

// Without a package URL the group is known from its own member alone.
void put_group(Package& package, std::string_view group) {
  if (!package.purl.empty() || group.empty() || is_of_distribution(package.kind)) return;
  package.name = fmt::format("{}{}{}", group, package.kind == Package::Kind::java ? ':' : '/', package.name);
}

// Types of components that are no software packages.
bool is_no_package(std::string_view type) {
  constexpr std::array<std::string_view, 8> types{"container", "cryptographic-asset",   "data",
                                                  "device",    "device-driver",         "file",
                                                  "firmware",  "machine-learning-model"};
  return std::ranges::find(types, type) != types.end();
}

}  // namespace

std::string text_member(const Json& object, std::string_view key) {
  const Json& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

void default_source(Package& package) {
  if (!is_of_distribution(package.kind)) return;
  if (package.source.empty()) package.source = package.name;
  if (package.source_version.empty()) package.source_version = without_rebuild(package.version);
}

ReadElement read_spdx_package(const Json& element) {
  ReadElement read{.id = text_member(element, "SPDXID")};
  const std::string purpose = text_member(element, "primaryPackagePurpose");
  const PlainMembers plain{text_member(element, "name"), text_member(element, "versionInfo"),
                           purl_reference(element)};
  const Properties properties = annotated(element);
  if (purpose == "OPERATING_SYSTEM" || purpose == "OPERATING-SYSTEM") {
    read_os(read, plain, properties, "");
    return read;
  }
  fill(read, plain, properties);
  Package& package = read.package;
  read_source_info(package, text_member(element, "sourceInfo"));
  package.supplier = maintainer_of_spdx(text_member(element, "supplier"));
  if (package.supplier.empty()) package.supplier = maintainer_of_spdx(text_member(element, "originator"));
  package.homepage = text_member(element, "homepage");
  if (package.homepage == "NOASSERTION" || package.homepage == "NONE") package.homepage.clear();
  add_licence(package, text_member(element, "licenseDeclared"));
  if (package.licences.empty()) add_licence(package, text_member(element, "licenseConcluded"));
  if (purpose == "CONTAINER") read.role = ReadElement::Role::image;
  if (purpose == "SOURCE" && package.purl.empty()) read.role = ReadElement::Role::source;
  if (purpose == "FILE" || purpose == "DEVICE" || purpose == "FIRMWARE")
    read.role = ReadElement::Role::nothing;
  return read;
}

ReadElement read_component(const Json& element) {
  ReadElement read;
  const std::string type = text_member(element, "type");
  const Properties properties = properties_of(element);
  PlainMembers plain{text_member(element, "name"), text_member(element, "version"),
                     text_member(element, "purl")};
  if (type == "operating-system") {
    read_os(read, plain, properties, text_member(element, "description"));
    return read;
  }
  fill(read, plain, properties);
  Package& package = read.package;
  put_group(package, text_member(element, "group"));
  read_ancestors(package, element);
  package.supplier = supplier_of_component(element);
  package.homepage = website_of(element);
  read_licences(package, member(element, "licenses"));
  if (type == "container") read.role = ReadElement::Role::image;
  if (type != "container" && is_no_package(type)) read.role = ReadElement::Role::nothing;
  return read;
}

}  // namespace hauberk
