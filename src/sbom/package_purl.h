// A package as a package URL, and what a package URL says of a package.
//
// Spec: package-url/purl-spec with its types deb, apk, pypi, npm, maven, golang, gem, cargo, generic and oci.
// A deb's or apk's source package is in the qualifier "upstream" ("name" or "name@version"), where scanners
// look for it; it is left out where it is what everybody assumes. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "facts/package.h"
#include "facts/purl.h"

namespace hauberk {

// "" for a package without a name, and for one whose URL nobody could read again.
std::string purl_of(const Package& package, const OsRelease& os);

// "pkg:deb/debian/gcc-14@14.2.0-19?arch=source&distro=debian-13": the source package of a deb or apk.
std::string source_purl_of(const Package& package, const OsRelease& os);

// Binary rebuilds ("1.2-3+b1") have the source of the version without their suffix.
std::string_view without_rebuild(std::string_view version);

// The kind that a package URL's type stands for.
Package::Kind kind_of_purl_type(std::string_view type);

// The name as its own world writes it: "group:artifact", "@scope/name", a module's path.
std::string package_name_of(const Purl& purl);

// The distribution that the qualifiers of one package URL speak of, as far as they do: distro (syft, trivy),
// distro_name (cdxgen), os_name, os_version and os_distro (Docker).
OsRelease os_of_purl(const Purl& purl);

// Fills in what follows: Debian's codename from its version and the other way, "13" from "13.1".
void complete(OsRelease& os);

// What tools write as a package's version and an epoch beside it, brought together: "1:2.3" of "2.3" and 1.
std::string with_epoch(std::string_view version, std::string_view epoch);

}  // namespace hauberk
