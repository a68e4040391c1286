// SPDX-License-Identifier: Apache-2.0
#include "cli/scan_subject.h"

#include <algorithm>
#include <filesystem>

#include "cli/open_subject.h"
#include "facts/facts.h"
#include "io/clock.h"
#include "io/named_file.h"
#include "sbom/sbom.h"
#include "scan/debian_release.h"
#include "scan/feed_store.h"

namespace hauberk {
namespace {

constexpr std::uint64_t sbom_limit = std::uint64_t{1} << 30;
constexpr std::uint64_t vex_limit = 64 << 20;

// An SBOM is a file with JSON in it; images are folders or archives.
bool is_sbom(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return false;
  return path.ends_with(".json") || path.ends_with(".spdx") || path.ends_with(".cdx");
}

Status read_image(Session& session, const ScanRequest& request, ScanInput& input) {
  std::optional<Platform> platform;
  if (!request.platform.empty()) {
    TRY(platform, Platform::parse(request.platform));
  }
  TRY(const Subject subject, open_subject(session, request.subject, platform));
  TRY(ImageInventory known, inventory_of(*subject.image, subject.store.get()));
  for (const std::string& problem : known.problems) session.warn(problem);
  input.inventory = std::move(known.inventory);
  input.image_names = subject.image->tags();
  input.image_names.push_back(subject.image->name());
  if (subject.image->descriptor()) input.image_names.push_back(subject.image->descriptor()->digest.text());
  return {};
}

Status read_subject(Session& session, const ScanRequest& request, ScanInput& input) {
  if (!is_sbom(request.subject)) return read_image(session, request, input);
  TRY(const std::string text, read_named_file(request.subject, sbom_limit));
  TRY(input.inventory, parse_sbom(text, request.subject));
  input.image_names = {input.inventory.name};
  return {};
}

// Authors named on the command line before others, the first before the second.
int trust_of(const std::string& author, const std::vector<std::string>& authors) {
  const auto found = std::ranges::find(authors, author);
  return static_cast<int>(authors.end() - found);
}

void read_vex(Session& session, const ScanRequest& request, ScanInput& input) {
  for (const std::string& file : request.vex_files) {
    const auto text = read_named_file(file, vex_limit);
    auto document = text ? parse_openvex(*text, file) : std::unexpected(text.error());
    if (!document) {
      session.warn(document.error().message + "; the other files apply");
      input.has_broken_vex = true;
      continue;
    }
    for (const std::string& problem : document->problems) session.warn(problem);
    input.has_broken_vex |= !document->problems.empty();
    document->trust = trust_of(document->author, request.vex_authors);
    input.vex.push_back(*std::move(document));
  }
  input.vex_index = std::make_unique<VexIndex>(input.vex);
}

bool has_debs(const Inventory& inventory) {
  return std::ranges::any_of(inventory.packages,
                             [](const Package& package) { return package.kind == Package::Kind::deb; });
}

Status read_archive(Session& session, const ScanRequest& request, Store& store, ScanInput& input) {
  const std::string release = debian_codename(input.inventory.os);
  if (release.empty() || !has_debs(input.inventory)) return {};
  HttpClient http(http_options(store.config().upstreams));
  Fetcher fetcher(store, http, system_clock(), session.progress(), {.offline = !request.update});
  auto state = archive_state(input.inventory, fetcher);
  session.progress().end();
  if (state) {
    input.archive = *std::move(state);
    return {};
  }
  if (request.update) return std::unexpected(state.error());
  // That nothing was fetched yet is no news to one who did not ask for it.
  const bool is_absent = state.error().kind == ErrorKind::not_found;
  session.warn(
      fmt::format("no index of Debian {} is at hand, so no fix counts as available; --update fetches it{}",
                  release, is_absent ? std::string() : fmt::format(" ({})", state.error().message)));
  return {};
}

}  // namespace

void ScanRequest::add_to(CLI::App& verb) {
  verb.add_option("--platform", platform, "Of an image for several: linux/amd64 or linux/arm64");
  verb.add_option("--vex", vex_files, "An OpenVEX file; may be given several times")->take_all();
  verb.add_option("--vex-author", vex_authors, "An author of VEX to be trusted before others; the first most")
      ->take_all();
  verb.add_flag("--update", update, "Fetch the archive's package indexes first");
}

ScanOptions ScanInput::options() const {
  ScanOptions options;
  if (archive) {
    options.available = &archive->available;
    options.proposed = &archive->proposed;
  }
  options.vex = vex_index.get();
  options.image_names = image_names;
  options.now = to_unix(system_clock().now());
  return options;
}

Result<ScanInput> scan_input(Session& session, const ScanRequest& request) {
  ScanInput input;
  TRY_STATUS(read_subject(session, request, input));
  TRY(const auto store, session.open_store());
  TRY(input.advisories, FeedStore(*store).load());
  if (input.advisories.feeds().empty()) {
    return fail(ErrorKind::not_found,
                "cannot scan {}: there is no feed yet; `hauberk feed add --help` shows how to add "
                "one",
                request.subject);
  }
  read_vex(session, request, input);
  TRY_STATUS(read_archive(session, request, *store, input));
  return input;
}

}  // namespace hauberk
