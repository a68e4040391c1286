// SPDX-License-Identifier: Apache-2.0
#include "pipeline/source.h"

#include <algorithm>
#include <filesystem>

#include "io/dir.h"

namespace hauberk {
namespace {

constexpr std::uint64_t most_bytes = 1 << 20;
constexpr int most_ancestors = 10;

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

Result<std::string> read_definition_text(const std::string& path) {
  return read_named_file(path, most_bytes);
}

ReadInclude includes_for(const std::string& catalog_root, const std::string& file_folder) {
  return [=](std::string_view relative) -> Result<std::string> {
    const auto root = catalog_root.empty() ? ancestor_with(file_folder, relative) : catalog_root;
    if (!root) {
      return fail(ErrorKind::not_found,
                  "cannot read {}: no folder above {} has it; name the catalogue with --catalog", relative,
                  file_folder);
    }
    TRY(const Dir dir, Dir::open(*root));
    return dir.read_file(relative, most_bytes);
  };
}

Result<DefinitionSource> read_definition(const std::string& path,
                                         const std::vector<std::string>& customisations,
                                         const std::string& catalog_root) {
  TRY(const FilePlace place, place_of_file(path));
  const std::string& folder = place.folder;
  TRY(const std::string text, read_definition_text(path));
  TRY(ParsedDefinition parsed, parse_definition(text, path, includes_for(catalog_root, folder)));
  DefinitionSource source{std::move(parsed.definition), {}, {}, std::move(parsed.warnings)};
  source.catalog_root = catalog_root.empty() ? root_for(source.definition, folder) : catalog_root;
  for (const std::string& customisation : customisations) {
    TRY(const std::string overlay, read_definition_text(customisation));
    TRY(const FilePlace overlay_place, place_of_file(customisation));
    TRY(ParsedDefinition customised, customise(source.definition, overlay, customisation,
                                               includes_for(catalog_root, overlay_place.folder)));
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
