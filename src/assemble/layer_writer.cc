// SPDX-License-Identifier: Apache-2.0
#include "assemble/layer_writer.h"

#include <openssl/evp.h>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "assemble/effects.h"
#include "assemble/path_map.h"
#include "assemble/paths.h"
#include "deb/package_file.h"
#include "deb/stanza.h"
#include "tar/writer.h"

namespace hauberk {
namespace {

constexpr std::uint64_t most_captured_bytes = 8 << 20;  // of one file that an effect reads

constexpr std::int64_t last_second = 253'402'300'799;  // that RFC 3339 can name

// A hard link whose target a guard leaves out takes the target's place: package and target -> link.
using Promotions = std::map<std::pair<std::size_t, std::string>, std::string>;

// MD5 as dpkg's records have it, of bytes that come in pieces.
class Md5 {
 public:
  Md5() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), EVP_md5(), nullptr);
  }
  void write(std::span<const std::byte> bytes) {
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
  }
  std::string finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), hash.data(), &size);
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", hash[i]);
    return hex;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

// Passes on to the layer (or nowhere), and keeps what is asked for.
class ContentSink final : public ByteSink {
 public:
  ContentSink(TarWriter* tar, bool keep, bool with_md5) : tar_(tar), keep_(keep) {
    if (with_md5) md5_.emplace();
  }

  Status write(std::span<const std::byte> bytes) override {
    digest_.write(bytes);
    if (md5_) md5_->write(bytes);
    if (keep_) kept_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return tar_ ? tar_->write(bytes) : Status{};
  }
  Digest finish() { return digest_.finish(); }
  std::string finish_md5() { return md5_->finish(); }
  const std::string& kept() const { return kept_; }

 private:
  TarWriter* tar_;
  bool keep_;
  std::string kept_;
  DigestWriter digest_;
  std::optional<Md5> md5_;
};

class LayerWriter {
 public:
  LayerWriter(const LayerGroup& group, const LayerOptions& options, Promotions& promotions,
              const MakeFacts& make_facts, ByteSink& sink)
      : group_(group), options_(options), promotions_(promotions), make_facts_(make_facts), tar_(sink) {}

  Status add(const Dir& vault, std::size_t number) {
    package_ = group_.packages[number];
    number_ = number;
    facts_ = PackageFacts{};
    list_.clear();
    left_out_paths_.clear();
    replaced_paths_.clear();
    own_folders_.clear();
    hard_links_.clear();
    TRY(FactsWriter files, make_facts_(number));
    files_ = &files;
    TRY(FileSource file, vault.open_file(vault_path(package_->digest)));
    HashingSource source(file);
    const Status read = read_package(source);
    // Damaged bytes fail to unpack before their hash is known: the hash, not that failure, is the reason.
    std::vector<std::byte> rest(1 << 16);
    for (;;) {
      TRY(const std::size_t size, source.read(rest));
      if (size == 0) break;
    }
    if (source.finish() != package_->digest) {
      return fail(ErrorKind::verification_failed,
                  "its bytes in the vault are not those that the lock names: remove {} from the vault and "
                  "build again",
                  vault_path(package_->digest));
    }
    if (!read) return read;
    return must_restart_ ? Status{} : files.commit(std::move(facts_));
  }

  Status finish() { return tar_.finish(); }

  // Set when a hard link to something left out was met too late: write the layer again.
  bool must_restart() const { return must_restart_; }

 private:
  Status read_package(ByteSource& source) {
    TRY(PackageFile deb, PackageFile::open(source));
    auto control = deb.take_control();
    TRY_STATUS(read_control(control));
    for (;;) {
      TRY(const auto entry, deb.data().next());
      if (!entry) break;
      TRY_STATUS(take_entry(*entry, deb.data()));
    }
    TRY_STATUS(deb.finish());
    return add_record(std::move(control));
  }

  Status read_control(const std::map<std::string, std::string>& control) {
    const auto text = control.find("control");
    if (text == control.end()) return fail(ErrorKind::invalid_input, "it has no control file");
    TRY(const Stanza stanza, parse_stanza(text->second));
    if (stanza["Package"] != package_->name || stanza["Version"] != package_->version ||
        stanza["Architecture"] != package_->architecture) {
      return fail(ErrorKind::verification_failed, "its control file says {} {} ({}), the lock {} {} ({})",
                  stanza["Package"], stanza["Version"], stanza["Architecture"], package_->name,
                  package_->version, package_->architecture);
    }
    facts_.name = package_->name;
    facts_.version = package_->version;
    facts_.architecture = package_->architecture;
    facts_.multi_arch = stanza["Multi-Arch"];
    facts_.control = text->second;
    for (const auto& [member, content] : control) {
      if (member == "triggers") facts_.triggers = content;
      if (member == "preinst" || member == "postinst") facts_.scripts.emplace(member, Digest::of(content));
    }
    conffiles_.clear();
    if (const auto member = control.find("conffiles"); member != control.end()) {
      for (const std::string& path : conffile_paths(member->second)) conffiles_.insert(path.substr(1));
    }
    return {};
  }

  Status check(const TarEntry& entry) const {
    using Type = TarEntry::Type;
    if (entry.type == Type::character_device || entry.type == Type::block_device ||
        entry.type == Type::fifo) {
      return fail(ErrorKind::invalid_input, "\"{}\" is a {}, which no image may have", entry.path,
                  name_of(entry.type));
    }
    if (entry.type == Type::symlink && leads_out(entry.path, entry.link_target)) {
      return fail(ErrorKind::invalid_input, "the link \"{}\" leads out of the root to \"{}\"", entry.path,
                  entry.link_target);
    }
    if (entry.mtime_seconds > last_second) {
      return fail(ErrorKind::invalid_input, "\"{}\" is of a time after the year 9999", entry.path);
    }
    if (is_whiteout(entry.path)) {
      return fail(ErrorKind::invalid_input,
                  "\"{}\" would remove files of other layers: no name may begin with .wh.", entry.path);
    }
    return {};
  }

  Status take_entry(const TarEntry& original, TarReader& reader) {
    TRY_STATUS(check(original));
    facts_.newest_mtime = std::max(facts_.newest_mtime, original.mtime_seconds);
    if (options_.record == RecordStyle::dpkg) {
      list_ += fmt::format("/{}\n", original.path.empty() ? "." : original.path);
    }
    if (original.path.empty()) return {};
    TarEntry entry = original;
    // A top-level link such as bin -> usr/bin is itself what the merge makes.
    if (entry.type != TarEntry::Type::symlink || entry.path.find('/') != std::string::npos) {
      entry.path = merged_path(entry.path);
    }
    if (entry.type == TarEntry::Type::hard_link) entry.link_target = merged_path(entry.link_target);
    entry.mode = guarded_mode(entry, options_.guards);
    entry.xattrs.clear();  // a .deb carries no file capabilities, and may not bring any
    if (const auto guard =
            left_out_by(entry.path, entry.type == TarEntry::Type::directory, options_.guards)) {
      return leave_out(*guard, entry, reader);
    }
    if (entry.type == TarEntry::Type::hard_link) {
      TRY(const bool is_done, redirect_hard_link(entry));
      if (is_done) return {};
    }
    return emit(entry, reader, conffiles_.contains(original.path) ? "/" + original.path : std::string());
  }

  Status leave_out(std::string_view guard, TarEntry entry, TarReader& reader) {
    auto& sum = facts_.left_out[std::string(guard)];
    if (entry.type != TarEntry::Type::directory) ++sum.files;
    sum.size_bytes += entry.size_bytes;
    left_out_paths_.emplace(entry.path, 0);
    if (const auto promoted = promotions_.find({number_, entry.path}); promoted != promotions_.end()) {
      entry.path = promoted->second;
      return emit(entry, reader, {});
    }
    return {};
  }

  // True if the link needs no entry of its own. A link to a link is one to the file.
  Result<bool> redirect_hard_link(TarEntry& entry) {
    if (const auto link = hard_links_.find(entry.link_target); link != hard_links_.end()) {
      entry.link_target = link->second;
    }
    if (!left_out_paths_.contains(entry.link_target)) {
      TRY_STATUS(check_hard_link(entry));
      hard_links_[entry.path] = entry.link_target;
      return false;
    }
    const auto [promoted, is_new] = promotions_.emplace(std::pair(number_, entry.link_target), entry.path);
    if (is_new) {
      must_restart_ = true;
      return true;
    }
    if (promoted->second == entry.path) return true;
    entry.link_target = promoted->second;
    return false;
  }

  // Its file comes before it, in the same package and this layer.
  Status check_hard_link(const TarEntry& entry) const {
    const auto value = owners_.find(entry.link_target);
    const Owner owner = value ? owner_of(*value) : Owner{0, true};
    if (!owner.is_folder && owner.package == number_) return {};
    if (!owner.is_folder && replaced_paths_.contains(entry.link_target)) {
      return fail(ErrorKind::unsupported, "the hard link \"{}\" is to \"{}\", which {} replaces", entry.path,
                  entry.link_target, group_.packages[owner.package]->name);
    }
    return fail(ErrorKind::invalid_input, "the hard link \"{}\" has no file before it: \"{}\"", entry.path,
                entry.link_target);
  }

  // Whether the entry goes into the layer; the second owner of a path does not, if it may not.
  Result<bool> claim(const TarEntry& entry) {
    const bool is_folder = entry.type == TarEntry::Type::directory;
    const auto [value, is_new] = owners_.emplace(entry.path, value_of({number_, is_folder}));
    if (is_new) return true;
    const Owner owner = owner_of(value);
    if (is_folder && owner.is_folder) return false;
    if (owner.package == number_) {
      return fail(ErrorKind::invalid_input, "\"{}\" is in it twice", entry.path);
    }
    const LockedPackage& first = *group_.packages[owner.package];
    TRY(const bool first_wins, may_replace(first, *package_));
    if (first_wins) return false;
    return fail(ErrorKind::conflict,
                "{} and {} both have \"{}\", and neither says that it replaces the other's: take one "
                "of them off the list",
                first.name, package_->name, entry.path);
  }

  Status emit(const TarEntry& entry, TarReader& reader, const std::string& conffile) {
    TRY(const bool into_layer, claim(entry));
    if (is_record_folder(entry.path)) own_folders_.insert(entry.path);
    if (!into_layer && entry.type != TarEntry::Type::directory) replaced_paths_.emplace(entry.path, 0);
    FileFact fact{entry, std::nullopt};
    if (into_layer) {
      TRY_STATUS(tar_.add(entry));
    }
    if (entry.type == TarEntry::Type::file) {
      const bool wanted = effect_reads(entry.path) && entry.size_bytes <= most_captured_bytes;
      ContentSink sink(into_layer ? &tar_ : nullptr, wanted, !conffile.empty());
      TarContent content(reader);
      TRY([[maybe_unused]] const auto size, copy(content, sink));
      fact.digest = sink.finish();
      if (wanted) facts_.contents[entry.path] = sink.kept();
      if (!conffile.empty()) facts_.conffiles[conffile] = sink.finish_md5();
    }
    return files_->add(fact);
  }

  Status add_record(std::map<std::string, std::string> control) {
    const auto record = package_record(options_.record, facts_, std::move(control), std::move(list_));
    for (const auto& [path, content] : record) {
      TRY_STATUS(add_parents(path));
      TarEntry entry;
      entry.path = path;
      entry.mode = options_.record == RecordStyle::dpkg && facts_scripts(path) ? 0755 : 0644;
      entry.mtime_seconds = facts_.newest_mtime;
      entry.size_bytes = content.size();
      TRY(const bool is_new, claim(entry));
      if (!is_new) return fail(ErrorKind::invalid_input, "\"{}\" is another package's", path);
      TRY_STATUS(tar_.add_file(entry, content));
      TRY_STATUS(files_->add({entry, Digest::of(content)}));
    }
    return {};
  }

  static bool facts_scripts(std::string_view path) {
    for (const std::string_view script : {".preinst", ".postinst", ".prerm", ".postrm", ".config"}) {
      if (path.ends_with(script)) return true;
    }
    return false;
  }

  // The facts of a package are the same whatever else is in the layer: the folders are among them.
  Status add_parents(std::string_view path) {
    const std::string_view parent = parent_of(path);
    if (parent.empty() || !own_folders_.emplace(parent).second) return {};
    TRY_STATUS(add_parents(parent));
    TarEntry entry;
    entry.type = TarEntry::Type::directory;
    entry.path = parent;
    entry.mode = 0755;
    entry.mtime_seconds = facts_.newest_mtime;
    TRY_STATUS(files_->add({entry, std::nullopt}));
    TRY(const bool is_new, claim(entry));
    return is_new ? tar_.add(entry) : Status{};
  }

  // Those above dpkg's record, and what is in it.
  static bool is_record_folder(std::string_view path) {
    return std::string_view("var/lib/dpkg/").starts_with(path) || path.starts_with("var/lib/dpkg/");
  }

  // Who was first to have a path of the layer.
  struct Owner {
    std::size_t package;
    bool is_folder;
  };
  static Owner owner_of(std::uint32_t value) { return {value >> 1, (value & 1) != 0}; }
  static std::uint32_t value_of(const Owner& owner) {
    return static_cast<std::uint32_t>(owner.package << 1) | (owner.is_folder ? 1 : 0);
  }

  const LayerGroup& group_;
  const LayerOptions& options_;
  Promotions& promotions_;
  const MakeFacts& make_facts_;
  TarWriter tar_;
  PathMap owners_;
  bool must_restart_ = false;

  // Of the package that is being read.
  const LockedPackage* package_ = nullptr;
  std::size_t number_ = 0;
  PackageFacts facts_;
  FactsWriter* files_ = nullptr;
  std::string list_;  // of all paths, for dpkg
  std::unordered_set<std::string> conffiles_;
  PathMap left_out_paths_;
  PathMap replaced_paths_;  // those that are another package's instead
  std::unordered_set<std::string> own_folders_;  // those that are dpkg's too
  std::unordered_map<std::string, std::string> hard_links_;
};

Result<bool> write_once(const Dir& vault, LayerWriter& writer, const LayerGroup& group, Progress& progress) {
  for (std::size_t i = 0; i < group.packages.size(); ++i) {
    if (auto added = writer.add(vault, i); !added) {
      const LockedPackage& package = *group.packages[i];
      return wrap(added.error(), fmt::format("cannot put {} {} ({}) into a layer", package.name,
                                             package.version, package.architecture));
    }
    progress.advance(group.packages[i]->size_bytes);
  }
  TRY_STATUS(writer.finish());
  return !writer.must_restart();
}

}  // namespace

Result<Digest> write_package_layer(const Dir& vault, const LayerGroup& group, const LayerOptions& options,
                                   const MakeSink& make_sink, const MakeFacts& make_facts,
                                   Progress& progress) {
  // Whether a hard link takes the place of a target that is left out is only known once the link is met.
  // Few packages have such a link; their layer is then written again, knowing it.
  Promotions promotions;
  for (;;) {
    TRY(ByteSink * sink, make_sink());
    const auto compressor = compress(options.compression, options.level, *sink);
    HashingSink tar(*compressor);
    LayerWriter writer(group, options, promotions, make_facts, tar);
    TRY(const bool is_complete, write_once(vault, writer, group, progress));
    TRY_STATUS(compressor->finish());
    if (is_complete) return tar.finish();
  }
}

}  // namespace hauberk
