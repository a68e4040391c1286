// ECDSA on P-256 with SHA-256, by OpenSSL: the one file that wraps it.
//
// Spec: FIPS 186-5; SEC 1, 2.3.3 (points). A scalar is 32 bytes, the most significant first; a point is
// 0x04 and its two coordinates. A scalar is copied into OpenSSL's own objects for as long as a function
// runs; they lie in its secure heap and are cleared when they are freed. Thread rule: functions, from any
// thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "keys/secret.h"

namespace hauberk::p256 {

inline constexpr std::size_t scalar_bytes = 32, point_bytes = 65;

// Whether these bytes are an uncompressed point on the curve, and not the one at infinity.
bool is_point(std::string_view bytes);

// A scalar from 1 to the order less one, evenly chosen.
Result<Secret> random_scalar();

// invalid_input: the scalar is zero, or not below the order.
Result<std::string> point_of(std::string_view scalar);

// ASN.1 DER. io: OpenSSL refuses (no memory, or no random numbers).
Result<std::string> sign(std::string_view scalar, std::string_view point, std::string_view message);

bool verifies(std::string_view point, std::string_view message, std::string_view signature);

}  // namespace hauberk::p256
