// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <array>
#include <charconv>
#include <optional>
#include <vector>

namespace hauberk {
namespace {

using namespace std::chrono;

std::optional<int> number(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.empty() || digits[0] == '-') {
    return std::nullopt;
  }
  return value;
}

std::optional<Time> assemble(std::optional<int> y, std::optional<int> mo, std::optional<int> d,
                             std::optional<int> h, std::optional<int> mi, std::optional<int> s) {
  if (!y || !mo || !d || !h || !mi || !s || *y > 9999 || *h > 23 || *mi > 59 || *s > 60) return std::nullopt;
  const year_month_day date{year(*y), month(static_cast<unsigned>(*mo)), day(static_cast<unsigned>(*d))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date) + hours(*h) + minutes(*mi) + seconds(*s);
}

}  // namespace

std::string to_rfc3339(Time time) {
  const auto days = floor<std::chrono::days>(time);
  const year_month_day date(days);
  const hh_mm_ss clock(time - days);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

Result<Time> parse_rfc3339(std::string_view text) {
  const auto wrong = [&] {
    return fail(ErrorKind::invalid_input, "\"{}\" is not a time of the form 2026-01-31T12:00:00Z", text);
  };
  if (text.size() != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || text[19] != 'Z') {
    return wrong();
  }
  const auto part = [&](std::size_t from, std::size_t size) { return number(text.substr(from, size)); };
  const auto time = assemble(part(0, 4), part(5, 2), part(8, 2), part(11, 2), part(14, 2), part(17, 2));
  if (!time) return wrong();
  return *time;
}

Result<Time> parse_rfc2822(std::string_view text) {
  constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto wrong = [&] {
    return fail(ErrorKind::invalid_input,
                "\"{}\" is not a date of the form \"Sat, 21 Nov 2026 09:15:44 UTC\"", text);
  };
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(' ', at), text.size());
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  if (!words.empty() && words[0].ends_with(',')) words.erase(words.begin());
  if (words.size() != 5 || words[3].size() != 8 || words[3][2] != ':' || words[3][5] != ':') return wrong();
  if (words[4] != "UTC" && words[4] != "GMT" && words[4] != "+0000" && words[4] != "Z") return wrong();
  std::optional<int> month_number;
  for (std::size_t i = 0; i < months.size(); ++i) {
    if (words[1] == months[i]) month_number = static_cast<int>(i + 1);
  }
  const auto time = assemble(number(words[2]), month_number, number(words[0]), number(words[3].substr(0, 2)),
                             number(words[3].substr(3, 2)), number(words[3].substr(6, 2)));
  if (!time) return wrong();
  return *time;
}

}  // namespace hauberk
