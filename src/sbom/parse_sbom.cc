// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "base/base64.h"
#include "sbom/element_stream.h"
#include "sbom/package_purl.h"
#include "sbom/read_package.h"
#include "sbom/sbom.h"

namespace hauberk {
namespace {

// An envelope in an envelope in a bundle is more than anybody writes.
constexpr int most_wrappings = 4;

constexpr std::array<std::string_view, 2> spdx_versions{"SPDX-2.2", "SPDX-2.3"};
constexpr std::array<std::string_view, 6> cyclonedx_versions{"1.2", "1.3", "1.4", "1.5", "1.6", "1.7"};

bool is_one_of(std::string_view text, std::span<const std::string_view> list) {
  return std::ranges::find(list, text) != list.end();
}

std::string_view text_of_key(const SbomHeader& header, std::string_view key) {
  const auto at = header.find(key);
  return at == header.end() ? std::string_view() : std::string_view(at->second);
}

// Collects packages while the elements come by; what refers to what is resolved at the end.
class Collector {
 public:
  explicit Collector(const SbomLimits& limits) : limits_(limits) {}

  Status take(ElementKind kind, const Json& element) {
    switch (kind) {
      case ElementKind::spdx_package: return take_read(read_spdx_package(element));
      case ElementKind::component: return take_read(read_component(element));
      case ElementKind::relationship: return take_relationship(element);
      case ElementKind::root_component: return take_root(element);
    }
    return {};
  }

  Inventory finish(std::string_view name, std::string_view document_name) {
    drop_root();
    give_sources();
    Inventory inventory;
    inventory.name = !root_name_.empty() ? root_name_ : document_name.empty() ? name : document_name;
    inventory.os = os_of_all();
    for (Package& package : packages_) default_source(package);
    sort_and_unite();
    inventory.packages = std::move(packages_);
    return inventory;
  }

 private:
  Status take_read(ReadElement read) {
    switch (read.role) {
      case ReadElement::Role::nothing: return {};
      case ReadElement::Role::operating_system:
        if (system_.id.empty()) system_ = std::move(read.os);
        return {};
      case ReadElement::Role::image:
        if (root_name_.empty()) root_name_ = read.package.name;
        return {};
      case ReadElement::Role::source:
        sources_.try_emplace(std::move(read.id), read.package.name, read.package.version);
        return within(sources_.size());
      case ReadElement::Role::package: break;
    }
    if (!read.os.id.empty()) ++systems_[{read.os.id, read.os.version_id, read.os.codename}];
    ids_.push_back(std::move(read.id));
    packages_.push_back(std::move(read.package));
    return within(packages_.size());
  }

  Status within(std::size_t count) const {
    if (count <= limits_.packages) return {};
    return fail(ErrorKind::limit_exceeded, "it has more than {} packages", limits_.packages);
  }

  Status take_relationship(const Json& element) {
    const std::string type = text_member(element, "relationshipType");
    std::string from = text_member(element, "spdxElementId");
    std::string to = text_member(element, "relatedSpdxElement");
    if (type == "DESCRIBES") roots_.insert(std::move(to));
    if (type == "GENERATED_FROM") made_from_.try_emplace(std::move(from), std::move(to));
    if (type == "GENERATES") made_from_.try_emplace(std::move(to), std::move(from));
    return within(std::max(made_from_.size(), roots_.size()));
  }

  Status take_root(const Json& element) {
    ReadElement read = read_component(element);
    if (read.role == ReadElement::Role::operating_system) return take_read(std::move(read));
    root_name_ = text_member(element, "name");
    return {};
  }

  // What the document describes is the image: it is no package in it, unless its URL says that it is one.
  void drop_root() {
    for (std::size_t i = 0; i < packages_.size(); ++i) {
      if (packages_[i].kind != Package::Kind::other || ids_[i].empty() || !roots_.contains(ids_[i])) continue;
      if (root_name_.empty()) root_name_ = packages_[i].name;
      packages_[i].name.clear();
    }
  }

  void give_sources() {
    for (std::size_t i = 0; i < packages_.size() && !sources_.empty(); ++i) {
      Package& package = packages_[i];
      const bool wants = package.source.empty() && purl_type(package.kind) != "generic";
      const auto made = wants ? made_from_.find(ids_[i]) : made_from_.end();
      const auto source = made == made_from_.end() ? sources_.end() : sources_.find(made->second);
      if (source == sources_.end()) continue;
      std::tie(package.source, package.source_version) = source->second;
    }
  }

  // An element of its own says it best; else the distribution that most package URLs name.
  OsRelease os_of_all() const {
    OsRelease os = system_;
    if (os.id.empty() && !systems_.empty()) {
      const auto most = std::ranges::max_element(systems_, {}, &decltype(systems_)::value_type::second);
      std::tie(os.id, os.version_id, os.codename) = most->first;
    }
    complete(os);
    return os;
  }

  // The same package may stand in a document once for each place it was found in.
  void sort_and_unite() {
    std::erase_if(packages_, [](const Package& package) { return package.name.empty(); });
    const auto key = [](const Package& p) {
      return std::tie(p.kind, p.name, p.version, p.architecture, p.source, p.source_version, p.owner, p.purl);
    };
    std::ranges::stable_sort(packages_, {}, key);
    const auto same = [](const Package& a, const Package& b) {
      return std::tie(a.kind, a.name, a.version, a.architecture, a.source, a.source_version, a.state,
                      a.owner) == std::tie(b.kind, b.name, b.version, b.architecture, b.source,
                                           b.source_version, b.state, b.owner);
    };
    packages_.erase(std::unique(packages_.begin(), packages_.end(), same), packages_.end());
  }

  const SbomLimits& limits_;
  std::vector<Package> packages_;
  std::vector<std::string> ids_;  // of packages_, by the same index
  std::map<std::string, std::pair<std::string, std::string>, std::less<>> sources_;  // id -> name, version
  std::map<std::string, std::string, std::less<>> made_from_;                        // id -> id
  std::set<std::string> roots_;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> systems_;
  OsRelease system_;
  std::string root_name_;
};

// Other forms of the same formats, each with the way out.
std::unexpected<Error> not_ours(std::string_view text) {
  const std::string_view start = text.substr(0, text.find_first_not_of(" \t\r\n") + 64);
  if (start.find('<') < start.find('{')) {
    return fail(ErrorKind::unsupported, "it is XML; write it as JSON (\"spdx-json\" or \"cyclonedx-json\")");
  }
  if (start.find("SPDXVersion:") != std::string_view::npos) {
    return fail(ErrorKind::unsupported, "it is SPDX in tag-value form; write it as JSON (\"spdx-json\")");
  }
  return fail(ErrorKind::unsupported,
              "it is neither SPDX 2.2 or 2.3 nor CycloneDX 1.2 to 1.7: it has no \"spdxVersion\" and no "
              "\"bomFormat\"");
}

Status check_version(const SbomHeader& header) {
  const auto spdx = text_of_key(header, "spdxVersion");
  const auto cyclonedx = text_of_key(header, "bomFormat");
  if (!spdx.empty() && !cyclonedx.empty()) {
    return fail(ErrorKind::invalid_input, "it says that it is SPDX and CycloneDX at once");
  }
  if (!spdx.empty() && !is_one_of(spdx, spdx_versions)) {
    return fail(ErrorKind::unsupported, "it is of the version {}; SPDX 2.2 and 2.3 are read", spdx);
  }
  if (spdx.empty() && cyclonedx != "CycloneDX") {
    return fail(ErrorKind::unsupported, "its bomFormat is \"{}\", not CycloneDX", cyclonedx);
  }
  const auto version = text_of_key(header, "specVersion");
  if (spdx.empty() && !is_one_of(version, cyclonedx_versions)) {
    return fail(ErrorKind::unsupported, "it is CycloneDX \"{}\"; 1.2 to 1.7 are read", version);
  }
  return {};
}

// DSSE allows both alphabets.
Result<std::string> payload_of(std::string_view text) {
  auto plain = parse_base64(text);
  if (plain) return plain;
  auto url = parse_base64url(text);
  if (url) return url;
  return wrap(plain.error(), "the payload of its envelope");
}

Result<Inventory> read(std::string_view text, std::string_view name, const SbomLimits& limits,
                       int wrappings) {
  const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string_view::npos) return fail(ErrorKind::invalid_input, "it is empty");
  if (text[first] != '{' && text[first] != '[') return not_ours(text.substr(first));
  Collector collector(limits);
  TRY(const SbomHeader header, stream_elements(text, limits, [&](ElementKind kind, const Json& element) {
        return collector.take(kind, element);
      }));
  if (header.contains("spdxVersion") || header.contains("bomFormat")) {
    TRY_STATUS(check_version(header));
    return collector.finish(name, text_of_key(header, "name"));
  }
  if (wrappings == most_wrappings) {
    return fail(ErrorKind::limit_exceeded, "it is wrapped more than {} times", most_wrappings);
  }
  if (const auto data = text_of_key(header, "Data"); !data.empty()) {
    return read(data, name, limits, wrappings + 1);
  }
  const auto payload = text_of_key(header, "payload");
  if (payload.empty()) return not_ours(text.substr(first));
  TRY(const std::string inner, payload_of(payload));
  return read(inner, name, limits, wrappings + 1);
}

}  // namespace

Result<Inventory> parse_sbom(std::string_view text, std::string_view name, const SbomLimits& limits) {
  auto inventory = read(text, name, limits, 0);
  if (!inventory) return wrap(inventory.error(), fmt::format("cannot read the SBOM {}", name));
  return inventory;
}

}  // namespace hauberk
