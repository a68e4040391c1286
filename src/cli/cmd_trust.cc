// hauberk trust: whom we believe, and what about.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "attest/predicate.h"
#include "cli/command.h"
#include "cli/rotate_keys.h"
#include "cli/trust_edit.h"
#include "cli/trust_text.h"
#include "io/clock.h"
#include "io/named_file.h"
#include "keys/pem.h"
#include "publish/output_file.h"
#include "signer/signer.h"
#include "signer/socket.h"
#include "trust/trust_change.h"

namespace hauberk {
namespace {

struct TrustCommand {
  std::string file = "trust.json";  // in or out
  std::string root_fingerprint;
  bool replace = false;
  std::string key, public_key;
  std::vector<std::string> predicates, repositories, builders;
  std::string to;
  std::vector<std::string> names;
  int grace_days = 90;
  bool root_is_lost = false;
  std::string reason;
  RootOptions root;
};

Time now() { return system_clock().now(); }

// A word that has a star in it is a pattern already.
Result<std::vector<std::string>> predicate_patterns(const std::vector<std::string>& words) {
  std::vector<std::string> types;
  for (const std::string& word : words) {
    if (word.find('*') != std::string::npos) {
      types.push_back(word);
      continue;
    }
    TRY(std::string type, parse_predicate_type(word));
    types.push_back(std::move(type));
  }
  return types;
}

// A day (its beginning), a time, or "never".
Result<std::string> end_of(const std::string& text) {
  if (text.empty() || text == "never") return std::string();
  const std::string whole = text.size() == 10 ? text + "T00:00:00Z" : text;
  if (!parse_rfc3339(whole)) {
    return fail(ErrorKind::invalid_input,
                "cannot read the end \"{}\": write it like 2027-06-30, 2027-06-30T12:00:00Z or never", text);
  }
  return whole;
}

// Everybody else has to be told: nothing of it leaves this machine by itself.
constexpr std::string_view hand_on =
    "hand it on:\n`hauberk trust export` writes it, and those who verify take it with `hauberk trust add`\n";

void show(Session& session, const Trust& trust) {
  session.print(text_of(trust.document(), now()));
  session.print_json(json_of(trust.document(), now()));
}

void say_changed(Session& session, const Trust& trust, std::string_view sentence) {
  session.print(fmt::format("{}\ntrust.json is now number {}; {}", sentence, trust.document().number,
                            hand_on));
  session.print_json(json_of(trust.document(), now()));
}

Status show_kept(Session& session) {
  TRY(const auto store, session.open_store());
  TRY(const Trust trust, TrustFile(*store).need());
  show(session, trust);
  return {};
}

Status export_to(Session& session, const TrustCommand& command) {
  TRY(const auto store, session.open_store());
  TRY(const Trust trust, TrustFile(*store).need());
  TRY(const auto output, create_output_at(command.file));
  TRY_STATUS(output->file->write(std::as_bytes(std::span(trust.text()))));
  TRY_STATUS(output->file->commit());
  session.print(fmt::format(
      "wrote {} (number {})\nroot {}\n"
      "Who has an earlier one of yours takes it with: hauberk trust add {}\n"
      "Who has none needs the fingerprint too, by another way than the file goes, by telephone or on paper:\n"
      "  hauberk trust add {} --root {}\n",
      command.file, trust.document().number, root_fingerprints(trust.document()), command.file, command.file,
      trust.document().roots.front().fingerprint()));
  Json report = json_of(trust.document(), now());
  report["file"] = command.file;
  session.print_json(std::move(report));
  return {};
}

Status check_fingerprint(const std::string& text) {
  const auto digest = Digest::parse(text);
  if (text.empty() || (digest && digest->algorithm() == Digest::Algorithm::sha256)) return {};
  return fail(
      ErrorKind::invalid_input,
      "cannot use the fingerprint \"{}\": it is \"sha256:\" and 64 hexadecimal digits, in small letters",
      text);
}

Status add_file(Session& session, const TrustCommand& command) {
  TRY_STATUS(check_fingerprint(command.root_fingerprint));
  TRY(const auto store, session.open_store());
  TRY(const std::string text, read_named_file(command.file, most_trust_file_bytes));
  auto trust = TrustFile(*store).accept(text, {.root_fingerprint = command.root_fingerprint,
                                               .replace = command.replace});
  if (!trust) return wrap(std::move(trust).error(), command.file);
  session.print(fmt::format("took {}\n", command.file));
  show(session, *trust);
  return {};
}

// "build-7": the name of a key of ours, which a rotation counts on from, and whose rights it hands on.
Status check_is_no_family_name(const std::string& name) {
  for (const KeyName own : all_key_names) {
    const std::string family(name_of(own));
    const bool is_numbered = name.starts_with(family + "-") &&
                             name.find_first_not_of("0123456789", family.size() + 1) == std::string::npos;
    if (name != family && !is_numbered) continue;
    return fail(
        ErrorKind::invalid_input,
        "cannot add the key \"{}\": {}, {}-2 and so on are this installation's own, and `hauberk trust "
        "rotate {}` hands their rights on to the next; take another name, for example \"partner-{}\"",
        name, family, family, family, family);
  }
  return {};
}

Status add_key(Session& session, const TrustCommand& command) {
  TRY_STATUS(check_is_no_family_name(command.key));
  TRY(TrustEdit edit, TrustEdit::open(session, command.root));
  TRY(const std::string pem, read_named_file(command.public_key, most_pem_bytes));
  auto key = PublicKey::parse_pem(pem);
  if (!key) return wrap(std::move(key).error(), command.public_key);
  TrustedKey added{command.key, *std::move(key), {}, command.repositories, command.builders, {}, {}, {}};
  TRY(added.predicates, predicate_patterns(command.predicates));
  TRY(added.to, end_of(command.to));
  added.from = to_rfc3339(now());
  TRY(TrustDocument document, with_key(edit.document(), std::move(added)));
  TRY(const Trust trust, edit.commit(std::move(document)));
  say_changed(session, trust, fmt::format("the key \"{}\" counts from now on", command.key));
  return {};
}

Result<KeyChange> change_of(const TrustCommand& command) {
  KeyChange change;
  if (!command.predicates.empty()) {
    TRY(change.predicates, predicate_patterns(command.predicates));
  }
  if (!command.repositories.empty()) change.repositories = command.repositories;
  if (!command.builders.empty()) change.builders = command.builders;
  if (!command.to.empty()) {
    TRY(change.to, end_of(command.to));
  }
  if (change.predicates || change.repositories || change.builders || change.to) return change;
  return fail(ErrorKind::invalid_input,
              "there is nothing to change: say it with --predicates, --repositories, --builders or --to");
}

Status change_key(Session& session, const TrustCommand& command) {
  TRY(const KeyChange change, change_of(command));
  TRY(TrustEdit edit, TrustEdit::open(session, command.root));
  TRY(TrustDocument document, with_change(edit.document(), command.key, change));
  TRY(const Trust trust, edit.commit(std::move(document)));
  say_changed(session, trust, fmt::format("the key \"{}\" was changed", command.key));
  return {};
}

// The family of a key of ours that is revoked, and so needs a successor.
std::string next_after_revoking(const TrustDocument& document, std::string_view key) {
  for (const KeyName name : {KeyName::build, KeyName::approval, KeyName::log}) {
    const TrustedKey* const newest = newest_of(document, name_of(name));
    if (newest == nullptr || !newest->revoked) continue;
    if (newest->name != key && newest->key.fingerprint() != key) continue;
    return fmt::format("\nit was the newest {} key: make the next one with `hauberk trust rotate {}`",
                       name_of(name), name_of(name));
  }
  return {};
}

Status revoke(Session& session, const TrustCommand& command) {
  if (command.reason.empty()) {
    return fail(ErrorKind::invalid_input, "cannot revoke a key without a reason: say it with --reason");
  }
  TRY(TrustEdit edit, TrustEdit::open(session, command.root));
  TRY(TrustDocument document,
      with_revoked(edit.document(), command.key, {to_rfc3339(now()), command.reason}));
  TRY(const Trust trust, edit.commit(std::move(document)));
  say_changed(
      session, trust,
      fmt::format("the key \"{}\" is revoked: nothing that it signed counts any more, whenever that was{}",
                  command.key, next_after_revoking(trust.document(), command.key)));
  return {};
}

std::string sentence_of(const RotatedKey& rotated, const RotateOptions& options) {
  if (rotated.name == KeyName::root) {
    return fmt::format(
        "the root is now {}\n"
        "carry keys/root.key away, keep a second copy, and destroy all copies of the old one\n{}",
        rotated.key.fingerprint(),
        options.root_is_lost
            ? "the old root did not sign this: tell everybody the new fingerprint, by another way; they take "
              "the file with `hauberk trust add FILE --root FINGERPRINT --replace`\n"
            : "");
  }
  std::string text =
      fmt::format("{} is now \"{}\", {}\n", name_of(rotated.name), rotated.called, rotated.key.fingerprint());
  if (rotated.old_called.empty()) return text;
  const std::string until =
      rotated.old_is_revoked ? "is revoked" : fmt::format("counts until {}", rotated.old_end);
  return text + fmt::format("\"{}\" {}; what shall count on, sign again with `hauberk sign`\n",
                            rotated.old_called, until);
}

Json json_of(const Rotation& rotation) {
  Json keys = Json::array();
  for (const RotatedKey& rotated : rotation.keys) {
    keys.push_back({{"name", name_of(rotated.name)},
                    {"called", rotated.called},
                    {"fingerprint", rotated.key.fingerprint()},
                    {"before", rotated.old_called},
                    {"before_until", rotated.old_end},
                    {"before_is_revoked", rotated.old_is_revoked}});
  }
  Json report = json_of(rotation.trust.document(), now());
  report["rotated"] = std::move(keys);
  report["was_interrupted"] = rotation.was_interrupted;
  return report;
}

// Where one listens, for messages; empty: nobody does.
std::string running_signer(const Session& session) {
  const auto store = session.open_store();
  if (!store) return {};
  std::string path = signer_socket_path(**store);
  const auto connection = connect_to(path);
  return connection && *connection ? path : std::string();
}

// The root's key no signer holds that runs.
std::string about_signer(Session& session, const Rotation& rotation) {
  if (std::ranges::all_of(rotation.keys, [](const auto& key) { return key.name == KeyName::root; }))
    return {};
  const std::string path = running_signer(session);
  if (path.empty()) return "if `hauberk signer` runs, start it again: it holds the old keys\n";
  session.warn(fmt::format(
      "the signer that runs at {} holds the old keys, and nothing can be signed until it is started again: "
      "`systemctl restart hauberk-signer`, or end it and run `hauberk signer`",
      path));
  return {};
}

void say_rotated(Session& session, const Rotation& rotation, const RotateOptions& options) {
  std::string text;
  if (rotation.was_interrupted)
    text = "a rotation that was interrupted is ended now; no other key was made\n";
  for (const RotatedKey& rotated : rotation.keys) text += sentence_of(rotated, options);
  text += fmt::format("trust.json is now number {}; {}", rotation.trust.document().number, hand_on);
  text += about_signer(session, rotation);
  session.print(text);
  session.print_json(json_of(rotation));
}

Status rotate(Session& session, const TrustCommand& command) {
  RotateOptions options{command.root, std::chrono::days(command.grace_days), now(), command.root_is_lost};
  std::vector<KeyName> names;
  for (const std::string& text : command.names) {
    TRY(const KeyName name, parse_key_name(text));
    names.push_back(name);
  }
  const bool is_root = std::ranges::find(names, KeyName::root) != names.end();
  if (is_root && names.size() > 1) {
    return fail(ErrorKind::invalid_input, "cannot rotate the root together with other keys: do it by itself");
  }
  if (command.root_is_lost && !is_root) {
    return fail(ErrorKind::invalid_input, "--lost is for the root alone: `hauberk trust rotate root --lost`");
  }
  TRY(const Rotation rotation,
      is_root ? rotate_root(session, options) : rotate_keys(session, names, options));
  say_rotated(session, rotation, options);
  return {};
}

using Work = Status (*)(Session&, const TrustCommand&);
using Command = std::shared_ptr<TrustCommand>;

void set_callback(CLI::App& verb, Session& session, const Command& command, Work work) {
  verb.callback([&session, command, work] {
    if (const Status done = work(session, *command); !done) session.error(done.error());
  });
}

void add_root_options(CLI::App& verb, const Command& command, const char* lines) {
  verb.add_option("--root-key", command->root.file,
                  "The root key's file, which should not be on this machine (default: keys/root.key in the "
                  "store)");
  verb.add_option("--passphrase-fd", command->root.passphrase_fd, lines)->check(CLI::NonNegativeNumber);
}

constexpr const char* one_line =
    "Read the root key's passphrase from this file descriptor (default: the terminal)";
constexpr const char* several_lines =
    "Read passphrases from this file descriptor: a line for the root key, one for each new key (build and "
    "log "
    "have one together; the last counts on)";

void add_rights(CLI::App& verb, const Command& command, bool are_required) {
  auto* predicates =
      verb.add_option("--predicates", command->predicates,
                      "What it may sign: names as of `hauberk verify --type`, predicate types, "
                      "or patterns with *");
  auto* repositories = verb.add_option("--repositories", command->repositories,
                                       "For which images: patterns with *, for example 'hauberk/*'");
  auto* builders =
      verb.add_option("--builders", command->builders, "As which builders it may say how an image was made");
  for (auto* option : {predicates, repositories, builders}) option->delimiter(',');
  if (are_required) {
    predicates->required();
    repositories->required();
  }
  verb.add_option("--to", command->to, "Until when it counts, for example 2027-06-30; never: no end");
}

void add_show(CLI::App& trust, Session& session) {
  auto* verb = trust.add_subcommand("show", "Show the root, the keys, what each may sign, and until when");
  verb->footer("Example:\n  hauberk trust show");
  verb->callback([&session] {
    if (const Status done = show_kept(session); !done) session.error(done.error());
  });
}

void add_export(CLI::App& trust, Session& session, const Command& command) {
  auto* verb = trust.add_subcommand("export", "Write trust.json for others, and show its root's fingerprint");
  verb->add_option("-o,--output", command->file, "Where to (default: trust.json in this folder)");
  verb->footer("Example:\n  hauberk trust export -o our-trust.json");
  set_callback(*verb, session, command, export_to);
}

void add_add(CLI::App& trust, Session& session, const Command& command) {
  auto* verb = trust.add_subcommand("add", "Believe what a trust.json says; later, take a newer one");
  verb->add_option("FILE", command->file, "The trust.json")->required();
  verb->add_option("--root", command->root_fingerprint,
                   "The fingerprint of its root, that came by another way: the first time");
  verb->add_flag("--replace", command->replace,
                 "Believe another root from now on than so far: because the old one was lost (needs --root)");
  verb->footer(
      "Example:\n  hauberk trust add trust.json --root sha256:...\n  hauberk trust add trust-2.json");
  set_callback(*verb, session, command, add_file);
}

void add_add_key(CLI::App& trust, Session& session, const Command& command) {
  auto* verb = trust.add_subcommand("add-key", "Believe one more key: a colleague's, another program's");
  verb->add_option("NAME", command->key, "What to call it")->required();
  verb->add_option("PUB", command->public_key, "The public key (PEM)")->required();
  add_rights(*verb, command, true);
  add_root_options(*verb, command, one_line);
  verb->footer(
      "Example:\n  hauberk trust add-key partner partner.pub --predicates signature,spdx "
      "--repositories 'partner/*'");
  set_callback(*verb, session, command, add_key);
}

void add_change(CLI::App& trust, Session& session, const Command& command) {
  auto* verb = trust.add_subcommand("change", "Change what a key may sign, and until when");
  verb->add_option("KEY", command->key, "Its name or fingerprint")->required();
  add_rights(*verb, command, false);
  add_root_options(*verb, command, one_line);
  verb->footer("Example:\n  hauberk trust change build --repositories 'hauberk/*'");
  set_callback(*verb, session, command, change_key);
}

void add_rotate(CLI::App& trust, Session& session, const Command& command) {
  auto* verb = trust.add_subcommand("rotate", "Make a new key in the place of an old one, which then ends");
  verb->add_option("NAME", command->names, "build, approval or log, one or more; or root")->required();
  verb->add_option("--grace", command->grace_days,
                   "For how many days what the old key signed goes on to count (default 90)")
      ->check(CLI::Range(0, 3650));
  verb->add_flag("--lost", command->root_is_lost, "Nobody has the old root key any more");
  add_root_options(*verb, command, several_lines);
  verb->footer("Example:\n  hauberk trust rotate build --root-key /media/stick/root.key");
  set_callback(*verb, session, command, rotate);
}

void add_revoke(CLI::App& trust, Session& session, const Command& command) {
  auto* verb =
      trust.add_subcommand("revoke", "Believe a key no more, from now on, whatever it signed: it was stolen");
  verb->add_option("KEY", command->key, "Its name or fingerprint")->required();
  verb->add_option("--reason", command->reason, "Why; everybody who verifies sees it")->required();
  add_root_options(*verb, command, one_line);
  verb->footer("Example:\n  hauberk trust revoke build --reason \"laptop stolen\"");
  set_callback(*verb, session, command, revoke);
}

}  // namespace

void add_trust(CLI::App& app, Session& session) {
  auto* verb =
      app.add_subcommand("trust", "Whom to believe: show, export, add, add-key, change, rotate, revoke");
  verb->require_subcommand(1);
  const auto command = std::make_shared<TrustCommand>();
  add_show(*verb, session);
  add_export(*verb, session, command);
  add_add(*verb, session, command);
  add_add_key(*verb, session, command);
  add_change(*verb, session, command);
  add_rotate(*verb, session, command);
  add_revoke(*verb, session, command);
  verb->footer(
      "Example:\n  hauberk trust show\n  hauberk trust rotate build --root-key /media/stick/root.key");
}

}  // namespace hauberk
