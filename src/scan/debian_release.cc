// SPDX-License-Identifier: Apache-2.0
#include "scan/debian_release.h"

#include <algorithm>
#include <array>

#include "base/time.h"

namespace hauberk {
namespace {

struct DebianRelease {
  std::string_view number, codename;
  std::string_view end;      // of the security team's support; the last day
  std::string_view lts_end;  // of the LTS team's
};

constexpr std::array<DebianRelease, 11> releases = {{
    {"7", "wheezy", "2016-04-25", "2018-05-31"},
    {"8", "jessie", "2018-06-17", "2020-06-30"},
    {"9", "stretch", "2020-07-18", "2022-06-30"},
    {"10", "buster", "2022-09-10", "2024-06-30"},
    {"11", "bullseye", "2024-08-14", "2026-08-31"},
    {"12", "bookworm", "2026-07-11", "2028-06-30"},
    {"13", "trixie", "2028-08-09", "2030-06-30"},
    {"14", "forky", "", ""},
    {"15", "duke", "", ""},
    {"", "sid", "", ""},
    {"", "experimental", "", ""},
}};

const DebianRelease* find_codename(std::string_view codename) {
  const auto found = std::ranges::find(releases, codename, &DebianRelease::codename);
  return found == releases.end() ? nullptr : &*found;
}

// "Debian GNU/Linux 12 (bookworm)", "Debian GNU/Linux trixie/sid"
std::string_view codename_in(std::string_view words) {
  for (const DebianRelease& release : releases) {
    const auto at = words.find(release.codename);
    if (at == std::string_view::npos) continue;
    const bool begins = at == 0 || words[at - 1] == '(' || words[at - 1] == ' ';
    if (begins) return release.codename;
  }
  return {};
}

}  // namespace

std::string_view codename_of_debian(std::string_view number) {
  number = number.substr(0, number.find('.'));
  if (number.empty()) return {};
  const auto found = std::ranges::find(releases, number, &DebianRelease::number);
  return found == releases.end() ? std::string_view() : found->codename;
}

std::string_view number_of_debian(std::string_view codename) {
  const DebianRelease* release = find_codename(codename);
  return release == nullptr ? std::string_view() : release->number;
}

std::string debian_codename(const OsRelease& os) {
  if (!os.id.empty() && os.id != "debian") return {};
  if (!os.codename.empty()) return os.codename;
  if (const auto known = codename_of_debian(os.version_id); !known.empty()) return std::string(known);
  if (const auto known = codename_in(os.version_id); !known.empty()) return std::string(known);
  return os.id.empty() ? std::string() : std::string(codename_in(os.pretty_name));
}

std::string debian_end_of_life(std::string_view codename, std::int64_t now) {
  const DebianRelease* release = find_codename(codename);
  const std::string today = to_rfc3339(from_unix(now)).substr(0, 10);
  if (release == nullptr || release->end.empty() || today <= release->end) return {};
  const std::string name = fmt::format("Debian {} ({})", release->number, release->codename);
  if (today <= release->lts_end) {
    return fmt::format(
        "{} left the security team's support on {}; the long-term support (LTS) team patches most of it "
        "until {}",
        name, release->end, release->lts_end);
  }
  return fmt::format(
      "{} is past its end: regular support ended on {}, long-term support on {}; nobody patches it", name,
      release->end, release->lts_end);
}

}  // namespace hauberk
