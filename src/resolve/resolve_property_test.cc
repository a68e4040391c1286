// What holds for every resolution: among small random repositories, each result is closed and at peace.
//
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "deb/relation.h"
#include "resolve/test_suite.h"

namespace hauberk {
namespace {

constexpr int names = 8;

std::string name_of_package(int number) { return fmt::format("p{}", number); }

rc::Gen<std::string> relation() {
  return rc::gen::map(rc::gen::tuple(rc::gen::inRange(0, names + 2), rc::gen::inRange(0, 8)),
                      [](const std::tuple<int, int>& drawn) {
                        const auto [number, kind] = drawn;
                        const std::string name =
                            number < names ? name_of_package(number) : fmt::format("v{}", number);
                        return kind == 0 ? name + " (>= 2)" : kind == 1 ? name + " (<< 2)" : name;
                      });
}

rc::Gen<std::string> joined(rc::Gen<std::string> one, std::string separator, int most) {
  return rc::gen::map(rc::gen::resize(most, rc::gen::container<std::vector<std::string>>(std::move(one))),
                      [separator](const std::vector<std::string>& all) {
                        return fmt::format("{}", fmt::join(all, separator));
                      });
}

rc::Gen<std::string> alternatives() {
  return rc::gen::map(rc::gen::pair(relation(), rc::gen::maybe(relation())), [](const auto& drawn) {
    return drawn.second ? drawn.first + " | " + *drawn.second : drawn.first;
  });
}

std::string field(std::string_view name, const std::string& value) {
  return value.empty() ? "" : fmt::format("{}: {}\n", name, value);
}

rc::Gen<std::string> stanza(int number) {
  return rc::gen::apply(
      [number](int version, const std::string& depends, const std::string& conflicts,
               const std::string& breaks, int provides) {
        return test_stanza(name_of_package(number), std::to_string(version),
                           field("Depends", depends) + field("Conflicts", conflicts) +
                               field("Breaks", breaks) +
                               (provides < 2 ? fmt::format("Provides: v{}\n", names + provides) : ""));
      },
      rc::gen::inRange(1, 4), joined(alternatives(), ", ", 3), joined(relation(), ", ", 1),
      joined(relation(), ", ", 1), rc::gen::inRange(0, 8));
}

// The closure, looked at without the chooser's eyes.
class Closure {
 public:
  Closure(const Resolution& resolution, const std::string& text) : index_(PackageIndex::of(text).value()) {
    for (const LockedPackage& package : resolution.packages) versions_[package.name] = package.version;
  }

  const std::map<std::string, std::string>& versions() const { return versions_; }

  PackageStanza stanza(const std::string& name) const {
    const auto stanzas = index_.find(name).value();
    for (const PackageStanza& one : stanzas) {
      if (one.version == versions_.at(name)) return one;
    }
    ADD_FAILURE() << "no " << name;
    return {};
  }

  bool has(const Relation& relation, std::string_view except = "") const {
    return std::any_of(versions_.begin(), versions_.end(), [&](const auto& package) {
      if (package.first == except) return false;
      if (package.first == relation.name && relation.holds(package.second)) return true;
      const auto provides = parse_relations(stanza(package.first).provides, "amd64").value();
      return relation.op == Relation::Operator::any &&
             std::any_of(provides.begin(), provides.end(),
                         [&](const Alternatives& one) { return one[0].name == relation.name; });
    });
  }

 private:
  PackageIndex index_;
  std::map<std::string, std::string> versions_;
};

RC_GTEST_PROP(ResolveProperty, ResultsAreClosedAndAtPeace, ()) {
  std::string text;
  for (int i = 0; i < names; ++i) {
    text += *stanza(i);
    if (*rc::gen::inRange(0, 4) == 0) text += *stanza(i);
  }
  std::vector<std::string> list;
  for (const int number : *rc::gen::unique<std::vector<int>>(rc::gen::inRange(0, names))) {
    list.push_back((*rc::gen::inRange(0, 3) == 0 ? "!" : "") + name_of_package(number));
  }
  const std::vector<SuiteIndex> suites{test_suite(text)};
  const auto resolution = resolve(test_definition(list), Platform::amd64(), suites, {});
  RC_ASSERT(outcome_of(resolve(test_definition(list), Platform::amd64(), suites, {})) ==
            outcome_of(resolution));
  RC_CLASSIFY(resolution.has_value(), "resolved");
  if (!resolution) {
    RC_ASSERT(resolution.error().kind == ErrorKind::conflict);
    return;
  }
  const Closure closure(*resolution, text);
  std::set<std::string> banned;
  for (const std::string& entry : list) {
    if (entry[0] == '!') {
      banned.insert(entry.substr(1));
    } else {
      RC_ASSERT(closure.versions().contains(entry));
    }
  }
  std::set<std::pair<std::string, std::string>> dropped;
  for (const DroppedDependency& one : resolution->dropped) dropped.emplace(one.package, one.relation);
  for (const auto& [name, version] : closure.versions()) {
    RC_ASSERT(!banned.contains(name));
    const PackageStanza stanza = closure.stanza(name);
    const auto depends = parse_relations(stanza.depends, "amd64").value();
    for (const Alternatives& one : depends) {
      const bool satisfied =
          std::any_of(one.begin(), one.end(), [&](const Relation& r) { return closure.has(r); });
      RC_ASSERT(satisfied != dropped.contains({name, text_of(one)}));
    }
    for (const std::string_view against : {stanza.conflicts, stanza.breaks}) {
      const auto relations = parse_relations(against, "amd64").value();
      for (const Alternatives& one : relations) RC_ASSERT(!closure.has(one[0], name));
    }
  }
}

}  // namespace
}  // namespace hauberk
