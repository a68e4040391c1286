// hauberk init: makes the store and its configuration.
//
// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.h"
#include "io/http.h"
#include "store/mirror.h"

namespace hauberk {
namespace {

constexpr std::string_view next_command = "hauberk build catalog/nginx/debian-13/1.yaml";

struct InitCommand {
  std::string mirror;
  std::string security_mirror;
};

struct Made {
  std::unique_ptr<Store> store;
  InitAnswers answers;
  bool is_new = false;
};

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

Status check_url(const std::string& url, std::string_view flag, std::string_view example) {
  if (!host_of_url(url).empty()) return {};
  return fail(ErrorKind::invalid_input, "cannot use {} \"{}\": it is no http or https URL; write it like {}",
              flag, public_url(url), example);
}

// What the user said, else this machine's apt sources, else Debian's public names.
Result<InitAnswers> answers_for(const InitCommand& command) {
  InitAnswers answers = mirror_of_host("/etc/apt");
  if (!command.mirror.empty()) {
    TRY_STATUS(check_url(command.mirror, "--mirror", public_mirror));
    answers.mirror = without_slash(command.mirror);
  }
  if (!command.security_mirror.empty()) {
    TRY_STATUS(check_url(command.security_mirror, "--security-mirror", public_security_mirror));
    answers.security_mirror = without_slash(command.security_mirror);
  }
  answers.private_mirror = has_private_address(host_of_url(answers.mirror));
  answers.private_security_mirror = has_private_address(host_of_url(answers.security_mirror));
  return answers;
}

Result<Made> init(const Session& session, const InitCommand& command) {
  const std::string path = session.home.empty() ? Store::default_path() : session.home;
  Made made;
  made.is_new = !Store::open(path).has_value();
  if (made.is_new) {
    TRY(made.answers, answers_for(command));
  }
  TRY(made.store, Store::init(path, made.answers));
  return made;
}

std::string text_of(const Made& made) {
  const std::string& path = made.store->path();
  if (!made.is_new) {
    return fmt::format(
        "the store {} is there already, and stays as it is\n  configuration    {}/config.yaml\n"
        "next: {}\n",
        path, path, next_command);
  }
  std::string text = fmt::format(
      "made the store {}\n  Debian mirror    {}\n  security fixes   {}\n  configuration    {}/config.yaml "
      "(each key is explained there)\n",
      path, public_url(made.answers.mirror), public_url(made.answers.security_mirror), path);
  for (const std::string& host : made.store->config().upstreams.allow_private_hosts) {
    text += fmt::format("  your network     downloads may go to {}, and to no other private address\n", host);
  }
  return text + fmt::format("next: {}\n", next_command);
}

Json json_of(const Made& made) {
  Json json = {{"store", made.store->path()},
               {"made", made.is_new},
               {"config", made.store->path() + "/config.yaml"},
               {"allow_private_hosts", made.store->config().upstreams.allow_private_hosts},
               {"next", next_command}};
  if (made.is_new) {
    json["mirror"] = public_url(made.answers.mirror);
    json["security_mirror"] = public_url(made.answers.security_mirror);
  }
  return json;
}

}  // namespace

void add_init(CLI::App& app, Session& session) {
  auto* verb =
      app.add_subcommand("init", "Make the store: the folder for packages, images and configuration");
  auto command = std::make_shared<InitCommand>();
  verb->add_option("--mirror", command->mirror,
                   "Where Debian's packages come from (default: the mirror in this machine's apt sources)");
  verb->add_option("--security-mirror", command->security_mirror, "The same for Debian's security fixes");
  verb->footer("Example:\n  hauberk init\n  hauberk init --mirror http://ftp.debian.org/debian");
  verb->callback([&session, command] {
    const auto made = init(session, *command);
    if (!made) return session.error(made.error());
    if (!made->is_new && !(command->mirror.empty() && command->security_mirror.empty())) {
      session.warn(fmt::format("the mirrors stay as they are: change them in {}/config.yaml",
                               made->store->path()));
    }
    session.print(text_of(*made));
    session.print_json(json_of(*made));
  });
}

}  // namespace hauberk
