// SPDX-License-Identifier: Apache-2.0
#include "pipeline/source.h"

#include <algorithm>
#include <filesystem>

#include "io/dir.h"

namespace hauberk {
namespace {

constexpr std::uint64_t most_bytes = 1 << 20;
constexpr int most_ancestors = 10;

Result<std::string> read_text(const std::string& path) {
  TRY(const FilePlace place, place_of_file(path));
  auto folder = Dir::open(place.folder);
  if (!folder) return wrap(folder.error(), fmt::format("cannot read {}", path));
  auto text = folder->read_file(place.name, most_bytes);
  if (!text && text.error().kind == ErrorKind::not_found) {
    return fail(ErrorKind::not_found, "cannot read {}: there is no such file", path);
  }
  return text;
}

// The nearest folder at or above `folder` that has `relative`.
std::optional<std::string> ancestor_with(std::filesystem::path folder, std::string_view relative) {
  for (int i = 0; i < most_ancestors; ++i) {
    std::error_code error;
    if (std::filesystem::exists(folder / relative, error)) return folder.string();
    if (folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  return std::nullopt;
}

bool has_source(const PathEntry& entry) {
  return entry.type != PathEntry::Type::symlink && !entry.source.empty();
}

std::string root_for(const Definition& definition, const std::string& folder) {
  for (const PathEntry& entry : definition.paths) {
    if (!has_source(entry)) continue;
    if (const auto root = ancestor_with(folder, entry.source)) return *root;
  }
  return folder;
}

ReadInclude includes_below(const std::string& catalog_root, const std::string& folder) {
  return [=](std::string_view relative) -> Result<std::string> {
    const auto root = catalog_root.empty() ? ancestor_with(folder, relative) : catalog_root;
    if (!root)
      return fail(ErrorKind::not_found, "cannot read {}: no folder above {} has it", relative, folder);
    TRY(const Dir dir, Dir::open(*root));
    return dir.read_file(relative, most_bytes);
  };
}

// Notes where the paths are that the last customisation appended to the `count` that were there.
Status add_own_folders(DefinitionSource& source, std::size_t count, const std::string& customisation,
                       const std::string& folder) {
  const auto& paths = source.definition.paths;
  const auto own = paths.begin() + static_cast<std::ptrdiff_t>(count);
  for (auto entry = own; entry != paths.end(); ++entry) {
    if (!has_source(*entry)) continue;
    const bool taken = std::any_of(paths.begin(), own, [&](const PathEntry& other) {
      return has_source(other) && other.source == entry->source;
    });
    if (taken) {
      return fail(ErrorKind::conflict,
                  "cannot lay {} on the definition: both have the source \"{}\"; give yours another name",
                  customisation, entry->source);
    }
    source.own_folders[entry->source] = folder;
  }
  return {};
}

}  // namespace

Result<FilePlace> place_of_file(const std::string& path) {
  std::error_code error;
  const auto whole = std::filesystem::absolute(path, error).lexically_normal();
  if (path.empty() || error || !whole.has_filename()) {
    return fail(ErrorKind::invalid_input, "cannot find the file \"{}\": {}", path,
                error && !path.empty() ? error.message() : "this is no name of a file");
  }
  return FilePlace{whole.parent_path().string(), whole.filename().string()};
}

Result<DefinitionSource> read_definition(const std::string& path,
                                         const std::vector<std::string>& customisations,
                                         const std::string& catalog_root) {
  TRY(const FilePlace place, place_of_file(path));
  const std::string& folder = place.folder;
  TRY(const std::string text, read_text(path));
  TRY(ParsedDefinition parsed, parse_definition(text, path, includes_below(catalog_root, folder)));
  DefinitionSource source{std::move(parsed.definition), {}, {}, std::move(parsed.warnings)};
  source.catalog_root = catalog_root.empty() ? root_for(source.definition, folder) : catalog_root;
  for (const std::string& customisation : customisations) {
    TRY(const std::string overlay, read_text(customisation));
    TRY(const FilePlace overlay_place, place_of_file(customisation));
    TRY(ParsedDefinition customised, customise(source.definition, overlay, customisation,
                                               includes_below(catalog_root, overlay_place.folder)));
    const std::size_t count = source.definition.paths.size();
    source.definition = std::move(customised.definition);
    TRY_STATUS(add_own_folders(source, count, customisation, overlay_place.folder));
    source.warnings.insert(source.warnings.end(), customised.warnings.begin(), customised.warnings.end());
  }
  return source;
}

Status check_buildable(const Definition& definition) {
  const auto unsupported = [](std::string_view place, std::string_view why) {
    return fail(ErrorKind::unsupported, "unsupported: {}: {}", place, why);
  };
  if (!definition.build_names.empty()) {
    return unsupported(fmt::format("contents.builds \"{}\"", definition.build_names.front()),
                       "compiling from source comes later; use packages that Debian has");
  }
  if (!definition.artifacts.empty()) {
    return unsupported(fmt::format("contents.artifacts \"{}\"", definition.artifacts.front().name),
                       "taking files out of other images comes later");
  }
  if (definition.variant == Variant::helm)
    return unsupported("variant helm", "charts are validated, not built");
  if (definition.syntax.name.find("package") != std::string::npos) {
    return unsupported(fmt::format("syntax {}", definition.syntax.text()),
                       "packages are validated, not built");
  }
  const auto is_vcs = [](const RemoteFile& file) { return file.url.starts_with("git+"); };
  const auto vcs = std::find_if(definition.files.begin(), definition.files.end(), is_vcs);
  if (vcs != definition.files.end()) {
    return unsupported(fmt::format("contents.files \"{}\"", vcs->url),
                       "git sources come later; use a release archive");
  }
  const auto distribution = debian_distribution(definition);
  if (!distribution) return std::unexpected(distribution.error());
  return {};
}

}  // namespace hauberk
