// hauberk verify: what is proved of an image, by whom, and what is not.
//
// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "attest/predicate.h"
#include "cli/believe.h"
#include "cli/command.h"
#include "cli/evidence_of.h"
#include "io/clock.h"
#include "io/named_file.h"
#include "trust/trust_file.h"

namespace hauberk {
namespace {

constexpr std::uint64_t most_file_bytes = 2 << 20;

struct VerifyCommand {
  std::string image;
  std::vector<std::string> keys;
  std::vector<std::string> types;
  std::string policy;
  std::string repository;
  RegistryFlags registry;
};

struct Answer {
  std::string name;
  Verification verification;
};

Result<Policy> policy_of(const VerifyCommand& command) {
  if (command.policy.empty()) return default_policy();
  TRY(const std::string text, read_named_file(command.policy, most_file_bytes));
  return parse_policy(text, command.policy);
}

Result<Answer> verify(Session& session, const VerifyCommand& command) {
  TRY(const Policy policy, policy_of(command));
  std::vector<std::string> types;
  for (const std::string& name : command.types) {
    TRY(std::string type, parse_predicate_type(name));
    types.push_back(std::move(type));
  }
  Believe believe;
  TRY_STATUS(believe.named(command.keys));
  TRY(ImageEvidence evidence, evidence_of(session, command.image, command.registry));
  if (!command.repository.empty()) evidence.image.repository = command.repository;
  if (command.keys.empty()) {
    if (evidence.store == nullptr) {
      TRY(const auto store, session.open_store());
      TRY_STATUS(believe.of_store(*store));
    } else {
      TRY_STATUS(believe.of_store(*evidence.store));
    }
  }
  TRY(Verification verification, verify_image(*evidence.source, evidence.image, believe.believed(), policy,
                                              types, system_clock().now()));
  return Answer{evidence.name, std::move(verification)};
}

void run(Session& session, const VerifyCommand& command) {
  const auto answer = verify(session, command);
  if (!answer) return session.error(answer.error());
  Json report = json_of(answer->verification);
  report["image"] = answer->name;
  session.print_json(std::move(report));
  session.print(text_of(answer->verification, answer->name));
  if (!answer->verification.passes()) session.exit_code = static_cast<int>(Exit::no);
}

}  // namespace

void add_verify(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("verify", "Say what is proved of an image, by whom, and what is not");
  auto command = std::make_shared<VerifyCommand>();
  verb->add_option("IMAGE", command->image,
                   "Name in the store, oci:DIR, oci-archive:FILE or registry:HOST/REPOSITORY:TAG")
      ->required();
  verb->add_option("--key", command->keys, "A public key (PEM) to believe; else what the store trusts");
  verb->add_option(
      "--type", command->types,
      "Also ask for this: spdx, cyclonedx, provenance, vex, vulns, tests, hardening, secrets, lock, "
      "sources, changelog, coverage, reproduced, or a predicate type");
  verb->add_option("--policy", command->policy, "A policy file: what must be proved, by whom, how new");
  verb->add_option("--repository", command->repository,
                   "Judge it as an image of this repository: a layout's own names are its maker's word");
  add_registry_flags(*verb, command->registry);
  verb->footer(
      "Example:\n  hauberk verify hauberk/nginx:1\n"
      "  hauberk verify registry:registry.example/nginx:1 --key build.pub --type spdx --type provenance\n\n"
      "Exit code 1 if something that was asked for is not proved. Without --policy a signature is asked "
      "for.");
  verb->callback([&session, command] { run(session, *command); });
}

}  // namespace hauberk
