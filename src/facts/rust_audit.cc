// SPDX-License-Identifier: Apache-2.0
#include "facts/rust_audit.h"

#include "base/json.h"
#include "facts/inflate.h"

namespace hauberk {
namespace {

constexpr std::size_t most_bytes = 8 << 20;
constexpr std::size_t most_crates = 20'000;
constexpr std::size_t most_depends = 200'000;
constexpr std::size_t longest_name = 255;
constexpr std::string_view what = "the list of crates";

bool is_build_only(const Json& crate) {
  const auto kind = crate.find("kind");
  return kind != crate.end() && *kind == "build";
}

Result<std::string> name_of(const Json& crate) {
  TRY(std::string name, json_string(crate, "name", what));
  if (name.empty() || name.size() > longest_name) {
    return fail(ErrorKind::invalid_input, "{} has a name of {} bytes", what, name.size());
  }
  return name;
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
    TRY(std::string name, name_of(dependency));
    names.push_back(std::move(name));
  }
  return names;
}

Result<Package> package_of(std::string_view path, const Json& crate, const Json& crates) {
  Package package;
  package.kind = Package::Kind::cargo;
  package.record = path;
  TRY(package.name, name_of(crate));
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
  std::size_t depends = 0;
  for (const Json& crate : *crates) {
    if (!crate.is_object()) return fail(ErrorKind::invalid_input, "{}: a crate is not an object", what);
    if (is_build_only(crate)) continue;
    TRY(Package package, package_of(path, crate, *crates));
    depends += package.depends.size();
    packages.push_back(std::move(package));
    if (packages.size() > most_crates || depends > most_depends) {
      return fail(ErrorKind::limit_exceeded, "{} has more than {} crates or {} dependencies", what,
                  most_crates, most_depends);
    }
  }
  return packages;
}

}  // namespace hauberk
