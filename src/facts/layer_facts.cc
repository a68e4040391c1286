// SPDX-License-Identifier: Apache-2.0
#include "facts/layer_facts.h"

#include <algorithm>
#include <array>

#include "facts/content_hashes.h"
#include "facts/extract.h"
#include "io/spool_file.h"
#include "tar/reader.h"

namespace hauberk {
namespace {

constexpr std::size_t held_bytes = 1 << 20;          // of a file's content in memory
constexpr std::size_t start_bytes = 64;              // what wants_content() asks for
constexpr std::uint64_t secrets_bytes = 64 << 20;  // larger files are data
constexpr std::uint64_t text_limit_bytes = 64 << 20;
constexpr std::uint64_t texts_limit_bytes = 256 << 20;
constexpr std::uint64_t spool_limit_bytes = std::uint64_t{2} << 30;

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class LayerPass {
 public:
  explicit LayerPass(ByteSource& tar) : tar_(tar), reader_(tar, {.allow_absolute = true}) {}

  Result<LayerFacts> run() {
    for (;;) {
      TRY(auto entry, reader_.next());
      if (!entry) break;
      LayerFile file{*std::move(entry)};
      if (file.entry.type == TarEntry::Type::file) TRY_STATUS(read_content(file));
      facts_.files.push_back(std::move(file));
    }
    TRY_STATUS(read_to_end());
    return std::move(facts_);
  }

 private:
  // What an archive has after its end still counts for its digest.
  Status read_to_end() {
    for (;;) {
      TRY(const std::size_t count, tar_.read(std::span(buffer_)));
      if (count == 0) return {};
    }
  }

  Status read_content(LayerFile& file) {
    hashes_.begin();
    TRY(const auto held, read_some());
    if (held.size() == file.entry.size_bytes) {
      look_into(file, held);
    } else if (file.entry.size_bytes > spool_limit_bytes || !is_of_interest(file.entry, held)) {
      TRY_STATUS(hash_rest());
      if (file.entry.size_bytes > spool_limit_bytes && is_of_interest(file.entry, held)) {
        problem(file.entry.path, fmt::format("not looked into: it has {} bytes", file.entry.size_bytes));
      }
    } else {
      TRY_STATUS(spool(file, held));
    }
    auto both = hashes_.finish();
    file.sha256 = std::move(both.sha256);
    file.md5 = std::move(both.md5);
    return {};
  }

  // Content up to the size of the buffer, hashed.
  Result<std::span<const std::byte>> read_some() {
    std::size_t filled = 0;
    while (filled < buffer_.size()) {
      TRY(const std::size_t count, reader_.read(std::span(buffer_).subspan(filled)));
      if (count == 0) break;
      filled += count;
    }
    const auto bytes = std::span<const std::byte>(buffer_).first(filled);
    hashes_.write(bytes);
    return bytes;
  }

  Status hash_rest() {
    for (;;) {
      TRY(const auto bytes, read_some());
      if (bytes.empty()) return {};
    }
  }

  // A file larger than the buffer that is looked into. A full disk costs the look, not the layer.
  Status spool(LayerFile& file, std::span<const std::byte> held) {
    auto spooled = open_spool();
    if (spooled) spooled = spool_->write(held);
    for (auto bytes = held; !bytes.empty();) {
      TRY(bytes, read_some());
      if (spooled) spooled = spool_->write(bytes);
    }
    if (spooled) {
      if (auto all = spool_->bytes()) {
        look_into(file, *all);
      } else {
        spooled = std::unexpected(std::move(all).error());
      }
    }
    if (!spooled) problem(file.entry.path, "not looked into: " + spooled.error().message);
    return {};
  }

  Status open_spool() {
    if (spool_) return spool_->clear();
    TRY(SpoolFile made, SpoolFile::create());
    spool_.emplace(std::move(made));
    return {};
  }

  static std::span<const std::byte> start_of(std::span<const std::byte> content) {
    return content.first(std::min(content.size(), start_bytes));
  }

  static bool is_of_interest(const TarEntry& entry, std::span<const std::byte> held) {
    return is_text_path(entry.path) || entry.size_bytes <= secrets_bytes ||
           wants_content(entry.path, entry.size_bytes, start_of(held));
  }

  void look_into(LayerFile& file, std::span<const std::byte> content) {
    const std::string& path = file.entry.path;
    if (is_text_path(path)) keep_text(path, content);
    if (wants_content(path, content.size(), start_of(content))) take(extract(path, content), file);
    if (content.size() > secrets_bytes) return;  // keys stand in programs too: so not only in texts
    for (FoundSecret& secret : find_secrets(path, text_of(content))) {
      secret.place = FoundSecret::Place::file;
      secret.path = path;
      facts_.secrets.push_back(std::move(secret));
    }
  }

  void keep_text(const std::string& path, std::span<const std::byte> content) {
    if (content.size() > text_limit_bytes || content.size() > texts_limit_bytes - texts_bytes_) {
      return problem(path, fmt::format("not read: {} bytes are more than a record has", content.size()));
    }
    texts_bytes_ += content.size();
    facts_.texts[path] = text_of(content);
  }

  void take(Extracted extracted, LayerFile& file) {
    const auto move_all = [](auto& from, auto& to) {
      to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    };
    file.elf = std::move(extracted.elf);
    move_all(extracted.packages, facts_.packages);
    move_all(extracted.licences, facts_.licences);
    move_all(extracted.certificates, facts_.certificates);
    move_all(extracted.problems, facts_.problems);
  }

  void problem(const std::string& path, std::string_view why) {
    facts_.problems.push_back(fmt::format("{}: {}", path, why));
  }

  ByteSource& tar_;
  TarReader reader_;
  ContentHashes hashes_;
  std::vector<std::byte> buffer_ = std::vector<std::byte>(held_bytes);
  std::optional<SpoolFile> spool_;
  std::uint64_t texts_bytes_ = 0;
  LayerFacts facts_;
};

bool is_below(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder);
}

}  // namespace

bool is_text_path(std::string_view path) {
  constexpr std::array<std::string_view, 17> whole = {"etc/passwd",
                                                      "etc/group",
                                                      "etc/shadow",
                                                      "etc/gshadow",
                                                      "etc/os-release",
                                                      "usr/lib/os-release",
                                                      "etc/debian_version",
                                                      "etc/alpine-release",
                                                      "etc/machine-id",
                                                      "etc/ld.so.conf",
                                                      "etc/ld.so.preload",
                                                      "var/lib/dpkg/status",
                                                      "var/lib/dpkg/diversions",
                                                      "var/lib/dpkg/arch",
                                                      "lib/apk/db/installed",
                                                      "usr/lib/apk/db/installed",
                                                      "var/lib/dpkg/info/format"};
  if (std::ranges::find(whole, path) != whole.end()) return true;
  if (is_below(path, "etc/ld.so.conf.d/") || is_below(path, "etc/ld-musl-")) return true;
  if (is_below(path, "var/lib/dpkg/status.d/")) return true;
  return is_below(path, "var/lib/dpkg/info/") && (path.ends_with(".list") || path.ends_with(".md5sums"));
}

Result<LayerFacts> read_layer_facts(ByteSource& tar) { return LayerPass(tar).run(); }

}  // namespace hauberk
