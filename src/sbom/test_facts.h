// Facts of an image that never was, for the tests of this folder.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "facts/facts.h"

namespace hauberk {

inline Package deb(std::string name, std::string version, std::vector<std::string> depends = {}) {
  Package package{.kind = Package::Kind::deb, .name = name, .version = version, .architecture = "amd64"};
  package.source = std::move(name);
  package.source_version = std::move(version);
  package.depends = std::move(depends);
  package.record = "var/lib/dpkg/status";
  return package;
}

inline Digest digest_of_letter(char letter) {
  return *Digest::of_hex(Digest::Algorithm::sha256, std::string(64, letter));
}

inline File file_of(std::string path, char letter, std::vector<std::size_t> owners = {}) {
  File file{.entry = {.path = std::move(path), .mode = 0644, .size_bytes = 1}};
  file.sha256 = digest_of_letter(letter);
  file.owners = std::move(owners);
  return file;
}

// An image of Debian 13 with a tag, a digest and nothing in it.
inline Facts empty_facts() {
  Facts facts;
  facts.name = "registry.example.org:5000/team/site:1.0";
  facts.config.os = "linux";
  facts.config.architecture = "amd64";
  facts.config.created = "2026-11-20T10:00:00.123456789+01:00";
  facts.descriptor = Descriptor{.media_type = "application/vnd.oci.image.manifest.v1+json",
                                .digest = digest_of_letter('a'),
                                .size_bytes = 1};
  facts.os = {"debian", "13", "trixie", "Debian GNU/Linux 13 (trixie)"};
  facts.has_package_record = true;
  return facts;
}

// One of everything that a bill has to say.
inline Facts full_facts() {
  Facts facts = empty_facts();
  Package libc = deb("libc6", "2.41-12+b1");
  libc.source = "glibc";
  libc.source_version = "2.41-12";
  libc.supplier = "GNU Libc Maintainers <debian-glibc@lists.debian.org>";
  libc.homepage = "https://www.gnu.org/software/libc/libc.html";
  libc.licences = {{"LGPL-2.1-or-later OR MIT", "usr/share/doc/libc6/copyright"},
                   {"LicenseRef-UCAR-like", "usr/share/doc/libc6/copyright"}};
  Package site = deb("site", "1:2.0+dfsg~rc1-1", {"libc6 (>= 2.34)", "mail-transport-agent | nothing"});
  site.supplier = "Ada Example <ada@example.org>";
  site.licences = {{"NOASSERTION", "usr/share/doc/site/copyright"}};
  site.built_using = {"musl (= 1.2.5-3)"};
  Package mail = deb("tinymail", "3");
  mail.provides = {"mail-transport-agent"};
  mail.state = Package::State::unpacked;
  Package gone = deb("gone", "1");
  gone.state = Package::State::removed;
  Package jar{.kind = Package::Kind::java, .name = "org.example:tool", .version = "4.5"};
  jar.record = "opt/app.jar!META-INF/maven/org.example/tool/pom.properties";
  Package node{.kind = Package::Kind::npm, .name = "@example/thing", .version = "1.0.0"};
  facts.packages = {gone, libc, site, mail, node, jar};
  facts.files = {file_of("etc/site.conf", '1'), file_of("usr/lib/libc.so.6", '2', {1}),
                 file_of("usr/lib/libm.so.6", '3', {1}), file_of("var/lib/dpkg/status", '4')};
  return facts;
}

}  // namespace hauberk
