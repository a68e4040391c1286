// dpkg's records. See package_records.h.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <tuple>

#include "base/fields.h"
#include "deb/relation.h"
#include "deb/stanza.h"
#include "deb/version.h"
#include "facts/record_lines.h"
#include "tar/entry.h"

namespace hauberk {
namespace {

constexpr std::string_view admin = "var/lib/dpkg/", status_path = "var/lib/dpkg/status",
                           status_d = "var/lib/dpkg/status.d/", diversions_path = "var/lib/dpkg/diversions";

using Texts = std::map<std::string, std::string>;
using Recorded = PackageRecords::Recorded;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

// A stanza's text and the line where it begins; a broken stanza does not hide the next.
struct Paragraph {
  std::string_view text;
  std::size_t line;
};

std::vector<Paragraph> paragraphs_of(std::string_view text) {
  std::vector<Paragraph> paragraphs;
  const char* begin = nullptr;
  std::size_t number = 0, first = 0;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    ++number;
    if (!line.empty() && begin == nullptr) std::tie(begin, first) = std::pair(line.data(), number);
    if (line.empty() && begin != nullptr) {
      paragraphs.push_back({std::string_view(begin, line.data()), first});
      begin = nullptr;
    }
  }
  if (begin != nullptr) paragraphs.push_back({std::string_view(begin, text.data()), first});
  return paragraphs;
}

// The entries of a relation field, as written.
void add_relations(std::string_view field, std::vector<std::string>& relations) {
  for (const std::string_view part : split(field, ',')) {
    if (const auto relation = trimmed(part); !relation.empty()) relations.emplace_back(relation);
  }
}

// The third word of "install ok installed".
Package::State state_of(std::string_view status) {
  const std::string_view word = status.substr(status.rfind(' ') + 1);
  if (word == "installed") return Package::State::installed;
  if (word == "half-installed") return Package::State::half_installed;
  if (word == "unpacked") return Package::State::unpacked;
  if (word == "half-configured") return Package::State::half_configured;
  if (word == "triggers-awaited" || word == "triggers-pending") return Package::State::triggers;
  if (word == "config-files" || word == "not-installed") return Package::State::removed;
  return Package::State::unknown;
}

// "name (version)": the version only where it is not the binary's.
void set_source(std::string_view field, Package& package) {
  const std::size_t bracket = field.find('(');
  package.source = trimmed(field.substr(0, bracket));
  if (package.source.empty()) package.source = package.name;
  package.source_version = package.version;
  if (bracket == std::string_view::npos) return;
  const std::size_t end = std::min(field.find(')', bracket), field.size());
  package.source_version = trimmed(field.substr(bracket + 1, end - bracket - 1));
}

Package package_of(const Stanza& stanza, std::string_view path) {
  Package package;
  package.kind = Package::Kind::deb;
  package.name = stanza["Package"];
  package.version = stanza["Version"];
  package.architecture = stanza["Architecture"];
  package.supplier = stanza["Maintainer"];
  package.homepage = stanza["Homepage"];
  package.origin = stanza["Origin"];
  if (package.origin.empty()) package.origin = stanza["Vendor"];
  package.record = path;
  const bool is_status = path == status_path;
  package.state =
      !is_status && stanza["Status"].empty() ? Package::State::installed : state_of(stanza["Status"]);
  set_source(stanza["Source"], package);
  add_relations(stanza["Pre-Depends"], package.depends);
  add_relations(stanza["Depends"], package.depends);
  add_relations(stanza["Provides"], package.provides);
  add_relations(stanza["Built-Using"], package.built_using);
  add_relations(stanza["Static-Built-Using"], package.built_using);
  return package;
}

// Why a stanza is no package; empty for one that is.
std::string fault_of(const Package& package) {
  if (package.name.empty()) return "it names no package";
  if (!is_package_name(package.name)) return fmt::format("\"{}\" is no package name", package.name);
  const bool is_there = package.state != Package::State::removed;
  if (package.version.empty()) return is_there ? package.name + " has no version" : std::string();
  if (const auto version = Version::parse(package.version); !version) return version.error().message;
  return {};
}

class DpkgReader {
 public:
  DpkgReader(const Texts& texts, PackageRecords& records) : texts_(texts), records_(records) {}

  void read() {
    read_diversions();
    if (const auto at = texts_.find(std::string(status_path)); at != texts_.end()) read_status(*at);
    for (auto at = texts_.lower_bound(std::string(status_d));
         at != texts_.end() && at->first.starts_with(status_d); ++at) {
      const bool is_list = at->first.ends_with(".md5sums") || at->first.ends_with(".list");
      if (!is_list) read_status(*at);
    }
  }

 private:
  struct Diversion {
    std::string to, by;  // `by`: the package that keeps the path; ":" for none
  };

  // All problems of one file under one limit.
  class Problems {
   public:
    Problems(std::string_view path, PackageRecords& records) : path_(path), records_(records) {}
    void add(std::string_view why) {
      if (++count_ > most_problems_of_one_file) return;
      records_.problems.push_back(fmt::format("{}: {}", path_,
                                              count_ == most_problems_of_one_file ? "and more" : why));
    }

   private:
    std::string_view path_;
    PackageRecords& records_;
    std::size_t count_ = 0;
  };

  // Three lines each: the path, where it went, the package that keeps the path.
  void read_diversions() {
    const auto at = texts_.find(std::string(diversions_path));
    if (at == texts_.end()) return;
    Problems problems(at->first, records_);
    std::string_view text = at->second;
    while (!text.empty()) {
      const auto from = normal_path(take_line(text), true);
      const auto to = normal_path(take_line(text), true);
      const std::string_view by = take_line(text);
      if (!from || !to || from->empty() || to->empty() || by.empty()) {
        problems.add("a diversion that is not three lines of paths and a package");
      } else {
        diversions_[*from] = {*to, std::string(by)};
      }
    }
  }

  void read_status(const Texts::value_type& file) {
    records_.is_there = true;
    const std::size_t first_of_file = records_.packages.size();
    Problems problems(file.first, records_);
    for (const Paragraph& paragraph : paragraphs_of(file.second)) {
      const auto stanza = parse_stanza(paragraph.text);
      if (!stanza) {
        problems.add(fmt::format("the stanza that begins at line {} cannot be read: {}", paragraph.line,
                                 stanza.error().message));
        continue;
      }
      Package package = package_of(*stanza, file.first);
      if (package.version.empty() && package.state == Package::State::removed) continue;
      if (const std::string fault = fault_of(package); !fault.empty()) {
        problems.add(fmt::format("the stanza that begins at line {}: {}", paragraph.line, fault));
        if (package.name.empty()) continue;
      }
      add(std::move(package), (*stanza)["Conffiles"], first_of_file, problems);
    }
  }

  void add(Package package, std::string_view conffiles, std::size_t first_of_file, Problems& problems) {
    const auto key = std::pair(package.name, package.architecture);
    const auto [known, is_new] = by_name_.try_emplace(key, records_.packages.size());
    if (!is_new) {
      Package& before = records_.packages[known->second].package;
      if (known->second >= first_of_file) {
        problems.add(fmt::format("{} is recorded twice: the last one counts", package.name));
        before = std::move(package);
        return;
      }
      if (before.version == package.version && before.state == package.state) return;
      problems.add(fmt::format("{} is recorded with version {} here, and {} in {}", package.name,
                               package.version, before.version, before.record));
    }
    auto files = files_of(package, conffiles);
    records_.packages.push_back({std::move(package), std::move(files)});
  }

  // The text of the package's file with that ending; dpkg names some with their architecture.
  const Texts::value_type* info(const Package& package, std::string_view ending) const {
    std::vector<std::string> names;
    if (package.record == status_path) {
      names = {fmt::format("{}info/{}:{}{}", admin, package.name, package.architecture, ending),
               fmt::format("{}info/{}{}", admin, package.name, ending)};
    } else {
      names = {fmt::format("{}{}", package.record, ending),
               fmt::format("{}info/{}{}", admin, package.name, ending)};
    }
    for (const std::string& name : names) {
      if (const auto at = texts_.find(name); at != texts_.end()) return &*at;
    }
    return nullptr;
  }

  std::vector<ListedFile> files_of(const Package& package, std::string_view conffiles) {
    std::map<std::string, std::string> files;  // path -> md5
    read_conffiles(conffiles, package.name, files);
    if (const auto* list = info(package, ".list")) read_list(*list, package.name, files);
    if (const auto* sums = info(package, ".md5sums")) read_md5sums(*sums, package.name, files);
    std::vector<ListedFile> listed;
    for (auto& [path, md5] : files) listed.push_back({path, std::move(md5)});
    return listed;
  }

  std::string diverted(std::string path, const std::string& package) const {
    const auto at = diversions_.find(path);
    return at == diversions_.end() || at->second.by == package ? path : at->second.to;
  }

  // " /path md5" lines, perhaps with a word more ("obsolete"). The sums are of what the package brought: they
  // say nothing of a file that is there to be changed.
  void read_conffiles(std::string_view field, const std::string& package,
                      std::map<std::string, std::string>& files) const {
    while (!field.empty()) {
      const std::string_view line = trimmed(take_line(field));
      const auto path = normal_path(line.substr(0, line.find(' ')), true);
      const bool is_gone = line.ends_with(" obsolete") || line.ends_with(" remove-on-upgrade");
      if (path && !path->empty() && !is_gone) files.try_emplace(diverted(*path, package));
    }
  }

  void read_list(const Texts::value_type& file, const std::string& package,
                 std::map<std::string, std::string>& files) {
    Problems problems(file.first, records_);
    for (std::string_view text = file.second; !text.empty();) {
      const auto path = normal_path(take_line(text), true);
      if (!path) {
        problems.add(path.error().message);
      } else if (!path->empty()) {
        files.try_emplace(diverted(*path, package));
      }
    }
  }

  void read_md5sums(const Texts::value_type& file, const std::string& package,
                    std::map<std::string, std::string>& files) {
    constexpr std::size_t md5_digits = 32;
    Problems problems(file.first, records_);
    std::size_t number = 0;
    for (std::string_view text = file.second; !text.empty();) {
      const std::string_view line = take_line(text);
      ++number;
      if (line.empty()) continue;
      const std::string_view md5 = line.substr(0, md5_digits);
      const bool is_md5 =
          md5.size() == md5_digits && md5.find_first_not_of("0123456789abcdef") == std::string_view::npos;
      const std::size_t begin = line.find_first_not_of(" *", std::min(md5_digits, line.size()));
      if (!is_md5 || begin == std::string_view::npos || begin == md5_digits) {
        problems.add(fmt::format("line {} is not \"<md5>  <path>\"", number));
        continue;
      }
      const auto path = normal_path(line.substr(begin), true);
      if (!path) {
        problems.add(fmt::format("line {}: {}", number, path.error().message));
      } else if (!path->empty()) {
        files[diverted(*path, package)] = md5;
      }
    }
  }

  const Texts& texts_;
  PackageRecords& records_;
  std::map<std::string, Diversion> diversions_;
  std::map<std::pair<std::string, std::string>, std::size_t> by_name_;  // name, architecture
};

}  // namespace

void read_dpkg_records(const std::map<std::string, std::string>& texts, PackageRecords& records) {
  DpkgReader(texts, records).read();
}

}  // namespace hauberk
