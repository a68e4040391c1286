// Who a container runs as: the image's user, a number or a name that only the image knows.
//
// Spec: OCI image-spec 1.1, config.md, "User": "user", "uid", "user:group", "uid:gid", and mixtures.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "trial/spec.h"

namespace hauberk {

// `passwd` and `group` are the texts of the image's /etc/passwd and /etc/group, empty if there is none. An
// empty user is root. The group is the user's own where none is said, and the additional groups are then
// those that list the user. not_found: a name that the image does not have.
Result<ContainerUser> container_user(std::string_view user, std::string_view passwd, std::string_view group);

}  // namespace hauberk
