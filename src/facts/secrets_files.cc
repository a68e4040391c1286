// Files that are secrets as a whole, by their bytes, and files of credentials, by their names.
//
// Specs: Java's KeyStore formats JKS and JCEKS, RFC 7292 (PKCS #12), RFC 8017 and 5958 (keys in DER), MIT's
// keytab, netrc(5), PostgreSQL's .pgpass, htpasswd(1), npmrc(5). A store that holds only certificates, as
// those of trusted roots do, is none.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "facts/secrets_detector.h"
#include "facts/secrets_value.h"

namespace hauberk {
namespace {

using std::string_view;
using Matches = std::vector<SecretMatch>;

constexpr std::size_t most_logins = 100;

// --- files that are known by their bytes --------------------------------------------------------------

// Big-endian numbers and counted bytes, with an end: what is missing reads as zero and ends all.
class BytesReader {
 public:
  explicit BytesReader(string_view bytes) : rest_(bytes) {}

  std::size_t number(std::size_t bytes) {
    if (rest_.size() < bytes) is_good_ = false;
    std::size_t value = 0;
    for (std::size_t i = 0; is_good_ && i < bytes; ++i)
      value = value << 8 | static_cast<unsigned char>(rest_[i]);
    skip(bytes);
    return value;
  }
  void skip(std::size_t bytes) {
    if (rest_.size() < bytes) is_good_ = false;
    rest_.remove_prefix(std::min(bytes, rest_.size()));
  }
  void skip_counted(std::size_t bytes) { skip(number(bytes)); }
  bool is_good() const { return is_good_; }

 private:
  string_view rest_;
  bool is_good_ = true;
};

// magic, version, count, then entries: tag (1 private key, 2 certificate, 3 secret key), alias, date,
// content.
bool is_java_store_with_key(string_view content) {
  BytesReader reader(content);
  const std::size_t magic = reader.number(4);
  if (magic != 0xfeedfeed && magic != 0xcececece) return false;
  const std::size_t version = reader.number(4);
  const std::size_t entries = reader.number(4);
  if (version < 1 || version > 2) return false;
  for (std::size_t i = 0; i < entries && reader.is_good(); ++i) {
    const std::size_t tag = reader.number(4);
    if (!reader.is_good()) return false;
    if (tag == 1 || tag == 3) return true;
    if (tag != 2) return false;
    reader.skip_counted(2);
    reader.skip(8);
    if (version == 2) reader.skip_counted(2);
    reader.skip_counted(4);
  }
  return false;
}

// SEQUENCE { INTEGER 3, SEQUENCE { OID ... of PKCS #7 data. The bags of keys inside are named in the clear.
bool is_pkcs12_with_key(string_view content) {
  if (content.size() < 64 || content[0] != '\x30') return false;
  const string_view head = content.substr(0, 32);
  constexpr string_view pkcs7_data("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", 11);
  if (!contains(head, string_view("\x02\x01\x03\x30", 4)) || !contains(head, pkcs7_data)) return false;
  constexpr string_view shrouded_key("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02", 11);
  constexpr string_view plain_key("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x01", 11);
  return contains(content, shrouded_key) || contains(content, plain_key);
}

// The bytes inside a DER SEQUENCE that is the whole content; empty if it is none.
string_view inside_sequence(string_view content) {
  if (content.size() < 32 || content.size() > (64 << 10) || content[0] != '\x30') return {};
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(content[i]));
  };
  std::size_t head = 2;
  std::size_t length = byte(1);
  if (length == 0x81) {
    head = 3;
    length = byte(2);
  } else if (length == 0x82) {
    head = 4;
    length = byte(2) << 8 | byte(3);
  } else if (length > 0x80) {
    return {};
  }
  return content.size() == head + length ? content.substr(head) : string_view{};
}

// PKCS #8 (version, algorithm), RSA (version 0, then the modulus) or EC (version 1, then the scalar).
bool is_der_key(string_view content) {
  const string_view inside = inside_sequence(content);
  if (inside.starts_with(string_view("\x02\x01\x01\x04", 4))) return content.size() < 512;
  if (inside.starts_with(string_view("\x02\x01\x00\x02\x82", 5))) return content.size() > 512;
  const bool is_pkcs8 = inside.starts_with(string_view("\x02\x01\x00\x30", 4)) && inside.size() > 8;
  return is_pkcs8 && inside[5] == '\x06' && contains(inside.substr(0, 48), "\x04");
}

// 05 02, then the first entry's length, which must lie inside the file.
bool is_keytab(const SecretFile& file) {
  BytesReader reader(file.content);
  if (reader.number(2) != 0x0502) return false;
  const std::size_t length = reader.number(4);
  return length > 16 && length < file.content.size() &&
         (file.name.ends_with(".keytab") || file.name == "keytab");
}

// --- files that are known by their names --------------------------------------------------------------

// Lines with the offset at which each begins.
template <class OnLine>
void for_each_line(string_view content, OnLine on_line) {
  for (std::size_t begin = 0; begin < content.size();) {
    const std::size_t end = std::min(content.find('\n', begin), content.size());
    string_view line = content.substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    on_line(line, begin);
    begin = end + 1;
  }
}

SecretMatch match_of(const SecretFile& file, string_view part, string_view kind) {
  const auto begin = static_cast<std::size_t>(part.data() - file.content.data());
  return {begin, begin + part.size(), kind, {}};
}

// Words: machine HOST login NAME password PASSWORD, over as many lines as one likes.
Matches find_netrc(const SecretFile& file) {
  Matches matches;
  string_view before;
  const string_view content = file.content;
  for (std::size_t at = 0; at < content.size() && matches.size() < most_logins;) {
    const std::size_t end = std::min(content.find_first_of(" \t\r\n", at), content.size());
    const string_view word = content.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    if (before == "password" && !is_placeholder(word))
      matches.push_back(match_of(file, word, "netrc-password"));
    before = word;
  }
  return matches;
}

// host:port:database:user:password; "\:" is a colon inside a field.
Matches find_pgpass(const SecretFile& file) {
  Matches matches;
  for_each_line(file.content, [&](string_view line, std::size_t) {
    std::size_t colons = 0;
    std::size_t at = 0;
    for (; at < line.size() && colons < 4; ++at) {
      if (line[at] == '\\')
        ++at;
      else if (line[at] == ':')
        ++colons;
    }
    if (line.starts_with('#') || colons < 4 || at >= line.size() || matches.size() >= most_logins) return;
    const string_view password = line.substr(at);
    if (!is_placeholder(password)) matches.push_back(match_of(file, password, "pgpass-password"));
  });
  return matches;
}

bool is_password_hash(string_view hash) {
  constexpr std::array<string_view, 7> starts = {"$apr1$", "$2y$", "$2a$", "$2b$", "{SHA}", "$5$", "$6$"};
  return hash.size() >= 20 && std::ranges::any_of(starts, [&](string_view s) { return hash.starts_with(s); });
}

// user:hash
Matches find_htpasswd(const SecretFile& file) {
  Matches matches;
  for_each_line(file.content, [&](string_view line, std::size_t) {
    const std::size_t colon = line.find(':');
    if (colon == string_view::npos || matches.size() >= most_logins) return;
    const string_view hash = line.substr(colon + 1, line.find(':', colon + 1) - colon - 1);
    if (is_password_hash(hash)) matches.push_back(match_of(file, hash, "htpasswd-hash"));
  });
  return matches;
}

// //registry/:_authToken=..., and the older _auth and _password.
Matches find_npmrc(const SecretFile& file) {
  constexpr std::array<string_view, 3> keys = {"_authToken", "_auth", "_password"};
  Matches matches;
  for_each_line(file.content, [&](string_view line, std::size_t) {
    const std::size_t sign = line.find('=');
    if (sign == string_view::npos || matches.size() >= most_logins) return;
    string_view key = line.substr(0, sign);
    string_view value = line.substr(sign + 1);
    while (key.ends_with(' ')) key.remove_suffix(1);
    while (value.starts_with(' ') || value.starts_with('"')) value.remove_prefix(1);
    while (value.ends_with(' ') || value.ends_with('"')) value.remove_suffix(1);
    const bool is_known = std::ranges::any_of(keys, [&](string_view k) { return key.ends_with(k); });
    if (is_known && !is_placeholder(value)) matches.push_back(match_of(file, value, "npmrc-token"));
  });
  return matches;
}

}  // namespace

Matches find_key_store(const SecretFile& file) {
  const string_view all = file.content;
  if (is_java_store_with_key(all)) return {{0, all.size(), "java-keystore", {}}};
  if (is_pkcs12_with_key(all)) return {{0, all.size(), "pkcs12-keystore", {}}};
  if (is_der_key(all)) return {{0, all.size(), "private-key", {}}};
  if (is_keytab(file)) return {{0, all.size(), "kerberos-keytab", {}}};
  return {};
}

Matches find_credentials(const SecretFile& file) {
  if (file.name == ".netrc" || file.name == "_netrc") return find_netrc(file);
  if (file.name == ".pgpass" || file.name == "pgpass" || file.name == "pgpass.conf") return find_pgpass(file);
  if (file.name.ends_with("htpasswd")) return find_htpasswd(file);
  if (file.name == ".npmrc" || file.name == "npmrc") return find_npmrc(file);
  return {};
}

}  // namespace hauberk
