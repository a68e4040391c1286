// A comparison in plain words, and as JSON.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/terminal_text.h"
#include "check/table.h"
#include "check/words.h"
#include "compare/compare.h"

namespace hauberk {
namespace {

using Change = Comparison::Change;
using Side = Comparison::Side;
using Strings = std::vector<std::string>;

constexpr std::size_t shown_packages = 20, shown_ids = 12;

std::string row(std::string_view name, const std::string& before, const std::string& after,
                const std::string& verdict = {}) {
  const std::string words = fmt::format("  {:<22}{:>18}  ->  ", name, terminal_line(before));
  if (verdict.empty()) return fmt::format("{}{}\n", words, terminal_line(after));
  return fmt::format("{}{:<18}{}\n", words, terminal_line(after), verdict);
}

std::string difference(std::uint64_t before, std::uint64_t after, std::string (*text)(std::uint64_t)) {
  if (before == after) return "the same";
  return after < before ? fmt::format("{} less", text(before - after))
                        : fmt::format("{} more", text(after - before));
}

std::string number_text(std::uint64_t number) { return fmt::format("{}", number); }

std::string number_row(std::string_view name, std::uint64_t before, std::uint64_t after) {
  return row(name, number_text(before), number_text(after), difference(before, after, number_text));
}

std::string size_row(std::string_view name, std::uint64_t before, std::uint64_t after) {
  return row(name, size_text(before), size_text(after), difference(before, after, size_text));
}

std::size_t count_of(const std::map<std::string, std::size_t>& counts, const std::string& name) {
  const auto found = counts.find(name);
  return found == counts.end() ? 0 : found->second;
}

std::size_t sum_of(const std::map<std::string, std::size_t>& counts) {
  std::size_t sum = 0;
  for (const auto& [name, number] : counts) sum += number;
  return sum;
}

std::string numbers(const Comparison& comparison) {
  const Side& before = comparison.before;
  const Side& after = comparison.after;
  std::string text;
  if (before.size_bytes > 0 && after.size_bytes > 0) {
    text += size_row("to download", before.size_bytes, after.size_bytes);
  }
  text += size_row("on disk", before.unpacked_bytes, after.unpacked_bytes);
  text += number_row("files", before.files, after.files);
  text += number_row("packages", before.packages, after.packages);
  text += row("runs as", before.user.empty() ? "not said" : before.user,
              after.user.empty() ? "not said" : after.user);
  text += number_row("setuid and setgid files", before.setuid_files, after.setuid_files);
  text += number_row("tools for intruders", before.tools.size(), after.tools.size());
  text += number_row("checks that fail", count_of(before.checks, "fail"), count_of(after.checks, "fail"));
  text += number_row("checks that warn", count_of(before.checks, "warn"), count_of(after.checks, "warn"));
  if (comparison.has_holes) text += number_row("known holes", sum_of(before.holes), sum_of(after.holes));
  return text;
}

std::string holes(const Comparison& comparison) {
  if (!comparison.has_holes) {
    return "\nKnown holes were not compared: there is no feed (`hauberk feed add --help`).\n";
  }
  std::map<std::string, std::size_t> kinds = comparison.before.holes;
  kinds.insert(comparison.after.holes.begin(), comparison.after.holes.end());
  std::string text;
  for (const auto& [kind, number] : kinds) {
    text += number_row(kind, count_of(comparison.before.holes, kind), count_of(comparison.after.holes, kind));
  }
  return text.empty() ? text : "\nKnown holes, by severity and what can be done\n" + text;
}

std::string ids(std::string_view title, const Strings& list) {
  if (list.empty()) return "";
  const auto shown = static_cast<std::ptrdiff_t>(std::min(list.size(), shown_ids));
  std::string text =
      fmt::format("{} ({}): {}", title, list.size(), fmt::join(list.begin(), list.begin() + shown, ", "));
  if (list.size() > shown_ids) text += fmt::format(" and {} more", list.size() - shown_ids);
  return "\n" + wrapped(terminal_line(text), 2) + "\n";
}

std::string checks(std::string_view title, const Strings& list) {
  if (list.empty()) return "";
  std::string text = fmt::format("\n{} ({})\n", title, list.size());
  for (const std::string& id : list) {
    const CheckRow* check = check_row(id);
    text += fmt::format("  {}  {}\n", id, check == nullptr ? "" : check->title);
  }
  return text;
}

std::string packages(std::string_view title, const std::vector<Change>& all, bool (*wanted)(const Change&)) {
  std::vector<const Change*> list;
  for (const Change& change : all) {
    if (wanted(change)) list.push_back(&change);
  }
  if (list.empty()) return "";
  std::string text = fmt::format("\n{} ({})\n", title, list.size());
  for (std::size_t i = 0; i < std::min(list.size(), shown_packages); ++i) {
    const Change& change = *list[i];
    const bool is_changed = !change.before.empty() && !change.after.empty();
    const std::string versions =
        is_changed ? fmt::format("{} -> {}", change.before, change.after) : change.before + change.after;
    text += terminal_line(fmt::format("  {} {} ({})", change.name, versions, change.kind)) + "\n";
  }
  if (list.size() > shown_packages) {
    text += fmt::format("  and {} more (--json has all)\n", list.size() - shown_packages);
  }
  return text;
}

std::string lost(const Strings& tools) {
  if (tools.empty()) return "";
  std::string text = "\nWhat you will miss, and what attackers will miss too\n";
  for (const std::string& tool : tools) text += fmt::format("  {}\n", terminal_line(tool));
  return text + "  Debug with an image of your own beside it (docker run --pid container:NAME ...).\n";
}

Json json_of(const Side& side) {
  return {{"name", side.name},
          {"size_bytes", side.size_bytes},
          {"unpacked_bytes", side.unpacked_bytes},
          {"files", side.files},
          {"packages", side.packages},
          {"holes", side.holes},
          {"checks", side.checks},
          {"user", side.user},
          {"setuid_files", side.setuid_files},
          {"tools", side.tools}};
}

}  // namespace

Json json_of(const Comparison& comparison) {
  Json changes = Json::array();
  for (const Change& change : comparison.packages) {
    changes.push_back({{"kind", change.kind},
                       {"name", change.name},
                       {"before", change.before},
                       {"after", change.after}});
  }
  Json json = {{"before", json_of(comparison.before)},
               {"after", json_of(comparison.after)},
               {"packages", std::move(changes)},
               {"checks_worse", comparison.checks_worse},
               {"checks_better", comparison.checks_better},
               {"tools_lost", comparison.tools_lost},
               {"holes_compared", comparison.has_holes}};
  if (comparison.has_holes) {
    json["new_holes"] = comparison.new_holes;
    json["closed_holes"] = comparison.closed_holes;
  }
  return json;
}

std::string text_of(const Comparison& comparison) {
  std::string text = fmt::format("before: {}\nafter:  {}\n\n", terminal_line(comparison.before.name),
                                 terminal_line(comparison.after.name));
  text += numbers(comparison);
  text += holes(comparison);
  text += ids("Known holes that are new", comparison.new_holes);
  text += ids("Known holes that are closed", comparison.closed_holes);
  text += checks("Checks that are worse", comparison.checks_worse);
  text += checks("Checks that are better", comparison.checks_better);
  text += packages("Packages added", comparison.packages, [](const Change& c) { return c.before.empty(); });
  text += packages("Packages removed", comparison.packages, [](const Change& c) { return c.after.empty(); });
  text += packages("Packages changed", comparison.packages,
                   [](const Change& c) { return !c.before.empty() && !c.after.empty(); });
  text += lost(comparison.tools_lost);
  return text + "\nNext: `hauberk check` and `hauberk scan` say more of each of them.\n";
}

}  // namespace hauberk
