// hauberk keygen: makes the keys that sign.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <optional>

#include "cli/command.h"
#include "cli/key_groups.h"
#include "cli/usual_trust.h"
#include "io/clock.h"
#include "keys/protect.h"
#include "signer/key_folder.h"

namespace hauberk {
namespace {

struct KeygenCommand {
  std::string name = "all";
  std::string kind;
  int passphrase_fd = -1;
};

enum class State { made, restored, kept };

struct Row {
  KeyName name;
  PublicKey key;
  State state;
  bool is_here;  // the private key
};

class Keygen {
 public:
  Keygen(const Store& store, const KeygenCommand& command)
      : folder_(store),
        passphrases_(command.passphrase_fd < 0 ? std::nullopt : std::optional(command.passphrase_fd)) {}

  // The kind for keys that are made; none: the usual one of each.
  void use_kind(KeyKind kind) { kind_ = kind; }

  // The root key is wanted too, to sign: it is opened where it is here already.
  void need_root() { needs_root_ = true; }
  const std::optional<PrivateKey>& root() const { return root_; }

  Result<std::vector<Row>> run(const std::vector<KeyGroup>& groups) {
    std::vector<Row> rows;
    for (const KeyGroup& group : groups) {
      std::optional<Secret> passphrase;
      for (const KeyName name : group.names) {
        TRY(Row row, see_to(name, group, passphrase));
        rows.push_back(std::move(row));
      }
    }
    std::ranges::sort(rows, {}, &Row::name);
    return rows;
  }

 private:
  Result<Row> see_to(KeyName name, const KeyGroup& group, std::optional<Secret>& passphrase) {
    TRY(const bool has_private, folder_.has_private(name));
    TRY(const bool has_public, folder_.has_public(name));
    const bool must_open = name == KeyName::root && needs_root_ && has_private;
    if (has_public && !must_open) {
      TRY(PublicKey key, folder_.public_key(name));
      return Row{name, std::move(key), State::kept, has_private};
    }
    if (!passphrase) {
      TRY(passphrase, passphrases_.ask(group, has_private ? PassphraseUse::existing : PassphraseUse::chosen));
    }
    TRY(PrivateKey key, has_private ? folder_.open({name}, *passphrase)
                                    : PrivateKey::generate(kind_.value_or(usual_kind(name))));
    if (!has_private) TRY_STATUS(folder_.add(name, key, *passphrase));
    if (has_private && !has_public) TRY_STATUS(folder_.restore_public(name, key));
    Row row{name, key.public_key(), State::made, true};
    if (has_private) row.state = has_public ? State::kept : State::restored;
    if (name == KeyName::root) root_.emplace(std::move(key));
    return row;
  }

  KeyFolder folder_;
  GroupPassphrases passphrases_;
  std::optional<KeyKind> kind_;
  bool needs_root_ = false;
  std::optional<PrivateKey> root_;
};

struct Made {
  std::string home;
  std::vector<Row> rows;
  std::optional<Trust> trust;  // there now
  bool is_first = false;       // it was made now
  bool lacks_root = false;     // it would have been, had the root key been here
};

// Which keys to see to: another root is none that trust.json knows, so none is made beside one.
std::vector<KeyName> wanted_keys(std::optional<KeyName> only, bool has_trust, bool has_root) {
  if (only) return {*only};
  std::vector<KeyName> names(all_key_names.begin(), all_key_names.end());
  if (has_trust && !has_root) std::erase(names, KeyName::root);
  return names;
}

Result<Made> keygen(const Session& session, const KeygenCommand& command) {
  std::optional<KeyName> only;
  if (command.name != "all") {
    TRY(only, parse_key_name(command.name));
  }
  TRY(const auto store, session.open_store());
  Keygen keygen(*store, command);
  if (!command.kind.empty()) {
    TRY(const KeyKind kind, parse_key_kind(command.kind));
    if (only == KeyName::log && kind != KeyKind::ed25519) {
      return fail(ErrorKind::invalid_input, "cannot make a log key of the kind {}: checkpoints are ed25519",
                  command.kind);
    }
    if (!only) {
      return fail(ErrorKind::invalid_input, "cannot make all keys of one kind: say which with --name");
    }
    keygen.use_kind(kind);
  }
  TRY_STATUS(protect_process());
  Made made{store->path(), {}, {}};
  TRY(made.trust, TrustFile(*store).load());
  TRY(const bool has_root, KeyFolder(*store).has_public(KeyName::root));
  const bool wants_trust = !only && !made.trust;
  if (wants_trust) keygen.need_root();
  TRY(made.rows, keygen.run(key_groups(wanted_keys(only, made.trust.has_value(), has_root))));
  made.is_first = wants_trust && keygen.root();
  made.lacks_root = wants_trust && !keygen.root();
  if (made.is_first) {
    TRY(made.trust, make_first_trust(*store, *keygen.root(), system_clock().now()));
  }
  return made;
}

// Said of each key that was made and that nobody will believe.
std::vector<std::string> warnings_for(const Made& made) {
  std::vector<std::string> warnings;
  if (made.lacks_root) {
    warnings.push_back(
        "there is no trust.json yet, and the root key, which must sign it, is elsewhere: bring root.key back "
        "to the keys, and run `hauberk keygen` again");
  }
  for (const Row& row : made.rows) {
    if (row.name == KeyName::root || !made.trust || made.trust->find(row.key.fingerprint())) continue;
    warnings.push_back(
        fmt::format("the {} key is not in trust.json, so nobody believes it: `hauberk trust rotate {}` makes "
                    "one that is",
                    name_of(row.name), name_of(row.name)));
  }
  return warnings;
}

std::string_view word_for(State state) {
  if (state == State::made) return "made";
  return state == State::restored ? "restored" : "kept";
}

bool has_root(const Made& made) {
  return std::ranges::any_of(made.rows,
                             [](const Row& row) { return row.name == KeyName::root && row.is_here; });
}

std::string text_of(const Made& made) {
  std::string text = fmt::format("keys in {}/keys\n", made.home);
  for (const Row& row : made.rows) {
    text += fmt::format("  {:8}  {:8}  {:10}  {}{}\n", word_for(row.state), name_of(row.name),
                        name_of(row.key.kind()), row.key.fingerprint(),
                        row.is_here ? "" : "  (its private key is elsewhere)");
  }
  if (made.is_first) {
    text += fmt::format(
        "trust.json number {} says what each of them may sign: `hauberk trust show`\n"
        "root fingerprint, for those who verify: {}\n",
        made.trust->document().number, made.trust->document().roots.front().fingerprint());
  }
  if (has_root(made)) {
    text += fmt::format(
        "carry the root key away: move {0}/keys/root.key to where no network reaches, and keep a second "
        "copy;\n"
        "it is needed only to say which keys are believed. Whoever has it and its passphrase can say so "
        "too.\n",
        made.home);
  }
  return text;
}

Json json_of(const Made& made) {
  Json keys = Json::array();
  for (const Row& row : made.rows) {
    keys.push_back(Json{{"name", name_of(row.name)},
                        {"kind", name_of(row.key.kind())},
                        {"fingerprint", row.key.fingerprint()},
                        {"public_key", row.key.pem()},
                        {"state", word_for(row.state)},
                        {"private_key_here", row.is_here}});
  }
  Json report = {{"folder", made.home + "/keys"}, {"keys", std::move(keys)}, {"trust_number", nullptr}};
  if (made.trust) report["trust_number"] = made.trust->document().number;
  return report;
}

}  // namespace

void add_keygen(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("keygen", "Make the keys that sign, those that are missing");
  auto command = std::make_shared<KeygenCommand>();
  verb->add_option("--name", command->name, "build, approval, log, root or all (default)");
  verb->add_option("--kind", command->kind, "ecdsa-p256 (default; which cosign reads too) or ed25519");
  verb->add_option(
          "--passphrase-fd", command->passphrase_fd,
          "Read passphrases from this file descriptor: a line for build and log, one for approval, one "
          "for root; the last counts on")
      ->check(CLI::NonNegativeNumber);
  verb->footer("Example:\n  hauberk keygen\n  hauberk keygen --name build --passphrase-fd 3 3< passphrase");
  verb->callback([&session, command] {
    const auto made = keygen(session, *command);
    if (!made) return session.error(made.error());
    session.print(text_of(*made));
    for (const std::string& warning : warnings_for(*made)) session.warn(warning);
    session.print_json(json_of(*made));
  });
}

}  // namespace hauberk
