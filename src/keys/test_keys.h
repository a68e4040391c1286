// Keys for tests: one of each kind that others' programs make, and those that we refuse. Made for this, used
// nowhere.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "base/base64.h"
#include "keys/private_key.h"

namespace hauberk::test_keys {

// Key file, public key and signature made with Python's cryptography and hashlib.scrypt, and libsodium.
inline constexpr std::string_view foreign_file =
    "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n"
    "eyJrZGYiOnsibmFtZSI6InNjcnlwdCIsInBhcmFtcyI6eyJOIjoxMDI0LCJyIjo4\n"
    "LCJwIjoxfSwic2FsdCI6InJtQkl2cjFQQUo5M1hNRnBobGNWZ3FDejJveXd5TWhB\n"
    "L2J6M1AwZWtBWTg9In0sImNpcGhlciI6eyJuYW1lIjoibmFjbC9zZWNyZXRib3gi\n"
    "LCJub25jZSI6IlZJRmYvdGxWbC94TVJSQVFHYlYxdFNvUXltSVJCTld0In0sImNp\n"
    "cGhlcnRleHQiOiJZNVA1YjB1L1BRTlNQVE02T0hWckpUdXRvd0tWamdkTTltTGVP\n"
    "a1Q4Zno5QXhQdUZpV2pIU1llNDBydkswbEppMkh4aHNucklERElNTU5FUnlzbDJJ\n"
    "ZFZSSDQrYUlKbHIvR09sY21YS0FyenZsakZJeGZpMG4vbjA5NTFrdGVrM2pYMXpq\n"
    "cmtadDFkc25MMTdKcEIwdTRxcWdoNFRDZkJjV2ZRZmdWanI1VEpWTDNhSW1nL0Ur\n"
    "em5aaVVmZ1hwMWlWdjBzN01VQnZjcmRGQT09In0=\n"
    "-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n";
inline constexpr std::string_view foreign_passphrase = "correct horse";
inline constexpr std::string_view foreign_public =
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6J4hE9HLLVpnpHx9jhDLQvH6CkJP1pejQ23PI1dsZe6iJPiid1T6+9vPFLKJZjk8/"
    "IfHfeKPxr2xIWoU8W0NGQ==";
inline constexpr std::string_view foreign_message = "a message";
inline constexpr std::string_view foreign_signature =
    "MEQCIHR4D0eVq9cgU2QckEF5+eUBbttrujg/Ov0NW18C6gC6AiBN5AVXzHTsky5hYyGsRk55kj5hGfnoDiO4BSIJalzNtw==";
// The same with n - s for s: as valid a signature, and none that its maker made.
inline constexpr std::string_view foreign_twin =
    "MEUCIHR4D0eVq9cgU2QckEF5+eUBbttrujg/Ov0NW18C6gC6AiEAshv6pzOLE23RnpzeU7mxhiqomZOtL5BhO7SouZIGV5o=";

// PKCS #8 by OpenSSL, and the public key that belongs to it.
inline constexpr std::string_view p256_pkcs8 =
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgI8N5j2SapbdNKvHul52km5mNELvvFug2Tqbe+"
    "j2wwfuhRANCAASzZlvK0vF3S/4gT3vSJa+R4652XG69O5wI+wwE0PR0pqrm6tPJyf0dDrC0RV6X/"
    "J5l801PpRERV59vdAit/ebk";
inline constexpr std::string_view p256_public =
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEs2ZbytLxd0v+IE970iWvkeOudlxuvTucCPsMBND0dKaq5urTycn9HQ6wtEVel/"
    "yeZfNNT6UREVefb3QIrf3m5A==";
inline constexpr std::string_view ed25519_pkcs8 =
    "MC4CAQAwBQYDK2VwBCIEIIfkw7t5gCa1i+lxLz35xa7oB2o7msnxHRCGojBMd/yD";
inline constexpr std::string_view ed25519_public =
    "MCowBQYDK2VwAyEAu3egxyA5EbvecjWFTpO0fy63JTHRYEO2eZQ6dMg82vc=";

// What is refused.
inline constexpr std::string_view p384_public =
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEfw18fvfCA1UvbF3/"
    "yal2Ax2RejuRUfzEH6qj8YPUk9tjNmGR4cvD5EPMGwo3XUMKEOnl2lebTPYNHAWPpKp90pKMnvZiXEwUUArWV7S8yG2c5PgFovsF1sy0"
    "W"
    "47wO6aD";
inline constexpr std::string_view secp256k1_public =
    "MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAETraSCzNN21md7vjQvHM7jNhuljwXnRL6sAlnlX7bdkr8O2Xg/"
    "5y94/VnxmKJzeJnciItSRZ+OaJpcaa6V15zUg==";
inline constexpr std::string_view rsa_public =
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDQmXk/vgZyvfWexgvl2Y/MSUSzhL01tR8bZfHdtAZw/rzPCOx8Q9j+"
    "Lett5okzO7Y+puOL1eZJiz01nqe8xL++RdbQwoURCgxmWCLe/k+ZdAUifTwFZ/"
    "d55dIGPGQMIX6VX3XtOTontCiB23bCC/kr15U+s/8jhBNAC3jCod2VKQIDAQAB";
inline constexpr std::string_view compressed_public =
    "MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgAD6J4hE9HLLVpnpHx9jhDLQvH6CkJP1pejQ23PI1dsZe4=";

inline std::string bytes_of(std::string_view base64) { return parse_base64(base64).value(); }

inline std::string bytes_of_hex(std::string_view hex) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(value(hex[i]) * 16 + value(hex[i + 1]));
  }
  return bytes;
}

inline Secret secret(std::string_view text) { return Secret::of(text).value(); }

}  // namespace hauberk::test_keys
