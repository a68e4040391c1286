// hauberk keygen: makes the keys that sign.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <optional>

#include "cli/command.h"
#include "keys/passphrase.h"
#include "keys/protect.h"
#include "signer/key_folder.h"

namespace hauberk {
namespace {

struct KeygenCommand {
  std::string name = "all";
  std::string kind;
  int passphrase_fd = -1;
};

// Keys that are opened by the same hand, and so have one passphrase.
struct Group {
  std::string_view purpose;
  std::vector<KeyName> names;
};

std::vector<Group> groups_of(std::optional<KeyName> only) {
  std::vector<Group> groups = {{"the keys of this machine (build, log)", {KeyName::build, KeyName::log}},
                               {"the approval key, a person's", {KeyName::approval}},
                               {"the root key, to be kept elsewhere", {KeyName::root}}};
  if (!only) return groups;
  for (Group& group : groups) std::erase_if(group.names, [&](KeyName name) { return name != *only; });
  std::erase_if(groups, [](const Group& group) { return group.names.empty(); });
  return groups;
}

enum class State { made, restored, kept };

struct Row {
  KeyName name;
  PublicKey key;
  State state;
  bool is_here;  // the private key
};

class Keygen {
 public:
  Keygen(const Store& store, const KeygenCommand& command) : folder_(store) {
    if (command.passphrase_fd >= 0) sources_.fd = command.passphrase_fd;
  }

  // The kind for keys that are made; none: the usual one of each.
  void use_kind(KeyKind kind) { kind_ = kind; }

  Result<std::vector<Row>> run(const std::vector<Group>& groups) {
    std::vector<Row> rows;
    for (const Group& group : groups) {
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
  Result<Row> see_to(KeyName name, const Group& group, std::optional<Secret>& passphrase) {
    TRY(const bool has_private, folder_.has_private(name));
    TRY(const bool has_public, folder_.has_public(name));
    if (has_public) {
      TRY(PublicKey key, folder_.public_key(name));
      return Row{name, std::move(key), State::kept, has_private};
    }
    if (!passphrase) {
      TRY(passphrase, ask(group, has_private ? PassphraseUse::existing : PassphraseUse::chosen));
    }
    TRY(PrivateKey key,
        has_private ? folder_.open({name}, *passphrase) : PrivateKey::generate(kind_of(name)));
    TRY_STATUS(has_private ? folder_.restore_public(name, key) : folder_.add(name, key, *passphrase));
    return Row{name, key.public_key(), has_private ? State::restored : State::made, true};
  }

  // From a descriptor a line for each group; where there is none left, the last one counts on.
  Result<Secret> ask(const Group& group, PassphraseUse use) {
    const bool may_repeat = sources_.fd && last_;
    TRY(Secret passphrase,
        read_passphrase(sources_, may_repeat ? PassphraseUse::existing : use, group.purpose));
    if (may_repeat && passphrase.size() == 0) return Secret::of(last_->view());
    TRY(last_, Secret::of(passphrase.view()));
    return passphrase;
  }

  // The log's checkpoints are Ed25519, as their readers expect.
  KeyKind kind_of(KeyName name) const {
    return kind_.value_or(name == KeyName::log ? KeyKind::ed25519 : KeyKind::ecdsa_p256);
  }

  KeyFolder folder_;
  PassphraseSources sources_;
  std::optional<KeyKind> kind_;
  std::optional<Secret> last_;
};

struct Made {
  std::string home;
  std::vector<Row> rows;
};

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
  TRY(auto rows, keygen.run(groups_of(only)));
  return Made{store->path(), std::move(rows)};
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
  return {{"folder", made.home + "/keys"}, {"keys", std::move(keys)}};
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
    session.print_json(json_of(*made));
  });
}

}  // namespace hauberk
