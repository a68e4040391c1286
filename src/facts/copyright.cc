// SPDX-License-Identifier: Apache-2.0
#include "facts/copyright.h"

#include <set>
#include <string>

#include "facts/licence_expression.h"
#include "facts/record_text.h"

namespace hauberk {
namespace {

constexpr std::size_t most_bytes = 8 << 20;
constexpr std::size_t most_paragraphs = 10'000;

// The fields of one paragraph that matter here; of License only its first line: what follows is the text.
struct Paragraph {
  std::string_view format = {};
  std::string_view licence = {};
  bool has_files = false;
  bool is_only_packaging = false;
};

bool is_named(std::string_view line, std::string_view field) {
  return line.size() > field.size() && line[field.size()] == ':' &&
         lower_case(line.substr(0, field.size())) == lower_case(field);
}

bool is_blank_line(std::string_view line) { return trimmed(line).empty(); }
bool is_continued(std::string_view line) { return !line.empty() && is_space(line.front()); }

// True if all patterns of a line of Files are below debian/.
bool is_packaging(std::string_view patterns) {
  while (!(patterns = trimmed(patterns)).empty()) {
    if (!patterns.starts_with("debian/")) return false;
    while (!patterns.empty() && !is_space(patterns.front())) patterns.remove_prefix(1);
  }
  return true;
}

void take_field(Paragraph& paragraph, std::string_view line) {
  const auto value = [line] { return trimmed(line.substr(line.find(':') + 1)); };
  if (is_named(line, "Format")) paragraph.format = value();
  if (is_named(line, "License")) paragraph.licence = value();
  if (!is_named(line, "Files")) return;
  paragraph.has_files = true;
  paragraph.is_only_packaging = is_packaging(value());
}

// The next paragraph; empty fields at the end of the text.
Paragraph take_paragraph(std::string_view& rest) {
  Paragraph paragraph;
  bool has_begun = false, is_in_files = false;
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (is_blank_line(line)) {
      if (has_begun) break;
      continue;
    }
    has_begun = true;
    if (!is_continued(line)) {
      is_in_files = is_named(line, "Files");
      take_field(paragraph, line);
    } else if (is_in_files && !is_packaging(line)) {
      paragraph.is_only_packaging = false;
    }
  }
  return paragraph;
}

bool is_machine_readable(std::string_view format) {
  return format.find("copyright-format") != std::string_view::npos;
}

std::vector<Licence> licences_of(const std::set<std::string>& expressions, std::string_view path) {
  std::vector<Licence> licences;
  for (const std::string& expression : expressions) licences.push_back({expression, std::string(path)});
  if (licences.empty()) licences.push_back({"NOASSERTION", std::string(path)});
  return licences;
}

}  // namespace

bool is_copyright_path(std::string_view path) {
  constexpr std::string_view start = "usr/share/doc/", end = "/copyright";
  if (!path.starts_with(start) || !path.ends_with(end) || path.size() <= start.size() + end.size())
    return false;
  const std::string_view package = path.substr(start.size(), path.size() - start.size() - end.size());
  return package.find('/') == std::string_view::npos;
}

Result<std::vector<Licence>> read_copyright(std::string_view path, std::string_view text) {
  if (text.size() > most_bytes) {
    return fail(ErrorKind::limit_exceeded, "{} bytes, more than the {} that we read of a copyright file",
                text.size(), most_bytes);
  }
  const Paragraph header = take_paragraph(text);
  if (!is_machine_readable(header.format)) return licences_of({}, path);
  std::set<std::string> all, packaging;
  std::size_t count = 0;
  while (!text.empty()) {
    const Paragraph paragraph = take_paragraph(text);
    if (!paragraph.has_files || paragraph.licence.empty()) continue;
    if (++count > most_paragraphs) {
      return fail(ErrorKind::limit_exceeded, "more than {} paragraphs of files", most_paragraphs);
    }
    auto& set = paragraph.is_only_packaging ? packaging : all;
    set.insert(spdx_of_debian_expression(paragraph.licence));
  }
  if (all.empty()) all = packaging;
  if (all.empty() && !header.licence.empty()) all.insert(spdx_of_debian_expression(header.licence));
  return licences_of(all, path);
}

}  // namespace hauberk
