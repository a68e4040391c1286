// SPDX-License-Identifier: Apache-2.0
#include "definition/rules.h"

#include <gtest/gtest.h>

#include <vector>

namespace hauberk {
namespace {

struct Rule {
  std::string_view name;
  Complaint (*check)(std::string_view);
  std::vector<std::string> right;
  std::vector<std::string> wrong;
};

const std::string hex64(64, 'a');

TEST(Rules, SayWhatIsWrongAndOnlyThen) {
  const Rule rules[] = {
      {"mode",
       check_mode,
       {"0755", "755", "02775", "1770", "0000"},
       {"", "0999", "rwx", "u+x", "0o755", "75", "7", "12755", "077777", "-755", "0x1ff", " 755"}},
      {"absolute path",
       check_absolute_path,
       {"/", "/etc/redis", "/run/redis/", "/a//b", "/a..b", "/..a"},
       {"", "etc", "./a", "../a", "/a/../b", "/..", "/a ", " /a", "/a\nb", std::string("/a\0b", 4),
        std::string(5000, '/')}},
      {"catalogue path", check_catalogue_path, {"image/nginx/bin", "a"}, {"", "/image", "../a", "a/.."}},
      {"pattern",
       check_path_pattern,
       {"opt/**", "/usr/*", "bin", "a[0-9]*", "a\\[", "a]", "a{b,c}", "a{"},
       {"", "../x", "a/../b", "a[0-9", "a[b]c["}},
      {"keyring",
       check_keyring,
       {"https://example.org/k.gpg", "image/k.gpg"},
       {"", "not a key", "/k.gpg", "../k.gpg", "htps://x/k"}},
      {"port",
       check_port,
       {"8080/tcp", "8080", "53/udp", "1/sctp", "8000-8010/tcp", "65535/tcp"},
       {"", "0/tcp", "65536/tcp", "08080/tcp", "8080/http", "tcp/8080", "-1", "8080/", "8080/TCP", "80-/tcp",
        "8010-8000/tcp", "a"}},
      {"tag",
       check_tag,
       {"1", "latest", "3.4-debian13", "_x", "A"},
       {"", "-x", ".x", "a b", "a/b", "a:b", "a+b", std::string(129, 'a'), "é"}},
      {"image name",
       check_image_name,
       {"dhi.io/nginx", "nginx", "localhost:5000/a/b", "my-org/dhi-golang", "a/b__c"},
       {"", "Nginx", "dhi.io/nginx:1", "dhi.io/nginx@sha256:" + hex64, "a//b", "/a", "a/", "a b",
        "dhi.io/-a"}},
      {"image reference",
       check_image_reference,
       {"dhi.io/node:24", "node", "dhi.io/node:24@sha256:" + hex64, "node@sha256:" + hex64,
        "localhost:5000/a"},
       {"", "dhi.io/node:", "dhi.io/node:a b", "node@sha256:abc", "node@sha1:" + hex64, "Node:1"}},
      {"date",
       check_date,
       {"2026-11-24", "2024-02-29", "2026-11-24T00:00:00Z"},
       {"", "2026-13-01", "2026-02-30", "2025-02-29", "24.11.2026", "2026/11/24", "2026-1-1", "tomorrow",
        "2026-11-241"}},
      {"URL",
       check_url,
       {"https://docker.com/support/", "http://x", "http://x:8080/y:z", "https://u:p@x:1", "http://[::1]:80/",
        "http://[::1]/a", "https://x?a=b:c@d"},
       {"", "docker.com", "htp://x", "https://", "https:///x", "ftp://x", "https://a b", "https://x:y/z",
        "https://x:0", "https://x:65536/", "https://x$y/", "http://[::1]:x/"}},
      {"file URL",
       check_file_url,
       {"https://x/y?z", "git+https://github.com/a/b.git#v1", "ftp://x/y", "git://x/y",
        "docker-image://alpine:3.22", "ssh://git@x:a/b.git"},
       {"", "git+https:/x", "file:///etc/passwd", "javascript:x", "https://x\ny"}},
      {"checksum",
       check_checksum,
       {"sha256:" + hex64, hex64, std::string(40, '0'), "sha512:" + std::string(128, 'f'),
        "https://x/y.sha256"},
       {"", "sha256:abc", "sha256:" + std::string(64, 'A'), "sha256:" + std::string(64, 'g'),
        "sha255:" + hex64, std::string(63, 'a'), "sha1:" + hex64, "htp://x"}},
      {"signal",
       check_signal,
       {"SIGQUIT", "QUIT", "SIGTERM", "3", "64", "SIGRTMIN", "SIGRTMIN+3", "RTMAX-1"},
       {"", "0", "65", "SIGFOO", "sigquit", "SIG", "RTMIN-1", "RTMIN+", "-9", "9x"}},
      {"package URL",
       check_purl,
       {"pkg:deb/debian/nginx@1.30?arch=amd64", "pkg:npm/%40a/b@1", "pkg:pypi/setuptools@", "pkg:${TYPE}/a"},
       {"", "nginx", "pkg:d$b/a", "pkg:", "pkg:deb", "pkg:deb/", "pkg:/x", "pkg:deb/a b"}},
      {"user",
       check_user,
       {"nonroot", "65532", "root", "65532:65532", "web:www-data", "_apt"},
       {"", "a b", "a:b:c", ":x", "x:", "-x", "a/b"}},
      {"package",
       check_package,
       {"nginx", "!mawk", "g++", "libc6", "vim=2:9.1.1230-2+dhi2", "nginx=1.31.4-r1",
        "so:libc.musl-x86_64.so.1", "libstdc++6", "perl-DBI", "a=1~rc1",
        "docker-ce=5:29.0.0-1~debian.13~trixie"},
       {"",    "!",   "=1",     "a=",   "a b",  "a=1 2", "a==1",  "!a=1", "-a",  "a>1",
        "a<1", "a~1", "a@edge", "a=-1", "a=1-", "a=:1",  "a=x:1", "a=!",  "a/b", "!!a"}},
      {"package of apk",
       check_apk_package,
       {"busybox", "!gettext-dev", "a=1.37.0_git20260212-r31", "openssl-dev~3", "go>=1.17", "go<2", "a<=1",
        "a>1", "a=~1", "a~=1", "!perl<5", "lib@edge", "a=1@edge", "so:libc.musl-x86_64.so.1"},
       {"", "!", "=1", "a=", "a==1", "a<>1", "a=>1", "a@", "@edge", "a b", "a>= 1", "a~", "a@b@c", "-a",
        "a=-1", "!!a", "a=1<2"}},
      {"directory of a test", check_test_directory, {"/srv", "image/nginx/tests"}, {"", "../a", "a/../b"}},
      {"path of a build", check_build_path, {"/go", "go/src/x", "/"}, {"", "../a", "/a/..", "a\nb"}},
      {"repository",
       check_repository,
       {"deb http://ftp.debian.org/debian trixie main",
        "deb [signed-by=/k.gpg] https://x/y stable main contrib", "deb [arch=amd64 signed-by=/k] http://x ./",
        "deb http://x /", "https://dl-cdn.alpinelinux.org/alpine/v3.23/main", "@edge https://x/y",
        "deb  http://x  trixie-backports  main"},
       {"", "deb", "deb http://x", "deb http://x trixie", "debb http://x trixie main",
        "deb [signed-by=/k http://x trixie main", "deb [signd-by=/k] http://x trixie main",
        "deb [signed-by=] http://x trixie main", "deb trixie http://x main", "deb http://x ./ main",
        "deb ftp://x trixie main", "deb http://x ../trixie main", "deb http://x a/../b main", "ftp:/x",
        "htps://x/y", "deb http://x tri!xie main", "@ https://x"}},
      {"distribution id list",
       check_os_id_list,
       {"debian", "rhel fedora"},
       {"", "Debian", "a  b", " a", "a "}},
      {"environment name", check_environment_name, {"PATH", "npm_config_cache", "a.b"}, {"", "A=B", "A B"}},
      {"variable name", check_variable_name, {"VERSION", "a_1"}, {"", "1A", "A B", "A.B", "${A}"}},
      {"account name",
       check_account_name,
       {"nonroot", "_apt", "www-data"},
       {"", "1a", "a b", "-a", std::string(33, 'a')}},
      {"regular expression",
       check_regular_expression,
       {"^v(.+)$", "(?<a>x)", "a{1,3}"},
       {"(", "*a", "[", "a{2,1}", "(?=x)", "\\"}},
      {"test command",
       check_test_command,
       {"/usr/bin/nginx -v", "@http GET / 200", "@http GET / 200 Welcome", "@tcp \"PING\" \"PONG\"",
        "@stays 30", "@stop", "@start", "@http x1000 :81 GET / 'A page'", "/a 'b c'"},
       {"", "  ", "/a 'b", "/a \"b", "/a \\", "@htp GET /", "@http", "@http get /", "@http GET x",
        "@http GET / 200 a b", "@http :0 GET /", "@http x0 GET /", "@tcp a", "@stays", "@stays x", "@stays 0",
        "@stop now"}},
  };
  for (const Rule& rule : rules) {
    for (const std::string& text : rule.right) {
      const Complaint complaint = rule.check(text);
      EXPECT_FALSE(complaint.has_value()) << rule.name << ": " << text << ": " << complaint.value_or("");
    }
    for (const std::string& text : rule.wrong) {
      const Complaint complaint = rule.check(text);
      ASSERT_TRUE(complaint.has_value()) << rule.name << " accepts \"" << text << "\"";
      EXPECT_FALSE(complaint->empty()) << rule.name;
    }
  }
}

TEST(Rules, SayTheNearestRightThing) {
  EXPECT_NE(check_signal("SIGQIUT")->find("did you mean \"SIGQUIT\""), std::string::npos);
  EXPECT_NE(check_signal("QUITT")->find("did you mean \"SIGQUIT\""), std::string::npos);
  EXPECT_NE(check_file_url("htps://x")->find("did you mean \"https\""), std::string::npos);
  EXPECT_NE(check_repository("deb [signd-by=/k] http://x trixie main")->find("did you mean \"signed-by\""),
            std::string::npos);
  EXPECT_NE(check_absolute_path("etc/x")->find("did you mean \"/etc/x\""), std::string::npos);
  EXPECT_NE(check_image_name("dhi.io/nginx:1")->find("did you mean \"dhi.io/nginx\""), std::string::npos);
  EXPECT_NE(check_test_command("@htp GET /")->find("did you mean \"@http\""), std::string::npos);
}

}  // namespace
}  // namespace hauberk
