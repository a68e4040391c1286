// SPDX-License-Identifier: Apache-2.0
#include "sbom/supplier.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace hauberk {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string lowered(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

bool is_word_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// The words of a lowercase text, each given to `test` until one pleases it.
template <class Test>
bool any_word(std::string_view text, Test test) {
  std::size_t i = 0;
  while (i < text.size()) {
    if (!is_word_letter(text[i])) {
      ++i;
      continue;
    }
    const std::size_t start = i;
    while (i < text.size() && is_word_letter(text[i])) ++i;
    if (test(text.substr(start, i - start))) return true;
  }
  return false;
}

bool is_team_word(std::string_view word) {
  constexpr std::array words{
      "ag",         "alliance",     "authors",     "co",          "collective", "community",
      "company",    "contributors", "corp",        "corporation", "crew",       "developers",
      "foundation", "gmbh",         "group",       "inc",         "initiative", "llc",
      "ltd",        "maintainer",   "maintainers", "packagers",   "packaging",  "project",
      "qa",         "squad",        "strike",      "taskforce",   "team",       "teams",
  };
  return std::ranges::find(words, word) != words.end();
}

bool is_list_address(std::string_view email) {
  const std::size_t at = email.find('@');
  if (at == std::string_view::npos) return false;
  const std::string host = lowered(email.substr(at + 1));
  return host.starts_with("lists.") || host.find(".lists.") != std::string::npos ||
         host.starts_with("alioth-lists.") || host.starts_with("tracker.") || host.starts_with("packages.") ||
         lowered(email.substr(0, at)).starts_with("packages");
}

// The name's quotes and stray commas belong to the mail syntax, not to the name.
std::string_view bare_name(std::string_view name) {
  name = trimmed(name);
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  return trimmed(name);
}

// Control characters (folded lines of a record) would break a one-line value.
std::string one_line(std::string_view text) {
  std::string result(text);
  std::ranges::replace_if(result, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return result;
}

// Where "Name <mail>" ends when several follow each other: the comma after the first ">".
std::string_view first_of(std::string_view maintainer) {
  const std::size_t end = maintainer.find('>');
  return end == std::string_view::npos ? maintainer : maintainer.substr(0, end + 1);
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text = trimmed(text.substr(prefix.size()));
  return true;
}

}  // namespace

Supplier supplier_of(std::string_view maintainer) {
  const std::string first = one_line(trimmed(first_of(maintainer)));
  const std::string_view text = first;
  const std::size_t open = text.rfind('<');
  Supplier supplier;
  if (open != std::string_view::npos && text.ends_with('>')) {
    supplier.email = trimmed(text.substr(open + 1, text.size() - open - 2));
    supplier.name = bare_name(text.substr(0, open));
  } else {
    supplier.name = bare_name(text);
  }
  if (supplier.name.empty()) supplier.name = supplier.email;
  supplier.is_person = !supplier.name.empty() && !is_list_address(supplier.email) &&
                       !any_word(lowered(supplier.name), is_team_word);
  return supplier;
}

std::string spdx_text(const Supplier& supplier) {
  if (supplier.name.empty()) return "NOASSERTION";
  const std::string_view kind = supplier.is_person ? "Person" : "Organization";
  if (supplier.email.empty()) return fmt::format("{}: {}", kind, supplier.name);
  return fmt::format("{}: {} ({})", kind, supplier.name, supplier.email);
}

std::string maintainer_of_spdx(std::string_view text) {
  text = trimmed(text);
  if (text == "NOASSERTION" || text == "NONE") return {};
  if (!take_prefix(text, "Person:") && !take_prefix(text, "Organization:")) return std::string(text);
  const std::size_t open = text.rfind('(');
  const bool has_mail =
      open != std::string_view::npos && text.ends_with(')') && text.find('@', open) != std::string_view::npos;
  if (!has_mail) return std::string(text);
  const std::string_view email = text.substr(open + 1, text.size() - open - 2);
  return fmt::format("{} <{}>", trimmed(text.substr(0, open)), email);
}

}  // namespace hauberk
