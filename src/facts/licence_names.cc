// SPDX-License-Identifier: Apache-2.0
#include "facts/licence_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "facts/licence_ids.h"
#include "facts/record_text.h"

namespace hauberk {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// Names that SPDX gave up, and free text; lower case.
constexpr auto usual_names = std::to_array<Pair>({
    {"(mit)", "MIT"},
    {"agpl-3.0", "AGPL-3.0-only"},
    {"agpl-3.0+", "AGPL-3.0-or-later"},
    {"gpl-1.0", "GPL-1.0-only"},
    {"gpl-1.0+", "GPL-1.0-or-later"},
    {"gpl-2.0", "GPL-2.0-only"},
    {"gpl-2.0+", "GPL-2.0-or-later"},
    {"gpl-3.0", "GPL-3.0-only"},
    {"gpl-3.0+", "GPL-3.0-or-later"},
    {"lgpl-2.0", "LGPL-2.0-only"},
    {"lgpl-2.0+", "LGPL-2.0-or-later"},
    {"lgpl-2.1", "LGPL-2.1-only"},
    {"lgpl-2.1+", "LGPL-2.1-or-later"},
    {"lgpl-3.0", "LGPL-3.0-only"},
    {"lgpl-3.0+", "LGPL-3.0-or-later"},
    {"bsd-2-clause-freebsd", "BSD-2-Clause-Views"},
    {"mit license", "MIT"},
    {"the mit license", "MIT"},
    {"mit licence", "MIT"},
    {"expat", "MIT"},
    {"expat license", "MIT"},
    {"mit license (mit)", "MIT"},
    {"apache 2", "Apache-2.0"},
    {"apache 2.0", "Apache-2.0"},
    {"apache2", "Apache-2.0"},
    {"apache-2", "Apache-2.0"},
    {"apache license 2.0", "Apache-2.0"},
    {"apache license, version 2.0", "Apache-2.0"},
    {"apache license version 2.0", "Apache-2.0"},
    {"the apache license, version 2.0", "Apache-2.0"},
    {"the apache software license, version 2.0", "Apache-2.0"},
    {"apache software license 2.0", "Apache-2.0"},
    {"asl 2.0", "Apache-2.0"},
    {"al2.0", "Apache-2.0"},
    {"bsd 2-clause", "BSD-2-Clause"},
    {"bsd 3-clause", "BSD-3-Clause"},
    {"2-clause bsd", "BSD-2-Clause"},
    {"3-clause bsd", "BSD-3-Clause"},
    {"bsd 2-clause license", "BSD-2-Clause"},
    {"bsd 3-clause license", "BSD-3-Clause"},
    {"3-clause bsd license", "BSD-3-Clause"},
    {"bsd-3", "BSD-3-Clause"},
    {"bsd-2", "BSD-2-Clause"},
    {"new bsd", "BSD-3-Clause"},
    {"new bsd license", "BSD-3-Clause"},
    {"modified bsd", "BSD-3-Clause"},
    {"modified bsd license", "BSD-3-Clause"},
    {"simplified bsd", "BSD-2-Clause"},
    {"isc license", "ISC"},
    {"isc license (iscl)", "ISC"},
    {"iscl", "ISC"},
    {"gplv2", "GPL-2.0-only"},
    {"gplv2+", "GPL-2.0-or-later"},
    {"gplv3", "GPL-3.0-only"},
    {"gplv3+", "GPL-3.0-or-later"},
    {"gpl v2", "GPL-2.0-only"},
    {"gpl v3", "GPL-3.0-only"},
    {"lgplv2.1", "LGPL-2.1-only"},
    {"lgplv2.1+", "LGPL-2.1-or-later"},
    {"lgplv2+", "LGPL-2.0-or-later"},
    {"lgplv3", "LGPL-3.0-only"},
    {"lgplv3+", "LGPL-3.0-or-later"},
    {"agplv3", "AGPL-3.0-only"},
    {"agplv3+", "AGPL-3.0-or-later"},
    {"gnu general public license v2 (gplv2)", "GPL-2.0-only"},
    {"gnu general public license v2 or later (gplv2+)", "GPL-2.0-or-later"},
    {"gnu general public license v3 (gplv3)", "GPL-3.0-only"},
    {"gnu general public license v3 or later (gplv3+)", "GPL-3.0-or-later"},
    {"gnu lesser general public license v2 (lgplv2)", "LGPL-2.0-only"},
    {"gnu lesser general public license v2 or later (lgplv2+)", "LGPL-2.0-or-later"},
    {"gnu lesser general public license v3 (lgplv3)", "LGPL-3.0-only"},
    {"gnu lesser general public license v3 or later (lgplv3+)", "LGPL-3.0-or-later"},
    {"gnu affero general public license v3", "AGPL-3.0-only"},
    {"gnu affero general public license v3 or later (agplv3+)", "AGPL-3.0-or-later"},
    {"mpl 2.0", "MPL-2.0"},
    {"mozilla public license 2.0 (mpl 2.0)", "MPL-2.0"},
    {"mozilla public license 1.1 (mpl 1.1)", "MPL-1.1"},
    {"mozilla public license 2.0", "MPL-2.0"},
    {"mozilla public license, version 2.0", "MPL-2.0"},
    {"python software foundation license", "PSF-2.0"},
    {"psf", "PSF-2.0"},
    {"psfl", "PSF-2.0"},
    {"the unlicense (unlicense)", "Unlicense"},
    {"the unlicense", "Unlicense"},
    {"zope public license", "ZPL-2.1"},
    {"zpl 2.1", "ZPL-2.1"},
    {"boost software license 1.0 (bsl-1.0)", "BSL-1.0"},
    {"cc0 1.0 universal (cc0 1.0) public domain dedication", "CC0-1.0"},
    {"cc0", "CC0-1.0"},
    {"eclipse public license 1.0 (epl-1.0)", "EPL-1.0"},
    {"eclipse public license 2.0 (epl-2.0)", "EPL-2.0"},
    {"eclipse public license 1.0", "EPL-1.0"},
    {"eclipse public license - v 1.0", "EPL-1.0"},
    {"eclipse public license v1.0", "EPL-1.0"},
    {"eclipse public license 2.0", "EPL-2.0"},
    {"eclipse public license v2.0", "EPL-2.0"},
    {"edl 1.0", "BSD-3-Clause"},
});

// Addresses of texts, without scheme, "www." and ending.
constexpr auto addresses = std::to_array<Pair>({
    {"apache.org/licenses/license-2.0", "Apache-2.0"},
    {"opensource.org/licenses/mit", "MIT"},
    {"opensource.org/licenses/mit-license", "MIT"},
    {"opensource.org/licenses/apache-2.0", "Apache-2.0"},
    {"opensource.org/licenses/apache2.0", "Apache-2.0"},
    {"opensource.org/licenses/bsd-3-clause", "BSD-3-Clause"},
    {"opensource.org/licenses/bsd-2-clause", "BSD-2-Clause"},
    {"opensource.org/licenses/isc", "ISC"},
    {"eclipse.org/legal/epl-v10", "EPL-1.0"},
    {"eclipse.org/legal/epl-2.0", "EPL-2.0"},
    {"eclipse.org/legal/epl-v20", "EPL-2.0"},
    {"eclipse.org/org/documents/edl-v10", "BSD-3-Clause"},
    {"mozilla.org/mpl/2.0", "MPL-2.0"},
    {"gnu.org/licenses/old-licenses/lgpl-2.1", "LGPL-2.1-only"},
    {"gnu.org/licenses/gpl-3.0", "GPL-3.0-only"},
    {"gnu.org/licenses/lgpl-3.0", "LGPL-3.0-only"},
    {"creativecommons.org/publicdomain/zero/1.0", "CC0-1.0"},
});

// Debian's names that are no SPDX identifier with another case and follow no rule; lower case.
constexpr auto debian_names = std::to_array<Pair>({
    {"apache", "Apache-2.0"},
    {"apache-2", "Apache-2.0"},
    {"apache-2-llvm-exceptions", "Apache-2.0 WITH LLVM-exception"},
    {"artistic", "Artistic-1.0-Perl"},
    {"artistic-2", "Artistic-2.0"},
    {"boost", "BSL-1.0"},
    {"boost-1.0", "BSL-1.0"},
    {"bsl-1", "BSL-1.0"},
    {"bsl", "BSL-1.0"},
    {"bsd-2", "BSD-2-Clause"},
    {"bsd-2-clauses", "BSD-2-Clause"},
    {"bsd-3", "BSD-3-Clause"},
    {"bsd-3-clauses", "BSD-3-Clause"},
    {"bsd-4", "BSD-4-Clause"},
    {"2-clause-bsd", "BSD-2-Clause"},
    {"3-clause-bsd", "BSD-3-Clause"},
    {"cc0", "CC0-1.0"},
    {"cc0-1", "CC0-1.0"},
    {"cddl-1", "CDDL-1.0"},
    {"cpl-1", "CPL-1.0"},
    {"epl-1", "EPL-1.0"},
    {"epl-2", "EPL-2.0"},
    {"expat", "MIT"},
    {"freebsd", "BSD-2-Clause"},
    {"freetype", "FTL"},
    {"mit/x11", "MIT"},
    {"mpl-2", "MPL-2.0"},
    {"edl-1", "BSD-3-Clause"},
    {"edl-1.0", "BSD-3-Clause"},
    {"openldap-2.8", "OLDAP-2.8"},
    {"ofl", "OFL-1.1"},
    {"ofl-1", "OFL-1.1"},
    {"sil-ofl-1.1", "OFL-1.1"},
    {"sil-1.1", "OFL-1.1"},
    {"sil-ofl", "OFL-1.1"},
    {"perl", "Artistic-1.0-Perl OR GPL-1.0-or-later"},
    {"psf-2", "PSF-2.0"},
    {"python", "Python-2.0"},
    {"python-2", "Python-2.0"},
    {"qpl", "QPL-1.0"},
    {"tcl/tk", "TCL"},
    {"wtfpl-2", "WTFPL"},
    {"zope-2.1", "ZPL-2.1"},
    {"zope-2", "ZPL-2.0"},
    {"zpl", "ZPL-2.1"},
    {"php-3.0.1", "PHP-3.01"},
    {"w3c-software", "W3C"},
});

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::optional<std::string> known_or_none(std::string_view id) {
  return id.empty() ? std::nullopt : std::optional(std::string(id));
}

template <class Table>
std::optional<std::string> looked_up(const Table& table, std::string_view name) {
  const auto at = std::ranges::find_if(table, [name](const Pair& row) { return same_name(row.first, name); });
  if (at == std::end(table)) return std::nullopt;
  return std::string(at->second);
}

std::optional<std::string> licence_at(std::string_view address) {
  std::string text = lower_case(address);
  for (const std::string_view start : {"https://", "http://", "www."}) {
    if (text.starts_with(start)) text.erase(0, start.size());
  }
  for (const std::string_view end : {".txt", ".html", ".php", "/"}) {
    if (text.ends_with(end)) text.erase(text.size() - end.size());
  }
  return looked_up(addresses, text);
}

// The families whose version Debian writes short and whose "or later" SPDX writes out: "LGPL-2.1+".
std::optional<std::string> gnu_licence(std::string_view name) {
  std::string text = lower_case(name);
  const bool or_later = text.ends_with('+');
  if (or_later) text.pop_back();
  std::string suffix;
  for (const std::string_view niv : {"-niv", "-no-invariants"}) {
    const std::size_t at = text.find(niv);
    if (at == std::string::npos) continue;
    text.erase(at, niv.size());
    suffix = "-no-invariants";
  }
  const bool is_family = text.starts_with("gpl-") || text.starts_with("lgpl-") || text.starts_with("agpl-") ||
                         text.starts_with("gfdl-");
  if (!is_family) return std::nullopt;
  if (text.find('.') == std::string::npos) text += ".0";
  return known_or_none(licence_id(text + suffix + (or_later ? "-or-later" : "-only")));
}

// Creative Commons and others that Debian writes with a shorter version: "CC-BY-SA-4", "MPL-2".
std::optional<std::string> with_full_version(std::string_view name) {
  if (name.empty() || !is_digit(name.back())) return std::nullopt;
  return known_or_none(licence_id(fmt::format("{}.0", name)));
}

std::optional<std::string> debian_licence(std::string_view name) {
  if (auto known = looked_up(debian_names, name)) return known;
  if (auto gnu = gnu_licence(name)) return gnu;
  if (auto known = spdx_licence(name)) return known;
  return with_full_version(name);
}

// Which of SPDX's exceptions Debian's words mean beside this licence.
std::optional<std::string> debian_exception(std::string_view licence, std::string_view name) {
  if (auto known = spdx_exception(name)) return known;
  std::string words = lower_case(name);
  if (words.ends_with("-exception")) words.erase(words.size() - std::string_view("-exception").size());
  if (auto known = spdx_exception(words)) return known;
  const bool is_3 = licence.find("-3.0") != std::string_view::npos;
  if (words == "autoconf" || words == "autoconf-data")
    return is_3 ? "Autoconf-exception-3.0" : "Autoconf-exception-2.0";
  if (words == "gcc-runtime-library" || words == "gcc")
    return is_3 ? "GCC-exception-3.1" : "GCC-exception-2.0";
  constexpr auto others = std::to_array<Pair>({{"bison", "Bison-exception-2.2"},
                                               {"classpath", "Classpath-exception-2.0"},
                                               {"font", "Font-exception-2.0"},
                                               {"libtool", "Libtool-exception"},
                                               {"llvm", "LLVM-exception"}});
  return looked_up(others, words);
}

}  // namespace

std::optional<std::string> spdx_licence(std::string_view name) {
  const bool has_no_words =
      name.find(' ') == std::string_view::npos && name.find('-') != std::string_view::npos;
  if (has_no_words) {
    if (auto gnu = gnu_licence(name)) return gnu;
  }
  return known_or_none(licence_id(name));
}

std::optional<std::string> spdx_exception(std::string_view name) {
  return known_or_none(licence_exception_id(name));
}

std::optional<std::string> spdx_licence_of_text(std::string_view text) {
  constexpr std::string_view classifier = "License :: ";
  text = trimmed(text);
  if (text.starts_with(classifier)) text = text.substr(text.rfind(" :: ") + 4);
  if (auto known = spdx_licence(text)) return known;
  if (auto known = looked_up(usual_names, text)) return known;
  return licence_at(text);
}

std::string spdx_of_debian(std::string_view name) {
  if (auto known = debian_licence(name)) return *known;
  // "GPL-3+-with-Bison-exception" is a usual spelling of two parts.
  constexpr std::string_view with = "-with-";
  const std::size_t at = lower_case(name).find(with);
  if (at != std::string_view::npos) return spdx_of_debian(name.substr(0, at), name.substr(at + with.size()));
  return licence_ref(name);
}

std::string spdx_of_debian(std::string_view name, std::string_view exception) {
  const auto licence = debian_licence(name);
  const bool is_single = licence && licence->find(' ') == std::string::npos;
  const auto known = is_single ? debian_exception(*licence, exception) : std::nullopt;
  if (known) return fmt::format("{} WITH {}", *licence, *known);
  return licence_ref(fmt::format("{}-with-{}", name, exception));
}

std::string licence_ref(std::string_view name) {
  constexpr std::size_t longest = 100;
  constexpr std::string_view start = "LicenseRef-";
  std::string text;
  for (const char c : name.starts_with(start) ? name.substr(start.size()) : name) {
    const bool is_kept = is_alphanumeric(c) || c == '.';
    if (is_kept) text += c;
    if (!is_kept && !text.empty() && text.back() != '-') text += '-';
    if (text.size() == longest) break;
  }
  while (text.ends_with('-')) text.pop_back();
  return fmt::format("{}{}", start, text.empty() ? "unnamed" : text);
}

}  // namespace hauberk
