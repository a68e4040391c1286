// SPDX-License-Identifier: Apache-2.0
#include "publish/credential_store.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "io/named_file.h"
#include "io/subprocess.h"
#include "publish/output_file.h"

namespace hauberk {
namespace {

constexpr std::uint64_t file_limit_bytes = 4 << 20;
constexpr std::uint64_t helper_limit_bytes = 1 << 20;
constexpr std::chrono::milliseconds helper_timeout{120'000};  // it may have to ask the user
constexpr std::string_view none_there = "credentials not found in native keychain";
constexpr std::string_view identity_user = "<token>";  // stands for: the secret is an identity token
constexpr mode_t private_mode = 0600;

std::vector<std::pair<std::string, std::string>> own_environment() {
  std::vector<std::pair<std::string, std::string>> variables;
  for (char** line = environ; *line != nullptr; ++line) {
    const std::string_view text(*line);
    const auto equals = text.find('=');
    if (equals != text.npos) variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

// What the helper answers; none: it says that it has none.
Result<std::optional<std::string>> ask(const std::string& helper, const char* verb, std::string input) {
  const std::string program = "docker-credential-" + helper;
  const auto done = run({.argv = {program, verb},
                         .environment = own_environment(),
                         .input = std::move(input),
                         .output_limit_bytes = helper_limit_bytes,
                         .timeout = helper_timeout});
  if (!done) return wrap(done.error(), "cannot use the credential helper that Docker's config.json names");
  if (done->exit_code == 0) return done->output;
  if (done->output.contains(none_there)) return std::nullopt;
  // Its first line alone; of `store`, it could be a part of what was given.
  const std::string said = done->output.substr(0, std::min<std::size_t>(done->output.find('\n'), 200));
  return fail(ErrorKind::io, "cannot use the credential helper {}: {}", program,
              said.empty() ? fmt::format("it ended with {}", done->exit_code) : said);
}

Result<RegistryCredentials> parse_answer(const std::string& helper, std::string_view text) {
  const auto json = parse_json(text, {.size_bytes = helper_limit_bytes, .depth = 8});
  const auto is_text = [&](const char* name) { return json->contains(name) && json->at(name).is_string(); };
  if (!json || !json->is_object() || !is_text("Username") || !is_text("Secret")) {
    return fail(ErrorKind::invalid_input,
                "cannot use the credential helper docker-credential-{}: it answers no user name and secret",
                helper);
  }
  const std::string user = json->at("Username").get<std::string>(),
                    secret = json->at("Secret").get<std::string>();
  if (user == identity_user) return RegistryCredentials{.identity_token = secret};
  return RegistryCredentials{.user = user, .password = secret};
}

Json store_question(std::string_view host, const RegistryCredentials& credentials) {
  const bool by_token = !credentials.identity_token.empty();
  return {{"ServerURL", credentials_key(host)},
          {"Username", by_token ? std::string(identity_user) : credentials.user},
          {"Secret", by_token ? credentials.identity_token : credentials.password}};
}

}  // namespace

Result<CredentialStore> CredentialStore::of_user() {
  if (const char* folder = std::getenv("DOCKER_CONFIG"); folder != nullptr && *folder != '\0') {
    return CredentialStore(folder);
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    return CredentialStore(std::string(home) + "/.docker");
  }
  return fail(ErrorKind::not_found, "cannot tell where credentials are kept: set HOME or DOCKER_CONFIG");
}

Result<DockerConfig> CredentialStore::read() const {
  const auto text = read_named_file(path(), file_limit_bytes);
  if (!text && text.error().kind == ErrorKind::not_found) return DockerConfig::parse("");
  if (!text) return std::unexpected(text.error());
  auto config = DockerConfig::parse(*text);
  if (!config) return wrap(std::move(config).error(), path());
  return config;
}

Status CredentialStore::write(const DockerConfig& config) const {
  TRY(const Dir created, Dir::open(folder_, true));
  // A link stays one, as those have who keep such files elsewhere: what it leads to is replaced.
  std::error_code error;
  const auto real = std::filesystem::canonical(path(), error);
  TRY(const FilePlace place, place_of_file(error ? path() : real.string()));
  TRY(const Dir folder, Dir::open(place.folder));
  TRY(const auto file, OutputFile::create(folder, place.name, private_mode));
  TRY_STATUS(write_text(*file, config.text()));
  return file->commit();
}

Result<RegistryCredentials> CredentialStore::find(std::string_view host) const {
  TRY(const DockerConfig config, read());
  TRY(const auto helper, config.helper(host));
  if (!helper) return config.credentials(host);
  TRY(const auto answer, ask(*helper, "get", credentials_key(host)));
  if (!answer) return config.credentials(host);
  return parse_answer(*helper, *answer);
}

Result<std::optional<std::string>> CredentialStore::keep(std::string_view host,
                                                         const RegistryCredentials& credentials) const {
  TRY(DockerConfig config, read());
  TRY(const auto helper, config.helper(host));
  if (helper) {
    TRY_STATUS(ask(*helper, "store", canonical_json(store_question(host, credentials))));
    config.set_known(host);
  } else {
    config.set(host, credentials);
  }
  TRY_STATUS(write(config));
  return helper;
}

Result<bool> CredentialStore::forget(std::string_view host) const {
  TRY(DockerConfig config, read());
  TRY(const auto helper, config.helper(host));
  bool there = false;
  if (helper) {
    TRY(const auto known, ask(*helper, "get", credentials_key(host)));
    there = known.has_value();
    if (there) TRY_STATUS(ask(*helper, "erase", credentials_key(host)));
  }
  if (config.erase(host)) {
    there = true;
    TRY_STATUS(write(config));
  }
  return there;
}

}  // namespace hauberk
