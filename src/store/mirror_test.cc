// SPDX-License-Identifier: Apache-2.0
#include "store/mirror.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "io/test_folder.h"
#include "store/config.h"

namespace hauberk {
namespace {

const std::string debian(public_mirror);
const std::string security(public_security_mirror);
constexpr const char* keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

TEST(MirrorOfHost, TakesDebiansSourcesAndNothingElse) {
  struct Row {
    std::string summary;
    std::map<std::string, std::string> files;
    std::string mirror, security_mirror;
  };
  const Row rows[] = {
      {"no files", {}, debian, security},
      {"one-line format",
       {{"sources.list",
         "# deb http://old.example/debian trixie main\n"
         "deb-src http://src.example/debian trixie main\n"
         "deb http://m.example/debian/ trixie main contrib # comment\n"
         "deb http://m.example/debian-security trixie-security main\n"}},
       "http://m.example/debian",
       "http://m.example/debian-security"},
      {"one-line format with options",
       {{"sources.list.d/a.list",
         fmt::format("deb [ arch=amd64 trusted=yes signed-by={} ] https://m.example/d bookworm main\n",
                     keyring)}},
       "https://m.example/d",
       security},
      {"deb822",
       {{"sources.list.d/debian.sources",
         "# a comment\nTypes: deb deb-src\nURIs: http://m.example/debian\nSuites: bookworm bookworm-updates\n"
         "Components: main\n\nTypes: deb\nURIs:\n  http://s.example/debian-security/\n"
         "Suites: bookworm-security\nComponents: main\n"}},
       "http://m.example/debian",
       "http://s.example/debian-security"},
      {"deb822 names in other case",
       {{"sources.list.d/debian.sources", "types: deb\nuris: http://m.example/debian\nsuites: sid\n"}},
       "http://m.example/debian",
       security},
      {"deb822 switched off",
       {{"sources.list.d/debian.sources",
         "Enabled: no\nTypes: deb\nURIs: http://off.example/debian\nSuites: trixie\n\n"
         "Types: deb\nURIs: http://on.example/debian\nSuites: trixie\n"}},
       "http://on.example/debian",
       security},
      {"only sources of source code",
       {{"sources.list.d/debian.sources", "Types: deb-src\nURIs: http://m.example/debian\nSuites: trixie\n"}},
       debian,
       security},
      {"third parties",
       {{"sources.list.d/a.list",
         "deb [signed-by=/usr/share/keyrings/x.gpg] https://p.example/apt trixie main\n"},
        {"sources.list.d/b.sources", "Types: deb\nURIs: https://node.example/x\nSuites: nodistro\n"},
        {"sources.list.d/c.list", "deb https://u.example/debian noble main\n"}},
       debian,
       security},
      {"a file with another ending",
       {{"sources.list.d/debian.sources.bak", "Types: deb\nURIs: http://m.example/debian\nSuites: trixie\n"}},
       debian,
       security},
      {"not http",
       {{"sources.list",
         "deb cdrom:[Debian]/ trixie main\ndeb file:/srv/debian trixie main\n"
         "deb mirror+file:/etc/m/debian trixie main\ndeb tor+http://x.onion/debian trixie main\n"}},
       debian,
       security},
      {"of several URIs, the first that can be taken",
       {{"sources.list.d/d.sources",
         "Types: deb\nURIs: ftp://a.example/debian http://b.example/debian\n"
         "Suites: stable\n"}},
       "http://b.example/debian",
       security},
      {"backports alone are no mirror of the release",
       {{"sources.list", "deb http://m.example/debian bookworm-backports main\n"}},
       debian,
       security},
      {"the first file wins",
       {{"sources.list.d/b.list", "deb http://b.example/debian trixie main\n"},
        {"sources.list.d/a.sources", "Types: deb\nURIs: http://a.example/debian\nSuites: trixie\n"}},
       "http://a.example/debian",
       security},
      {"broken lines",
       {{"sources.list",
         "deb [ http://m.example/debian trixie main\ndeb\ndeb http://m.example/debian\n[x] deb\n"},
        {"sources.list.d/x.sources", " continuation of nothing\nno colon\nTypes: deb\n"}},
       debian,
       security},
      {"a variable to be expanded",
       {{"sources.list", "deb http://m.example/$(ARCH)/debian trixie main\n"}},
       debian,
       security},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const TestFolder etc;
    std::filesystem::create_directories(etc.path() + "/sources.list.d");
    for (const auto& [name, text] : row.files) std::ofstream(etc.path() + "/" + name) << text;
    const InitAnswers answers = mirror_of_host(etc.path());
    EXPECT_EQ(answers.mirror, row.mirror);
    EXPECT_EQ(answers.security_mirror, row.security_mirror);
  }
  EXPECT_EQ(mirror_of_host("/nonexistent").mirror, debian);
}

TEST(HostOfUrl, TakesTheHostAlone) {
  struct Row {
    std::string url, host;
  };
  const Row rows[] = {
      {"http://Ftp.Debian.org/debian", "ftp.debian.org"},
      {"https://user:pass@a.example:8080/x?y#z", "a.example"},
      {"http://a.example?x@y", "a.example"},
      {"http://[::1]:80/", "::1"},
      {"HTTPS://a.example", "a.example"},
      {"http://", ""},
      {"ftp://a.example/", ""},
      {"a.example", ""},
  };
  for (const Row& row : rows) EXPECT_EQ(host_of_url(row.url), row.host) << row.url;
}

// Numeric addresses only: no resolver is asked.
TEST(PrivateAddress, ByNumber) {
  for (const char* address :
       {"10.1.2.3", "127.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.1.1", "100.64.0.1",
        "0.0.0.0", "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1"}) {
    EXPECT_TRUE(has_private_address(address)) << address;
  }
  for (const char* address : {"8.8.8.8", "172.32.0.1", "172.15.0.1", "100.128.0.1", "11.0.0.1",
                              "2001:4860::8888", "::ffff:8.8.8.8"}) {
    EXPECT_FALSE(has_private_address(address)) << address;
  }
}

}  // namespace
}  // namespace hauberk
