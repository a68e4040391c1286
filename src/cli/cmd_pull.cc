// hauberk pull: an image with its evidence out of a registry, into the store.
//
// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.h"
#include "cli/progress_bar.h"
#include "cli/registry_session.h"
#include "history/evidence.h"
#include "history/tags.h"
#include "io/clock.h"
#include "publish/known_blobs.h"
#include "publish/pull.h"

namespace hauberk {
namespace {

struct PullCommand {
  std::string image, platform;
  bool without_evidence = false;
  RegistryFlags registry;
};

struct Pulled {
  Reference reference;
  PullReport report;
};

Result<PullRequest> request_of(const PullCommand& command, const Reference& reference, const Store& store) {
  PullRequest request{.name = name_in_registry(reference)};
  if (!command.platform.empty()) {
    TRY(request.platform, Platform::parse(command.platform));
  }
  request.with_evidence = !command.without_evidence;
  request.connections = static_cast<std::size_t>(store.config().parallel_downloads);
  return request;
}

// The tag of the reference now names it here too; a digest alone names it in the history of its repository.
Status name_it(const Store& store, const Reference& reference, const PullRequest& request,
               const Descriptor& image) {
  if (reference.digest() && reference.tag().empty()) return {};
  TRY(TagStore tags, TagStore::open(store));
  const TaggedImage tagged{.repository = reference.name(),
                           .tag = request.name,
                           .media_type = image.media_type,
                           .digest = image.digest,
                           .size_bytes = image.size_bytes,
                           .moved_at = {}};
  const std::string tag = reference.tag().empty() ? request.name : reference.tag();
  TRY_STATUS(tags.set(reference.name(), {tag}, tagged, system_clock().now(), "pull"));
  return {};
}

std::optional<EvidenceForm> form_of(const PulledEvidence& item) {
  if (item.tag.empty()) return EvidenceForm::bundle;
  if (item.tag.ends_with(".sig")) return EvidenceForm::signature;
  if (item.tag.ends_with(".att")) return EvidenceForm::attestation;
  return std::nullopt;  // an SBOM as it is: kept as blobs, proves nothing
}

Status list_evidence(const Store& store, const std::vector<PulledEvidence>& evidence) {
  std::map<Digest, std::vector<EvidenceRow>> rows;
  const std::string now = to_rfc3339(system_clock().now());
  for (const PulledEvidence& item : evidence) {
    const auto form = form_of(item);
    if (form) rows[item.subject].push_back({.form = *form, .manifest = item.manifest, .made_at = now});
  }
  if (rows.empty()) return {};
  TRY(EvidenceTable table, EvidenceTable::open(store));
  for (const auto& [subject, some] : rows) TRY_STATUS(table.add(subject, some));
  return {};
}

Result<Pulled> pull(Session& session, const PullCommand& command) {
  TRY(Reference reference, registry_reference(command.image));
  TRY(const RegistryAddress address, RegistryAddress::of(reference));
  TRY(const auto store, session.open_store());
  TRY(const PullRequest request, request_of(command, reference, *store));
  TRY(const auto registry, RegistryClient::open(address, registry_options(store.get(), command.registry)));
  TRY(PullReport report, pull_image(*registry, store->blobs(), request, session.progress()));
  TRY_STATUS(list_evidence(*store, report.evidence));
  TRY_STATUS(name_it(*store, reference, request, report.image));
  // Only a hint for the next push: a cache that cannot be written is no reason to fail.
  static_cast<void>(KnownBlobs::open(store->cache(), address.host).add(report.blobs, address.repository));
  return Pulled{std::move(reference), std::move(report)};
}

std::string name_of(const Pulled& pulled) {
  const bool by_digest = pulled.reference.digest() && pulled.reference.tag().empty();
  if (by_digest) return pulled.report.image.digest.text();
  return fmt::format("{}:{}", pulled.reference.name(),
                     pulled.reference.tag().empty() ? "latest" : pulled.reference.tag());
}

std::string text_of(const Pulled& pulled) {
  const PullReport& report = pulled.report;
  std::string text = fmt::format("pulled {}\n  digest    {}\n", name_of(pulled), report.image.digest.text());
  text += fmt::format("  blobs     {} fetched ({}), {} were there\n", report.blobs_fetched,
                      human_size(report.bytes_fetched), report.blobs_there);
  text += fmt::format("  evidence  {}\n", report.evidence.size());
  return text + fmt::format("next: hauberk inspect {}\n", name_of(pulled));
}

Json json_of(const Pulled& pulled) {
  const PullReport& report = pulled.report;
  Json evidence = Json::array();
  for (const PulledEvidence& item : report.evidence) {
    evidence.push_back({{"subject", item.subject.text()},
                        {"digest", item.manifest.digest.text()},
                        {"tag", item.tag}});
  }
  return {
      {"reference", name_of(pulled)},
      {"digest", report.image.digest.text()},
      {"blobs",
       {{"fetched", report.blobs_fetched}, {"there", report.blobs_there}, {"bytes", report.bytes_fetched}}},
      {"evidence", std::move(evidence)}};
}

}  // namespace

void add_pull(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("pull", "Get an image with its evidence out of a registry");
  auto command = std::make_shared<PullCommand>();
  verb->add_option("IMAGE", command->image, "HOST/REPOSITORY:TAG or HOST/REPOSITORY@DIGEST")->required();
  verb->add_option("--platform", command->platform, "Only this platform, as linux/arm64 (default: all)");
  verb->add_flag("--without-evidence", command->without_evidence,
                 "The image alone, without signatures, attestations and SBOMs");
  add_registry_flags(*verb, command->registry);
  verb->footer(
      "Example:\n  hauberk pull registry.example/team/nginx:1.26\n"
      "  hauberk pull localhost:5000/nginx:1 --platform linux/arm64");
  verb->callback([&session, command] {
    const auto pulled = pull(session, *command);
    if (!pulled) return session.error(pulled.error());
    session.print_json(json_of(*pulled));
    session.print(text_of(*pulled));
  });
}

}  // namespace hauberk
