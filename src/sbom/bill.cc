// SPDX-License-Identifier: Apache-2.0
#include "sbom/bill.h"

#include <algorithm>
#include <tuple>

#include "base/time.h"
#include "oci/reference.h"
#include "sbom/dependencies.h"
#include "sbom/identifiers.h"
#include "sbom/package_purl.h"
#include "sbom/read_package.h"

namespace hauberk {
namespace {

// Beyond these a list of files says less than the package record it lacks; the bill says that it was cut.
constexpr std::size_t most_files = 10'000;

std::string created_of(const Facts& facts) {
  std::string created = whole_seconds(facts.config.created);
  if (!created.empty()) return created;
  std::int64_t newest = 0;
  for (const File& file : facts.files) newest = std::max(newest, file.entry.mtime_seconds);
  created = to_rfc3339(from_unix(std::min<std::int64_t>(newest, 253402300799)));  // the end of the year 9999
  return created;
}

// Both formats take only a URL where they ask for one.
std::string url_or_nothing(std::string_view text) {
  const std::size_t colon = text.find("://");
  const bool has_scheme =
      colon != std::string_view::npos && colon > 0 &&
      std::ranges::all_of(text.substr(0, colon), [](char c) { return (c >= 'a' && c <= 'z') || c == '+'; });
  const bool is_plain = std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; }) &&
                        text.find_first_of("\"<>\\^`{|}") == std::string_view::npos;
  return has_scheme && is_plain ? std::string(text) : std::string();
}

std::string hex_or_nothing(std::string_view hex) {
  return Digest::of_hex(Digest::Algorithm::sha256, hex) ? std::string(hex) : std::string();
}

std::string lowered(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

std::string last_part(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string(path.substr(path.rfind('/') + 1));
}

// The name that the image goes by: as it was asked for, else the first tag that points to it.
std::optional<Reference> reference_of(const Facts& facts) {
  auto reference = Reference::parse(facts.name);
  if (!reference && !facts.tags.empty()) reference = Reference::parse(facts.tags.front());
  return reference ? std::optional(*reference) : std::nullopt;
}

// Without a registry there is no URL of the repository to give.
std::string image_purl(const Facts& facts) {
  if (!facts.descriptor) return {};
  const std::string last = last_part(facts.name);
  Purl purl{.type = "oci", .name = lowered(last.substr(0, last.find_first_of(":@")))};
  if (const auto reference = reference_of(facts)) {
    purl.name = lowered(last_part(reference->repository()));
    if (!reference->tag().empty()) purl.qualifiers.emplace("tag", reference->tag());
    if (!reference->registry().empty()) purl.qualifiers.emplace("repository_url", lowered(reference->name()));
  }
  if (purl.name.empty()) return {};
  purl.version = facts.descriptor->digest.text();
  if (!facts.config.architecture.empty()) purl.qualifiers.emplace("arch", facts.config.architecture);
  std::string text = text_of(purl);
  return parse_purl(text) ? text : std::string();
}

// The config's digest names an image without manifest as well; a folder has only its content.
std::string seed_of(const Facts& facts) {
  if (facts.descriptor) return facts.descriptor->digest.text();
  if (!facts.config_text.empty()) return Digest::of(facts.config_text).text();
  std::string content;
  for (const File& file : facts.files) {
    content += fmt::format("{} {}\n", file.sha256 ? file.sha256->hex() : "-", file.entry.path);
  }
  return Digest::of(content).text();
}

void put(std::vector<BillProperty>& properties, std::string_view name, std::string_view value) {
  if (!value.empty()) properties.emplace_back(fmt::format("hauberk:{}", name), clean_text(value));
}

std::string_view name_of(Package::State state) {
  switch (state) {
    case Package::State::installed: return "";
    case Package::State::half_installed: return "half-installed";
    case Package::State::unpacked: return "unpacked";
    case Package::State::half_configured: return "half-configured";
    case Package::State::triggers: return "triggers-awaited";
    case Package::State::removed: return "removed";
    case Package::State::unknown: return "unknown";
  }
  return "";
}

// What the image's root shows of a package's files, as one digest: of "sha256  path" lines, sorted by path.
struct OwnedFiles {
  std::size_t count = 0;
  DigestWriter digest;
};

// By index into Facts::packages.
std::vector<OwnedFiles> owned_files(const Facts& facts) {
  std::vector<OwnedFiles> owned(facts.packages.size());
  for (const File& file : facts.files) {
    if (!file.sha256) continue;
    const std::string line = fmt::format("{}  {}\n", file.sha256->hex(), file.entry.path);
    for (const std::size_t owner : file.owners) {
      if (owner >= owned.size()) continue;
      ++owned[owner].count;
      owned[owner].digest.write(std::as_bytes(std::span(line)));
    }
  }
  return owned;
}

std::vector<BillProperty> properties_of(const Package& package, OwnedFiles& owned,
                                        const DeclaredLicence& licence) {
  std::vector<BillProperty> properties;
  for (const std::string& built : package.built_using) put(properties, "built-using", built);
  if (owned.count > 0) {
    put(properties, "files", std::to_string(owned.count));
    put(properties, "files-sha256", owned.digest.finish().hex());
  }
  put(properties, "licence-comment", licence.comment);
  for (const std::string& file : licence.files) put(properties, "licence-file", file);
  put(properties, "origin", package.origin);
  put(properties, "owner", package.owner);
  put(properties, "record", package.record);
  put(properties, "state", name_of(package.state));
  std::ranges::sort(properties);
  return properties;
}

DeclaredLicence clean(DeclaredLicence licence) {
  licence.comment = clean_text(licence.comment);
  for (LicenceReference& reference : licence.references) reference.name = clean_text(reference.name);
  return licence;
}

// Java's "group:artifact" in its two parts.
void put_name(BillItem& item, const Package& package) {
  const std::string name = clean_text(package.name);
  const std::size_t colon = name.rfind(':');
  const bool has_group = package.kind == Package::Kind::java && colon != std::string::npos;
  item.name = has_group ? name.substr(colon + 1) : name;
  if (has_group) item.group = name.substr(0, colon);
}

std::string source_file(const Package& package) {
  if (package.kind != Package::Kind::deb) return {};
  const std::string_view version = package.source_version;
  const std::size_t colon = version.find(':');
  const auto bare = colon == std::string_view::npos ? version : version.substr(colon + 1);
  return clean_text(fmt::format("{}_{}.dsc", package.source, bare));
}

class BillMaker {
 public:
  BillMaker(const Facts& facts, const SbomExtras& extras) : facts_(facts), extras_(extras) {}

  Bill make() {
    add_image();
    add_packages();
    add_components();
    add_files();
    for (const std::string& problem : facts_.problems) bill_.notes.push_back(clean_text(problem));
    bill_.is_complete = bill_.is_complete && facts_.problems.empty();
    std::ranges::sort(bill_.notes);
    return std::move(bill_);
  }

 private:
  void add_image() {
    bill_.name = clean_text(facts_.name.empty() ? "image" : facts_.name);
    bill_.purl = image_purl(facts_);
    bill_.seed = seed_of(facts_);
    bill_.created = created_of(facts_);
    if (facts_.descriptor) {
      bill_.version = facts_.descriptor->digest.text();
      const bool is_sha256 = facts_.descriptor->digest.algorithm() == Digest::Algorithm::sha256;
      if (is_sha256) bill_.sha256 = facts_.descriptor->digest.hex();
    }
    bill_.platform = clean_text(fmt::format("{}/{}", facts_.config.os, facts_.config.architecture));
    const OsRelease& os = facts_.os;
    bill_.os = {clean_text(os.id), clean_text(os.version_id), clean_text(os.codename),
                clean_text(os.pretty_name)};
    put(bill_.os_properties, "os-codename", os.codename);
    put(bill_.os_properties, "os-pretty-name", os.pretty_name);
  }

  // Those that were removed left at most their configuration behind: they are not in the image.
  void add_packages() {
    std::vector<OwnedFiles> owned = owned_files(facts_);
    std::vector<Package> present;
    for (std::size_t i = 0; i < facts_.packages.size(); ++i) {
      const Package& package = facts_.packages[i];
      if (package.state == Package::State::removed || package.name.empty()) continue;
      present.push_back(package);
      default_source(present.back());
      bill_.items.push_back(item_of(present.back(), owned[i]));
    }
    auto needs = resolve_dependencies(present);
    for (std::size_t i = 0; i < needs.size(); ++i) bill_.items[i].needs = std::move(needs[i]);
    packages_ = present.size();
  }

  BillItem item_of(const Package& package, OwnedFiles& owned) {
    BillItem item{.kind = package.kind};
    item.id = ids_.unique(fmt::format("{}-{}-{}{}{}", purl_type(package.kind), package.name, package.version,
                                      package.architecture.empty() ? "" : "-", package.architecture));
    put_name(item, package);
    item.version = clean_text(package.version);
    item.purl = purl_of(package, facts_.os);
    item.supplier = supplier_of(clean_text(package.supplier));
    item.homepage = url_or_nothing(package.homepage);
    item.licence = clean(declared_licence(package.licences));
    refer(item.licence);
    item.properties = properties_of(package, owned, item.licence);
    item.source = source_of(package);
    put_archive(item, package);
    return item;
  }

  void refer(const DeclaredLicence& licence) {
    for (const auto& [id, name] : licence.references) bill_.licence_references[id].insert(name);
  }

  std::optional<std::size_t> source_of(const Package& package) {
    const bool has_source = package.kind == Package::Kind::deb || package.kind == Package::Kind::apk;
    if (!has_source || package.source.empty()) return std::nullopt;
    const auto key = std::tuple(package.kind, package.source, package.source_version);
    const auto [at, is_new] = sources_.try_emplace(key, bill_.sources.size());
    if (is_new) {
      const auto id = ids_.unique(fmt::format("source-{}-{}-{}", purl_type(package.kind), package.source,
                                              package.source_version));
      bill_.sources.push_back({id, clean_text(package.source), clean_text(package.source_version),
                               source_purl_of(package, facts_.os), source_file(package), package.kind});
    }
    return at->second;
  }

  void put_archive(BillItem& item, const Package& package) const {
    const auto at = std::ranges::find_if(extras_.archives, [&](const SbomExtras::Archive& archive) {
      return archive.name == package.name && archive.version == package.version &&
             archive.architecture == package.architecture;
    });
    if (at == extras_.archives.end() || package.kind != Package::Kind::deb) return;
    item.sha256 = hex_or_nothing(at->sha256);
    item.download = url_or_nothing(at->url);
  }

  // A mapping is another name of an installed package; what is no package of the image stands for itself.
  void add_components() {
    for (const SbomExtras::Component& component : extras_.components) {
      const auto purl = parse_purl(component.purl);
      if (purl && add_other_name(component.package, text_of(*purl))) continue;
      BillItem item;
      item.name = clean_text(!component.name.empty() ? component.name
                             : purl                  ? purl->name
                                                     : component.package);
      if (item.name.empty()) continue;
      item.version = clean_text(!component.version.empty() ? component.version : purl ? purl->version : "");
      item.id = ids_.unique(fmt::format("component-{}-{}", item.name, item.version));
      if (purl) item.purl = text_of(*purl);
      if (!component.licence.empty()) item.licence = clean(declared_licence({{component.licence, ""}}));
      refer(item.licence);
      item.sha256 = hex_or_nothing(component.sha256);
      item.download = url_or_nothing(component.download_location);
      put(item.properties, "from", "definition");
      bill_.items.push_back(std::move(item));
    }
  }

  bool add_other_name(std::string_view package, const std::string& purl) {
    if (package.empty()) return false;
    bool found = false;
    for (std::size_t i = 0; i < packages_; ++i) {
      BillItem& item = bill_.items[i];
      if (item.name != package) continue;
      found = true;
      if (item.purl != purl && std::ranges::find(item.other_purls, purl) == item.other_purls.end()) {
        item.other_purls.push_back(purl);
        put(item.properties, "also", purl);
      }
    }
    return found;
  }

  // The records of packages are left out: what they say is what the bill says.
  bool is_record(const std::string& path) const {
    return records_.contains(path) || path.starts_with("var/lib/dpkg/info/") ||
           (path.starts_with("var/lib/dpkg/status.d/") && path.ends_with(".md5sums"));
  }

  void add_files() {
    for (const Package& package : facts_.packages) records_.insert(package.record);
    std::size_t left_out = 0;
    for (const File& file : facts_.files) {
      if (file.entry.type != TarEntry::Type::file || !file.sha256 || !file.owners.empty()) continue;
      if (is_record(file.entry.path)) continue;
      if (bill_.files.size() == most_files) {
        ++left_out;
        continue;
      }
      bill_.files.push_back({ids_.unique("file-" + file.entry.path), clean_text(file.entry.path),
                             file.sha256->hex()});
    }
    if (left_out == 0) return;
    bill_.is_complete = false;
    bill_.notes.push_back(fmt::format("{} more files belong to no package; they are not listed.", left_out));
  }

  const Facts& facts_;
  const SbomExtras& extras_;
  Bill bill_;
  Identifiers ids_;
  std::size_t packages_ = 0;
  std::map<std::tuple<Package::Kind, std::string, std::string>, std::size_t> sources_;
  std::set<std::string> records_;
};

}  // namespace

Bill bill_of(const Facts& facts, const SbomExtras& extras) { return BillMaker(facts, extras).make(); }

}  // namespace hauberk
