// SPDX-License-Identifier: Apache-2.0
#include "scan/vex.h"

#include <algorithm>
#include <tuple>

#include "base/time.h"
#include "deb/version.h"
#include "scan/ecosystem.h"
#include "scan/match.h"
#include "scan/version_text.h"

namespace hauberk {
namespace {

// How much a status hides: of two that are equal in everything else, the one that hides least counts.
int openness(VexStatus status) {
  switch (status) {
    case VexStatus::affected: return 3;
    case VexStatus::under_investigation: return 2;
    case VexStatus::fixed: return 1;
    case VexStatus::not_affected: break;
  }
  return 0;
}

std::string_view without_tag_and_digest(std::string_view reference) {
  reference = reference.substr(0, reference.find('@'));
  const auto slash = reference.rfind('/');
  const auto colon = reference.find(':', slash == std::string_view::npos ? 0 : slash);
  return reference.substr(0, colon);
}

std::string_view tag_of(std::string_view reference) {
  const std::string_view repository = without_tag_and_digest(reference);
  std::string_view rest = reference.substr(repository.size());
  rest = rest.substr(0, rest.find('@'));
  return rest.starts_with(':') ? rest.substr(1) : std::string_view();
}

// "hauberk/nginx" for a repository_url of "registry.example.org/hauberk/nginx": as many parts as both have.
bool same_repository(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const std::string_view longer = a.size() > b.size() ? a : b;
  const std::string_view shorter = a.size() > b.size() ? b : a;
  return longer.ends_with(shorter) && longer[longer.size() - shorter.size() - 1] == '/';
}

bool has_digest(const VexSubject& subject, std::string_view hex) {
  return std::ranges::any_of(subject.image_names, [&](std::string_view name) {
    return name.ends_with(hex) && (name.size() == hex.size() || name[name.size() - hex.size() - 1] == ':');
  });
}

// pkg:oci/name@sha256:...?repository_url=...&tag=...: everything that it says must be so.
bool is_image(const Purl& purl, const VexSubject& subject) {
  if (purl.type != "oci" && purl.type != "docker") return false;
  std::string_view version = purl.version;
  if (version.starts_with("sha256:")) {
    if (!has_digest(subject, version.substr(7))) return false;
    version = {};
  }
  const std::string_view tag = version.empty() ? qualifier(purl, "tag") : version;
  const std::string_view url = qualifier(purl, "repository_url");
  const std::string path = purl.space.empty() ? purl.name : purl.space + "/" + purl.name;
  return std::ranges::any_of(subject.image_names, [&](std::string_view name) {
    const std::string_view repository = without_tag_and_digest(name);
    if (repository.empty() || !same_repository(repository, path)) return false;
    if (!url.empty() && !same_repository(url, repository)) return false;
    return tag.empty() || tag_of(name) == tag;
  });
}

bool same_distro(std::string_view wanted, const VexSubject& subject) {
  if (wanted == subject.distro_codename && !wanted.empty()) return true;
  const auto hyphen = wanted.find('-');
  if (wanted.substr(0, hyphen) != subject.distro) return false;
  if (hyphen == std::string_view::npos) return true;
  const std::string_view version = wanted.substr(hyphen + 1);
  if (version == subject.distro_version || version == subject.distro_codename) return true;
  return subject.distro_version.starts_with(version) && subject.distro_version[version.size()] == '.';
}

// A qualifier that we cannot check is one that may not hold: then the statement does not apply.
bool qualifiers_hold(const Purl& purl, const Package& package, bool by_source, const VexSubject& subject) {
  return std::ranges::all_of(purl.qualifiers, [&](const auto& entry) {
    const auto& [key, value] = entry;
    if (key == "arch") return by_source ? value == "source" : value == package.architecture;
    if (key == "distro") return same_distro(value, subject);
    if (key == "os_name") return value == subject.distro;
    if (key == "os_version") return same_distro(fmt::format("{}-{}", subject.distro, value), subject);
    if (key == "os_distro") return value == subject.distro_codename;
    if (key == "type") return package.kind == Package::Kind::java && value == "jar";
    return false;
  });
}

std::string full_name(const Purl& purl, Package::Kind kind) {
  if (purl.space.empty() || kind == Package::Kind::deb || kind == Package::Kind::apk) return purl.name;
  return fmt::format("{}{}{}", purl.space, kind == Package::Kind::java ? ':' : '/', purl.name);
}

bool same_name(const Purl& purl, const Package& package, std::string_view name) {
  const std::string wanted = full_name(purl, package.kind);
  if (package.kind == Package::Kind::python) {
    return normal_name("PyPI", wanted) == normal_name("PyPI", name);
  }
  return wanted == name;
}

bool same_version(std::string_view wanted, std::string_view version, Package::Kind kind) {
  if (wanted.empty() || wanted == version) return true;
  return kind == Package::Kind::deb && !version.empty() && compare_versions(wanted, version) == 0;
}

bool names_package(const Purl& purl, const Package& package, const VexSubject& subject) {
  if (purl.type != purl_type(package.kind)) return false;
  const bool is_distro = package.kind == Package::Kind::deb || package.kind == Package::Kind::apk;
  if (is_distro && !purl.space.empty() && !subject.distro.empty() && purl.space != subject.distro)
    return false;
  if (same_name(purl, package, package.name) && same_version(purl.version, package.version, package.kind) &&
      qualifiers_hold(purl, package, false, subject)) {
    return true;
  }
  if (!is_distro || !same_name(purl, package, source_of(package))) return false;
  return same_version(purl.version, source_version_of(package), package.kind) &&
         qualifiers_hold(purl, package, true, subject);
}

// The finding is hidden only if each package that it is in is spoken of.
bool names_all(const Purl& purl, const VexSubject& subject) {
  return !subject.packages.empty() && std::ranges::all_of(subject.packages, [&](const Package* package) {
    return names_package(purl, *package, subject);
  });
}

bool names_part(const VexProduct::Subcomponent& part, const VexSubject& subject) {
  if (part.purl) return names_all(*part.purl, subject);
  return std::ranges::all_of(subject.packages, [&](const Package* package) {
    return part.id == package->purl && !part.id.empty();
  });
}

bool speaks_of(const VexProduct& product, const VexSubject& subject) {
  const bool by_name = std::ranges::find(subject.image_names, product.id) != subject.image_names.end();
  const bool by_digest =
      std::ranges::any_of(product.digests, [&](const std::string& hex) { return has_digest(subject, hex); });
  const bool of_image = by_name || by_digest || (product.purl && is_image(*product.purl, subject));
  if (of_image) {
    return product.subcomponents.empty() || std::ranges::any_of(product.subcomponents, [&](const auto& part) {
             return names_part(part, subject);
           });
  }
  return product.subcomponents.empty() && product.purl && names_all(*product.purl, subject);
}

}  // namespace

std::string_view name_of(VexStatus status) {
  switch (status) {
    case VexStatus::affected: return "affected";
    case VexStatus::under_investigation: return "under_investigation";
    case VexStatus::fixed: return "fixed";
    case VexStatus::not_affected: break;
  }
  return "not_affected";
}

VexIndex::VexIndex(std::span<const VexDocument> documents) {
  for (const VexDocument& document : documents) {
    for (const VexStatement& statement : document.statements) {
      for (const std::string& id : statement.vulnerabilities)
        by_id_.emplace(id, Entry{&document, &statement});
    }
  }
}

std::optional<VexVerdict> VexIndex::verdict(std::span<const std::string> ids,
                                            const VexSubject& subject) const {
  std::vector<Entry> entries;
  for (const std::string& id : ids) {
    const auto [first, last] = by_id_.equal_range(id);
    for (auto at = first; at != last; ++at) {
      const bool speaks = std::ranges::any_of(at->second.statement->products, [&](const VexProduct& product) {
        return speaks_of(product, subject);
      });
      if (speaks) entries.push_back(at->second);
    }
  }
  if (entries.empty()) return std::nullopt;
  const auto weight = [](const Entry& entry) {
    return std::tuple(entry.document->trust, entry.statement->time, openness(entry.statement->status),
                      std::string_view(entry.document->file));
  };
  const Entry best = *std::ranges::max_element(entries, {}, weight);
  VexVerdict verdict;
  verdict.status = best.statement->status;
  verdict.justification = best.statement->justification;
  verdict.reason = best.statement->impact.empty() ? best.statement->action : best.statement->impact;
  verdict.author = best.document->author;
  verdict.document = best.document->file;
  verdict.time = to_rfc3339(from_unix(best.statement->time));
  for (const Entry& entry : entries) {
    if (entry.statement->status == verdict.status) continue;
    verdict.overruled.push_back(fmt::format("{}, {}: {}", entry.document->author,
                                            to_rfc3339(from_unix(entry.statement->time)),
                                            name_of(entry.statement->status)));
  }
  std::ranges::sort(verdict.overruled);
  const auto twice = std::ranges::unique(verdict.overruled);
  verdict.overruled.erase(twice.begin(), twice.end());
  return verdict;
}

}  // namespace hauberk
