// SPDX-License-Identifier: Apache-2.0
#include "assemble/dpkg_record.h"

#include <fmt/format.h>

#include <algorithm>

namespace hauberk {
namespace {

constexpr std::string_view admin = "var/lib/dpkg/";

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// dpkg names the files of packages that can be installed for several architectures with theirs.
std::string info_name(const PackageFacts& facts) {
  return facts.multi_arch == "same" ? fmt::format("{}:{}", facts.name, facts.architecture) : facts.name;
}

std::string with_final_newline(std::string_view text) {
  std::string copy(text);
  while (!copy.empty() && copy.back() == '\n') copy.pop_back();
  return copy + "\n";
}

// Conffiles are in no list of sums: dpkg keeps theirs in this field.
std::string conffiles_field(const PackageFacts& facts) {
  std::string field;
  for (const auto& [path, md5] : facts.conffiles) field += fmt::format(" {} {}\n", path, md5);
  return field.empty() ? field : "Conffiles:\n" + field;
}

// The control stanza as dpkg's status has it: with Status after Package, and the conffiles with their md5.
std::string status_stanza(const PackageFacts& facts) {
  const std::string control = with_final_newline(facts.control);
  const auto first_line = control.find('\n') + 1;
  return control.substr(0, first_line) + "Status: install ok installed\n" + control.substr(first_line) +
         conffiles_field(facts) + "\n";
}

// "interest[-await|-noawait] NAME" lines: dpkg keeps them by trigger, paths all in one file.
void add_triggers(const PackageFacts& facts, std::map<std::string, std::string>& files) {
  for (const std::string_view line : lines_of(facts.triggers)) {
    if (!line.starts_with("interest")) continue;
    const auto blank = line.find_first_of(" \t");
    if (blank == std::string_view::npos) continue;
    const auto name_start = line.find_first_not_of(" \t", blank);
    if (name_start == std::string_view::npos) continue;
    const auto name = line.substr(name_start, line.find_last_not_of(" \t") + 1 - name_start);
    const bool no_await = line.substr(0, blank).ends_with("-noawait");
    const std::string package = facts.name + (no_await ? "/noawait" : "");
    if (name.starts_with('/')) {
      files[fmt::format("{}triggers/File", admin)] += fmt::format("{} {}\n", name, package);
    } else if (name.find('/') == std::string_view::npos) {
      files[fmt::format("{}triggers/{}", admin, name)] += package + "\n";
    }
  }
}

}  // namespace

std::vector<std::string> conffile_paths(std::string_view member) {
  std::vector<std::string> paths;
  for (std::string_view line : lines_of(member)) {
    // deb-conffiles(5): a flag may stand before the path; what is removed on upgrade is not in the package.
    if (!line.starts_with('/')) continue;
    line = line.substr(0, line.find_last_not_of(" \t") + 1);
    paths.emplace_back(line);
  }
  return paths;
}

std::map<std::string, std::string> package_record(RecordStyle style, const PackageFacts& facts,
                                                  std::map<std::string, std::string> control,
                                                  std::string list) {
  std::map<std::string, std::string> files;
  const auto md5sums = control.find("md5sums");
  if (style == RecordStyle::status_d) {
    files[fmt::format("{}status.d/{}", admin, facts.name)] =
        with_final_newline(facts.control) + conffiles_field(facts);
    if (md5sums != control.end())
      files[fmt::format("{}status.d/{}.md5sums", admin, facts.name)] = std::move(md5sums->second);
    return files;
  }
  const std::string info = fmt::format("{}info/{}", admin, info_name(facts));
  files[info + ".list"] = std::move(list);
  for (auto& [member, content] : control) {
    if (member != "control" && member.find('/') == std::string::npos) {
      files[info + "." + member] = std::move(content);
    }
  }
  return files;
}

std::map<std::string, std::string> database_record(std::span<const PackageFacts> packages) {
  std::vector<const PackageFacts*> sorted;
  for (const PackageFacts& facts : packages) sorted.push_back(&facts);
  std::sort(sorted.begin(), sorted.end(),
            [](const PackageFacts* a, const PackageFacts* b) { return a->name < b->name; });
  std::map<std::string, std::string> files;
  std::string& status = files[fmt::format("{}status", admin)];
  for (const PackageFacts* facts : sorted) {
    status += status_stanza(*facts);
    add_triggers(*facts, files);
  }
  files[fmt::format("{}info/format", admin)] = "1\n";
  for (const std::string_view name : {"available", "diversions", "statoverride"})
    files[fmt::format("{}{}", admin, name)];
  return files;
}

}  // namespace hauberk
