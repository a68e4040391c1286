// hauberk reproduce: builds an image again from what is proved of it, and says whether it is the same.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "attest/predicate.h"
#include "cli/believe.h"
#include "cli/command.h"
#include "cli/copy_source.h"
#include "cli/evidence_of.h"
#include "cli/own_key.h"
#include "fetch/fetch.h"
#include "io/clock.h"
#include "io/named_file.h"
#include "pipeline/inputs.h"
#include "pipeline/reproduce.h"
#include "pipeline/workshop.h"
#include "prove/attach.h"

namespace hauberk {
namespace {

constexpr std::uint64_t most_lock_bytes = 64 << 20;

struct ReproduceCommand {
  std::string image;
  std::vector<std::string> keys;
  std::string lock;
  std::string workshop;
  std::string catalog_root;
  bool from_vault = false;
  bool from_inputs = false;
  bool sign = false;
  int passphrase_fd = -1;
  RegistryFlags registry;
};

struct Done {
  std::string name;
  Reproduction reproduction;
  bool is_signed = false;
};

Result<Lock> lock_for(const ReproduceCommand& command, const ImageEvidence& evidence, const Store& store) {
  if (!command.lock.empty()) {
    TRY(const std::string text, read_named_file(command.lock, most_lock_bytes));
    return parse_lock(text);
  }
  Believe believe;
  TRY_STATUS(believe.named(command.keys));
  if (command.keys.empty()) {
    TRY_STATUS(believe.of_store(store));
  }
  TRY(const Json predicate, proved_predicate(*evidence.source, evidence.image, believe.believed(),
                                             predicate::lock, system_clock().now()));
  return parse_lock(canonical_json(predicate));
}

Json predicate_of(const Reproduction& reproduction, const Lock& lock) {
  Json platforms = Json::array();
  for (const Reproduced& one : reproduction.platforms) {
    platforms.push_back({{"platform", one.platform},
                         {"manifest", one.manifest.text()},
                         {"sameManifest", one.same_manifest}});
  }
  return {{"lock", {{"sha256", Digest::of(text_of(lock)).hex()}}},
          {"reproducedBy", "hauberk " HAUBERK_VERSION},
          {"reproducedOn", to_rfc3339(system_clock().now())},
          {"platforms", std::move(platforms)}};
}

// What was built again, and nothing beside it; the index too if it names nothing else.
std::vector<Descriptor> reproduced_subjects(const ImageToVerify& image, const Reproduction& reproduction) {
  std::vector<Descriptor> subjects;
  if (image.manifests.empty() || reproduction.covers_index) subjects.push_back(image.root);
  for (const Descriptor& manifest : image.manifests) {
    const auto at = std::ranges::find(reproduction.platforms, manifest.digest, &Reproduced::manifest);
    if (at != reproduction.platforms.end() && at->holds()) subjects.push_back(manifest);
  }
  return subjects;
}

// Said by the approval key: the builder's own word that it built the same twice would be worth nothing.
Status say_so(Session& session, const ReproduceCommand& command, const ImageEvidence& evidence, Store& store,
              const Reproduction& reproduction, const Lock& lock) {
  TRY(const Reference repository, Reference::parse(evidence.image.repository));
  warn_if_not_believed(session, store, KeyName::approval,
                       {evidence.image.repository, predicate::reproduced, system_clock().now()});
  TRY(EvidenceTable table, EvidenceTable::open(store));
  std::optional<Signer> signer;
  const auto get = [&]() -> Result<Signer*> {
    SignerOptions options{.keys = {{KeyName::approval}}};
    if (command.passphrase_fd >= 0) options.passphrase_fd = command.passphrase_fd;
    if (!signer) {
      TRY(signer, Signer::connect(store, options));
    }
    return &*signer;
  };
  std::vector<SubjectStatements> all;
  const Json predicate = predicate_of(reproduction, lock);
  for (const Descriptor& subject : reproduced_subjects(evidence.image, reproduction)) {
    all.push_back({subject,
                   {{{{evidence.image.repository, subject.digest}},
                     std::string(predicate::reproduced),
                     predicate}},
                   {}});
  }
  TRY(const Attached attached,
      attach_evidence(store, table, get, all, {repository, KeyName::approval, system_clock().now()}));
  if (const std::string warning = warning_of(attached); !warning.empty()) session.warn(warning);
  return {};
}

Result<Done> reproduce(Session& session, const ReproduceCommand& command) {
  TRY(const ImageEvidence evidence, evidence_of(session, command.image, command.registry));
  TRY(const auto store, session.open_store());
  if (command.sign && evidence.store == nullptr) {
    return fail(ErrorKind::unsupported,
                "cannot sign: {} is not in the store; `hauberk pull` brings it there, and `hauberk push` the "
                "statement back",
                command.image);
  }
  TRY(const Lock lock, lock_for(command, evidence, *store));
  TRY(const CopySource original, open_copy_source(session, command.image, command.registry, std::nullopt));
  if (original.image.digest != evidence.image.root.digest) {
    return fail(ErrorKind::conflict, "cannot reproduce {}: the tag moved meanwhile; try again",
                command.image);
  }
  TRY(const auto workshop, Workshop::open(command.workshop, *store));
  if (command.from_vault) {
    TRY_STATUS(workshop->take_from(*store, lock));
  }
  if (command.from_inputs) {
    TRY_STATUS(take_inputs(*original.blobs, lock, workshop->store()));
  }
  HttpClient http(http_options(workshop->store().config().upstreams));
  auto reproduction =
      reproduce_image(workshop->store(), http, system_clock(),
                      {lock, command.catalog_root, *original.blobs, original.image}, session.progress());
  session.progress().end();
  if (!reproduction) return std::unexpected(reproduction.error());
  Done done{evidence.name, *std::move(reproduction)};
  if (command.sign && done.reproduction.holds()) {
    TRY_STATUS(say_so(session, command, evidence, *store, done.reproduction, lock));
    done.is_signed = true;
  }
  return done;
}

Json json_of(const Done& done) {
  Json platforms = Json::array();
  for (const Reproduced& one : done.reproduction.platforms) {
    platforms.push_back({{"platform", one.platform},
                         {"manifest", one.manifest.text()},
                         {"same_config", one.same_config},
                         {"same_layers", one.same_layers},
                         {"same_manifest", one.same_manifest},
                         {"differences", one.differences}});
  }
  return {{"image", done.name},
          {"reproduced", done.reproduction.holds()},
          {"same_index", done.reproduction.same_index},
          {"signed", done.is_signed},
          {"platforms", std::move(platforms)}};
}

std::string text_of(const Done& done) {
  std::string text;
  for (const Reproduced& one : done.reproduction.platforms) {
    text += fmt::format("{}: {}\n", one.platform,
                        one.same_manifest && one.same_config ? "the same, byte for byte"
                        : one.holds() ? "the same config and files (compressed otherwise)"
                                      : "DIFFERENT");
    for (const std::string& difference : one.differences) text += fmt::format("  {}\n", difference);
  }
  if (done.is_signed) text += "signed: the approval key says that it was reproduced\n";
  return text +
         fmt::format("{}: {}\n", done.name, done.reproduction.holds() ? "reproduced." : "NOT reproduced.");
}

void run(Session& session, const ReproduceCommand& command) {
  const auto done = reproduce(session, command);
  if (!done) return session.error(done.error());
  for (const std::string& warning : done->reproduction.warnings) session.warn(warning);
  session.print_json(json_of(*done));
  session.print(text_of(*done));
  if (!done->reproduction.holds()) session.exit_code = static_cast<int>(Exit::no);
}

}  // namespace

void add_reproduce(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("reproduce", "Build an image again from its evidence, and compare");
  auto command = std::make_shared<ReproduceCommand>();
  verb->add_option("IMAGE", command->image,
                   "Name in the store, oci:DIR, oci-archive:FILE or registry:HOST/REPOSITORY:TAG")
      ->required();
  verb->add_option("--key", command->keys,
                   "The key that its lock must be signed with; else what the store trusts");
  verb->add_option("--lock", command->lock, "Take this lock, and none from the evidence");
  verb->add_option("--workshop", command->workshop,
                   "Build in this folder and keep it (default: a new one, removed afterwards)");
  verb->add_option("--catalog", command->catalog_root,
                   "The folder of its catalogue: what the definition brings itself is in no archive");
  verb->add_flag("--from-vault", command->from_vault,
                 "Take packages from the store's vault where it has them; else all come from the archive");
  verb->add_flag("--from-inputs", command->from_inputs,
                 "Take packages and files from the inputs that lie with the image (`hauberk build "
                 "--with-inputs`), as far as they are there; no archive is needed then");
  verb->add_flag("--sign", command->sign, "If it is the same, say so with the approval key");
  verb->add_option("--passphrase-fd", command->passphrase_fd, "Read the passphrase from this descriptor");
  add_registry_flags(*verb, command->registry);
  verb->footer(
      "Example:\n  hauberk reproduce hauberk/nginx:1 --catalog catalog\n"
      "  hauberk reproduce registry:registry.example/nginx:1 --key build.pub\n\n"
      "Exit code 1 if it is not the same; then each file that differs is named.");
  verb->callback([&session, command] { run(session, *command); });
}

}  // namespace hauberk
