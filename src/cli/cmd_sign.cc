// hauberk sign, hauberk attest: a person's or machine's word about an image, signed and kept beside it.
//
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <optional>

#include "attest/predicate.h"
#include "cli/command.h"
#include "cli/evidence_of.h"
#include "cli/own_key.h"
#include "io/clock.h"
#include "io/named_file.h"
#include "prove/attach.h"

namespace hauberk {
namespace {

constexpr std::uint64_t most_predicate_bytes = 32 << 20;

struct SignCommand {
  std::string image;
  std::string type;       // of attest
  std::string predicate;  // its file
  std::string key = "build";
  int passphrase_fd = -1;
};

struct Signed {
  std::string name;
  Attached attached;
};

struct Said {
  std::string type;
  Json predicate;
};

Result<Said> said(const SignCommand& command) {
  if (command.type.empty()) return Said{std::string(predicate::signature), Json::object()};
  TRY(std::string type, parse_predicate_type(command.type));
  TRY(const std::string text, read_named_file(command.predicate, most_predicate_bytes));
  auto predicate = parse_json(text, {.size_bytes = most_predicate_bytes, .depth = 64});
  if (!predicate) return wrap(predicate.error(), fmt::format("cannot read {}", command.predicate));
  return Said{std::move(type), *std::move(predicate)};
}

// The index and each of its manifests: who pulls one platform alone finds it too.
Result<Signed> sign(Session& session, const SignCommand& command) {
  TRY(const Said what, said(command));
  TRY(const KeyName key, parse_key_name(command.key));
  TRY(const ImageEvidence evidence, evidence_of(session, command.image));
  if (evidence.store == nullptr) {
    return fail(ErrorKind::unsupported,
                "cannot sign {}: it is not in the store; `hauberk pull` brings it there", command.image);
  }
  TRY(const Reference repository, Reference::parse(evidence.image.repository));
  const Time now = system_clock().now();
  warn_if_not_believed(session, *evidence.store, key, {evidence.image.repository, what.type, now});
  std::vector<Descriptor> subjects = evidence.image.manifests;
  subjects.insert(subjects.begin(), evidence.image.root);
  std::vector<SubjectStatements> all;
  for (const Descriptor& subject : subjects) {
    all.push_back({subject,
                   {{{{evidence.image.repository, subject.digest}}, what.type, what.predicate}},
                   {}});
  }
  TRY(EvidenceTable table, EvidenceTable::open(*evidence.store));
  SignerOptions options{.keys = {{key}}};
  if (command.passphrase_fd >= 0) options.passphrase_fd = command.passphrase_fd;
  std::optional<Signer> signer;
  const auto get = [&]() -> Result<Signer*> {
    if (!signer) {
      TRY(signer, Signer::connect(*evidence.store, options));
    }
    return &*signer;
  };
  const AttachOptions how{repository, key, now, !command.type.empty()};
  TRY(const Attached attached, attach_evidence(*evidence.store, table, get, all, how));
  return Signed{evidence.name, attached};
}

void run(Session& session, const SignCommand& command) {
  const auto done = sign(session, command);
  if (!done) return session.error(done.error());
  if (const std::string warning = warning_of(done->attached); !warning.empty()) session.warn(warning);
  session.print_json({{"image", done->name}, {"added", done->attached.added}, {"kept", done->attached.kept}});
  session.print(fmt::format("{}: {} statements signed, {} were there already\nnext: hauberk verify {}\n",
                            done->name, done->attached.added, done->attached.kept, command.image));
}

void add_common(CLI::App& verb, SignCommand& command) {
  verb.add_option("IMAGE", command.image, "Name in the store, or digest")->required();
  verb.add_option("--passphrase-fd", command.passphrase_fd, "Read the passphrase from this descriptor");
}

}  // namespace

void add_sign(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("sign", "Sign an image: its index and every platform's image");
  auto command = std::make_shared<SignCommand>();
  add_common(*verb, *command);
  verb->footer(
      "Example:\n  hauberk sign hauberk/nginx:1\n\n"
      "`hauberk build` signs what it builds. After the key was changed, this signs what shall stay.");
  verb->callback([&session, command] { run(session, *command); });
}

void add_attest(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("attest", "Sign a statement about an image");
  auto command = std::make_shared<SignCommand>();
  add_common(*verb, *command);
  verb->add_option("--as", command->key,
                   "The key that signs: build (default), or approval for what a person says");
  verb->add_option("--type", command->type, "What is stated: spdx, vex, ... or a predicate type (a URI)")
      ->required();
  verb->add_option("--predicate", command->predicate, "A JSON file: what is stated")->required();
  verb->footer(
      "Example:\n  hauberk attest hauberk/nginx:1 --type vex --predicate our-vex.json --as approval\n"
      "  hauberk attest hauberk/nginx:1 --type https://example.org/review/v1 --predicate review.json");
  verb->callback([&session, command] { run(session, *command); });
}

}  // namespace hauberk
