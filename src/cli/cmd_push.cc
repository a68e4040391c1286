// hauberk push: an image with its evidence into a registry.
//
// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.h"
#include "cli/find_image.h"
#include "cli/registry_session.h"
#include "history/evidence.h"
#include "publish/known_blobs.h"
#include "publish/push.h"

namespace hauberk {
namespace {

struct PushCommand {
  std::string image, destination;
  bool all_tags = false;
  bool without_evidence = false;
  RegistryFlags registry;
};

struct Pushed {
  FoundImage image;
  Reference destination;
  std::vector<std::string> tags;
  PushReport report;
};

std::string tag_of(const std::string& reference) {
  const auto colon = reference.rfind(':');
  return colon == std::string::npos ? std::string() : reference.substr(colon + 1);
}

std::string repository_of(const std::string& reference) { return reference.substr(0, reference.rfind(':')); }

// Where to, if the user did not say: where the image's own name says.
Result<Reference> destination_of(const PushCommand& command, const FoundImage& image) {
  const std::string& text = command.destination.empty() ? image.reference : command.destination;
  if (text.empty()) {
    return fail(ErrorKind::invalid_input,
                "cannot push {}: no tag names it; say where to, like registry.example/team/nginx:1",
                command.image);
  }
  return registry_reference(text);
}

// The tag of the destination, else the one that the image was asked for by; and those of the image's own
// repository that point to it now.
std::vector<std::string> tags_of(const PushCommand& command, const FoundImage& image,
                                 const Reference& destination) {
  std::vector<std::string> tags;
  const std::string first = destination.tag().empty() ? tag_of(image.reference) : destination.tag();
  if (!first.empty()) tags.push_back(first);
  if (!command.all_tags) return tags;
  for (const std::string& reference : image.tags) {
    const bool is_own = repository_of(reference) == repository_of(image.reference);
    if (is_own && tag_of(reference) != first) tags.push_back(tag_of(reference));
  }
  return tags;
}

Result<Pushed> push(Session& session, const PushCommand& command) {
  TRY(const auto store, session.open_store());
  TRY(FoundImage image, find_image(*store, command.image));
  TRY(Reference destination, destination_of(command, image));
  TRY(const RegistryAddress address, RegistryAddress::of(destination));
  RegistryOptions options = registry_options(store.get(), command.registry);
  options.may_write = true;
  TRY(const auto registry, RegistryClient::open(address, std::move(options)));
  KnownBlobs known = KnownBlobs::open(store->cache(), address.host);
  PushRequest request{.image = image.descriptor, .tags = tags_of(command, image, destination)};
  request.known_in = [&](const Digest& digest) { return known.repository_of(digest, address.repository); };
  request.connections = static_cast<std::size_t>(store->config().parallel_downloads);
  TRY(EvidenceTable table, EvidenceTable::open(*store));
  const StoredEvidence evidence(table, store->blobs());
  if (!command.without_evidence) request.evidence = &evidence;
  TRY(PushReport report, push_image(store->blobs(), *registry, request, session.progress()));
  known.forget(report.not_mounted);
  // Only a hint for the next push: a cache that cannot be written is no reason to fail.
  static_cast<void>(known.add(report.blobs, address.repository));
  return Pushed{std::move(image), std::move(destination), std::move(request.tags), std::move(report)};
}

std::string name_of(const Pushed& pushed) {
  return pushed.tags.empty()
             ? fmt::format("{}@{}", pushed.destination.name(), pushed.image.descriptor.digest.text())
             : fmt::format("{}:{}", pushed.destination.name(), pushed.tags.front());
}

std::string text_of(const Pushed& pushed) {
  const PushReport& report = pushed.report;
  std::string text =
      fmt::format("pushed {}\n  digest    {}\n", name_of(pushed), pushed.image.descriptor.digest.text());
  if (pushed.tags.size() > 1) text += fmt::format("  tags      {}\n", fmt::join(pushed.tags, " "));
  text += fmt::format("  blobs     {} sent, {} mounted, {} were there\n", report.blobs_sent,
                      report.blobs_mounted, report.blobs_there);
  if (report.evidence > 0) {
    text += fmt::format("  evidence  {}, of which {} new{}\n", report.evidence, report.evidence_sent,
                        report.by_tag ? " (listed below a tag: this registry has no referrers API)" : "");
  }
  const char* const next = report.evidence > 0 ? "verify registry:" : "pull ";
  return text + fmt::format("next: hauberk {}{}, on any machine\n", next, name_of(pushed));
}

Json json_of(const Pushed& pushed) {
  const PushReport& report = pushed.report;
  return {
      {"reference", name_of(pushed)},
      {"digest", pushed.image.descriptor.digest.text()},
      {"tags", pushed.tags},
      {"blobs",
       {{"sent", report.blobs_sent}, {"mounted", report.blobs_mounted}, {"there", report.blobs_there}}},
      {"evidence", {{"all", report.evidence}, {"sent", report.evidence_sent}, {"by_tag", report.by_tag}}}};
}

}  // namespace

void add_push(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("push", "Put an image with its evidence into a registry");
  auto command = std::make_shared<PushCommand>();
  verb->add_option("IMAGE", command->image, "Name, name:tag, name@digest or digest")->required();
  verb->add_option("DEST", command->destination,
                   "HOST/REPOSITORY[:TAG] (default: what the image's own name says)");
  verb->add_flag("--all-tags", command->all_tags, "Also all other tags that name the image here");
  verb->add_flag("--without-evidence", command->without_evidence,
                 "The image alone, without signatures, attestations and SBOMs");
  add_registry_flags(*verb, command->registry);
  verb->footer(
      "Example:\n  hauberk push nginx:1.26 registry.example/team/nginx:1.26\n"
      "  hauberk push nginx localhost:5000/nginx --all-tags");
  verb->callback([&session, command] {
    const auto pushed = push(session, *command);
    if (!pushed) return session.error(pushed.error());
    session.print_json(json_of(*pushed));
    session.print(text_of(*pushed));
  });
}

}  // namespace hauberk
