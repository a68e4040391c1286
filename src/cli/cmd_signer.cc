// hauberk signer: the process that holds private keys, and signs for the others.
//
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <pwd.h>

#include <cstdio>
#include <memory>
#include <optional>

#include "cli/command.h"
#include "keys/passphrase.h"
#include "keys/protect.h"
#include "signer/server.h"
#include "signer/signer.h"
#include "signer/socket.h"

namespace hauberk {
namespace {

struct SignerCommand {
  std::string socket;
  std::vector<std::string> keys;
  std::vector<std::string> users;
  int passphrase_fd = -1;
  int fd = -1;  // of a connection: we were started for one client
};

// What is asked for, else those of this machine that are here.
Result<std::vector<NeededKey>> needed_keys(const SignerCommand& command, const KeyFolder& folder) {
  std::vector<NeededKey> needed;
  for (const std::string& text : command.keys) {
    TRY(NeededKey key, parse_needed_key(text));
    needed.push_back(std::move(key));
  }
  if (!needed.empty()) return needed;
  for (const KeyName name : {KeyName::build, KeyName::log}) {
    TRY(const bool is_here, folder.has_private(name));
    if (is_here) needed.push_back({name});
  }
  if (!needed.empty()) return needed;
  return fail(ErrorKind::not_found, "there is no {}; make it with `hauberk keygen`",
              folder.path_of(KeyName::build));
}

std::string names_of(const std::vector<NeededKey>& keys) {
  std::string names;
  for (const NeededKey& key : keys)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name_of(key.name));
  return names;
}

// The passphrase is gone when this returns.
Result<KeyRing> open_keys(const Session& session, const SignerCommand& command) {
  TRY_STATUS(protect_process());
  TRY(const auto store, session.open_store());
  const KeyFolder folder(*store);
  TRY(const auto needed, needed_keys(command, folder));
  PassphraseSources sources;
  if (command.passphrase_fd >= 0) sources.fd = command.passphrase_fd;
  const std::string purpose = fmt::format("the {} key{}", names_of(needed), needed.size() > 1 ? "s" : "");
  std::optional<KeyRing> ring;
  TRY_STATUS(try_passphrase(sources, purpose, [&](const Secret& passphrase) -> Status {
    TRY(ring, KeyRing::open(folder, needed, passphrase));
    return {};
  }));
  return *std::move(ring);
}

Result<std::vector<uid_t>> users_of(const SignerCommand& command) {
  std::vector<uid_t> users;
  for (const std::string& name : command.users) {
    const passwd* const user = ::getpwnam(name.c_str());
    if (user == nullptr) return fail(ErrorKind::not_found, "there is no user \"{}\" on this machine", name);
    users.push_back(user->pw_uid);
  }
  return users;
}

Result<std::string> socket_path(const Session& session, const SignerCommand& command) {
  if (!command.socket.empty()) return command.socket;
  TRY(const auto store, session.open_store());
  TRY_STATUS(store->dir().make_dirs("run"));
  return signer_socket_path(*store);
}

// At once, for whoever reads the other end of a pipe.
void say(Session& session, std::string_view line) {
  session.print(fmt::format("hauberk signer: {}\n", line));
  std::fflush(stdout);
}

std::string held(const KeyRing& keys) {
  std::string text;
  for (const auto& [name, key] : keys.all()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name_of(name), key.public_key().fingerprint());
  }
  return text;
}

// The socket is there before anybody is asked for a passphrase, so that a second signer says so at once.
Status serve_everybody(Session& session, const SignerCommand& command) {
  ServerOptions options;
  options.log = [&session](std::string_view line) { say(session, line); };
  TRY(options.users, users_of(command));
  TRY(const std::string path, socket_path(session, command));
  TRY(const ListeningSocket socket, ListeningSocket::at(path, !options.users.empty()));
  TRY(const KeyRing keys, open_keys(session, command));
  const StopSignals stop;
  say(session, fmt::format("ready at {} with {}", path, held(keys)));
  TRY_STATUS(serve(keys, socket.fd(), stop.fd(), options));
  say(session, "stopped");
  return {};
}

// What goes wrong is told to the client, which says it to the user.
Status serve_client(Session& session, const SignerCommand& command) {
  Fd connection(command.fd);
  if (::fcntl(command.fd, F_SETFD, FD_CLOEXEC) != 0) {
    return fail(ErrorKind::invalid_input, "cannot use the file descriptor {}: it is not open", command.fd);
  }
  const auto keys = open_keys(session, command);
  if (keys) return serve_one(*keys, std::move(connection), {});
  refuse(std::move(connection), keys.error(), {});
  session.exit_code = static_cast<int>(exit_of(keys.error().kind));
  return {};
}

}  // namespace

void add_signer(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("signer", "Hold the keys, and sign for the other commands until stopped");
  auto command = std::make_shared<SignerCommand>();
  verb->add_option("--socket", command->socket, "Where to listen (default: run/signer.sock in the store)");
  verb->add_option("--key", command->keys, "A key to hold, or NAME=FILE (default: build and log)");
  verb->add_option("--allow-user", command->users, "A user who may ask, beside root and this one");
  verb->add_option("--passphrase-fd", command->passphrase_fd,
                   "Read the passphrase from this file descriptor (default: the systemd credential "
                   "hauberk-passphrase, else the terminal)")
      ->check(CLI::NonNegativeNumber);
  verb->add_option("--fd", command->fd)->check(CLI::NonNegativeNumber)->group("");
  verb->footer(
      "Example:\n  hauberk signer\n"
      "  hauberk signer --socket /run/hauberk-signer/signer.sock --allow-user hauberk\n\n"
      "hauberk-signer.service runs it so, as a user of its own.");
  verb->callback([&session, command] {
    const auto done = command->fd >= 0 ? serve_client(session, *command) : serve_everybody(session, *command);
    if (!done) session.error(done.error());
  });
}

}  // namespace hauberk
