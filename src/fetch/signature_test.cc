// The form of InRelease and gpgv's words; gpgv itself is asked in release_test.cc.
//
// SPDX-License-Identifier: Apache-2.0
#include "fetch/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string head = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n";
const std::string tail = "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n";

TEST(ClearSigned, FormIsOneMessageAndNothingElse) {
  struct Row {
    std::string summary, text;
    std::string message;  // empty: accepted
  };
  const std::vector<Row> rows = {
      {"as it should be", head + "Origin: Debian\n" + tail, ""},
      {"no Hash line", "-----BEGIN PGP SIGNED MESSAGE-----\n\nOrigin: Debian\n" + tail, ""},
      {"two Hash lines", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\nHash: SHA512\n\nA: b\n" + tail,
       ""},
      {"empty", "", "is not signed"},
      {"a plain Release", "Origin: Debian\n", "is not signed"},
      {"a page of an error", "<html>", "is not signed"},
      {"text before", "Origin: Evil\n" + head + "Origin: Debian\n" + tail, "text before"},
      {"an empty line before", "\n" + head + "Origin: Debian\n" + tail, "text before"},
      {"text after", head + "Origin: Debian\n" + tail + "Origin: Evil\n", "text after"},
      {"a second message", head + "A: b\n" + tail + head + "A: c\n" + tail, "two signed parts"},
      {"a field in the head", "-----BEGIN PGP SIGNED MESSAGE-----\nOrigin: Evil\n\nA: b\n" + tail,
       "in the head"},
      {"no signature", head + "Origin: Debian\n", "no signature"},
      {"cut short", head + "Origin: Debian\n" + tail.substr(0, tail.size() - 10), "ends within"},
      {"two signatures", head + "A: b\n" + tail + tail, "text after"},
      {"a NUL", head + std::string("A: \0b\n", 6) + tail, "NUL"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto status = check_clear_signed(row.text, "http://ftp.debian.org/debian/dists/trixie");
    ASSERT_EQ(status.has_value(), row.message.empty());
    if (status) continue;
    EXPECT_EQ(status.error().kind, ErrorKind::verification_failed);
    EXPECT_THAT(status.error().message, HasSubstr(row.message));
    EXPECT_THAT(status.error().message, HasSubstr("cannot trust http://ftp.debian.org/debian/dists/trixie"));
  }
}

const std::string plain = "[GNUPG:] PLAINTEXT 74 0 \n";
const std::string good_one =
    "[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 6ED0 Debian Archive <a@b>\n"
    "[GNUPG:] VALIDSIG 4CB5 2026-11-21 1795252580 0 4 0 1 8 01 B8B8\n";
const std::string no_key =
    "[GNUPG:] NEWSIG\n[GNUPG:] ERRSIG 78DB 1 8 01 1795252581 9 B8E5\n[GNUPG:] NO_PUBKEY 78DB\n";

TEST(GpgvStatus, CountsGoodSignaturesOfKnownKeys) {
  const auto one = parse_gpgv_status(plain + good_one, "x");
  ASSERT_TRUE(one);
  EXPECT_THAT(one->signed_by, ElementsAre("B8B8"));

  const auto twice = parse_gpgv_status(plain + good_one + no_key + good_one, "x");
  ASSERT_TRUE(twice) << "a key that we do not hold beside one that we do is fine";
  EXPECT_THAT(twice->signed_by, ElementsAre("B8B8"));
  EXPECT_THAT(twice->unknown_keys, ElementsAre("78DB"));

  const auto unknown = parse_gpgv_status(plain + no_key, "x");
  ASSERT_TRUE(unknown);
  EXPECT_THAT(unknown->signed_by, ElementsAre());
  EXPECT_THAT(unknown->unknown_keys, ElementsAre("78DB"));
}

TEST(GpgvStatus, RefusesWhatIsNotGood) {
  const std::string valid = "[GNUPG:] VALIDSIG 4CB5 2026-11-21 1795252580 0 4 0 1 8 01 B8B8\n";
  struct Row {
    std::string summary, status, message;
  };
  const std::vector<Row> rows = {
      {"nothing", "", "no signature"},
      {"not a signature", "[GNUPG:] NODATA 1\n", "no signature"},
      {"wrong", plain + "[GNUPG:] NEWSIG\n[GNUPG:] BADSIG 6ED0 Debian\n", "does not fit its text"},
      {"wrong beside a good one", plain + good_one + "[GNUPG:] NEWSIG\n[GNUPG:] BADSIG 6ED0 D\n",
       "does not fit"},
      {"key expired", plain + "[GNUPG:] NEWSIG\n[GNUPG:] EXPKEYSIG 6ED0 D\n" + valid,
       "the key has expired (6ED0)"},
      {"key revoked", plain + "[GNUPG:] NEWSIG\n[GNUPG:] REVKEYSIG 6ED0 D\n" + valid, "was revoked"},
      {"signature expired", plain + "[GNUPG:] NEWSIG\n[GNUPG:] EXPSIG 6ED0 D\n" + valid,
       "signature has expired"},
      {"valid without good", plain + "[GNUPG:] NEWSIG\n" + valid, "no signature"},
      {"good of the signature before",
       plain + "[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 1 a\n[GNUPG:] NEWSIG\n" + valid, "no signature"},
      {"SHA-1",
       plain + "[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 6ED0 D\n[GNUPG:] VALIDSIG 4CB5 2026-11-21 1 0 4 0 1 2 01 "
               "B8B8\n",
       "weaker than SHA-256"},
      {"a signature of a key",
       plain + "[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 6ED0 D\n[GNUPG:] VALIDSIG 4CB5 2026-11-21 1 0 4 0 1 8 13 "
               "B8B8\n",
       "not one of a text"},
      {"not checkable", plain + "[GNUPG:] NEWSIG\n[GNUPG:] ERRSIG 78DB 99 8 01 1795252581 4 B8E5\n",
       "cannot be checked"},
      {"two texts", plain + good_one + plain, "more than one signed text"},
      {"the words without the mark", "GOODSIG 6ED0 D\nVALIDSIG 4CB5 a 1 0 4 0 1 8 01 B8B8\n", "no signature"},
      {"behind gpgv's own words", "gpgv: [GNUPG:] GOODSIG 6ED0 D\n", "no signature"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto check = parse_gpgv_status(row.status, "http://ftp.debian.org/debian/dists/trixie");
    ASSERT_FALSE(check);
    EXPECT_EQ(check.error().kind, ErrorKind::verification_failed);
    EXPECT_THAT(check.error().message, HasSubstr(row.message));
  }
}

}  // namespace
}  // namespace hauberk
