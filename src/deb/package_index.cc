// SPDX-License-Identifier: Apache-2.0
#include "deb/package_index.h"

#include <algorithm>
#include <charconv>

#include "deb/package_tables.h"
#include "deb/stanza.h"
#include "deb/version.h"

namespace hauberk {
namespace {

Result<std::uint64_t> number_of(std::string_view text, std::string_view field) {
  std::uint64_t number = 0;
  if (text.empty()) return number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return fail(ErrorKind::invalid_input, "its {} \"{}\" is no number", field, text);
  }
  return number;
}

// "Source: name" or "Source: name (version)"; what it leaves out is the binary package's own.
Status read_source(std::string_view text, PackageStanza& package) {
  package.source = package.name;
  package.source_version = package.version;
  if (text.empty()) return {};
  const std::size_t end = std::min(text.find_first_of(" ("), text.size());
  package.source = text.substr(0, end);
  const std::size_t open = text.find('(');
  if (open != std::string_view::npos) {
    const std::size_t close = text.find(')', open);
    if (close != text.size() - 1)
      return fail(ErrorKind::invalid_input, "its Source \"{}\" is not of the form", text);
    package.source_version = text.substr(open + 1, close - open - 1);
  } else if (end != text.size()) {
    return fail(ErrorKind::invalid_input, "its Source \"{}\" is not of the form", text);
  }
  if (!is_package_name(package.source))
    return fail(ErrorKind::invalid_input, "its Source \"{}\" is no name", text);
  TRY_STATUS(Version::parse(package.source_version));
  return {};
}

// Below the repository: it becomes part of a URL.
Status check_filename(std::string_view path) {
  const bool out = path.starts_with('/') || path == ".." || path.starts_with("../") ||
                   path.ends_with("/..") || path.find("/../") != std::string_view::npos;
  const bool odd = path.find_first_of("\n\t\\?#") != std::string_view::npos;
  if (out || odd)
    return fail(ErrorKind::invalid_input, "its Filename \"{}\" is no path below the repository", path);
  return {};
}

Result<PackageStanza> package_of(const Stanza& stanza, std::uint32_t position) {
  PackageStanza package;
  package.name = stanza["Package"];
  package.version = stanza["Version"];
  package.architecture = stanza["Architecture"];
  package.depends = stanza["Depends"];
  package.pre_depends = stanza["Pre-Depends"];
  package.conflicts = stanza["Conflicts"];
  package.breaks = stanza["Breaks"];
  package.replaces = stanza["Replaces"];
  package.provides = stanza["Provides"];
  package.priority = stanza["Priority"];
  package.section = stanza["Section"];
  package.multi_arch = stanza["Multi-Arch"];
  package.essential = stanza["Essential"] == "yes";
  package.important = stanza["Important"] == "yes" || stanza["Protected"] == "yes";
  package.filename = stanza["Filename"];
  package.sha256 = stanza["SHA256"];
  package.position = position;
  TRY_STATUS(Version::parse(package.version));
  if (package.architecture.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") !=
      std::string_view::npos) {
    return fail(ErrorKind::invalid_input, "its Architecture \"{}\" is none", package.architecture);
  }
  TRY_STATUS(read_source(stanza["Source"], package));
  TRY_STATUS(check_filename(package.filename));
  TRY(package.size_bytes, number_of(stanza["Size"], "Size"));
  TRY(package.installed_kib, number_of(stanza["Installed-Size"], "Installed-Size"));
  return package;
}

}  // namespace

struct PackageIndex::Data {
  // The bytes that `tables` looks into: the mapped file, or the two strings.
  std::optional<MappedFile> file;
  std::string table_bytes, text;
  PackageTables tables;

  Result<std::vector<PackageStanza>> parse(const std::vector<std::uint32_t>& numbers) const {
    std::vector<PackageStanza> packages;
    packages.reserve(numbers.size());
    for (const std::uint32_t number : numbers) {
      TRY(const std::string_view stanza_text, tables.stanza(number));
      auto stanza = parse_stanza(stanza_text);
      auto package = stanza ? package_of(*stanza, number) : std::unexpected(stanza.error());
      if (!package)
        return wrap(package.error(), fmt::format("cannot read stanza {} of the package index", number + 1));
      packages.push_back(*package);
    }
    return packages;
  }
};

Result<PackageIndex> PackageIndex::build(std::string_view text, const Dir& dir, std::string_view path) {
  TRY(const std::string tables, build_package_tables(text));
  TRY(NewFile file, dir.create_file());
  TRY_STATUS(write_text(file, tables));
  TRY_STATUS(write_text(file, text));
  TRY_STATUS(file.commit(path));
  return open(dir, path);
}

Result<PackageIndex> PackageIndex::open(const Dir& dir, std::string_view path) {
  TRY(MappedFile file, dir.map_file(path));
  auto data = std::make_shared<Data>();
  data->file.emplace(std::move(file));
  TRY(data->tables, PackageTables::of_file(data->file->text(), fmt::format("{}/{}", dir.path(), path)));
  return PackageIndex(std::move(data));
}

Result<PackageIndex> PackageIndex::of(std::string text) {
  auto data = std::make_shared<Data>();
  data->text = std::move(text);
  TRY(data->table_bytes, build_package_tables(data->text));
  TRY(data->tables, PackageTables::of_parts(data->table_bytes, data->text));
  return PackageIndex(std::move(data));
}

Result<std::vector<PackageStanza>> PackageIndex::find(std::string_view name) const {
  TRY(const std::vector<std::uint32_t> numbers, data_->tables.find_name(name));
  return data_->parse(numbers);
}

Result<std::vector<PackageStanza>> PackageIndex::providers(std::string_view name) const {
  TRY(const std::vector<std::uint32_t> numbers, data_->tables.find_provided(name));
  return data_->parse(numbers);
}

std::size_t PackageIndex::package_count() const { return data_->tables.stanza_count(); }

std::string_view PackageIndex::text() const { return data_->tables.text(); }

std::vector<std::string_view> PackageIndex::names() const {
  std::vector<std::string_view> names;
  names.reserve(package_count());
  for (std::uint32_t i = 0; i < data_->tables.stanza_count(); ++i) names.push_back(data_->tables.name_at(i));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace hauberk
