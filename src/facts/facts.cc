// SPDX-License-Identifier: Apache-2.0
#include "facts/facts.h"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <tuple>

#include "facts/image_cache.h"
#include "facts/layer_cache.h"
#include "facts/root_path.h"
#include "facts/root_tree.h"
#include "io/parallel.h"

namespace hauberk {
namespace {

constexpr std::size_t layers_at_once = 2;

// What all layers together may hold: each layer has its own limits, and an image may have many.
constexpr std::uint64_t files_limit = 4'000'000;
constexpr std::uint64_t texts_limit_bytes = std::uint64_t{512} << 20;

class Budget {
 public:
  Status take(const LayerFacts& layer) {
    std::uint64_t bytes = 0;
    for (const auto& [path, text] : layer.texts) bytes += text.size();
    if ((files_ += layer.files.size()) > files_limit) {
      return fail(ErrorKind::limit_exceeded, "cannot look into the image: more than {} files", files_limit);
    }
    if ((texts_bytes_ += bytes) > texts_limit_bytes) {
      return fail(ErrorKind::limit_exceeded,
                  "cannot look into the image: more than {} bytes of package records", texts_limit_bytes);
    }
    return {};
  }

 private:
  std::atomic<std::uint64_t> files_ = 0, texts_bytes_ = 0;
};

Result<std::vector<LayerFacts>> read_layers(const ImageSource& image, const Store* store) {
  std::vector<LayerFacts> layers(image.layers().size());
  Budget budget;
  const std::size_t threads = std::min(layers_at_once, processor_count());
  TRY_STATUS(parallel_for(layers.size(), threads, [&](std::size_t i) -> Status {
    TRY(layers[i], facts_of_layer(image, i, store));
    return budget.take(layers[i]);
  }));
  return layers;
}

Facts begin_facts(const ImageSource& image) {
  Facts facts;
  facts.name = image.name();
  facts.config = image.config();
  facts.config_text = image.config_text();
  facts.descriptor = image.descriptor();
  if (image.manifest()) facts.annotations = image.manifest()->annotations;
  facts.tags = image.tags();
  facts.layers = image.layers();
  facts.is_folder = image.config_text().empty();
  return facts;
}

template <class T>
void append(std::vector<T>& to, std::vector<T> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// What files say counts where the file is seen; secrets count everywhere.
class Collector {
 public:
  Collector(Facts& facts, const RootTree& tree) : facts_(facts), tree_(tree) {}

  void take(LayerFacts& layer, std::size_t number) {
    for (Package& package : layer.packages) {
      if (auto record = shown_record(package.record, number)) {
        package.record = *std::move(record);
        facts_.packages.push_back(std::move(package));
      }
    }
    for (Licence& licence : layer.licences) {
      if (auto file = tree_.shown(licence.file, number)) licences_[*file].push_back(licence.expression);
    }
    for (Certificate& certificate : layer.certificates) {
      if (auto file = tree_.shown(certificate.file, number)) {
        certificate.file = *std::move(file);
        facts_.certificates.push_back(std::move(certificate));
      }
    }
    for (FoundSecret& secret : layer.secrets) {
      secret.layer = number;
      secret.is_hidden = !tree_.shown(secret.path, number);
      facts_.secrets.push_back(std::move(secret));
    }
    append(facts_.problems, std::move(layer.problems));
  }

  // By the file of the final root that says so.
  const std::map<std::string, std::vector<std::string>>& licences() const { return licences_; }

 private:
  // "app.jar!META-INF/x": the file is the part before "!".
  std::optional<std::string> shown_record(const std::string& record, std::size_t number) const {
    const std::size_t inner = record.find('!');
    if (auto whole = tree_.shown(record, number); whole || inner == std::string::npos) return whole;
    auto file = tree_.shown(record.substr(0, inner), number);
    if (file) *file += record.substr(inner);
    return file;
  }

  Facts& facts_;
  const RootTree& tree_;
  std::map<std::string, std::vector<std::string>> licences_;
};

const TarEntry* entry_at(const Facts& facts, std::string_view path) {
  const File* file = find_file(facts, path);
  return file == nullptr ? nullptr : &file->entry;
}

std::optional<std::string> resolve_in(const Facts& facts, std::string_view path, bool follow_last) {
  return resolve_path(path, follow_last, [&](std::string_view p) { return entry_at(facts, p); });
}

// A file's text by any name that leads to it.
std::string_view text_at(const Facts& facts, const std::map<std::string, std::string>& texts,
                         std::string_view path) {
  const auto real = resolve_in(facts, path, true);
  const auto at = real ? texts.find(*real) : texts.end();
  return at == texts.end() ? std::string_view() : std::string_view(at->second);
}

bool is_record(std::string_view path) {
  return path.starts_with("var/lib/dpkg/") || path.contains("lib/apk/db/");
}

void add_texts(Facts& facts, const std::map<std::string, std::string>& texts) {
  for (const auto& [path, text] : texts) {
    if (!is_record(path)) facts.texts[path] = text;
  }
  for (const char* path : {"etc/passwd", "etc/group", "etc/shadow", "etc/gshadow", "etc/os-release"}) {
    if (const auto text = text_at(facts, texts, path); !text.empty()) facts.texts[path] = text;
  }
  std::string_view os = text_at(facts, texts, "etc/os-release");
  if (os.empty()) os = text_at(facts, texts, "usr/lib/os-release");
  facts.os = parse_os_release(os);
}

void add_licences(Package& package, const Facts& facts,
                  const std::map<std::string, std::vector<std::string>>& licences) {
  if (package.kind != Package::Kind::deb) return;
  const auto path = resolve_in(facts, fmt::format("usr/share/doc/{}/copyright", package.name), true);
  const auto found = path ? licences.find(*path) : licences.end();
  if (found == licences.end()) return;
  for (const std::string& expression : found->second) package.licences.push_back({expression, *path});
}

// Puts the packages into their order, with what their records list.
void sort_packages(Facts& facts, std::vector<std::vector<ListedFile>> listed) {
  const auto key = [&](std::size_t i) {
    const Package& p = facts.packages[i];
    return std::tie(p.kind, p.name, p.version, p.architecture, p.record);
  };
  std::vector<std::size_t> order(facts.packages.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  std::vector<Package> packages;
  for (std::size_t i = 0; i < order.size(); ++i) {
    packages.push_back(std::move(facts.packages[order[i]]));
    if (order[i] < listed.size() && !listed[order[i]].empty()) {
      facts.listed[i] = std::move(listed[order[i]]);
    }
  }
  facts.packages = std::move(packages);
}

// The file that a package means by a path: its folder may be a link (usr-merge: bin/x is usr/bin/x).
File* listed_file(Facts& facts, const std::string& path) {
  const File* file = find_file(facts, path);
  if (file == nullptr) {
    const auto folder = resolve_in(facts, folder_of(path), true);
    if (!folder) return nullptr;
    file = find_file(facts, join_path(*folder, last_part(path)));
  }
  return file == nullptr ? nullptr : &facts.files[static_cast<std::size_t>(file - facts.files.data())];
}

void add_owners(Facts& facts) {
  for (const auto& [number, listed] : facts.listed) {
    if (facts.packages[number].state == Package::State::removed) continue;
    for (const ListedFile& item : listed) {
      File* file = listed_file(facts, item.path);
      if (file != nullptr && (file->owners.empty() || file->owners.back() != number)) {
        file->owners.push_back(number);
      }
    }
  }
}

bool is_of_language(const Package& package) {
  return package.kind != Package::Kind::deb && package.kind != Package::Kind::apk;
}

// Debian's python3-yaml is also a package of Python's: a hole of it is Debian's to mend.
void add_owners_of_packages(Facts& facts) {
  for (Package& package : facts.packages) {
    if (!is_of_language(package)) continue;
    const File* record = find_file(facts, package.record);
    if (record == nullptr) record = find_file(facts, package.record.substr(0, package.record.find('!')));
    if (record != nullptr && !record->owners.empty()) {
      package.owner = facts.packages[record->owners.front()].name;
    }
  }
}

void add_records(Facts& facts, const std::map<std::string, std::string>& texts,
                 const std::map<std::string, std::vector<std::string>>& licences) {
  PackageRecords records = read_package_records(texts);
  facts.has_package_record = records.is_there || entry_at(facts, "var/lib/dpkg/status.d") != nullptr;
  append(facts.problems, std::move(records.problems));
  std::vector<Package> of_files = std::move(facts.packages);
  facts.packages.clear();
  std::vector<std::vector<ListedFile>> listed;
  for (PackageRecords::Recorded& recorded : records.packages) {
    add_licences(recorded.package, facts, licences);
    facts.packages.push_back(std::move(recorded.package));
    listed.push_back(std::move(recorded.files));
  }
  append(facts.packages, std::move(of_files));
  sort_packages(facts, std::move(listed));
  add_owners(facts);
  add_owners_of_packages(facts);
}

void add_secrets(Facts& facts, FoundSecret::Place place, const std::string& where, std::string_view text) {
  for (FoundSecret& secret : find_secrets_in_text(text)) {
    secret.place = place;
    secret.path = where;
    facts.secrets.push_back(std::move(secret));
  }
}

void add_secrets_of_config(Facts& facts) {
  const ImageConfig& config = facts.config;
  for (const std::string& variable : config.environment) {
    add_secrets(facts, FoundSecret::Place::environment, variable.substr(0, variable.find('=')), variable);
  }
  for (std::size_t i = 0; i < config.history.size(); ++i) {
    add_secrets(facts, FoundSecret::Place::history, std::to_string(i + 1), config.history[i].created_by);
    add_secrets(facts, FoundSecret::Place::history, std::to_string(i + 1), config.history[i].comment);
  }
  for (const auto& [name, value] : config.labels) {
    add_secrets(facts, FoundSecret::Place::config, "label " + name, fmt::format("{}={}", name, value));
  }
  add_secrets(facts, FoundSecret::Place::config, "entrypoint",
              fmt::format("{}", fmt::join(config.entrypoint, " ")));
  add_secrets(facts, FoundSecret::Place::config, "cmd", fmt::format("{}", fmt::join(config.cmd, " ")));
}

void sort_rest(Facts& facts) {
  std::ranges::stable_sort(facts.secrets, [](const FoundSecret& a, const FoundSecret& b) {
    return std::tie(a.place, a.path, a.layer, a.line, a.kind) <
           std::tie(b.place, b.path, b.layer, b.line, b.kind);
  });
  std::ranges::stable_sort(facts.certificates, [](const Certificate& a, const Certificate& b) {
    return std::tie(a.file, a.subject) < std::tie(b.file, b.subject);
  });
}

Result<Facts> read_facts(const ImageSource& image, const Store* store) {
  TRY(auto layers, read_layers(image, store));
  RootTree tree;
  for (std::size_t i = 0; i < layers.size(); ++i) tree.apply(layers[i], i);
  Facts facts = begin_facts(image);
  Collector collector(facts, tree);
  for (std::size_t i = 0; i < layers.size(); ++i) collector.take(layers[i], i);
  append(facts.problems, tree.take_problems());
  const auto texts = tree.take_texts();
  facts.files = tree.take_files();
  facts.hidden = tree.take_hidden();
  add_texts(facts, texts);
  add_records(facts, texts, collector.licences());
  add_secrets_of_config(facts);
  sort_rest(facts);
  return facts;
}

}  // namespace

const File* find_file(const Facts& facts, std::string_view path) {
  const auto at = std::ranges::lower_bound(facts.files, path, {}, [](const File& file) {
    return std::string_view(file.entry.path);
  });
  return at == facts.files.end() || at->entry.path != path ? nullptr : &*at;
}

const File* follow(const Facts& facts, std::string_view path) {
  const auto real = resolve_in(facts, path, true);
  return real ? find_file(facts, *real) : nullptr;
}

Inventory inventory_of(const Facts& facts) { return {facts.name, facts.os, facts.packages}; }

Result<Facts> facts_of(const ImageSource& image, const Store* store) {
  const ImageCache cache(image, store);
  if (auto known = cache.facts(begin_facts(image))) return *std::move(known);
  TRY(Facts facts, read_facts(image, store));
  cache.keep(facts);
  return facts;
}

Result<ImageInventory> inventory_of(const ImageSource& image, const Store* store) {
  if (auto known = ImageCache(image, store).inventory()) {
    known->inventory.name = image.name();
    return *std::move(known);
  }
  TRY(Facts facts, facts_of(image, store));
  return ImageInventory{inventory_of(facts), std::move(facts.problems)};
}

}  // namespace hauberk
