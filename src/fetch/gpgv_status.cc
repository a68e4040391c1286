// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "fetch/signature.h"

namespace hauberk {
namespace {

// One signature's lines lie between two NEWSIG. VALIDSIG also follows an expired or revoked key's signature:
// only together with GOODSIG does it count.
class StatusReader {
 public:
  void line(const std::vector<std::string_view>& words) {
    const std::string_view keyword = words[0];
    if (keyword == "NEWSIG")
      good_ = false;
    else if (keyword == "PLAINTEXT")
      ++plaintexts_;
    else if (keyword == "GOODSIG")
      good_ = true;
    else if (keyword == "VALIDSIG")
      valid(words);
    else if (keyword == "BADSIG")
      bad_ = true;
    else if (keyword == "NO_PUBKEY")
      unknown(words);
    else if (keyword == "EXPSIG")
      worthless("the signature has expired", words);
    else if (keyword == "EXPKEYSIG")
      worthless("the key has expired", words);
    else if (keyword == "REVKEYSIG")
      worthless("the key was revoked", words);
    else if (keyword == "ERRSIG")
      not_checked(words);
  }

  Result<SignatureCheck> answer(std::string_view what) {
    if (bad_)
      return fail(
          ErrorKind::verification_failed,
          "cannot trust {}: its signature does not fit its text, so that it was changed after signing; "
          "try another mirror",
          what);
    if (plaintexts_ > 1)
      return fail(ErrorKind::verification_failed,
                  "cannot trust {}: it holds more than one signed text; try "
                  "another mirror",
                  what);
    if (check_.signed_by.empty() && !worthless_.empty())
      return fail(
          ErrorKind::verification_failed,
          "cannot trust {}: {}; update the keyring (for Debian's: the package debian-archive-keyring)", what,
          worthless_);
    if (check_.signed_by.empty() && check_.unknown_keys.empty())
      return fail(ErrorKind::verification_failed,
                  "cannot trust {}: it has no signature; use a mirror that has one", what);
    for (auto* keys : {&check_.signed_by, &check_.unknown_keys}) {
      std::ranges::sort(*keys);
      keys->erase(std::unique(keys->begin(), keys->end()), keys->end());
    }
    return check_;
  }

 private:
  // VALIDSIG fingerprint date time expires version reserved key-algorithm hash-algorithm class primary
  void valid(const std::vector<std::string_view>& words) {
    if (!good_ || words.size() < 11) return;
    const std::string_view hash = words[8];
    const bool strong = hash == "8" || hash == "9" || hash == "10";  // SHA-256, SHA-384, SHA-512
    const bool of_text = words[9] == "00" || words[9] == "01";
    if (!strong)
      worthless("the signature's hash is weaker than SHA-256", words);
    else if (!of_text)
      worthless("the signature is not one of a text", words);
    else
      check_.signed_by.emplace_back(words[10]);
  }

  void unknown(const std::vector<std::string_view>& words) {
    if (words.size() > 1) check_.unknown_keys.emplace_back(words[1]);
  }

  // ERRSIG keyid key-algorithm hash-algorithm class time reason; 9 is "no such key", which NO_PUBKEY tells.
  void not_checked(const std::vector<std::string_view>& words) {
    if (words.size() < 7 || words[6] != "9") worthless("the signature cannot be checked", words);
  }

  void worthless(std::string_view why, const std::vector<std::string_view>& words) {
    worthless_ = fmt::format("{} ({})", why, words.size() > 1 ? words[1] : "?");
  }

  SignatureCheck check_;
  std::string worthless_;
  bool good_ = false;
  bool bad_ = false;
  int plaintexts_ = 0;
};

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const auto end = std::min(line.find(' '), line.size());
    if (end > 0) words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

}  // namespace

Result<SignatureCheck> parse_gpgv_status(std::string_view status, std::string_view what) {
  constexpr std::string_view mark = "[GNUPG:] ";
  StatusReader reader;
  while (!status.empty()) {
    const auto end = std::min(status.find('\n'), status.size());
    const auto line = status.substr(0, end);
    status.remove_prefix(std::min(end + 1, status.size()));
    if (!line.starts_with(mark)) continue;
    if (const auto words = words_of(line.substr(mark.size())); !words.empty()) reader.line(words);
  }
  return reader.answer(what);
}

}  // namespace hauberk
