// SPDX-License-Identifier: Apache-2.0
#include "definition/includes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "definition/rules.h"

namespace hauberk {
namespace {

constexpr std::size_t most_files = 64;
constexpr int deepest = 8;

class Reader {
 public:
  Reader(const ReadInclude& read, Problems& problems) : read_(read), problems_(problems) {}

  void add(IncludedFile source, int depth) {
    if (const YamlNode* includes = source.root.find("includes")) {
      for (const YamlNode& entry : includes->items) include(source.file, entry, depth);
    }
    sources_.push_back(std::move(source));
  }

  std::vector<IncludedFile> take() { return std::move(sources_); }

 private:
  void include(const std::string& from, const YamlNode& entry, int depth) {
    if (entry.kind != YamlNode::Kind::scalar || check_catalogue_path(entry.scalar))
      return;  // reported by the check
    problems_.in_file(from);
    if (depth >= deepest || seen_.size() >= most_files) {
      problems_.add(entry.at,
                    fmt::format("includes are nested deeper than {} or more than {}", deepest, most_files));
      return;
    }
    if (open_.contains(entry.scalar)) {
      problems_.add(entry.at,
                    fmt::format("{} includes itself; remove one of the includes", in_quotes(entry.scalar)));
      return;
    }
    if (!seen_.insert(entry.scalar).second) return;
    if (!read_) return problems_.add(entry.at, "there is no catalogue here to include files from");
    const Result<std::string> text = read_(entry.scalar);
    if (!text) {
      problems_.add(entry.at,
                    fmt::format("cannot include {}: {}", in_quotes(entry.scalar), text.error().message));
      return;
    }
    auto root = parse_yaml(*text, entry.scalar);
    if (!root) return problems_.add(root.error());
    if (root->kind == YamlNode::Kind::null) return;
    open_.insert(entry.scalar);
    add({entry.scalar, std::move(*root)}, depth + 1);
    open_.erase(entry.scalar);
  }

  const ReadInclude& read_;
  Problems& problems_;
  std::vector<IncludedFile> sources_;
  std::set<std::string> seen_;
  std::set<std::string> open_;  // files whose includes are being read
};

}  // namespace

std::vector<IncludedFile> with_includes(IncludedFile source, const ReadInclude& read, Problems& problems) {
  const std::string file = source.file;
  Reader reader(read, problems);
  reader.add(std::move(source), 0);
  problems.in_file(file);
  return reader.take();
}

Json merge_documents(Json base, const Json& over) {
  static constexpr std::array<std::string_view, 4> single = {"platforms", "entrypoint", "cmd", "tags"};
  if (!base.is_object() || !over.is_object()) return over;
  for (const auto& [key, value] : over.items()) {
    const auto found = base.find(key);
    if (found == base.end()) {
      base[key] = value;
    } else if (found->is_object() && value.is_object()) {
      *found = merge_documents(std::move(*found), value);
    } else if (found->is_array() && value.is_array() &&
               std::find(single.begin(), single.end(), key) == single.end()) {
      for (const Json& item : value) found->push_back(item);
    } else {
      *found = value;
    }
  }
  return base;
}

}  // namespace hauberk
