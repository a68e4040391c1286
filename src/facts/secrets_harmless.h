// Texts that look as if a secret were in them, and none is: placeholders, examples, checksums, public keys,
// the test keys of libraries. For tests and bench/secrets_bench.cc. Test support: header only.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "facts/secrets_corpus.h"

namespace hauberk::corpus {

inline std::vector<Harmless> harmless_values() {
  std::vector<Harmless> all;
  for (const std::string_view value : {"changeme",
                                       "change-me",
                                       "${DB_PASSWORD}",
                                       "$DB_PASSWORD",
                                       "<password>",
                                       "xxxxxxxxxxxxxxxx",
                                       "********",
                                       "your-api-key-here",
                                       "{{ vault.password }}",
                                       "%(password)s",
                                       "/run/secrets/db",
                                       "password",
                                       "secret",
                                       "null",
                                       "true",
                                       "ENC[AES256_GCM,data:abc]",
                                       "example-token-1234567890",
                                       "REDACTED",
                                       "!vault",
                                       "''",
                                       "insert-token-here",
                                       "$2y$05$abcdefghijklmnopqrstuv",
                                       "!Ref DatabasePassword2",
                                       "@file:/etc/x"}) {
    all.push_back({fmt::format("placeholder {} in .env", value), "app/.env",
                   fmt::format("DB_PASSWORD={0}\nAPI_TOKEN={0}\n", value)});
    all.push_back({fmt::format("placeholder {} in YAML", value), "etc/app.yaml",
                   fmt::format("db:\n  password: {0}\n  secret_key: {0}\n", value)});
  }
  for (const std::string_view url :
       {"https://user:pass@example.com/", "http://user:password@host/", "ftp://${USER}:${PASS}@ftp.internal/",
        "postgres://user:<password>@db.internal/", "https://foo:bar@proxy", "http://a:b@c/",
        "https://name:******@git.internal/", "redis://{user}:{password}@{host}"}) {
    all.push_back({fmt::format("URL {}", url), "app/config.ini", fmt::format("url = {}\n", url)});
  }
  return all;
}

inline std::vector<Harmless> harmless_checksums(Random& random) {
  const std::string sha = random.of(hex, 64);
  const std::string sri = "sha512-" + base64_of(random.bytes(64));
  return {
      {"sums of files", "app/SHA256SUMS", sha + "  app.tar.gz\n" + random.of(hex, 64) + "  secret.tar.gz\n"},
      {"dpkg's sums", "var/lib/dpkg/info/passwd.md5sums", random.of(hex, 32) + "  usr/bin/passwd\n"},
      {"a commit", "app/.git/HEAD", random.of(hex, 40) + "\n"},
      {"a commit in JSON", "app/build.json", "{\"commit\": \"" + random.of(hex, 40) + "\"}"},
      {"ids", "app/data.json",
       "{\"id\": \"" + random.uuid() + "\", \"request_id\": \"" + random.uuid() + "\"}"},
      {"package-lock.json", "app/package-lock.json",
       "{\"node_modules/js-tokens\": {\"resolved\": \"https://registry.example.org/js-tokens-4.0.0.tgz\", "
       "\"integrity\": \"" +
           sri + "\"}}"},
      {"yarn.lock", "app/yarn.lock", "js-tokens@^4.0.0:\n  version \"4.0.0\"\n  integrity " + sri + "\n"},
      {"poetry.lock", "app/poetry.lock",
       "files = [\n {file = \"secretstorage.whl\", hash = \"sha256:" + sha + "\"},\n]\n"},
      {"Cargo.lock", "app/Cargo.lock", "name = \"secrecy\"\nchecksum = \"" + sha + "\"\n"},
      {"go.sum", "app/go.sum", "github.com/x/token v1.0.0 h1:" + base64_of(random.bytes(32)) + "\n"},
      {"a pinned digest", "app/deploy.yaml",
       "image: registry.example.org/token-service@sha256:" + sha + "\n"},
      {"a hash under a telling name", "app/config.yaml",
       "password: \"$6$rounds=5000$" + random.of(alnum, 86) + "\"\n"},
      {"a fingerprint", "app/.env", "GPG_KEY=" + random.of(capitals, 40) + "\nPYTHON_SHA256=" + sha + "\n"},
  };
}

inline std::vector<Harmless> harmless_keys(Random& random) {
  const std::string key = pem("RSA PRIVATE KEY", der(random, 1190));
  const std::string trusted =
      std::string("\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1\0\0\0\2\0\2ca\0\0\0\0\0\0\0\0\0\5X.509", 35);
  return {
      {"a certificate", "etc/ssl/certs/a.pem", pem("CERTIFICATE", der(random, 900))},
      {"a public key", "app/key.pub.pem", pem("PUBLIC KEY", der(random, 290))},
      {"an SSH public key", "root/.ssh/id_ed25519.pub",
       "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + random.of(base64, 43) + " a@b\n"},
      {"known hosts", "root/.ssh/known_hosts",
       "|1|" + random.of(base64, 27) + "=|x= ssh-rsa " + random.of(base64, 372) + "\n"},
      {"a header without a body", "app/pem.py",
       "START = '-----BEGIN RSA PRIVATE "
       "KEY-----'\nEND = '-----END RSA PRIVATE "
       "KEY-----'\n"},
      {"a header in a program", "opt/app/bin/tool",
       std::string("\0-----BEGIN PRIVATE "
                   "KEY-----\0-----END PRIVATE "
                   "KEY-----\0",
                   56)},
      {"a shortened key", "app/help.txt",
       "-----BEGIN RSA PRIVATE "
       "KEY-----\nMIIEpAIBAAKC...\n-----END RSA PRIVATE "
       "KEY-----\n"},
      {"a key in documents", "usr/share/doc/x/examples/server.key", key},
      {"a test key of a library", "usr/lib/python3/dist-packages/x/tests/server.pem", key},
      {"a test key of a node module", "app/node_modules/x/test/fixtures/key.pem", key},
      {"a self-test key in a library", "usr/lib/x86_64-linux-gnu/libx.so.1",
       "\x7f"
       "ELF" +
           std::string(16, '\0') + key},
      {"a trust store", "etc/ssl/certs/java/cacerts", trusted + std::string("\0\0\0\4abcd", 8)},
      {"a PGP public key", "etc/apt/key.asc",
       "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n" + in_lines(random.of(base64, 640), "\n") +
           "=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n"},
      {"an age recipient", "app/age.txt", "age1" + random.of(bech32, 58) + "\n"},
  };
}

inline std::vector<Harmless> harmless_tokens(Random& random) {
  const std::string none = base64url_of(R"({"alg":"none"})") + "." + base64url_of(R"({"sub":"a"})") + ".";
  const std::string known = base64url_of(R"({"alg":"HS256","typ":"JWT"})") + "." +
                            base64url_of(R"({"sub":"1234567890","name":"John Doe","iat":1516239022})") + "." +
                            random.of(base64url, 43);
  const std::string wrong = random.of(alnum, 30);
  return {
      {"the documents' AWS key", "app/readme.txt",
       "AKIA"
       "IOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY"
       "EXAMPLEKEY\n"},
      {"a checksum that is wrong", "app/notes.txt", "ghp_" + wrong + crc32_base62(wrong + "x") + "\n"},
      {"a token of crosses", "app/notes.txt",
       "ghp_" + std::string(36, 'x') + " sk_live_" + std::string(24, 'X') + "\n"},
      {"Slack's example", "app/notes.txt",
       "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX\n"},
      {"part of a longer word", "app/notes.txt",
       "x" + with_crc(random, "ghp_") + " AKIA" + random.of(base32, 30) + "\n"},
      {"an unsigned JSON Web Token", "app/notes.txt", none + "\n"},
      {"the known JSON Web Token", "app/notes.txt", known + "\n"},
      {"a test key of Stripe", "app/notes.txt", "sk_test_" + random.of(alnum, 24) + "\n"},
      {"the storage emulator", "app/notes.txt", "AccountKey=Eby8vdM02xNO" + random.of(base64, 74) + "==\n"},
      {"Basic without a colon", "app/notes.txt",
       "Basic " + base64_of("internationalisation") + " Basic instructions\n"},
  };
}

inline std::vector<Harmless> harmless_code(Random& random) {
  return {
      {"a program", "app/login.py",
       "password = get_password()\ntoken = request.headers['X-Token']\nsecret = os.environ['SECRET']\n"
       "api_key: str = Field(default='')\nif password == 'abc': pass\nraise ValueError('password: too "
       "short')\n"},
      {"types", "app/types.ts",
       "interface A { password: string; apiKey?: string; accessToken: AccessToken2Factory; }\n"},
      {"minified script", "app/static/app.min.js",
       "!function(e,t){var n=e.token||\"next\",r={password:!0,secretKey:n.a1b2c3d4e5f6g7h8i9};"
       "t.exports=\"" +
           random.of(base64, 4000) + "\"}(this,{token:function(e){return e}});"},
      {"settings", "etc/app.conf",
       "password_encryption = scram-sha-256\nmax_tokens = 4096\ntoken_ttl = 3600\n"
       "password_file = /run/secrets/db1\nsecret_name = app-db-secret-2\ntoken_url = "
       "https://auth.internal/oauth2/token\n"},
      {"a login form", "usr/share/nginx/html/index.html",
       "<input type=\"password\" name=\"password\" placeholder=\"Password123\">\n"},
      {"translations", "app/locales/en.json",
       "{\"password\": \"Password\", \"token\": \"Your token has expired, please sign in\"}"},
      {"Kubernetes references", "app/k8s.yaml",
       "env:\n- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      name: db\n      key: password\n"},
      {"pam", "etc/pam.d/common-password",
       "password [success=1 default=ignore] pam_unix.so obscure yescrypt\n"},
      {"nsswitch", "etc/nsswitch.conf", "passwd:         files systemd\nshadow:         files systemd\n"},
      {"an image in base64", "app/style.css", "url(data:image/png;base64," + random.of(base64, 3000) + ")"},
      {"random bytes", "opt/app/data.bin", random.bytes(1 << 18)},
      {"compose with variables", "app/docker-compose.yml",
       "environment:\n  POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?set it}\n  TOKEN: ${TOKEN}\n"},
  };
}

// The same for the same seed.
inline std::vector<Harmless> harmless(std::uint64_t seed) {
  Random random(seed);
  std::vector<Harmless> all = harmless_values();
  for (const auto& group :
       {harmless_checksums(random), harmless_keys(random), harmless_tokens(random), harmless_code(random)}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

}  // namespace hauberk::corpus
