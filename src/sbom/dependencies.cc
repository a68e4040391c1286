// SPDX-License-Identifier: Apache-2.0
#include "sbom/dependencies.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "deb/relation.h"

namespace hauberk {
namespace {

// A thing that a package offers, under a name: itself, or what it provides.
struct Offer {
  std::size_t package = 0;
  bool is_itself = false;
  std::string version = {};  // of a provided name; empty where it has none
};

using Names = std::map<std::string, std::vector<Offer>, std::less<>>;

// Names of one kind are apart from those of another: a deb never satisfies a gem.
using Offers = std::map<Package::Kind, Names>;

std::string_view before_any(std::string_view text, std::string_view letters) {
  text = text.substr(0, text.find_first_of(letters));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

// PEP 503: case and the kind of separator do not tell two names apart.
std::string python_name(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const bool is_separator = c == '-' || c == '_' || c == '.';
    if (is_separator && result.ends_with('-')) continue;
    result += is_separator ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

// The name at the beginning of "requests[socks]>=2; extra == 'x'", "musl>=1.2", "serde ^1".
std::string bare_name(Package::Kind kind, std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  switch (kind) {
    case Package::Kind::python: return python_name(before_any(text, " [(<>=!~;"));
    case Package::Kind::apk: return std::string(before_any(text, " <>=~"));
    default: return std::string(before_any(text, " (<>=^"));
  }
}

void add_provided(Names& names, const Package& package, std::size_t index) {
  for (const std::string& provided : package.provides) {
    if (package.kind != Package::Kind::deb) {
      names[bare_name(package.kind, provided)].push_back({index});
      continue;
    }
    const auto relations = parse_relations(provided, package.architecture);
    if (!relations) continue;  // a broken field of one record costs its own edges
    for (const Alternatives& group : *relations) {
      const Relation& relation = group.front();
      names[relation.name].push_back({index, false, relation.version});
    }
  }
}

Offers offers_of(const std::vector<Package>& packages) {
  Offers offers;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    const Package& package = packages[i];
    Names& names = offers[package.kind];
    const bool is_python = package.kind == Package::Kind::python;
    names[is_python ? python_name(package.name) : package.name].push_back({i, true});
    add_provided(names, package, i);
  }
  return offers;
}

// How many folders two records have in common, as node and python look for what is nearest.
std::size_t common_folders(std::string_view a, std::string_view b) {
  std::size_t folders = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()) && a[i] == b[i]; ++i) folders += a[i] == '/';
  return folders;
}

class Resolver {
 public:
  explicit Resolver(const std::vector<Package>& packages)
      : packages_(packages), offers_(offers_of(packages)) {}

  std::vector<std::size_t> needs_of(std::size_t index) const {
    const Package& package = packages_[index];
    std::vector<std::size_t> needs;
    for (const std::string& text : package.depends) {
      if (package.kind == Package::Kind::deb) {
        add_relations(index, text, needs);
      } else if (const auto found = nearest(index, bare_name(package.kind, text))) {
        needs.push_back(*found);
      }
    }
    std::ranges::sort(needs);
    needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
    std::erase(needs, index);
    return needs;
  }

 private:
  void add_relations(std::size_t index, std::string_view field, std::vector<std::size_t>& needs) const {
    const auto relations = parse_relations(field, packages_[index].architecture);
    if (!relations) return;
    for (const Alternatives& group : *relations) {
      for (const Relation& relation : group) {
        const auto found = satisfier(index, relation);
        if (!found) continue;
        needs.push_back(*found);
        break;
      }
    }
  }

  const std::vector<Offer>* offered(Package::Kind kind, std::string_view name) const {
    const auto names = offers_.find(kind);
    if (names == offers_.end()) return nullptr;
    const auto found = names->second.find(name);
    return found == names->second.end() ? nullptr : &found->second;
  }

  // A provided name without a version satisfies only a relation without one (Policy 7.5).
  bool satisfies(const Offer& offer, const Relation& relation) const {
    if (relation.op == Relation::Operator::any) return true;
    const std::string& version = offer.is_itself ? packages_[offer.package].version : offer.version;
    return !version.empty() && relation.holds(version);
  }

  // Better is greater: a package of the name, of the same architecture; the first of those.
  int rank(std::size_t index, const Offer& offer) const {
    const bool same = packages_[offer.package].architecture == packages_[index].architecture;
    return (offer.is_itself ? 2 : 0) + (same ? 1 : 0);
  }

  std::optional<std::size_t> satisfier(std::size_t index, const Relation& relation) const {
    const auto* candidates = offered(Package::Kind::deb, relation.name);
    if (candidates == nullptr) return std::nullopt;
    const Offer* best = nullptr;
    for (const Offer& offer : *candidates) {
      if (!satisfies(offer, relation)) continue;
      if (best == nullptr || rank(index, offer) > rank(index, *best)) best = &offer;
    }
    return best == nullptr ? std::nullopt : std::optional(best->package);
  }

  // Of several packages of a name the one whose record is nearest; of those as near the one nearest the root.
  std::optional<std::size_t> nearest(std::size_t index, std::string_view name) const {
    const auto* candidates = offered(packages_[index].kind, name);
    if (name.empty() || candidates == nullptr) return std::nullopt;
    const auto key = [&](const Offer& offer) {
      const std::string& record = packages_[offer.package].record;
      const auto folders = static_cast<std::size_t>(std::ranges::count(record, '/'));
      return std::tuple(common_folders(packages_[index].record, record), ~folders);
    };
    return std::ranges::max_element(*candidates, {}, key)->package;
  }

  const std::vector<Package>& packages_;
  Offers offers_;
};

}  // namespace

std::vector<std::vector<std::size_t>> resolve_dependencies(const std::vector<Package>& packages) {
  const Resolver resolver(packages);
  std::vector<std::vector<std::size_t>> needs;
  needs.reserve(packages.size());
  for (std::size_t i = 0; i < packages.size(); ++i) needs.push_back(resolver.needs_of(i));
  return needs;
}

}  // namespace hauberk
