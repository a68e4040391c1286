// SPDX-License-Identifier: Apache-2.0
#include "deb/source_index.h"

#include <algorithm>

#include "deb/stanza.h"

namespace hauberk {
namespace {

constexpr std::size_t chunk_bytes = 256 << 10;
constexpr std::size_t most_stanza_bytes = 4 << 20;
constexpr std::size_t most_files = 1'000;  // of one source package

Result<SourcePackage> source_of(const Stanza& stanza, SourceId id) {
  SourcePackage source{std::move(id), std::string(stanza["Directory"]), {}};
  if (source.directory != "." && !is_path_below(source.directory)) {
    return fail(ErrorKind::invalid_input, "its Directory \"{}\" does not stay below the repository",
                source.directory);
  }
  TRY(source.files, parse_checksums(stanza["Checksums-Sha256"], "Checksums-Sha256", most_files));
  if (source.files.empty()) return fail(ErrorKind::invalid_input, "it lists no file with a SHA256 hash");
  for (const auto& [name, file] : source.files) {
    if (name.contains('/')) return fail(ErrorKind::invalid_input, "the file \"{}\" has a path", name);
  }
  return source;
}

class SourceFinder {
 public:
  explicit SourceFinder(const std::set<SourceId>& wanted) : wanted_(wanted) {}

  // Whole stanzas.
  Status take(std::string_view text) {
    StanzaReader reader(text);
    for (;;) {
      auto stanza = reader.next();
      ++number_;
      if (!stanza) return wrapped(stanza.error());
      if (!*stanza) break;
      if (const Status taken = take(**stanza); !taken) return wrapped(taken.error());
    }
    --number_;
    return {};
  }

  std::vector<SourcePackage> finish() {
    std::vector<SourcePackage> all;
    for (auto& [id, source] : found_) all.push_back(std::move(source));
    return all;
  }

 private:
  Status take(const Stanza& stanza) {
    SourceId id{stanza["Package"], stanza["Version"]};
    if (id.first.empty() || id.second.empty()) {
      return fail(ErrorKind::invalid_input, "it has no {}", id.first.empty() ? "Package" : "Version");
    }
    if (!wanted_.contains(id) || found_.contains(id)) return {};
    TRY(SourcePackage source, source_of(stanza, id));
    found_.emplace(std::move(id), std::move(source));
    return {};
  }

  std::unexpected<Error> wrapped(const Error& error) const {
    return wrap(error, fmt::format("cannot read stanza {} of the source index", number_));
  }

  const std::set<SourceId>& wanted_;
  std::map<SourceId, SourcePackage> found_;
  std::size_t number_ = 0;
};

// After the last empty line; npos: there is none.
std::size_t end_of_stanzas(std::string_view text) {
  const std::size_t at = text.rfind("\n\n");
  return at == std::string_view::npos ? at : at + 2;
}

}  // namespace

Result<std::vector<SourcePackage>> find_sources(ByteSource& text, const std::set<SourceId>& wanted) {
  SourceFinder finder(wanted);
  std::string pending;
  std::vector<std::byte> chunk(chunk_bytes);
  for (;;) {
    TRY(const std::size_t count, text.read(chunk));
    if (count == 0) break;
    pending.append(reinterpret_cast<const char*>(chunk.data()), count);
    if (const std::size_t end = end_of_stanzas(pending); end != std::string::npos) {
      TRY_STATUS(finder.take(std::string_view(pending).substr(0, end)));
      pending.erase(0, end);
    }
    if (pending.size() > most_stanza_bytes) {
      return fail(ErrorKind::limit_exceeded, "cannot read the source index: a stanza is above {} bytes",
                  most_stanza_bytes);
    }
  }
  TRY_STATUS(finder.take(pending));
  return finder.finish();
}

}  // namespace hauberk
