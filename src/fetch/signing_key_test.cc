// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "fetch/fake_mirror_test.h"
#include "io/dir.h"
#include "io/subprocess.h"

namespace hauberk {
namespace {

// gpg's home of this test program, removed at its end together with the agent that gpg starts for it.
class GpgHome : public testing::Environment {
 public:
  static std::string path() {
    static const std::string path = [] {
      std::string pattern = "/tmp/hauberk-gpg-XXXXXX";
      if (mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "cannot make " << pattern;
      home() = pattern;
      return pattern;
    }();
    return path;
  }
  void TearDown() override {
    if (home().empty()) return;
    (void)run({.argv = {"gpgconf", "--homedir", home(), "--kill", "gpg-agent"},
               .environment = {},
               .directory = {},
               .input = {}});
    std::error_code ignored;
    std::filesystem::remove_all(home(), ignored);
  }

 private:
  static std::string& home() {
    static std::string home;
    return home;
  }
};

const testing::Environment* const registered = testing::AddGlobalTestEnvironment(new GpgHome);

std::string gpg(std::vector<std::string> arguments, std::string_view input = {}) {
  Command command;
  command.argv = {"gpg",      "--homedir",       GpgHome::path(), "--batch",      "--quiet",
                  "--no-tty", "--pinentry-mode", "loopback",      "--passphrase", ""};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.environment = {{"LC_ALL", "C"}};
  command.input = input;
  const auto result = run(command);
  if (!result || result->exit_code != 0) {
    ADD_FAILURE() << "gpg: " << (result ? result->error_output : result.error().message);
    return {};
  }
  return result->output;
}

std::string fingerprint_of(const std::string& name) {
  const std::string listing = gpg({"--with-colons", "--list-keys", name});
  const auto line = listing.find("\nfpr:");
  if (line == std::string::npos) return {};
  const auto start = listing.find_first_not_of(':', line + 5);
  return listing.substr(start, listing.find(':', start) - start);
}

}  // namespace

SigningKey::SigningKey(const std::string& name) {
  gpg({"--quick-gen-key", name, "ed25519", "sign", "never"});
  fingerprint_ = fingerprint_of(name);
  keyring_path_ = GpgHome::path() + "/" + fingerprint_ + ".gpg";
  gpg({"--output", keyring_path_, "--export", fingerprint_});
}

bool SigningKey::available() { return find_program("gpg").has_value() && find_program("gpgv").has_value(); }

const SigningKey& SigningKey::trusted() {
  static const SigningKey key("archive@example.org");
  return key;
}

const SigningKey& SigningKey::stranger() {
  static const SigningKey key("stranger@example.org");
  return key;
}

std::string SigningKey::clear_signed(std::string_view text) const {
  return gpg({"--local-user", fingerprint_, "--clear-sign"}, text);
}

std::string SigningKey::clear_signed_with(const SigningKey& other, std::string_view text) const {
  return gpg({"--local-user", fingerprint_, "--local-user", other.fingerprint_, "--clear-sign"}, text);
}

std::string SigningKey::armoured() const { return gpg({"--armor", "--export", fingerprint_}); }

}  // namespace hauberk
