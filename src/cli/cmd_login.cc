// hauberk login and logout: who we are at a registry.
//
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "cli/registry_session.h"
#include "keys/terminal.h"
#include "publish/credential_store.h"

namespace hauberk {
namespace {

constexpr std::size_t password_limit_bytes = 64 << 10;  // tokens of some registries are long
constexpr std::size_t user_limit_bytes = 1024;
constexpr const char* terminal_path = "/dev/tty";

struct LoginCommand {
  std::string registry, user;
  bool password_stdin = false;
  RegistryFlags flags;
};

// The host as references have it; nothing of it is used before it is one.
Result<RegistryAddress> address_of(const std::string& registry) {
  const auto reference = Reference::parse(registry + "/repository");
  if (reference && reference->registry() == registry) return RegistryAddress::of(*reference);
  return fail(ErrorKind::invalid_input,
              "cannot log in at \"{}\": it is no registry; write its host name, like registry.example or "
              "localhost:5000",
              registry);
}

// Up to the end or the limit.
Result<std::string> read_stdin(std::size_t limit_bytes) {
  std::string text;
  char buffer[4096];
  for (std::size_t count; (count = std::fread(buffer, 1, sizeof buffer, stdin)) > 0;) {
    text.append(buffer, count);
    if (text.size() > limit_bytes) {
      return fail(ErrorKind::limit_exceeded, "cannot log in: more than {} bytes on standard input",
                  limit_bytes);
    }
  }
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

Result<std::string> ask_user() {
  if (isatty(STDIN_FILENO) == 0) {
    return fail(ErrorKind::invalid_input, "cannot log in: say who with -u USER");
  }
  std::fputs("User name: ", stderr);
  std::string user;
  for (int c; (c = std::fgetc(stdin)) != EOF && c != '\n';) {
    if (user.size() == user_limit_bytes) return fail(ErrorKind::limit_exceeded, "the user name is too long");
    user += static_cast<char>(c);
  }
  return user;
}

Result<std::string> ask_password(const std::string& user, const std::string& host) {
  TRY(auto terminal, Terminal::open(terminal_path));
  if (!terminal) {
    return fail(ErrorKind::invalid_input,
                "cannot log in: there is no terminal to ask at; give the password with --password-stdin");
  }
  TRY(const Secret password,
      terminal->ask(fmt::format("Password of {} at {}: ", user, host), password_limit_bytes));
  return std::string(password.view());
}

Result<RegistryCredentials> credentials_of(const LoginCommand& command) {
  RegistryCredentials credentials{.user = command.user};
  if (credentials.user.empty()) {
    TRY(credentials.user, ask_user());
  }
  if (credentials.user.empty() || credentials.user.contains(':')) {
    return fail(ErrorKind::invalid_input, "cannot log in: a user name is not empty, and has no colon in it");
  }
  if (command.password_stdin) {
    TRY(credentials.password, read_stdin(password_limit_bytes));
  } else {
    TRY(credentials.password, ask_password(credentials.user, command.registry));
  }
  if (!credentials.password.empty()) return credentials;
  return fail(ErrorKind::invalid_input, "cannot log in: the password is empty");
}

struct LoggedIn {
  std::string user;
  std::optional<std::string> helper;
  std::string path;
};

Result<LoggedIn> login(Session& session, const LoginCommand& command) {
  TRY(const RegistryAddress address, address_of(command.registry));
  TRY(const CredentialStore kept, CredentialStore::of_user());
  TRY(const RegistryCredentials credentials, credentials_of(command));
  // A machine without a store may log in too.
  const auto store = session.open_store();
  RegistryOptions options = registry_options(store ? store->get() : nullptr, command.flags);
  options.credentials = [&](const std::string&) -> Result<RegistryCredentials> { return credentials; };
  TRY(const auto registry, RegistryClient::open(address, std::move(options)));
  TRY_STATUS(registry->check_login());
  TRY(auto helper, kept.keep(address.host, credentials));
  return LoggedIn{credentials.user, std::move(helper), kept.path()};
}

Result<bool> logout(const std::string& registry) {
  TRY(const RegistryAddress address, address_of(registry));
  TRY(const CredentialStore kept, CredentialStore::of_user());
  return kept.forget(address.host);
}

}  // namespace

void add_login(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("login", "Log in at a registry, for push and pull");
  auto command = std::make_shared<LoginCommand>();
  verb->add_option("REGISTRY", command->registry, "The registry's host, with a port if it has one")
      ->required();
  verb->add_option("-u,--user", command->user, "The user name (default: asked for)");
  verb->add_flag("--password-stdin", command->password_stdin, "Read the password from standard input");
  add_registry_flags(*verb, command->flags);
  verb->footer(
      "Example:\n  hauberk login registry.example -u example\n"
      "  hauberk login localhost:5000 -u example --password-stdin < password");
  verb->callback([&session, command] {
    const auto done = login(session, *command);
    if (!done) return session.error(done.error());
    if (!done->helper) {
      session
          .warn(fmt::format("the password is kept unencrypted in {}, which only you can read; with a "
                            "credential helper (credsStore in that file) it would not be",
                            done->path));
    }
    session.print_json({{"registry", command->registry},
                        {"user", done->user},
                        {"helper", done->helper.value_or("")}});
    session.print(fmt::format("logged in at {} as {}\nnext: hauberk push IMAGE {}/REPOSITORY:TAG\n",
                              command->registry, done->user, command->registry));
  });
}

void add_logout(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("logout", "Forget the credentials for a registry");
  auto registry = std::make_shared<std::string>();
  verb->add_option("REGISTRY", *registry, "The registry's host, with a port if it has one")->required();
  verb->footer("Example:\n  hauberk logout registry.example");
  verb->callback([&session, registry] {
    const auto done = logout(*registry);
    if (!done) return session.error(done.error());
    session.print_json({{"registry", *registry}, {"was_there", *done}});
    session.print(*done ? fmt::format("logged out of {}\nnext: hauberk login {}, when you need it again\n",
                                      *registry, *registry)
                        : fmt::format("nobody was logged in at {}\n", *registry));
  });
}

}  // namespace hauberk
