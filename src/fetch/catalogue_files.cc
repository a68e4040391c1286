// SPDX-License-Identifier: Apache-2.0
#include "fetch/files.h"

namespace hauberk {
namespace {

constexpr std::size_t files_limit = 10'000;
constexpr int depth_limit = 32;
constexpr std::uint64_t file_limit_bytes = std::uint64_t{1} << 30;

class NoSink final : public ByteSink {
 public:
  Status write(std::span<const std::byte>) override { return {}; }
};

class Collector {
 public:
  Collector(const FetchContext& context, const Dir& root) : context_(context), root_(root) {}

  // A file, or all files below a folder.
  Status add(const std::string& path, int depth = 0) {
    if (depth > depth_limit)
      return fail(ErrorKind::limit_exceeded, "cannot take {} from the catalogue: more than {} folders deep",
                  path, depth_limit);
    const bool is_folder = root_.subdir(path).has_value();
    return is_folder ? add_folder(path, depth) : add_file(path);
  }

  std::vector<LockedFile> take() { return std::move(files_); }

 private:
  Status add_folder(const std::string& path, int depth) {
    TRY(const auto names, root_.list(path));
    for (const std::string& name : names) TRY_STATUS(add(fmt::format("{}/{}", path, name), depth + 1));
    return {};
  }

  Status add_file(const std::string& path) {
    if (files_.size() >= files_limit)
      return fail(ErrorKind::limit_exceeded, "cannot take {} from the catalogue: more than {} files", path,
                  files_limit);
    TRY(const Stored stored, kept(path));
    files_.push_back({path, stored.digest, stored.size_bytes});
    return {};
  }

  // Reads once to know the digest: in most builds the vault has the file already, and nothing is written.
  Result<Stored> kept(const std::string& path) {
    NoSink nothing;
    HashingSink hashing(nothing);
    TRY_STATUS(copied(path, hashing));
    const Digest digest = hashing.finish();
    const auto size = context_.store.vault().file_size(vault_path(digest));
    if (size && *size == hashing.size_bytes()) return Stored{digest, *size};

    TRY(NewFile file, context_.store.vault().create_file());
    HashingSink writing(file);
    TRY_STATUS(copied(path, writing));
    const Digest written = writing.finish();
    TRY_STATUS(file.commit(vault_path(written)));
    return Stored{written, writing.size_bytes()};
  }

  Status copied(const std::string& path, ByteSink& sink) {
    TRY(FileSource source, root_.open_file(path));
    const auto size = copy(source, sink, file_limit_bytes);
    if (!size) return std::unexpected(size.error());
    return {};
  }

  const FetchContext& context_;
  const Dir& root_;
  std::vector<LockedFile> files_;
};

// "./image/a//b/" -> "image/a/b". What leads out of the catalogue is refused here, links by Dir.
Result<std::string> normal_path(std::string_view source) {
  const auto refuse = [&](std::string_view why) {
    return fail(
        ErrorKind::invalid_input,
        "cannot take \"{}\" from the catalogue: it {}; give a path below the catalogue root, without links",
        source, why);
  };
  if (source.starts_with('/')) return refuse("is absolute");
  if (source.contains('\0')) return refuse("holds a NUL byte");
  std::string path;
  std::string_view rest = source;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('/'), rest.size());
    const auto part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (part == "..") return refuse("leads out of its folder");
    if (part.empty() || part == ".") continue;
    path += (path.empty() ? "" : "/") + std::string(part);
  }
  if (path.empty()) return refuse("names no file");
  return path;
}

bool comes_from_catalogue(const PathEntry& entry) {
  const bool has_bytes = entry.type == PathEntry::Type::file || entry.type == PathEntry::Type::directory;
  return has_bytes && !entry.source.empty();
}

}  // namespace

Result<std::vector<LockedFile>> catalogue_files(const FetchContext& context, const Definition& definition,
                                                const std::string& catalog_root) {
  std::vector<std::string> paths;
  for (const PathEntry& entry : definition.paths) {
    if (!comes_from_catalogue(entry)) continue;
    TRY(auto path, normal_path(entry.source));
    paths.push_back(std::move(path));
  }
  if (paths.empty()) return std::vector<LockedFile>{};
  TRY(const Dir root, Dir::open(catalog_root));
  Collector collector(context, root);
  for (const std::string& path : paths) {
    if (auto added = collector.add(path); !added)
      return wrap(added.error(), fmt::format("cannot take {} from the catalogue {}", path, catalog_root));
  }
  return collector.take();
}

}  // namespace hauberk
