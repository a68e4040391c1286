// SPDX-License-Identifier: Apache-2.0
#include "definition/definition.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace hauberk {
namespace {

constexpr std::string_view example = R"(# syntax=dhi.io/build:2-debian13

name: Example
image: example.org/web
variant: dev
flavor: compat
tags:
  - "1"
  - 1.2.3
vars:
  V: 1.2.3
  ARCH: '#{ target.arch == "amd64" ? "x64" : "arm64" }'
contents:
  repositories:
    - deb [signed-by=/k.gpg] http://ftp.debian.org/debian trixie main
  packages:
    - tini
    - '!mawk'
    - curl=8.14.1-2
    - curl
  files:
    - url: https://example.org/${V}/a-${ARCH}.tgz
      checksum: sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      path: /opt/a/
      mode: "0644"
      platforms: [linux/amd64]
  builds:
    - name: one
      matrix:
        - {name: v, items: {a: {x: "1"}, b: {x: "2"}}}
      pipeline:
        - uses: strip@v1
          work-dir: ${source.dir}/${matrix.v}
          with: {list: [1, true, 1.10, ~], map: {c: x}}
        - runs: |
            echo ${target.dir} ${HOME:-x} ${matrix.v.x}
    - name: two
      if: target.arch == "arm64"
accounts:
  root: true
  run-as: web
  users:
    - {name: web, uid: 65532, gid: 65532, mode: "0750"}
  groups:
    - {name: web, gid: 65532, members: [web]}
os-release:
  id: debian
  version-id: "13"
  version-codename: trixie
work-dir: /srv/
stop-signal: SIGQUIT
environment:
  A: ${ARCH}
paths:
  - {type: directory, path: /run//web/, uid: 65532, gid: 65532, mode: "02775", recursive: true}
  - {type: symlink, path: /usr/bin/web, source: ../lib/web}
  - {type: file, path: /etc/web.conf, content: "a=${V}\n", if: '#{ target.arch == "amd64" }'}
annotations:
  hauberk.writable: /run/web
entrypoint: [tini, --]
cmd: [web, "--arch=${target.arch}"]
ports: [8080/tcp]
volumes: [/data]
tests:
  - {name: up, commands: ["@http GET / 200"], exit-code: 0, timeout: 10, output: ok}
)";

ReadInclude no_includes() {
  return [](std::string_view) -> Result<std::string> { return fail(ErrorKind::not_found, "none"); };
}

Result<ParsedDefinition> parse(std::string_view text) {
  return parse_definition(text, "t.yaml", no_includes());
}

Definition parsed(std::string_view text) {
  auto result = parse(text);
  EXPECT_TRUE(result.has_value()) << result.error().message;
  return result ? std::move(result->definition) : Definition{};
}

// `example` with one text in it replaced.
std::string with(std::string_view from, std::string_view to) {
  std::string text(example);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Definition, ReadsEverything) {
  const Definition d = parsed(example);
  EXPECT_EQ(d.syntax, (Syntax{"dhi.io/build", 2, "debian13", ""}));
  EXPECT_EQ(d.image, "example.org/web");
  EXPECT_EQ(d.variant, Variant::dev);
  EXPECT_EQ(d.flavor, "compat");
  EXPECT_EQ(d.tags, (std::vector<std::string>{"1", "1.2.3"}));
  EXPECT_EQ(d.platforms.size(), 2u);
  EXPECT_EQ(d.packages, (std::vector<PackageRequest>{
                            {"curl", "8.14.1-2", false}, {"mawk", "", true}, {"tini", "", false}}));
  EXPECT_EQ(d.build_names, (std::vector<std::string>{"one (a)", "one (b)", "two"}));
  EXPECT_EQ(d.files[0].url, "https://example.org/${V}/a-${ARCH}.tgz");
  EXPECT_EQ(d.files[0].path, "/opt/a/");
  EXPECT_EQ(d.files[0].mode, 0644u);
  EXPECT_EQ(d.accounts.users[0].home_mode, 0750u);
  EXPECT_EQ(d.os_release.at("VERSION_CODENAME"), "trixie");
  EXPECT_EQ(d.work_dir, "/srv");
  EXPECT_EQ(d.paths[0].path, "/run/web");
  EXPECT_EQ(d.paths[0].mode, 02775u);
  EXPECT_TRUE(d.paths[0].recursive);
  EXPECT_EQ(d.paths[1].source, "../lib/web");
  EXPECT_EQ(d.volumes, std::vector<std::string>{"/data"});
  EXPECT_EQ(d.tests[0].timeout_seconds, 10);
  EXPECT_EQ(d.document["contents"]["builds"][0]["pipeline"][0]["with"]["list"],
            Json::parse(R"([1, true, "1.10", null])"));
}

TEST(Definition, ResolvesForOnePlatform) {
  const Definition d = parsed(example);
  const auto amd64 = for_platform(d, Platform::amd64());
  ASSERT_TRUE(amd64.has_value()) << amd64.error().message;
  EXPECT_EQ(amd64->files[0].url, "https://example.org/1.2.3/a-x64.tgz");
  EXPECT_EQ(amd64->paths.size(), 3u);
  EXPECT_EQ(*amd64->paths[2].content, "a=1.2.3\n");
  EXPECT_EQ(amd64->cmd[1], "--arch=amd64");
  EXPECT_EQ(amd64->environment.at("A"), "x64");
  EXPECT_EQ(amd64->vars.at("ARCH"), "x64");
  EXPECT_EQ(amd64->build_names, (std::vector<std::string>{"one (a)", "one (b)"}));
  EXPECT_EQ(amd64->document, d.document) << "the document stays as written";
  const auto arm64 = for_platform(d, Platform::arm64());
  ASSERT_TRUE(arm64.has_value());
  EXPECT_TRUE(arm64->files.empty()) << "listed for amd64 only";
  EXPECT_EQ(arm64->paths.size(), 2u) << "the condition is false";
  EXPECT_EQ(arm64->environment.at("A"), "arm64");
  EXPECT_EQ(arm64->build_names.size(), 3u);
  const Definition only_amd64 = parsed(with("vars:", "platforms: [linux/amd64]\nvars:"));
  const auto missing = for_platform(only_amd64, Platform::arm64());
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
}

TEST(Definition, PrintsAndReadsBack) {
  const Definition d = parsed(example);
  const std::string printed = print_definition(d);
  EXPECT_TRUE(printed
                  .starts_with("# syntax=dhi.io/build:2-debian13\n\nname: Example\nimage: example.org/web\n"))
      << printed;
  EXPECT_EQ(parsed(printed), d);
  EXPECT_EQ(print_definition(parsed(printed)), printed) << "the printed form is canonical";
  const auto of_document = definition_of_document(d.document);
  ASSERT_TRUE(of_document.has_value()) << of_document.error().message;
  EXPECT_EQ(*of_document, d);
}

TEST(Definition, DocumentsFromElsewhereAreChecked) {
  Json document = parsed(example).document;
  document["platfroms"] = Json::array();
  EXPECT_NE(definition_of_document(document).error().message.find("did you mean \"platforms\""),
            std::string::npos);
  for (const Json& wrong :
       {Json(3), Json::object(), Json{{"syntax", "x"}}, Json{{"syntax", "dhi.io/build:2-debian13"}},
        Json{{"syntax", "dhi.io/build:2-debian13"}, {"image", 3}}}) {
    EXPECT_FALSE(definition_of_document(wrong).has_value()) << wrong;
  }
}

TEST(Definition, SaysWhereAndWhatIsWrong) {
  struct Row {
    std::string_view summary, from, to, message;
  };
  const Row rows[] = {
      {"no syntax line", "# syntax=dhi.io/build:2-debian13", "#", "t.yaml:1:1: there is no syntax line"},
      {"misspelt distribution", "2-debian13", "2-debain13",
       "t.yaml:1:1: the syntax line names the distribution \"debain13\", which is none; did you mean "
       "\"debian\"?"},
      {"syntax without version", ":2-debian13", "", "is not NAME:VERSION-DISTRIBUTION"},
      {"syntax with a wrong digest", "2-debian13", "2-debian13@sha256:1", "t.yaml:1:1: "},
      {"unknown key", "flavor:", "flavour:",
       "t.yaml:6:1: there is no key \"flavour\" in the definition; did you mean \"flavor\"?"},
      {"unknown key below", "gid: 65532, mode: \"0750\"", "gid: 65532, mod: \"0750\"",
       "t.yaml:43:43: there is no key \"mod\" in accounts.users[0]; did you mean \"mode\"?"},
      {"capitals for a hyphen",
       "run-as:", "runAs:", "t.yaml:41:3: there is no key \"runAs\" in accounts; did you mean \"run-as\"?"},
      {"all in capitals", "flavor:", "FLAVOR:", "did you mean \"flavor\"?"},
      {"the same but for a capital, before others", "gid: 65532, mode", "Gid: 65532, mode",
       "did you mean \"gid\"?"},
      {"key of something inside", "flavor: compat", "packages: [a]",
       "t.yaml:6:1: there is no key \"packages\" in the definition; it belongs into \"contents\""},
      {"axis of a matrix with a line break", "{name: v, items", "{name: \"v\\nw\", items",
       "contents.builds[0].matrix[0].name: \"v...\" has a line break"},
      {"key of the whole", "  root: true", "  cmd: [a]",
       "there is no key \"cmd\" in accounts; it belongs to the top of the file"},
      {"misspelt type of a track", "flavor: compat", "track: [{tpye: file}]",
       "t.yaml:6:10: there is no key \"tpye\" in track[0]; did you mean \"type\"?"},
      {"unquoted number", "- \"1\"", "- 1",
       "t.yaml:8:5: tags[0] must be a string, but is an integer; write it in quotes: \"1\""},
      {"unquoted boolean as a var", "V: 1.2.3", "V: true",
       "t.yaml:11:6: vars.V must be a string, but is a boolean"},
      {"text for a list", "ports: [8080/tcp]", "ports: 8080/tcp", "ports must be a list, but is a string"},
      {"list for a text", "variant: dev", "variant: [dev]",
       "t.yaml:5:10: variant must be a string, but is a list"},
      {"quoted number", "uid: 65532", "uid: \"65532\"",
       "accounts.users[0].uid must be a whole number without quotes"},
      {"negative number", "uid: 65532", "uid: -1", "accounts.users[0].uid is -1; it goes from 0"},
      {"quoted boolean", "root: true", "root: \"true\"",
       "accounts.root must be true or false, without quotes"},
      {"empty value", "variant: dev", "variant:", "t.yaml:5:1: variant is empty"},
      {"variable for a word", "variant: dev", "variant: ${V}", "variant cannot be \"${V}\""},
      {"unknown word", "variant: dev", "variant: devel",
       "t.yaml:5:10: variant cannot be \"devel\"; it is one of dev, runtime, helm"},
      {"nearest word", "variant: dev", "variant: runtme", "did you mean \"runtime\"?"},
      {"unknown platform", "platforms: [linux/amd64]", "platforms: [linux/amd46]",
       "did you mean \"linux/amd64\"?"},
      {"missing key", "name: web, uid", "uid", "accounts.users[0] lacks \"name\""},
      {"variable that is not there", "${V}/a-", "${VV}/a-",
       "contents.files[0].url: there is no variable \"VV\"; did you mean \"V\"?"},
      {"variable that is not there, in an argument", "--arch=${target.arch}", "--arch=${ARHC}",
       "cmd[1]: there is no variable \"ARHC\""},
      {"broken expression", "== \"amd64\" ?", "= \"amd64\" ?", "t.yaml:12:9: vars.ARCH: the expression"},
      {"broken condition", "if: target.arch == \"arm64\"",
       "if: target.arch == ", "contents.builds[1].if: the expression"},
      {"condition of a text", "if: target.arch == \"arm64\"", "if: target.arch",
       "it must give true or false"},
      {"mode", "02775", "0999", "paths[0].mode: \"0999\" is not a mode"},
      {"mode without quotes", "\"02775\"", "02775",
       "paths[0].mode must be a string, but is an integer; write it in quotes: \"02775\""},
      {"relative path", "/usr/bin/web", "usr/bin/web", "did you mean \"/usr/bin/web\"?"},
      {"run-as", "run-as: web", "run-as: wbe",
       "t.yaml:41:11: there is no account \"wbe\" under users; did you mean \"web\"?"},
      {"member", "members: [web]", "members: [www]", "there is no account \"www\" under users"},
      {"symlink without target", ", source: ../lib/web", "", "a symlink needs \"source\""},
      {"file with two origins", "content: \"a=${V}\\n\"", "content: a, source: x",
       "either \"content\" or \"source\", not both"},
      {"absolute source", "content: \"a=${V}\\n\"", "source: /etc/x",
       "must be relative to the catalogue root"},
      {"content of a link", "source: ../lib/web", "source: x, content: y", "a symlink has no \"content\""},
      {"no image", "image: example.org/web\n", "", "t.yaml:1:1: the definition lacks \"image\""},
      {"empty platforms", "[linux/amd64]", "[]", "platforms is empty"},
      {"test without exit code", ", exit-code: 0", "", "tests[0] lacks \"exit-code\""},
      {"tag key twice", "variant: dev", "variant: dev\nvariant: dev",
       "t.yaml:6:1: the key \"variant\" is here for the second time"},
      {"ban without quotes", "'!mawk'", "!mawk", "!mawk without quotes is a YAML tag; write '!mawk'"},
      {"an environment value of another variable", "A: ${ARCH}", "A: ${GONE}",
       "there is no variable \"GONE\""},
      {"nearly a variable, in a build's environment", "- name: two",
       "- name: two\n      environment: {X: '${ARHC}'}",
       "builds[1].environment.X: there is no variable \"ARHC\"; did you mean \"ARCH\"?"},
      {"nearly a variable, in what a source is called", "mode: \"0644\"", "spdx: {version: '${VV}'}",
       "contents.files[0].spdx.version: there is no variable \"VV\""},
      {"file without a path, in a build", "- name: two",
       "- name: two\n      paths: [{type: file, path: \"\"}]", "a path cannot be empty"},
      {"folder without a path, but with a mode", "path: /run//web/", "path: \"\"", "a path cannot be empty"},
      {"a variable that leaves no path", "path: /run//web/", "path: '#{ target.dev ? \"\" : \"\" }'",
       "a path cannot be empty"},
      {"nearly a user of the build", "- name: two",
       "- name: two\n      accounts: {users: [{name: agent, uid: 1, gid: 1}]}\n      pipeline: [{run-as: "
       "agnet}]",
       "there is no account \"agnet\" under users; did you mean \"agent\"?"},
      {"relative work-dir of the image", "work-dir: /srv/", "work-dir: srv/", "did you mean \"/srv/\"?"},
      {"apk's constraint in a Debian definition", "- tini", "- tini>=1", "has \">\" before its version"},
      {"misspelt fact in a script", "echo ${target.dir}", "echo ${target.dri}",
       "t.yaml:36:18: contents.builds[0].pipeline[1].runs: there is no name \"target.dri\"; did you mean "
       "\"target.dir\"?"},
      {"fact in a script without its end", "echo ${target.dir}", "echo\n\n            a ${target.dir/x",
       "t.yaml:38:15: contents.builds[0].pipeline[1].runs: "},
      {"fact without its begin", "${source.dir}/${matrix.v}", "$source.dir}/x",
       "contents.builds[0].pipeline[0].work-dir: \"$source.dir}/x\" lacks a brace around \"source.dir\"; did "
       "you mean \"${source.dir}\"?"},
  };
  for (const Row& row : rows) {
    const auto result = parse(with(row.from, row.to));
    ASSERT_FALSE(result.has_value()) << row.summary;
    EXPECT_NE(result.error().message.find(row.message), std::string::npos)
        << row.summary << ": " << result.error().message;
  }
}

TEST(Definition, AcceptsWhatRealFilesDo) {
  struct Row {
    std::string_view summary, from, to;
  };
  const Row rows[] = {
      {"a pinned syntax", "2-debian13",
       "2-debian13@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
      {"a helm chart", "variant: dev", "variant: helm"},
      {"any uses", "uses: strip@v1", "uses: what/ever@v9"},
      {"run-as by number", "run-as: web", "run-as: \"1234\""},
      {"run-as root", "run-as: web", "run-as: root"},
      {"a group without members", ", members: [web]", ""},
      {"a user twice", "  groups:\n", "    - {name: web, uid: 1, gid: 2}\n  groups:\n"},
      {"a shell's own names", "echo ${target.dir}", "echo ${x} ${#y[@]} ${z%%.*} $(date)"},
      {"an unused left-over of a template", "V: 1.2.3", "V: 1.2.3\n  L: ${GONE:^.+/(.+)$}"},
      {"no platforms", "variant: dev\n", ""},
      {"an environment that extends the container's", "A: ${ARCH}",
       "A: /lib:${A}\n  PATH: /opt/bin:${PATH}:${A}"},
      {"the environment of a build's image", "- name: two",
       "- name: two\n      environment: {X: '${JAVA_HOME}/bin'}"},
      {"a test in the catalogue", "{name: up,", "{name: up, directory: test/base,"},
      {"a user of a package", "- name: two", "- name: two\n      pipeline: [{run-as: nobody}]"},
      {"a step that begins in the root folder", "work-dir: ${source.dir}/${matrix.v}",
       "work-dir: go/src/web"},
      {"a date", "vars:", "dates: {release: 2025-08-09}\nvars:"},
      {"an apk repository", "deb [signed-by=/k.gpg] http://ftp.debian.org/debian trixie main",
       "https://dl-cdn.alpinelinux.org/alpine/v3.23/main"},
  };
  for (const Row& row : rows) {
    const auto result = parse(with(row.from, row.to));
    EXPECT_TRUE(result.has_value()) << row.summary << ": " << result.error().message;
  }
}

TEST(Definition, WarnsOfWhatRealFilesHaveLeft) {
  struct Row {
    std::string_view summary, from, to, warning;
  };
  const Row rows[] = {
      {"the group of a renamed user", "{name: web, gid: 65532, members: [web]}",
       "{name: old, gid: 65532, members: [old]}", "t.yaml:45:41: the member \"old\" of the group"},
      {"a source's version", "mode: \"0644\"", "spdx: {version: '${GONE_VERSION}'}",
       "contents.files[0].spdx.version: \"${GONE_VERSION}\" names a variable that is not there"},
      {"a folder without a name, in the image", "paths:\n  -",
       "paths:\n  - {type: directory, path: \"\", uid: 0, gid: 0}\n  -",
       "names nothing and makes nothing; remove it"},
      {"a folder without a name", "- name: two", "- name: two\n      paths: [{type: directory, path: \"\"}]",
       "names nothing and makes nothing; remove it"},
  };
  for (const Row& row : rows) {
    const auto result = parse(with(row.from, row.to));
    ASSERT_TRUE(result.has_value()) << row.summary << ": " << result.error().message;
    ASSERT_EQ(result->warnings.size(), 1u) << row.summary;
    EXPECT_EQ(result->definition.paths.size(), 3u) << row.summary;
    EXPECT_NE(result->warnings[0].find(row.warning), std::string::npos)
        << row.summary << ": " << result->warnings[0];
  }
}

TEST(Definition, AlpinesPackagesHaveConstraints) {
  const std::string head = "# syntax=dhi.io/build:2-alpine3.24\nimage: a/b\n";
  const auto result = parse(head +
                            "contents:\n  packages: [busybox=1.37.0-r31]\n  builds:\n    - contents:\n"
                            "        packages: [openssl-dev~3, go>=1.17, '!perl<5']\n");
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_FALSE(parse(head + "contents: {packages: [a<<1]}\n").has_value());
  EXPECT_EQ(*definition_of_document(result->definition.document), result->definition);
}

TEST(Definition, AnEnvironmentKeepsTheContainersNames) {
  const Definition d = parsed(with("A: ${ARCH}", "A: ${V}\n  LD: /lib:${LD}:${HOME}"));
  const auto amd64 = for_platform(d, Platform::amd64());
  ASSERT_TRUE(amd64.has_value()) << amd64.error().message;
  EXPECT_EQ(amd64->environment.at("A"), "1.2.3");
  EXPECT_EQ(amd64->environment.at("LD"), "/lib:${LD}:${HOME}");
}

TEST(Definition, ReportsAllProblemsInTheOrderOfTheText) {
  std::string text = with("flavor:", "flavour:");
  text.replace(text.find("variant: dev"), 12, "variant: dve");
  text += "colour: red\n";
  const auto result = parse(text);
  ASSERT_FALSE(result.has_value());
  const std::string& message = result.error().message;
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 2) << message;
  EXPECT_LT(message.find("t.yaml:5:"), message.find("t.yaml:6:"));
  EXPECT_LT(message.find("t.yaml:6:"), message.find("colour"));
  std::string many = "# syntax=dhi.io/build:2-debian13\nimage: a\n";
  for (int i = 0; i < 500; ++i) many += fmt::format("key{}: 1\n", i);
  const std::string capped = parse(many).error().message;
  EXPECT_EQ(std::count(capped.begin(), capped.end(), '\n'), 50) << "fifty and a line that says so";
}

TEST(Definition, RefusesHostileTexts) {
  EXPECT_EQ(parse(std::string(100 << 20, 'a')).error().kind, ErrorKind::limit_exceeded);
  EXPECT_FALSE(parse("").has_value());
  EXPECT_FALSE(parse("# syntax=dhi.io/build:2-debian13\n- a\n").has_value());
  EXPECT_FALSE(parse("# syntax=dhi.io/build:2-debian13\nname: \"x\nimage: a\n").has_value());
  std::string wide = "# syntax=dhi.io/build:2-debian13\nimage: a\ncontents:\n  packages:\n";
  for (int i = 0; i < 20'000; ++i) wide += fmt::format("    - package-{}\n", i);
  EXPECT_TRUE(parse(wide).has_value());
}

TEST(Definition, Includes) {
  const ReadInclude read = [](std::string_view path) -> Result<std::string> {
    if (path == "common/base.yaml")
      return "includes: [common/users.yaml]\nvars: {V: \"1\", W: \"2\"}\ncontents: {packages: [tini]}\ncmd: "
             "[a]\n";
    if (path == "common/users.yaml") return "accounts: {users: [{name: web, uid: 1, gid: 1}]}\n";
    if (path == "circle.yaml") return "includes: [circle.yaml]\n";
    if (path == "wrong.yaml") return "tags:\n  - a b\n";
    return fail(ErrorKind::not_found, "there is no such file");
  };
  const std::string head = "# syntax=dhi.io/build:2-debian13\nimage: a/b\n";
  const auto merged =
      parse_definition(head +
                           "includes: [common/base.yaml]\nvars: {V: \"3\"}\ncontents: {packages: [bash]}\n"
                           "accounts: {run-as: web}\ncmd: [b]\nlabels: {x: '${V}${W}'}\n",
                       "t.yaml", read);
  ASSERT_TRUE(merged.has_value()) << merged.error().message;
  EXPECT_EQ(merged->definition.vars, (std::map<std::string, std::string>{{"V", "3"}, {"W", "2"}}));
  EXPECT_EQ(merged->definition.packages.size(), 2u);
  EXPECT_EQ(merged->definition.cmd, std::vector<std::string>{"b"});
  EXPECT_FALSE(merged->definition.document.contains("includes"));
  struct Row {
    std::string_view summary, text, message;
  };
  const Row rows[] = {
      {"missing", "includes: [no.yaml]\n", "t.yaml:3:12: cannot include \"no.yaml\": there is no such file"},
      {"circle", "includes: [circle.yaml]\n", "circle.yaml:1:12: \"circle.yaml\" includes itself"},
      {"outside", "includes: [../x.yaml]\n", "has \"..\" in it"},
      {"wrong inside", "includes: [wrong.yaml]\n", "wrong.yaml:2:5: tags[0]: \"a b\" is not a tag"},
      {"run-as of nobody", "includes: [common/users.yaml]\naccounts: {run-as: wbe}\n",
       "there is no account \"wbe\""},
  };
  for (const Row& row : rows) {
    const auto result = parse_definition(head + std::string(row.text), "t.yaml", read);
    ASSERT_FALSE(result.has_value()) << row.summary;
    EXPECT_NE(result.error().message.find(row.message), std::string::npos)
        << row.summary << ": " << result.error().message;
  }
}

TEST(Definition, KnowsItsDebianRelease) {
  struct Row {
    std::string_view summary, text, codename, version;
  };
  const Row rows[] = {
      {"os-release first",
       "os-release: {id: debian, version-codename: bookworm}\ncontents: {repositories: [deb http://x trixie "
       "main]}\n",
       "bookworm", "12"},
      {"then the repositories",
       "contents: {repositories: [deb http://x stable main, deb http://x forky-updates main]}\n", "forky",
       "14"},
      {"then os-release's version", "os-release: {id: debian, version-id: \"11\"}\n", "bullseye", "11"},
      {"the syntax line last", "name: x\n", "trixie", "13"},
      {"sid has no version", "os-release: {version-codename: sid}\n", "sid", ""},
  };
  for (const Row& row : rows) {
    const Definition d = parsed("# syntax=dhi.io/build:2-debian13\nimage: a\n" + std::string(row.text));
    const auto distribution = debian_distribution(d);
    ASSERT_TRUE(distribution.has_value()) << row.summary << distribution.error().message;
    EXPECT_EQ(*distribution, (Distribution{std::string(row.codename), std::string(row.version)}))
        << row.summary;
  }
  for (const std::string_view text :
       {"# syntax=dhi.io/build:2-alpine3.23\nimage: a\n", "# syntax=dhi.io/build:2-helm3\nimage: a\n",
        "# syntax=dhi.io/build:2-debian13\nimage: a\nos-release: {id: alpine}\n",
        "# syntax=dhi.io/build:2-debian99\nimage: a\n"}) {
    EXPECT_EQ(debian_distribution(parsed(text)).error().kind, ErrorKind::unsupported) << text;
  }
}

}  // namespace
}  // namespace hauberk
