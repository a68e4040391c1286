// SPDX-License-Identifier: Apache-2.0
#include "publish/docker_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "io/test_folder.h"
#include "publish/credential_store.h"

namespace hauberk {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* typical = R"({
  "auths": {
    "registry.example": {"auth": "dXNlcjpwYTpzcw=="},
    "https://index.docker.io/v1/": {"auth": "aHViOnB3"},
    "token.example": {"auth": "", "identitytoken": "refresh"},
    "plain.example:5000": {"username": "u", "password": "p"},
    "helped.example": {}
  },
  "credHelpers": {"helped.example": "pass"},
  "HttpHeaders": {"User-Agent": "x"}
})";

TEST(DockerConfig, FindsCredentials) {
  const DockerConfig config = DockerConfig::parse(typical).value();
  EXPECT_EQ(config.credentials("registry.example")->user, "user");
  EXPECT_EQ(config.credentials("registry.example")->password, "pa:ss");
  EXPECT_EQ(config.credentials("docker.io")->user, "hub");
  EXPECT_EQ(config.credentials("token.example")->identity_token, "refresh");
  EXPECT_EQ(config.credentials("plain.example:5000")->password, "p");
  EXPECT_TRUE(config.credentials("plain.example")->is_nobody());
  EXPECT_TRUE(config.credentials("other.example")->is_nobody());
  EXPECT_EQ(*config.helper("helped.example"), "pass");
  EXPECT_EQ(*config.helper("registry.example"), std::nullopt);
  const DockerConfig all = DockerConfig::parse(R"({"credsStore":"secretservice"})").value();
  EXPECT_EQ(*all.helper("registry.example"), "secretservice");
}

TEST(DockerConfig, SetsAndErasesAndKeepsTheRest) {
  DockerConfig config = DockerConfig::parse(typical).value();
  config.set("new.example", {.user = "a", .password = "b"});
  config.set("docker.io", {.user = "c", .password = "d"});
  EXPECT_TRUE(config.erase("registry.example"));
  EXPECT_FALSE(config.erase("registry.example"));
  const DockerConfig again = DockerConfig::parse(config.text()).value();
  EXPECT_EQ(again.credentials("new.example")->user, "a");
  EXPECT_EQ(again.credentials("docker.io")->password, "d");
  EXPECT_TRUE(again.credentials("registry.example")->is_nobody());
  const Json json = parse_json(config.text()).value();
  EXPECT_EQ(json["HttpHeaders"]["User-Agent"], "x");
  EXPECT_TRUE(json["auths"].contains("https://index.docker.io/v1/"));
}

TEST(DockerConfig, Refuses) {
  EXPECT_FALSE(DockerConfig::parse("{"));
  EXPECT_FALSE(DockerConfig::parse("[]"));
  EXPECT_FALSE(DockerConfig::parse(R"({"auths":[]})"));
  EXPECT_EQ(DockerConfig::parse("\"" + std::string(5 << 20, 'x') + "\"").error().kind,
            ErrorKind::limit_exceeded);
  for (const char* text : {R"({"credsStore":"../evil"})", R"({"credsStore":"a b"})", R"({"credsStore":5})",
                           R"({"credHelpers":{"h":"x/y"}})"}) {
    EXPECT_FALSE(DockerConfig::parse(text)->helper("h")) << text;
  }
  for (const char* entry :
       {"5", R"({"auth":5})", R"({"auth":"***"})", R"({"auth":"bm9jb2xvbg=="})", R"({"identitytoken":[]})"}) {
    const auto found = DockerConfig::parse(fmt::format(R"({{"auths":{{"h":{}}}}})", entry))->credentials("h");
    ASSERT_FALSE(found) << entry;
    EXPECT_EQ(found.error().kind, ErrorKind::invalid_input);
    EXPECT_THAT(found.error().message, Not(HasSubstr("bm9")));
  }
}

// A helper that keeps one secret in a file, and a PATH that has it.
struct HelperFixture {
  TestFolder folder;
  CredentialStore store{folder.path() + "/docker"};
  std::string old_path = ::getenv("PATH");

  explicit HelperFixture(const std::string& script) {
    std::filesystem::create_directories(folder.path() + "/docker");
    const std::string path = folder.path() + "/docker-credential-test";
    std::ofstream(path) << "#!/bin/sh\ncd " << folder.path() << "\n" << script;
    ::chmod(path.c_str(), 0755);
    ::setenv("PATH", (folder.path() + ":" + old_path).c_str(), 1);
    write(R"({"credsStore":"test","other":1})");
  }
  ~HelperFixture() { ::setenv("PATH", old_path.c_str(), 1); }
  void write(const std::string& text) { std::ofstream(store.path()) << text; }
  std::string read(const std::string& name) {
    std::ifstream file(folder.path() + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

constexpr const char* keeping_helper = R"(
case $1 in
store) cat > kept ;;
get) if [ -e kept ]; then cat kept; else echo "credentials not found in native keychain"; exit 1; fi ;;
erase) rm kept ;;
esac
)";

TEST(CredentialStore, AsksAHelper) {
  HelperFixture fixture(keeping_helper);
  EXPECT_TRUE(fixture.store.find("registry.example")->is_nobody());
  const auto helper = fixture.store.keep("registry.example", {.user = "user", .password = "secret"});
  ASSERT_TRUE(helper) << helper.error().message;
  EXPECT_EQ(*helper, "test");
  EXPECT_THAT(fixture.read("kept"), HasSubstr("\"ServerURL\":\"registry.example\""));
  EXPECT_THAT(fixture.read("docker/config.json"), Not(HasSubstr("secret")));
  EXPECT_EQ(fixture.store.find("registry.example")->password, "secret");
  EXPECT_EQ(fixture.store.forget("registry.example"), true);
  EXPECT_EQ(fixture.store.forget("registry.example"), false);
}

TEST(CredentialStore, HelpersThatFail) {
  struct Row {
    const char* script;
    ErrorKind kind;
  };
  const Row rows[] = {{"echo broken; exit 3\n", ErrorKind::io},
                      {"echo no JSON\n", ErrorKind::invalid_input},
                      {"echo '{\"Username\":5}'\n", ErrorKind::invalid_input},
                      {"head -c 2000000 /dev/zero\n", ErrorKind::limit_exceeded}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.script);
    HelperFixture fixture(row.script);
    const auto found = fixture.store.find("registry.example");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, row.kind) << found.error().message;
  }
  HelperFixture missing("");
  missing.write(R"({"credsStore":"is-not-there"})");
  EXPECT_EQ(missing.store.find("registry.example").error().kind, ErrorKind::not_found);
}

TEST(CredentialStore, TheFileIsPrivateAndALinkStaysOne) {
  const TestFolder folder;
  const CredentialStore store(folder.path() + "/docker");
  ASSERT_EQ(*store.keep("registry.example", {.user = "user", .password = "secret"}), std::nullopt);
  struct stat info{};
  ASSERT_EQ(::stat(store.path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
  EXPECT_EQ(store.find("registry.example")->password, "secret");
  std::filesystem::rename(store.path(), folder.path() + "/elsewhere.json");
  std::filesystem::create_symlink("../elsewhere.json", store.path());
  ASSERT_TRUE(store.keep("other.example", {.user = "a", .password = "b"}));
  EXPECT_TRUE(std::filesystem::is_symlink(store.path()));
  EXPECT_EQ(store.find("registry.example")->password, "secret");
  EXPECT_EQ(store.find("other.example")->password, "b");
  EXPECT_EQ(store.forget("other.example"), true);
  EXPECT_TRUE(store.find("other.example")->is_nobody());
}

}  // namespace
}  // namespace hauberk
