// Private keys as text: PEM in all its kinds, OpenSSH's, PGP's, PuTTY's, OpenVPN's and age's.
//
// Specs: RFC 7468 and 1421 (PEM), OpenSSH's PROTOCOL.key, RFC 9580 section 6 (PGP armour), BIP 173 (age). A
// header alone is no key: libraries are full of them. So the body is read, also where it stands in a JSON or
// source string with escaped ends of lines, and must be what its label says.
//
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "facts/secrets_detector.h"
#include "facts/secrets_value.h"

namespace hauberk {
namespace {

using std::string_view;
using Match = std::optional<SecretMatch>;

constexpr std::size_t longest_body = 64 << 10;

constexpr std::array<string_view, 10> begin_lines = {
    "-----BEGIN PRIVATE KEY-----",           "-----BEGIN RSA PRIVATE KEY-----",
    "-----BEGIN EC PRIVATE KEY-----",        "-----BEGIN DSA PRIVATE KEY-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----",   "-----BEGIN ENCRYPTED PRIVATE KEY-----",
    "-----BEGIN ANY PRIVATE KEY-----",       "-----BEGIN PGP PRIVATE KEY BLOCK-----",
    "-----BEGIN OpenVPN Static key V1-----", "-----BEGIN RSA-PSS PRIVATE KEY-----"};

// The line that stands at `at`, as constant text.
string_view begin_line(string_view content, std::size_t at) {
  for (const string_view line : begin_lines) {
    if (content.substr(at, line.size()) == line) return line;
  }
  return {};
}

struct Body {
  std::string base64 = {};
  std::size_t end = 0;        // where "-----END" begins
  bool is_encrypted = false;  // by its headers
};

// Ends of lines, blanks, quotes and joining signs: what stands between the lines of a body in any language.
bool is_between_lines(char c) {
  return is_space(c) || c == '"' || c == '\'' || c == '+' || c == ',' || c == '|';
}

// A plus is a digit beside a digit, and joins strings beside quotes or blanks.
bool is_digit_plus(string_view content, std::size_t at) {
  return is_in(Alphabet::base64, content[at - 1]) || run_length(content, at + 1, Alphabet::base64, 1) == 1;
}

// The length of a header line at `at` ("Proc-Type: 4,ENCRYPTED"), 0 if there is none.
std::size_t header_length(string_view content, std::size_t at) {
  constexpr std::array<string_view, 5> names = {"Proc-Type:", "DEK-Info:", "Version:", "Comment:", "Hash:"};
  for (const string_view name : names) {
    if (content.substr(at, name.size()) != name) continue;
    const std::size_t length = content.substr(at, 200).find_first_of("\n\\");
    return length == string_view::npos ? 0 : length;
  }
  return 0;
}

// Reads what is between the BEGIN line and the END line; none if anything else is there.
std::optional<Body> read_body(string_view content, std::size_t at) {
  Body body;
  const std::size_t stop = std::min(content.size(), at + longest_body);
  while (at < stop) {
    const char c = content[at];
    if (const std::size_t header = header_length(content, at); header > 0) {
      body.is_encrypted |= contains(content.substr(at, header), "ENCRYPTED");
      at += header;
    } else if (c == '\\' && at + 1 < stop) {
      at += content[at + 1] == 'n' || content[at + 1] == 'r' || content[at + 1] == 't' ? 2 : 1;
    } else if (c == '-') {
      body.end = at;
      return content.substr(at, 9) == "-----END " ? std::optional(body) : std::nullopt;
    } else if (is_in(Alphabet::base64, c) && (c != '+' || is_digit_plus(content, at))) {
      body.base64 += c;
      ++at;
    } else if (is_between_lines(c)) {
      ++at;
    } else if (c == '#' || (c == ':' && body.base64.empty())) {
      const std::size_t end_of_line = content.substr(at, 200).find('\n');
      if (end_of_line == string_view::npos) return std::nullopt;
      at += end_of_line;
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::size_t byte_at(string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

// A DER SEQUENCE that ends where the bytes end.
bool is_whole_sequence(string_view bytes) {
  if (bytes.size() < 4 || byte_at(bytes, 0) != 0x30) return false;
  const std::size_t first = byte_at(bytes, 1);
  if (first < 0x80) return bytes.size() == first + 2;
  if (first == 0x81) return bytes.size() == byte_at(bytes, 2) + 3;
  return first == 0x82 && bytes.size() == (byte_at(bytes, 2) << 8) + byte_at(bytes, 3) + 4;
}

// Keys that tools made carry no words; a body this long that is not of its label's form is still a key.
bool is_long_enough(const Body& body) { return body.base64.size() >= 256 && variety(body.base64) >= 32; }

// PROTOCOL.key: the magic, then the cipher's name with its length before it.
std::optional<bool> is_encrypted_openssh(string_view bytes) {
  constexpr string_view magic("openssh-key-v1\0", 15);
  if (!bytes.starts_with(magic) || bytes.size() < 64) return std::nullopt;
  return bytes.substr(magic.size() + 3, 5) != "\x04none";
}

// RFC 9580 section 5.5: a secret key packet (tag 5) comes first, in the old or the new format.
bool is_secret_key_packet(string_view bytes) {
  return bytes.size() >= 64 && ((byte_at(bytes, 0) & 0xfc) == 0x94 || byte_at(bytes, 0) == 0xc5);
}

// Whether what was read is a key, and then whether a passphrase guards it.
std::optional<bool> judge_body(string_view label, const Body& body) {
  const auto bytes = decode_base64(body.base64);
  if (contains(label, "OpenVPN")) {
    return body.base64.size() >= 256 ? std::optional(false) : std::nullopt;
  }
  if (contains(label, "PGP")) {
    // The checksum after "=" at the end is no part of the base64.
    const auto packets = decode_base64(string_view(body.base64).substr(0, body.base64.find('=')));
    const bool is_key = (packets && is_secret_key_packet(*packets)) || is_long_enough(body);
    return is_key ? std::optional(false) : std::nullopt;
  }
  if (!bytes) return std::nullopt;
  if (contains(label, "OPENSSH")) {
    if (const auto is_encrypted = is_encrypted_openssh(*bytes)) return is_encrypted;
    return is_long_enough(body) ? std::optional(false) : std::nullopt;
  }
  const bool is_encrypted = body.is_encrypted || contains(label, "ENCRYPTED");
  const bool is_key = (body.is_encrypted && bytes->size() >= 32) ||
                      (is_whole_sequence(*bytes) && bytes->size() >= 32) || is_long_enough(body);
  return is_key ? std::optional(is_encrypted) : std::nullopt;
}

// A key of Google's JSON form of service accounts: {"type": "service_account", "private_key": "-----BEGIN ...
bool is_service_account(string_view content, std::size_t at) {
  return contains(window(content, at, 24, 0), "private_key\"") &&
         contains(window(content, at, 2048, 6144), "\"service_account\"");
}

// Libraries of cryptography carry keys to test themselves with.
bool is_self_test(const SecretFile& file) {
  return file.is_library && (file.content.starts_with("\x7f"
                                                      "ELF") ||
                             file.content.starts_with("!<arch>\n"));
}

Match match_pem(const SecretDetector&, const SecretFile& file, std::size_t at) {
  const string_view label = begin_line(file.content, at);
  if (label.empty() || is_self_test(file)) return std::nullopt;
  const auto body = read_body(file.content, at + label.size());
  if (!body) return std::nullopt;
  const auto is_encrypted = judge_body(label, *body);
  if (!is_encrypted) return std::nullopt;
  SecretMatch match{.begin = at, .end = body->end, .kind = "private-key", .shown = label};
  if (is_service_account(file.content, at)) match.kind = "gcp-service-account";
  if (contains(label, "PGP")) match.kind = "pgp-private-key";
  if (contains(label, "OpenVPN")) match.kind = "openvpn-static-key";
  if (*is_encrypted) match.kind = "encrypted-private-key";
  return match;
}

// The format of ssh.com: RFC 4716's form with a body of its own.
Match match_ssh2(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  constexpr string_view end_line = "---- END SSH2 ENCRYPTED PRIVATE KEY ----";
  const std::size_t length = file.content.substr(at, longest_body).find(end_line);
  if (length == string_view::npos || length < detector.literal.size() + 64) return std::nullopt;
  return SecretMatch{at, at + length, detector.kind, detector.literal};
}

// PuTTY's file: "Private-Lines: N" and N lines of base64; "Encryption: none" where no passphrase guards it.
Match match_putty(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  constexpr string_view lines = "\nPrivate-Lines: ";
  const string_view head = file.content.substr(at, 16 << 10);
  const std::size_t found = head.find(lines);
  if (found == string_view::npos || found < detector.literal.size()) return std::nullopt;
  const std::size_t body = head.find('\n', found + lines.size());
  if (body == string_view::npos) return std::nullopt;
  const std::size_t length = run_length(head, body + 1, Alphabet::base64, 128);
  if (length < 32) return std::nullopt;
  const bool is_open = contains(head.substr(0, found), "\nEncryption: none");
  return SecretMatch{at, at + body + 1 + length, is_open ? detector.kind : "encrypted-private-key",
                     detector.literal};
}

// The last six characters are BIP 173's checksum; age writes all in capitals.
bool is_age_key(string_view key) {
  constexpr string_view part = "age-secret-key-";
  const std::string lower = lowercase(key);
  const string_view data = string_view(lower).substr(part.size() + 1);
  return bech32_checksum(part, data.substr(0, data.size() - 6)) == data.substr(data.size() - 6);
}

constexpr std::array<SecretDetector, 4> detectors = {{
    {.kind = "private-key", .literal = "-----BEGIN ", .match = match_pem, .in_binary = true},
    {.kind = "encrypted-private-key",
     .literal = "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----",
     .match = match_ssh2,
     .in_binary = true},
    {.kind = "putty-private-key", .literal = "PuTTY-User-Key-File-", .match = match_putty, .in_binary = true},
    {.kind = "age-secret-key",
     .literal = "AGE-SECRET-KEY-1",
     .match = match_token,
     .verify = is_age_key,
     .alphabet = Alphabet::upper_alnum,
     .least = 58,
     .most = 58,
     .in_binary = true},
}};

}  // namespace

std::span<const SecretDetector> key_detectors() { return detectors; }

}  // namespace hauberk
