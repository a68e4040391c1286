// Times what a scan costs: a tracker of the real shape and size read, written, opened from its cache, and
// matched.
//
//   scan_bench [CVES]                   40,000 by default, each in three releases; prints seconds
//   scan_bench --write FILE [SOURCE...] the same feed into a file, with these names among its sources
//
// The feed is made from a fixed seed: sources of very different sizes, all states and urgencies, descriptions
// of the real length.
//
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>
#include <span>
#include <string_view>

#include "base/json.h"
#include "io/dir.h"
#include "scan/advisory_builder.h"
#include "scan/scan.h"
#include "scan/tracker_feed.h"

namespace hauberk {
namespace {

using Clock = std::chrono::steady_clock;

// By the wall, and by what the processor gave us: they differ on a machine that has other work.
class Stopwatch {
 public:
  std::string text() const {
    const double cpu = static_cast<double>(std::clock() - cpu_start_) / CLOCKS_PER_SEC;
    return fmt::format("{:.4f} s, of the processor {:.4f} s",
                       std::chrono::duration<double>(Clock::now() - start_).count(), cpu);
  }

 private:
  Clock::time_point start_ = Clock::now();
  std::clock_t cpu_start_ = std::clock();
};

constexpr std::size_t sources = 3'500;
constexpr std::size_t real_size = 40'000;  // CVEs

std::string source_name(std::size_t i) { return fmt::format("libexample-{}", i); }

// Few sources have most of the holes.
std::size_t source_of(std::mt19937_64& random) {
  const double unit = std::uniform_real_distribution<double>(0, 1)(random);
  return static_cast<std::size_t>(unit * unit * unit * static_cast<double>(sources)) % sources;
}

std::string release_row(std::mt19937_64& random, std::size_t cve, int number, const char* codename) {
  const auto pick = [&](std::uint64_t count) { return random() % count; };
  const std::string base = fmt::format("1.{}.{}-{}", cve % 9, pick(30), 1 + pick(9));
  const char* const urgencies[] = {"not yet assigned", "low**", "medium*", "unimportant", "high"};
  std::string row =
      fmt::format(R"("{}": {{"status": "{}", "repositories": {{"{}": "{}", "{}-security": "{}+deb{}u1"}}, )"
                  R"("urgency": "{}")",
                  codename, pick(10) < 7 ? "resolved" : "open", codename, base, codename, base, number,
                  urgencies[pick(5)]);
  if (row.find("resolved") != std::string::npos) {
    row += fmt::format(R"(, "fixed_version": "{}")", pick(8) == 0 ? "0" : base);
  } else if (pick(2) == 0) {
    row += R"(, "nodsa": "Minor issue; can be fixed in a point release", "nodsa_reason": "postponed")";
  }
  return row + "}";
}

// `names` stand for sources spread over all of them: some with many holes, most with few.
std::string tracker(std::size_t cves, std::span<char* const> names = {}) {
  std::mt19937_64 random(4);
  std::vector<std::string> by_source(sources);
  for (std::size_t i = 0; i < cves; ++i) {
    std::string& text = by_source[source_of(random)];
    if (!text.empty()) text += ", ";
    text += fmt::format(
        R"("CVE-{}-{:04}": {{"scope": "remote", "debianbug": {}, "description": "A flaw was found in {}", )"
        R"("releases": {{{}, {}, {}}}}})",
        2005 + i % 21, 1000 + i, i, std::string(300 + random() % 900, 'x'),
        release_row(random, i, 12, "bookworm"), release_row(random, i, 13, "trixie"),
        release_row(random, i, 14, "forky"));
  }
  std::string text = "{";
  const std::size_t step = names.empty() ? sources : std::max(sources / names.size(), std::size_t{1});
  for (std::size_t i = 0; i < sources; ++i) {
    const bool is_named = i % step == 0 && i / step < names.size();
    const std::string name = is_named ? names[i / step] : source_name(i);
    if (!by_source[i].empty())
      text += fmt::format("{}\"{}\": {{{}}}", text.size() > 1 ? ", " : "", name, by_source[i]);
  }
  return text + "}";
}

Inventory image(std::mt19937_64& random) {
  Inventory inventory{"example", {"debian", "12", "bookworm", ""}, {}};
  for (int i = 0; i < 100; ++i) {
    Package package;
    package.kind = Package::Kind::deb;
    package.source = source_name(random() % sources);
    package.name = package.source + "-bin";
    package.version = package.source_version = fmt::format("1.{}.{}-1", 6 + random() % 3, random() % 30);
    inventory.packages.push_back(std::move(package));
  }
  return inventory;
}

void say(const char* what, const Stopwatch& watch) {
  std::fputs(fmt::format("{:<40}{}\n", what, watch.text()).c_str(), stdout);
}

Status match(const Advisories& advisories) {
  std::mt19937_64 random(5);
  std::vector<Inventory> images;
  for (int i = 0; i < 1000; ++i) images.push_back(image(random));
  AvailableVersions index;
  for (std::size_t i = 0; i < sources; ++i) index[source_name(i)] = "1.5.0-1";
  const ScanOptions options{.available = &index, .now = 1'780'000'000};
  std::size_t findings = scan(images[0], advisories, options).findings.size();
  const Stopwatch one;
  findings += scan(images[1], advisories, options).findings.size();
  say("match 1 image of 100 packages", one);
  const Stopwatch all;
  for (const Inventory& inventory : images) findings += scan(inventory, advisories, options).findings.size();
  say("match 1,000 images of 100 packages", all);
  std::fputs(fmt::format("{} findings\n", findings).c_str(), stdout);
  return {};
}

Status run(std::size_t cves, const std::string& folder) {
  const std::string text = tracker(cves);
  std::fputs(fmt::format("{} CVEs in 3 releases, {} bytes\n", cves, text.size()).c_str(), stdout);
  const Stopwatch reading;
  AdvisoryBuilder builder;
  builder.begin_feed({"debian-tracker", "debian-tracker", "", "2026-01-01T00:00:00Z", 60});
  TRY_STATUS(read_debian_tracker(text, builder));
  TRY(const Advisories made, builder.finish());
  say("load from JSON", reading);
  TRY(const Dir dir, Dir::open(folder, true));
  TRY_STATUS(dir.write_cache_file("table", made.bytes()));
  const Stopwatch opening;
  TRY(const Advisories advisories, Advisories::open(dir, "table"));
  say("load from the cache", opening);
  return match(advisories);
}

}  // namespace
}  // namespace hauberk

int main(int argc, char** argv) {
  if (argc > 2 && std::string_view(argv[1]) == "--write") {
    std::ofstream(argv[2], std::ios::binary)
        << hauberk::tracker(hauberk::real_size, std::span(argv + 3, argv + argc));
    return 0;
  }
  const std::size_t cves = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : hauberk::real_size;
  const auto folder =
      std::filesystem::temp_directory_path() / fmt::format("hauberk-scan-bench-{}", ::getpid());
  const auto done = hauberk::run(cves, folder);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  if (done) return 0;
  std::fputs((done.error().message + "\n").c_str(), stderr);
  return 1;
}
