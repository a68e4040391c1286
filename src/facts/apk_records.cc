// apk's installed database: lines of a letter, a colon and a value; an empty line ends a package.
//
//   P name   V version   A architecture   o origin (source package)   L licence   m maintainer   U homepage
//   D dependencies   p what it provides   F a folder, whose files follow as R (M, a, Z: modes and hashes)
//
// Spec: apk-tools, doc/apk-package.5 and the fields of its database.c. See package_records.h.
//
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/fields.h"
#include "facts/record_lines.h"
#include "tar/entry.h"

namespace hauberk {
namespace {

void add_words(std::string_view value, std::vector<std::string>& words) {
  for (const std::string_view word : split(value, ' ')) {
    if (!word.empty() && word.front() != '!') words.emplace_back(word);  // "!": may not be there
  }
}

class ApkReader {
 public:
  ApkReader(std::string_view path, PackageRecords& records) : path_(path), records_(records) {}

  void read(std::string_view text) {
    records_.is_there = true;
    while (!text.empty()) {
      const std::string_view line = take_line(text);
      ++line_;
      if (line.empty()) {
        end_package();
      } else if (line.size() < 2 || line[1] != ':') {
        problem(fmt::format("line {} is not a letter, a colon and a value", line_));
      } else {
        take_field(line.front(), line.substr(2));
      }
    }
    end_package();
  }

 private:
  void take_field(char letter, std::string_view value) {
    Package& package = recorded_.package;
    has_fields_ = true;
    switch (letter) {
      case 'P': package.name = value; break;
      case 'V': package.version = value; break;
      case 'A': package.architecture = value; break;
      case 'o': package.source = value; break;
      case 'm': package.supplier = value; break;
      case 'U': package.homepage = value; break;
      case 'D': add_words(value, package.depends); break;
      case 'p': add_words(value, package.provides); break;
      case 'L':
        if (!value.empty()) package.licences = {{std::string(value), std::string(path_)}};
        break;
      case 'F': begin_folder(value); break;
      case 'R': add_file(value); break;
      default: break;
    }
  }

  void begin_folder(std::string_view value) {
    auto path = normal_path(value, true);
    if (!path) problem(fmt::format("line {}: {}", line_, path.error().message));
    folder_ = path ? std::optional(*std::move(path)) : std::nullopt;
    if (folder_ && !folder_->empty()) recorded_.files.push_back({*folder_, {}});
  }

  void add_file(std::string_view value) {
    if (!folder_) return;  // already a problem
    auto path = normal_path(fmt::format("{}/{}", *folder_, value), true);
    if (!path || path->empty() || value.empty()) return problem(fmt::format("line {} names no file", line_));
    recorded_.files.push_back({*std::move(path), {}});
  }

  void end_package() {
    if (!has_fields_) return;
    Package& package = recorded_.package;
    if (package.name.empty()) {
      problem(fmt::format("the package that ends at line {} has no name", line_));
    } else {
      if (package.version.empty()) problem(fmt::format("{} has no version", package.name));
      finish(package);
      add();
    }
    recorded_ = {};
    folder_ = std::string();
    has_fields_ = false;
  }

  void finish(Package& package) {
    package.kind = Package::Kind::apk;
    package.record = path_;
    if (package.source.empty()) package.source = package.name;
    package.source_version = package.version;
    std::ranges::sort(recorded_.files, {}, &ListedFile::path);
  }

  void add() {
    const auto [known, is_new] = by_name_.try_emplace(recorded_.package.name, records_.packages.size());
    if (is_new) {
      records_.packages.push_back(std::move(recorded_));
    } else {
      problem(fmt::format("{} is recorded twice: the last one counts", recorded_.package.name));
      records_.packages[known->second] = std::move(recorded_);
    }
  }

  void problem(std::string_view why) {
    if (++problems_ > most_problems_of_one_file) return;
    records_.problems.push_back(fmt::format("{}: {}", path_,
                                            problems_ == most_problems_of_one_file ? "and more" : why));
  }

  std::string_view path_;
  PackageRecords& records_;
  PackageRecords::Recorded recorded_;
  std::optional<std::string> folder_ = std::string();
  std::map<std::string, std::size_t> by_name_;
  std::size_t line_ = 0, problems_ = 0;
  bool has_fields_ = false;
};

}  // namespace

void read_apk_database(std::string_view path, std::string_view text, PackageRecords& records) {
  ApkReader(path, records).read(text);
}

}  // namespace hauberk
