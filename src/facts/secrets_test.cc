// SPDX-License-Identifier: Apache-2.0
#include "facts/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "facts/secrets_corpus.h"
#include "facts/secrets_harmless.h"

namespace hauberk {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

constexpr std::uint64_t seed = 20260101;

std::vector<std::string> kinds(const std::vector<FoundSecret>& secrets) {
  std::vector<std::string> kinds;
  for (const FoundSecret& secret : secrets) kinds.push_back(secret.kind);
  return kinds;
}

std::string random_text(std::string_view alphabet, std::size_t length) {
  corpus::Random random(seed);
  return random.of(alphabet, length);
}

TEST(Secrets, PlantedOnesAreAllFound) {
  const auto all = corpus::planted(seed, 20);
  std::set<std::string> known;
  for (const corpus::Planted& planted : all) {
    known.insert(planted.kind);
    EXPECT_THAT(kinds(find_secrets(planted.path, planted.content)), Contains(planted.kind))
        << planted.path << ":\n"
        << planted.content;
  }
  EXPECT_GE(all.size(), 200u);
  EXPECT_GE(known.size(), 20u);
}

TEST(Secrets, HarmlessTextsHoldNone) {
  for (const corpus::Harmless& text : corpus::harmless(seed)) {
    EXPECT_THAT(kinds(find_secrets(text.path, text.content)), IsEmpty()) << text.summary << ": " << text.path;
  }
}

// What hints show of some secrets is what they show of others of their kinds.
TEST(Secrets, HintsDoNotDependOnTheSecret) {
  const auto shown = [](std::uint64_t other_seed) {
    std::set<std::string> all;
    for (const corpus::Planted& planted : corpus::planted(other_seed, 40)) {
      for (const FoundSecret& secret : find_secrets(planted.path, planted.content)) {
        EXPECT_THAT(secret.hint, testing::EndsWith(" characters)"));
        EXPECT_FALSE(!planted.secret.empty() && secret.hint.contains(planted.secret.substr(8)));
        all.insert(secret.kind + secret.hint.substr(0, secret.hint.rfind('(')));
      }
    }
    return all;
  };
  EXPECT_EQ(shown(seed), shown(seed + 1));
}

TEST(Secrets, HintIsThePrefixAndTheLength) {
  const auto found = find_secrets("app/.env", "A=1\nB=AKIA" + random_text(corpus::base32, 16) + "\n");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].hint, "AKIA... (20 characters)");
  EXPECT_EQ(found[0].line, 2u);
  EXPECT_EQ(found[0].kind, "aws-access-key");
}

TEST(Secrets, LinesMeanNothingInBinaryFiles) {
  const std::string content = std::string("\0\n\n", 3) + "AKIA" + random_text(corpus::base32, 16);
  EXPECT_THAT(find_secrets("app/tool", content), ElementsAre(Field(&FoundSecret::line, 0u)));
}

TEST(Secrets, TheMoreCertainKindIsSaid) {
  corpus::Random random(seed);
  const std::string token = corpus::with_crc(random, "ghp_");
  EXPECT_THAT(kinds(find_secrets("app/.env", "GITHUB_TOKEN=" + token)), ElementsAre("github-token"));
  const std::string broken = token.substr(0, 38) + (token.ends_with("00") ? "11" : "00");
  EXPECT_THAT(kinds(find_secrets("app/.env", "GITHUB_TOKEN=" + broken)), ElementsAre("named-secret"));
}

TEST(Secrets, WhereAFileIsDecides) {
  corpus::Random random(seed);
  const std::string key = corpus::pem("PRIVATE KEY", corpus::der(random, 1200));
  struct Row {
    std::string summary;
    std::string path;
    bool is_secret;
  };
  const Row rows[] = {
      {"the system's keys", "etc/ssl/private/server.key", true},
      {"with a slash before it", "/etc/ssl/private/server.key", true},
      {"an app's folder", "app/key.pem", true},
      {"an app's own tests", "app/tests/key.pem", true},
      {"a library's data", "usr/lib/python3/dist-packages/x/key.pem", true},
      {"a library's tests", "usr/lib/python3/dist-packages/x/tests/key.pem", false},
      {"a node module's fixtures", "srv/node_modules/x/fixtures/key.pem", false},
      {"documents", "usr/share/doc/openssl/key.pem", false},
      {"manual pages", "usr/share/man/man1/key.1", false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(!find_secrets(row.path, key).empty(), row.is_secret) << row.summary << ": " << row.path;
  }
}

TEST(Secrets, KeysAreFoundInWhateverHoldsThem) {
  corpus::Random random(seed);
  const std::string key = corpus::pem("RSA PRIVATE KEY", corpus::der(random, 1190));
  const auto joined = [&](std::string_view before, std::string_view after) {
    std::string text;
    for (std::size_t at = 0; at < key.size();) {
      const std::size_t end = key.find('\n', at);
      text.append(before).append(key, at, end - at).append(after);
      at = end + 1;
    }
    return text;
  };
  struct Row {
    std::string summary;
    std::string content;
  };
  const Row rows[] = {
      {"as it is", key},
      {"with carriage returns", joined("", "\r\n")},
      {"indented in YAML", "key: |\n" + joined("    ", "\n")},
      {"a string of JSON", "{\"key\": \"" + joined("", "\\n") + "\"}"},
      {"strings of C", joined("  \"", "\\n\"\n")},
      {"joined strings of Java", joined("  + \"", "\\n\"\n")},
      {"one of many", std::string(5000, '-') + "\n" + key},
      {"on one line, ends as escapes twice", joined("", "\\\\n")},
  };
  for (const Row& row : rows) {
    EXPECT_THAT(kinds(find_secrets("app/x", row.content)), ElementsAre("private-key")) << row.summary;
  }
}

TEST(Secrets, LinesOfEnvironmentAndHistory) {
  const std::string strong = random_text(corpus::alnum, 32);
  struct Row {
    std::string summary;
    std::string text;
    std::vector<std::string> kinds;
  };
  const Row rows[] = {
      {"a weak password", "DB_PASSWORD=hunter", {"password"}},
      {"with blanks", "DB_PASSWORD=correct horse battery", {"password"}},
      {"a step of the history", "/bin/sh -c #(nop)  ENV API_TOKEN=abc123", {"named-secret"}},
      {"an argument of a build", "ARG NPM_TOKEN=" + strong, {"named-secret"}},
      {"arguments of a run", "RUN |1 SECRET_KEY=s3cr3t /bin/sh -c make # buildkit", {"named-secret"}},
      {"quoted", "ENV PASSWORD=\"a b c d\"", {"password"}},
      {"an option", "/bin/sh -c app --password=tiger", {"password"}},
      {"an option and its value", "/bin/sh -c app --password tiger", {"password"}},
      {"a header", "RUN curl -H 'Authorization: Bearer " + strong + "' https://a.internal", {"bearer-token"}},
      {"a URL",
       "RUN pip install --index-url https://me:" + strong + "@pypi.internal/simple x",
       {"url-password"}},
      {"a login of curl", "RUN curl -u me:tiger https://a.internal/", {"password"}},
      {"a login from variables", "RUN curl -u $ME:$PASS https://a.internal/", {}},
      {"another user", "RUN sudo -u www-data:x true", {}},
      {"a default of a variable", "RUN echo ${TOKEN:-abc1}", {}},
      {"two", "RUN A_PASSWORD=tiger B_TOKEN=lion9 x", {"password", "named-secret"}},
      {"no value", "ARG NPM_TOKEN", {}},
      {"an empty value", "ENV PASSWORD=", {}},
      {"an empty quoted value", "ENV PASSWORD=\"\"", {}},
      {"a placeholder", "ENV PASSWORD=changeme", {}},
      {"a variable", "RUN TOKEN=$TOKEN make", {}},
      {"read from a mount", "RUN TOKEN=$(cat /run/secrets/token) make", {}},
      {"a mount", "RUN --mount=type=secret,id=npm_token,target=/root/.npmrc npm ci", {}},
      {"a file of it", "POSTGRES_PASSWORD_FILE=/run/secrets/db", {}},
      {"a switch", "ALLOW_EMPTY_PASSWORD=yes", {}},
      {"a number", "MAX_TOKENS=4096", {}},
      {"a lifetime", "TOKEN_TTL=3600", {}},
      {"a fingerprint", "GPG_KEY=" + random_text(corpus::capitals, 40), {}},
      {"the working folder", "PWD=/app", {}},
      {"a path", "PATH=/usr/local/bin:/usr/bin", {}},
      {"a checksum", "PYTHON_SHA256=" + random_text(corpus::hex, 64), {}},
      {"no assignment", "RUN echo your password is wrong", {}},
      {"standard input", "RUN docker login --password-stdin", {}},
      {"packages that a step installs", "apt-get install -y login=1:4.16.0-2 passwd=1:4.17.4-2+b1", {}},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(kinds(find_secrets_in_text(row.text)), row.kinds) << row.summary << ": " << row.text;
  }
}

TEST(Secrets, FormsOfConfiguration) {
  const std::string strong = random_text(corpus::alnum, 32);
  struct Row {
    std::string summary;
    std::string path;
    std::string content;
    std::vector<std::string> kinds;
  };
  const Row rows[] = {
      {"a list of compose", "app/docker-compose.yml", "    - MYSQL_ROOT_PASSWORD=S3cure!pw9\n", {"password"}},
      {"an element of XML", "app/settings.xml", "<password>aB3xyz!9q</password>", {"password"}},
      {"a connection string", "app/web.config", "cs=\"Server=a;Password=Abc123!xq;\"", {"password"}},
      {"a pair of Kubernetes", "app/k8s.yaml", "- name: DB_PASSWORD\n  value: \"zX81kk!2\"\n", {"password"}},
      {"a directive of Redis", "etc/redis/redis.conf", "requirepass zX81kk!2q\n", {"password"}},
      {"its example", "etc/redis/redis.conf", "# requirepass foobared\n", {}},
      {"PWD of ODBC", "etc/odbc.ini", "PWD = zX81kk2q\n", {"password"}},
      {"PWD of a shell", "app/run.sh", "PWD=/srv/app1\n\"$PWD\" = \"$_A_PWD1x\"\n", {}},
      {"a call of PHP", "app/config.php", "define('AUTH_KEY', '" + strong + "');", {"named-secret"}},
      {"a program", "app/main.py", "api_key = '" + strong + "'\n", {"named-secret"}},
      {"the same in a library", "usr/lib/python3/dist-packages/x.py", "api_key = '" + strong + "'\n", {}},
      {"a plain word in a program", "app/main.py", "password = 'letmein1'\n", {}},
      {"its name alone", "app/a.yaml", "password:\nname: x\n", {}},
      {"a comparison", "app/a.sh", "test $password == 'S3cure!pw9'\n", {}},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(kinds(find_secrets(row.path, row.content)), row.kinds) << row.summary << ": " << row.content;
  }
}

TEST(Secrets, StoresWithoutKeysAreNone) {
  const std::string head("\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1\0\0\0", 15);
  const std::string alias("\0\2ca\0\0\0\0\0\0\0\0\0\5X.509\0\0\0\1a", 24);
  EXPECT_THAT(find_secrets("app/trust.jks", head + "\x02" + alias), IsEmpty());
  EXPECT_THAT(kinds(find_secrets("app/a.jks", head + "\x01" + alias)), ElementsAre("java-keystore"));
  EXPECT_THAT(find_secrets("app/cut.jks", head), IsEmpty());
}

TEST(Secrets, ThereIsALimitToWhatOneFileHolds) {
  corpus::Random random(seed);
  std::string content;
  for (int i = 0; i < 5000; ++i) content += "AKIA" + random.of(corpus::base32, 16) + "\n";
  EXPECT_EQ(find_secrets("app/keys", content).size(), 100u);
}

// Text that begins a candidate at every turn: the time stays in proportion to the size.
TEST(Secrets, HostileTextIsReadInTime) {
  for (const std::string_view part : {"eyJ.", "eyJ", "secret=", "\"secret\":\"", "://a:",
                                      "-----BEGIN RSA PRIVATE "
                                      "KEY-----\n",
                                      "twilio SK", "\"auth\":\"AAAA", "sig=", "T3BlbkFJ", "sk-",
                                      "PuTTY-User-Key-File-3: ", "password", "8Q~", "Basic AAAA"}) {
    std::string content;
    while (content.size() < (1 << 20)) content += part;
    EXPECT_LE(find_secrets("app/.env", content).size(), 100u) << part;
  }
}

}  // namespace
}  // namespace hauberk
