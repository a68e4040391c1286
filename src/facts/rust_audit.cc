// SPDX-License-Identifier: Apache-2.0
#include "facts/rust_audit.h"

#include "base/json.h"
#include "facts/inflate.h"

namespace hauberk {
namespace {

constexpr std::size_t most_bytes = 8 << 20;
constexpr std::string_view what = "the list of crates";

bool is_build_only(const Json& crate) {
  const auto kind = crate.find("kind");
  return kind != crate.end() && *kind == "build";
}

// The names of the crates that the indexes in "dependencies" stand for.
Result<std::vector<std::string>> depends_of(const Json& crate, const Json& crates) {
  std::vector<std::string> names;
  const auto indexes = crate.find("dependencies");
  if (indexes == crate.end()) return names;
  if (!indexes->is_array()) return fail(ErrorKind::invalid_input, "{}: \"dependencies\" is not a list", what);
  for (const Json& index : *indexes) {
    if (!index.is_number_unsigned() || index.get<std::uint64_t>() >= crates.size()) {
      return fail(ErrorKind::invalid_input, "{} has a dependency on a crate that it does not have", what);
    }
    const Json& dependency = crates[index.get<std::uint64_t>()];
    if (!dependency.is_object() || is_build_only(dependency)) continue;
    TRY(std::string name, json_string(dependency, "name", what));
    names.push_back(std::move(name));
  }
  return names;
}

Result<Package> package_of(std::string_view path, const Json& crate, const Json& crates) {
  Package package;
  package.kind = Package::Kind::cargo;
  package.record = path;
  TRY(package.name, json_string(crate, "name", what));
  TRY(package.version, json_string(crate, "version", what));
  TRY(package.depends, depends_of(crate, crates));
  return package;
}

}  // namespace

Result<std::vector<Package>> read_rust_audit(std::string_view path, const ElfFile& elf) {
  std::vector<Package> packages;
  const ElfSection* section = elf.section(".dep-v0");
  if (section == nullptr) return packages;
  TRY(const std::string text, inflate_zlib(elf.content(*section).bytes(), most_bytes));
  TRY(const Json document, parse_json(text, {.size_bytes = most_bytes}));
  TRY(const Json* crates, json_array(document, "packages", what));
  for (const Json& crate : *crates) {
    if (!crate.is_object()) return fail(ErrorKind::invalid_input, "{}: a crate is not an object", what);
    if (is_build_only(crate)) continue;
    TRY(Package package, package_of(path, crate, *crates));
    packages.push_back(std::move(package));
  }
  return packages;
}

}  // namespace hauberk
