// hauberk verify: what is proved of an image, by whom, and what is not.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "attest/predicate.h"
#include "base/terminal_text.h"
#include "cli/believe.h"
#include "cli/command.h"
#include "cli/evidence_of.h"
#include "io/clock.h"
#include "io/named_file.h"
#include "oci/reference.h"
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
  Digest digest;  // what a tag named now: it may name another image later
  std::string repository;  // as an image of which it was judged
  bool chose_its_judge;  // the repository is its own word, and what it proves depends on it
  Verification verification;
};

// What lies in a layout or archive says itself which image it is; in a store or registry somebody else does.
bool names_itself(std::string_view image) {
  return image.starts_with("oci:") || image.starts_with("oci-archive:");
}

Result<std::string> repository_of(const std::string& text) {
  TRY(const Reference reference, Reference::parse(text));
  if (reference.name() == text) return text;
  return fail(ErrorKind::invalid_input,
              "cannot judge an image as one of \"{}\": a repository has no tag and no digest; write {}", text,
              reference.name());
}

// Some key counts in some repositories alone.
bool is_limited(const Believed& believed) {
  return believed.trust != nullptr &&
         std::ranges::any_of(believed.trust->document().keys, [](const TrustedKey& entry) {
           return std::ranges::find(entry.repositories, "*") == entry.repositories.end();
         });
}

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
  if (!command.repository.empty()) {
    TRY(evidence.image.repository, repository_of(command.repository));
  }
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
  const bool chose =
      command.repository.empty() && names_itself(command.image) && is_limited(believe.believed());
  return Answer{evidence.name, evidence.image.root.digest, evidence.image.repository, chose,
                std::move(verification)};
}

// The rule of a policy is chosen by the repository: not by the image that it shall judge.
std::string usage_fault(const VerifyCommand& command) {
  if (command.policy.empty() || !command.repository.empty() || !names_itself(command.image)) return {};
  return fmt::format(
      "cannot judge {} by the policy {}: its rules are for repositories, and a layout or archive says itself "
      "which one it is of, so it would choose its rule; say it: --repository NAME, for example "
      "--repository hauberk/nginx",
      command.image, command.policy);
}

// Where all of it is worth nothing for the same reason, that is said once.
Verification for_people(Verification verification) {
  const auto& ignored = verification.ignored;
  const auto is_other = [&](const NotProved& one) { return one.why != ignored.front().why; };
  if (!verification.proved.empty() || ignored.size() < 2 || std::ranges::any_of(ignored, is_other)) {
    return verification;
  }
  const std::string what = verification.ignored.front().what;
  if (std::ranges::all_of(ignored, [&](const NotProved& one) { return one.what == what; }))
    return verification;
  for (NotProved& one : verification.ignored) one.what = "all of it";
  return verification;
}

std::string text_of(const Answer& answer) {
  std::string text = fmt::format("{} is {}\n", terminal_line(answer.name), answer.digest.text()) +
                     text_of(for_people(answer.verification), answer.name);
  if (!answer.chose_its_judge) return text;
  return text +
         fmt::format("judged as {}, which is what it calls itself; --repository NAME judges it as another\n",
                     terminal_line(answer.repository));
}

std::string type_help() {
  std::vector<std::string_view> names;
  for (const PredicateName& known : predicate_names()) names.push_back(known.name);
  return fmt::format("Also ask for this: {}, or a predicate type", fmt::join(names, ", "));
}

void run(Session& session, const VerifyCommand& command) {
  if (std::string fault = usage_fault(command); !fault.empty()) return session.usage_error(std::move(fault));
  const auto answer = verify(session, command);
  if (!answer) return session.error(answer.error());
  Json report = json_of(answer->verification);
  report["image"] = answer->name;
  report["digest"] = answer->digest.text();
  report["repository"] = answer->repository;
  session.print_json(std::move(report));
  session.print(text_of(*answer));
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
  verb->add_option("--type", command->types, type_help());
  verb->add_option("--policy", command->policy, "A policy file: what must be proved, by whom, how new");
  verb->add_option("--repository", command->repository,
                   "Judge it as an image of this repository; a layout or archive needs it with --policy, for "
                   "the name in it is its maker's word");
  add_registry_flags(*verb, command->registry);
  verb->footer(
      "Example:\n  hauberk verify hauberk/nginx:1\n"
      "  hauberk verify registry:registry.example/nginx:1 --key build.pub --type spdx --type provenance\n"
      "  hauberk verify oci:layout --repository hauberk/nginx --policy policy.yaml\n\n"
      "Exit code 1 if something that was asked for is not proved. Without --policy a signature is asked "
      "for.");
  verb->callback([&session, command] { run(session, *command); });
}

}  // namespace hauberk
