// SPDX-License-Identifier: Apache-2.0
#include "deb/package_file.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "deb/ar.h"

namespace hauberk {
namespace {

// "gz" of "data.tar.gz"; none if the member is not of that stem.
Result<std::optional<Compression>> compression_after(std::string_view member, std::string_view stem) {
  if (!member.starts_with(stem)) return std::nullopt;
  const std::string_view ending = member.substr(stem.size());
  if (ending.empty()) return std::optional(Compression::none);
  if (ending == ".gz") return std::optional(Compression::gzip);
  if (ending == ".xz") return std::optional(Compression::xz);
  if (ending == ".zst") return std::optional(Compression::zstd);
  if (ending == ".bz2" || ending == ".lzma") {
    return fail(ErrorKind::unsupported, "its member {} has a compression that is not supported", member);
  }
  return std::nullopt;
}

Status check_format(ArReader& ar) {
  constexpr std::uint64_t longest = 1024;
  TRY(const std::string text, read_all(ar, longest));
  const std::string_view line = std::string_view(text).substr(0, text.find('\n'));
  const bool whole = line.size() < text.size() && line.size() > 2;
  if (whole && line.starts_with("2.") && line.find_first_not_of("0123456789", 2) == std::string_view::npos) {
    return {};
  }
  const bool other = whole && line.find_first_not_of("0123456789.") == std::string_view::npos;
  return fail(other ? ErrorKind::unsupported : ErrorKind::invalid_input,
              "its format is \"{}\": only 2.0 and what is compatible with it can be read",
              line.substr(0, 20));
}

Status add_control_member(const TarEntry& entry, TarReader& tar, std::uint64_t limit_bytes,
                          std::map<std::string, std::string>& control) {
  if (entry.type == TarEntry::Type::directory && entry.path.empty()) return {};
  if (entry.type != TarEntry::Type::file || entry.path.find('/') != std::string::npos) {
    return fail(ErrorKind::invalid_input, "\"{}\" is a {} there, where only files are expected", entry.path,
                name_of(entry.type));
  }
  TarContent content(tar);
  TRY(std::string text, read_all(content, limit_bytes, entry.size_bytes));
  if (!control.emplace(entry.path, std::move(text)).second) {
    return fail(ErrorKind::invalid_input, "\"{}\" is there twice", entry.path);
  }
  return {};
}

Result<std::map<std::string, std::string>> read_control(ArReader& ar, Compression compression,
                                                        const PackageFileLimits& limits) {
  DecompressionLimits unpacked = limits.decompression;
  unpacked.output_bytes = std::min(unpacked.output_bytes, limits.control_bytes);
  const auto source = decompress(compression, ar, unpacked);
  TarReader tar(*source, limits.tar);
  std::map<std::string, std::string> control;
  while (true) {
    TRY(const std::optional<TarEntry> entry, tar.next());
    if (!entry) break;
    TRY_STATUS(add_control_member(*entry, tar, limits.control_bytes, control));
  }
  TRY_STATUS(drain(*source));  // length, checksum and bytes too many show at its end
  if (!control.contains("control")) return fail(ErrorKind::invalid_input, "there is no file \"control\"");
  return control;
}

}  // namespace

struct PackageFile::State {
  explicit State(ByteSource& source) : ar(source) {}

  // The next member that counts. `expected` is what the message says if there is none.
  Result<ArMember> next_member(std::string_view expected) {
    while (true) {
      TRY(std::optional<ArMember> member, ar.next());
      if (!member) return fail(ErrorKind::invalid_input, "it has no member {}", expected);
      if (!member->name.starts_with('_')) return std::move(*member);
    }
  }

  // The compression of the next member, which must be `stem` with an ending.
  Result<Compression> next_tar(std::string_view stem) {
    TRY(const ArMember member, next_member(stem));
    TRY(const std::optional<Compression> compression, compression_after(member.name, stem));
    if (compression) return *compression;
    return fail(ErrorKind::invalid_input, "its member {} stands where {} is expected", member.name, stem);
  }

  Status open(const PackageFileLimits& limits) {
    TRY(const std::optional<ArMember> first, ar.next());
    if (!first || first->name != "debian-binary") {
      return fail(ErrorKind::invalid_input, "its first member is not debian-binary");
    }
    TRY_STATUS(check_format(ar));
    TRY(const Compression control_compression, next_tar("control.tar"));
    auto members = read_control(ar, control_compression, limits);
    if (!members) return wrap(members.error(), "in its control.tar");
    control = std::move(*members);
    TRY(const Compression data_compression, next_tar("data.tar"));
    unpacked = decompress(data_compression, ar, limits.decompression);
    data.emplace(*unpacked, limits.tar);
    return {};
  }

  Status finish() {
    TRY_STATUS(drain(*unpacked));
    while (true) {
      TRY(const std::optional<ArMember> member, ar.next());
      if (!member) return {};
      if (!member->name.starts_with('_')) {
        return fail(ErrorKind::invalid_input, "its member {} stands after data.tar", member->name);
      }
    }
  }

  ArReader ar;
  std::map<std::string, std::string> control;
  std::unique_ptr<ByteSource> unpacked;  // reads from ar
  std::optional<TarReader> data;         // reads from unpacked
};

PackageFile::PackageFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
PackageFile::PackageFile(PackageFile&&) noexcept = default;
PackageFile::~PackageFile() = default;

Result<PackageFile> PackageFile::open(ByteSource& source, const PackageFileLimits& limits) {
  auto state = std::make_unique<State>(source);
  if (const Status opened = state->open(limits); !opened) {
    return wrap(opened.error(), "cannot read the package");
  }
  return PackageFile(std::move(state));
}

const std::map<std::string, std::string>& PackageFile::control() const { return state_->control; }

std::map<std::string, std::string> PackageFile::take_control() { return std::move(state_->control); }

TarReader& PackageFile::data() { return *state_->data; }

Status PackageFile::finish() {
  if (const Status finished = state_->finish(); !finished) {
    return wrap(finished.error(), "cannot read the package to its end");
  }
  return {};
}

}  // namespace hauberk
