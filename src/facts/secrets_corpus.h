// Secrets to be found, and texts in which none is, made anew from a seed: for tests and
// bench/secrets_bench.cc.
//
// Nothing in this file looks like a secret itself, so that it can be kept where secrets are searched for.
// What is made has the form and the checksums of the real ones, and opens nothing. Test support: header only.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/core.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/base64.h"
#include "facts/secrets_text.h"

namespace hauberk::corpus {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view hex = "0123456789abcdef";
constexpr std::string_view base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::string_view alnum = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view bech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

struct Planted {
  std::string kind = {};  // that must be found
  std::string path = {};
  std::string content = {};
  std::string secret = {};  // what no hint may show
};

struct Harmless {
  std::string summary = {};
  std::string path = {};
  std::string content = {};
};

// SplitMix64: the same numbers on any machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::size_t below(std::size_t limit) {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<std::size_t>((z ^ (z >> 31)) % limit);
  }
  std::string of(std::string_view alphabet, std::size_t length) {
    std::string text;
    for (std::size_t i = 0; i < length; ++i) text += alphabet[below(alphabet.size())];
    return text;
  }
  std::string bytes(std::size_t length) {
    std::string text;
    for (std::size_t i = 0; i < length; ++i) text += static_cast<char>(below(256));
    return text;
  }
  std::string uuid() {
    return fmt::format("{}-{}-4{}-a{}-{}", of(hex, 8), of(hex, 4), of(hex, 3), of(hex, 3), of(hex, 12));
  }
  std::string word() {
    constexpr std::array<std::string_view, 12> words = {"amber",  "river",  "stone",  "cloud",
                                                        "maple",  "ember",  "falcon", "orbit",
                                                        "tundra", "velvet", "willow", "zephyr"};
    return std::string(words[below(words.size())]);
  }

 private:
  std::uint64_t state_;
};

inline std::string in_lines(std::string_view text, std::string_view end, std::size_t width = 64) {
  std::string lines;
  for (std::size_t at = 0; at < text.size(); at += width) lines.append(text.substr(at, width)).append(end);
  return lines;
}

inline std::string base64url_of(std::string_view text) {
  std::string encoded = base64_of(text);
  for (char& c : encoded) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return encoded.substr(0, encoded.find('='));
}

// A DER SEQUENCE of so many random bytes: all that can be seen of a key without its numbers.
inline std::string der(Random& random, std::size_t length) {
  std::string bytes = "\x30\x82";
  bytes += static_cast<char>(length >> 8);
  bytes += static_cast<char>(length & 0xff);
  return bytes + random.bytes(length);
}

inline std::string pem(std::string_view label, std::string_view bytes, std::string_view headers = "") {
  return fmt::format("-----BEGIN {0}-----\n{1}{2}-----END {0}-----\n", label, headers,
                     in_lines(base64_of(bytes), "\n"));
}

// A token as it is met: in an environment file, in YAML, JSON, a program, a shell script, between bytes.
inline Planted in_text(Random& random, std::string kind, std::string secret) {
  const std::string name = random.word();
  Planted planted{.kind = std::move(kind), .secret = std::move(secret)};
  const std::string& s = planted.secret;
  switch (random.below(6)) {
    case 0:
      planted.path = "app/.env";
      planted.content = fmt::format("PORT=8080\n{}_VALUE={}\nX=1\n", name, s);
      break;
    case 1:
      planted.path = "etc/app/config.yaml";
      planted.content = fmt::format("{}:\n  key: \"{}\"\n", name, s);
      break;
    case 2:
      planted.path = "srv/a.json";
      planted.content = fmt::format("{{\"{}\": \"{}\"}}", name, s);
      break;
    case 3:
      planted.path = "usr/src/app/main.py";
      planted.content = fmt::format("{} = '{}'\n", name, s);
      break;
    case 4:
      planted.path = "opt/run.sh";
      planted.content = fmt::format("#!/bin/sh\nexport A={}\n", s);
      break;
    default:
      planted.path = "root/notes.txt";
      planted.content = fmt::format("use {} for it.\n", s);
      break;
  }
  return planted;
}

// ... under a name that tells, where only this makes it certain.
inline Planted named(Random& random, std::string kind, std::string_view name, std::string secret) {
  Planted planted{.kind = std::move(kind), .secret = std::move(secret)};
  const std::string& s = planted.secret;
  switch (random.below(4)) {
    case 0:
      planted.path = "app/.env";
      planted.content = fmt::format("A=b\n{}={}\n", name, s);
      break;
    case 1:
      planted.path = "etc/app.yml";
      planted.content = fmt::format("a:\n  {}: {}\n", name, s);
      break;
    case 2:
      planted.path = "srv/a.json";
      planted.content = fmt::format("{{\"{}\": \"{}\"}}", name, s);
      break;
    default:
      planted.path = "opt/a.properties";
      planted.content = fmt::format("app.{} = {}\n", name, s);
      break;
  }
  return planted;
}

inline Planted file(std::string kind, std::string path, std::string content, std::string secret = {}) {
  return {std::move(kind), std::move(path), std::move(content), std::move(secret)};
}

// Keys ------------------------------------------------------------------------------------------------------

inline Planted private_key(Random& random) {
  constexpr std::array<std::string_view, 4> labels = {"RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY",
                                                      "PRIVATE KEY"};
  const std::string text = pem(labels[random.below(4)], der(random, 256 + random.below(1500)));
  if (random.below(3) == 0)
    return file("private-key", "opt/app/bin/server",
                "\x7f"
                "ELF" +
                    std::string(64, '\0') + text);
  return file("private-key", random.below(2) == 0 ? "etc/ssl/private/a.key" : "app/certs/server.pem", text);
}

inline std::string openssh(Random& random, std::string_view cipher) {
  std::string bytes("openssh-key-v1\0\0\0\0", 18);
  bytes += static_cast<char>(cipher.size());
  return bytes.append(cipher) + random.bytes(300);
}

inline Planted openssh_key(Random& random) {
  return file("private-key", "root/.ssh/id_ed25519", pem("OPENSSH PRIVATE KEY", openssh(random, "none")));
}

inline Planted encrypted_key(Random& random) {
  const std::string headers =
      fmt::format("Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,{}\n\n", random.of(capitals, 32));
  switch (random.below(3)) {
    case 0: return file("encrypted-private-key", "app/a.pem", pem("ENCRYPTED PRIVATE KEY", der(random, 600)));
    case 1:
      return file("encrypted-private-key", "app/b",
                  pem("OPENSSH PRIVATE KEY", openssh(random, "aes256-ctr")));
    default:
      return file("encrypted-private-key", "app/c.pem", pem("RSA PRIVATE KEY", random.bytes(640), headers));
  }
}

inline Planted pgp_key(Random& random) {
  const std::string body = in_lines(base64_of("\x95\x03" + random.bytes(700)), "\n");
  return file(
      "pgp-private-key", "root/key.asc",
      fmt::format("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{}={}\n-----END PGP PRIVATE KEY BLOCK-----\n",
                  body, random.of(base64, 4)));
}

inline Planted putty_key(Random& random) {
  return file(
      "putty-private-key", "home/a/key.ppk",
      fmt::format("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: a\nPublic-Lines: 1\n{}\n"
                  "Private-Lines: 1\n{}\nPrivate-MAC: {}\n",
                  random.of(base64, 64), random.of(base64, 48), random.of(hex, 64)));
}

inline Planted age_key(Random& random) {
  const std::string data = random.of(bech32, 52);
  std::string key = "age-secret-key-1" + data + bech32_checksum("age-secret-key-", data);
  for (char& c : key) c = is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
  return in_text(random, "age-secret-key", key);
}

inline Planted service_account(Random& random) {
  const std::string key =
      "-----BEGIN PRIVATE "
      "KEY-----\\n" +
      in_lines(base64_of(der(random, 1200)), "\\n") +
      "-----END PRIVATE "
      "KEY-----\\n";
  return file("gcp-service-account", "app/gcp.json",
              fmt::format("{{\n \"type\": \"service_account\",\n \"project_id\": \"{}\",\n"
                          " \"private_key_id\": \"{}\",\n \"private_key\": \"{}\"\n}}\n",
                          random.word(), random.of(hex, 40), key));
}

inline Planted openvpn_key(Random& random) {
  return file("openvpn-static-key", "etc/openvpn/ta.key",
              fmt::format("#\n# 2048 bit OpenVPN static key\n#\n-----BEGIN OpenVPN Static key V1-----\n{}"
                          "-----END OpenVPN Static key V1-----\n",
                          in_lines(random.of(hex, 512), "\n", 32)));
}

inline Planted java_keystore(Random& random) {
  return file("java-keystore", "app/keystore.jks",
              std::string("\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1\0\0\0\1\0\4mine", 22) + random.bytes(900));
}

inline Planted pkcs12_keystore(Random& random) {
  return file(
      "pkcs12-keystore", "app/server.p12",
      std::string("\x30\x82\x09\x60\x02\x01\x03\x30\x82\x09\x26\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01",
                  22) +
          random.bytes(500) + "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02" + random.bytes(900));
}

inline Planted kubernetes_key(Random& random) {
  const std::string key = base64_of(pem("RSA PRIVATE KEY", der(random, 1190)));
  return file("kubernetes-key", "root/.kube/config",
              fmt::format("users:\n- name: a\n  user:\n    client-key-data: {}\n", key), key);
}

inline Planted wireguard_key(Random& random) {
  const std::string key = base64_of(random.bytes(32));
  return file("wireguard-key", "etc/wireguard/wg0.conf", fmt::format("[Interface]\nPrivateKey = {}\n", key),
              key);
}

// Tokens ----------------------------------------------------------------------------------------------------

inline std::string with_crc(Random& random, std::string_view prefix) {
  const std::string body = random.of(alnum, 30);
  return fmt::format("{}{}{}", prefix, body, crc32_base62(body));
}

inline Planted github(Random& random) {
  constexpr std::array<std::string_view, 5> starts = {"ghp_", "gho_", "ghu_", "ghs_", "ghr_"};
  const std::size_t which = random.below(6);
  if (which < 5) return in_text(random, "github-token", with_crc(random, starts[which]));
  return in_text(random, "github-token", "github_pat_" + random.of(alnum, 22) + "_" + random.of(alnum, 59));
}

inline Planted slack(Random& random) {
  constexpr std::array<std::string_view, 3> starts = {"xoxb-", "xoxp-", "xoxa-"};
  return in_text(random, "slack-token",
                 fmt::format("{}{}-{}-{}", starts[random.below(3)], random.of(digits, 12),
                             random.of(digits, 13), random.of(alnum, 24)));
}

inline Planted slack_webhook(Random& random) {
  return in_text(random, "slack-webhook",
                 fmt::format("https://hooks.slack.com/services/T{}/B{}/{}", random.of(capitals, 10),
                             random.of(capitals, 10), random.of(alnum, 24)));
}

inline Planted jwt(Random& random) {
  const std::string header = base64url_of(R"({"alg":"HS256","typ":"JWT"})");
  const std::string claims = base64url_of(fmt::format(R"({{"sub":"{}","exp":4102444800}})", random.word()));
  return in_text(random, "jwt", fmt::format("{}.{}.{}", header, claims, random.of(base64url, 43)));
}

inline Planted openai(Random& random) {
  constexpr std::string_view middle =
      "T3Blbk"
      "FJ";
  const bool is_old = random.below(2) == 0;
  return in_text(random, "openai-key",
                 is_old
                     ? fmt::format("sk-{}{}{}", random.of(alnum, 20), middle, random.of(alnum, 20))
                     : fmt::format("sk-proj-{}{}{}", random.of(base64url, 74), middle, random.of(alnum, 74)));
}

inline Planted azure_sas(Random& random) {
  const std::string secret = random.of(alnum, 40) + "%2B" + random.of(alnum, 2) + "%3D";
  return in_text(
      random, "azure-sas",
      fmt::format("https://a.blob.core.windows.net/c?sv=2022-11-02&sp=r&se=2030-01-01T00:00:00Z&sr=c&sig={}",
                  secret));
}

inline Planted azure_storage(Random& random) {
  return in_text(random, "azure-storage-key",
                 fmt::format("DefaultEndpointsProtocol=https;AccountName=a;AccountKey={}==",
                             random.of(base64, 86)));
}

inline Planted docker_auth(Random& random) {
  const std::string login = base64_of(random.word() + ":" + random.of(alnum, 20));
  return file("docker-auth", "root/.docker/config.json",
              fmt::format("{{\"auths\": {{\"registry.example.org\": {{\"auth\": \"{}\"}}}}}}", login), login);
}

// Names and files -------------------------------------------------------------------------------------------

inline std::string password(Random& random) {
  return random.word() + random.of(digits, 2) + "!" + random.of(alnum, 4);
}

inline Planted url_password(Random& random) {
  constexpr std::array<std::string_view, 4> schemes = {"postgres", "https", "amqp", "mongodb+srv"};
  const std::string secret = random.of(alnum, 14);
  Planted planted =
      in_text(random, "url-password",
              fmt::format("{}://{}:{}@db.internal:5432/x", schemes[random.below(4)], random.word(), secret));
  planted.secret = secret;
  return planted;
}

inline Planted named_password(Random& random) {
  constexpr std::array<std::string_view, 5> names = {"DB_PASSWORD", "password", "smtp_passwd",
                                                     "adminPassword", "redis-pwd"};
  return named(random, "password", names[random.below(5)], password(random));
}

inline Planted named_secret(Random& random) {
  constexpr std::array<std::string_view, 6> names = {"SECRET_KEY",   "api_key",    "clientSecret",
                                                     "access_token", "jwt-secret", "encryption_key"};
  return named(random, "named-secret", names[random.below(6)], random.of(alnum, 24 + random.below(20)));
}

inline Planted netrc(Random& random) {
  const std::string secret = random.of(alnum, 16);
  return file("netrc-password", "root/.netrc",
              "machine git.example.org\nlogin bot\npassword " + secret + "\n", secret);
}

inline Planted pgpass(Random& random) {
  const std::string secret = random.of(alnum, 16);
  return file("pgpass-password", "root/.pgpass", "# mine\ndb.internal:5432:*:app:" + secret + "\n", secret);
}

inline Planted npmrc(Random& random) {
  const std::string secret = random.uuid();
  return file("npmrc-token", "app/.npmrc", "//registry.example.org/:_authToken=" + secret + "\n", secret);
}

inline Planted htpasswd(Random& random) {
  const std::string secret = "$2y$05$" + random.of(alnum, 53);
  return file("htpasswd-hash", "etc/nginx/.htpasswd", "admin:" + secret + "\n", secret);
}

inline Planted basic(Random& random) {
  return in_text(random, "basic-login",
                 "Authorization: Basic " + base64_of(random.word() + ":" + random.of(alnum, 18)));
}

inline Planted bearer(Random& random) {
  return in_text(random, "bearer-token", "Authorization: Bearer " + random.of(alnum, 40));
}

using Maker = std::function<Planted(Random&)>;

// A token of one fixed form.
inline Maker token(std::string kind, std::string start, std::string_view alphabet, std::size_t length) {
  return [=](Random& random) { return in_text(random, kind, start + random.of(alphabet, length)); };
}

inline std::vector<Maker> makers() {
  return {
      private_key,
      openssh_key,
      encrypted_key,
      pgp_key,
      putty_key,
      age_key,
      service_account,
      openvpn_key,
      java_keystore,
      pkcs12_keystore,
      kubernetes_key,
      wireguard_key,
      github,
      slack,
      slack_webhook,
      jwt,
      openai,
      azure_sas,
      azure_storage,
      docker_auth,
      url_password,
      named_password,
      named_secret,
      netrc,
      pgpass,
      npmrc,
      htpasswd,
      basic,
      bearer,
      [](Random& r) { return in_text(r, "npm-token", with_crc(r, "npm_")); },
      [](Random& r) {
        return in_text(r, "sendgrid-key", "SG." + r.of(base64url, 22) + "." + r.of(base64url, 43));
      },
      [](Random& r) {
        return in_text(r, "telegram-bot-token", r.of("123456789", 10) + ":AA" + r.of(base64url, 33));
      },
      [](Random& r) {
        return in_text(r, "terraform-token", r.of(alnum, 14) + ".atlasv1." + r.of(alnum, 67));
      },
      [](Random& r) { return in_text(r, "anthropic-key", "sk-ant-api03-" + r.of(base64url, 93) + "AA"); },
      [](Random& r) { return in_text(r, "azure-client-secret", r.of(alnum, 3) + "8Q~" + r.of(alnum, 34)); },
      [](Random& r) { return named(r, "aws-secret-key", "aws_secret_access_key", r.of(base64, 40)); },
      [](Random& r) { return named(r, "twilio-key", "twilio_sid", "SK" + r.of(hex, 32)); },
      [](Random& r) { return named(r, "heroku-key", "heroku_api_key", r.uuid()); },
      token("aws-access-key", "AKIA", base32, 16),
      token("gcp-api-key",
            "AI"
            "za",
            base64url, 35),
      token("google-oauth",
            "GOC"
            "SPX-",
            base64url, 28),
      token("gitlab-token",
            "gl"
            "pat-",
            alnum, 20),
      token("stripe-key",
            "sk"
            "_live_",
            alnum, 24),
      token("pypi-token",
            "py"
            "pi-AgEIcHlwaS5vcmc",
            base64url, 150),
      token("mailgun-key", "key-", hex, 32),
      token("digitalocean-token",
            "do"
            "p_v1_",
            hex, 64),
      token("heroku-key",
            "HR"
            "KU-",
            base64url, 60),
      token("huggingface-token",
            "h"
            "f_",
            alnum, 34),
      token("vault-token",
            "hv"
            "s.",
            base64url, 95),
      token("dockerhub-token",
            "dck"
            "r_pat_",
            base64url, 27),
  };
}

// `each` secrets of every maker, the same for the same seed.
inline std::vector<Planted> planted(std::uint64_t seed, std::size_t each) {
  Random random(seed);
  std::vector<Planted> all;
  for (const Maker& make : makers()) {
    for (std::size_t i = 0; i < each; ++i) all.push_back(make(random));
  }
  return all;
}

}  // namespace hauberk::corpus
