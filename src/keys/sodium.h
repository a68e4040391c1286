// libsodium, made ready.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace hauberk {

// To be called before anything else of libsodium; cheap, and from any thread.
void need_sodium();

}  // namespace hauberk
