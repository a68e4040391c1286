// SPDX-License-Identifier: Apache-2.0
#include "facts/package.h"

namespace hauberk {

std::string_view purl_type(Package::Kind kind) {
  switch (kind) {
    case Package::Kind::deb: return "deb";
    case Package::Kind::apk: return "apk";
    case Package::Kind::python: return "pypi";
    case Package::Kind::npm: return "npm";
    case Package::Kind::java: return "maven";
    case Package::Kind::golang: return "golang";
    case Package::Kind::gem: return "gem";
    case Package::Kind::cargo: return "cargo";
    case Package::Kind::other: return "generic";
  }
  return "generic";
}

}  // namespace hauberk
