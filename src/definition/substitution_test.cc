// SPDX-License-Identifier: Apache-2.0
#include "definition/substitution.h"

#include <gtest/gtest.h>

namespace hauberk {
namespace {

Substituter target(Platform platform = Platform::amd64()) {
  return Substituter({{"V", "1.2.3"},
                      {"ARCH", "#{ target.arch == \"amd64\" ? \"x64\" : \"arm64\" }"},
                      {"URL", "https://example.org/${V}/a-${ARCH}.tgz"},
                      {"FILE", "${URL:^.+/(.+)$}"},
                      {"LOOP", "${POOL}"},
                      {"POOL", "${LOOP}"},
                      {"EMPTY", ""},
                      {"LEFT", "${NOT_HERE:^(.)}"}},
                     {.platform = platform, .flavor = "compat", .dev = true});
}

TEST(Substitution, PutsVariablesIn) {
  struct Row {
    std::string_view summary, text, amd64, arm64;
  };
  const Row rows[] = {
      {"nothing to do", "plain $V $(x) {}", "plain $V $(x) {}", "plain $V $(x) {}"},
      {"variable", "a-${V}-b", "a-1.2.3-b", "a-1.2.3-b"},
      {"twice", "${V}${V}", "1.2.31.2.3", "1.2.31.2.3"},
      {"empty", "[${EMPTY}]", "[]", "[]"},
      {"through an expression", "${ARCH}", "x64", "arm64"},
      {"through others", "${URL}", "https://example.org/1.2.3/a-x64.tgz",
       "https://example.org/1.2.3/a-arm64.tgz"},
      {"group of a regular expression", "${FILE}", "a-x64.tgz", "a-arm64.tgz"},
      {"braces in a regular expression", "${V:^([0-9.]{3})}", "1.2", "1.2"},
      {"named group, as Go writes it", "${V:(?<major>[0-9]+)}", "1", "1"},
      {"fact of the target", "${target.arch} ${target.flavor} ${target.dev} ${target.fips}",
       "amd64 compat true false", "arm64 compat true false"},
      {"expression in a text", "x-#{ definition.vars.V + \"}\" }-y", "x-1.2.3}-y", "x-1.2.3}-y"},
      {"folders of builds", "${source.dir}${target.dir}", "/source/target", "/source/target"},
  };
  for (const Row& row : rows) {
    for (const Platform platform : Platform::all()) {
      Substituter substituter = target(platform);
      const auto text = substituter.text(row.text, Expansion::strict);
      ASSERT_TRUE(text.has_value()) << row.summary << ": " << text.error().message;
      EXPECT_EQ(*text, platform == Platform::amd64() ? row.amd64 : row.arm64) << row.summary;
    }
  }
}

TEST(Substitution, RefusesWhatCannotBePutIn) {
  struct Row {
    std::string_view summary, text, message;
  };
  const Row rows[] = {
      {"a variable that is not there", "${NOPE_NOPE}",
       "there is no variable \"NOPE_NOPE\"; define it under vars"},
      {"a misspelt one", "${ARHC}", "did you mean \"ARCH\"?"},
      {"a misspelt fact", "${source.dirr}", "did you mean \"source.dir\"?"},
      {"an unknown fact", "${build.number.x}", "there is no name \"build.number.x\"; known are: "},
      {"not closed", "a ${V", "lacks its \"}\""},
      {"expression not closed", "a #{ V", "lacks its \"}\""},
      {"no name", "${}", "is not a variable's name"},
      {"a shell's form", "${1#-}", "is not a variable's name"},
      {"a circle", "${LOOP}", "needs its own value"},
      {"bad regular expression", "${V:(}", "is not a regular expression: missing )"},
      {"no group", "${V:.+}", "has no group"},
      {"no match", "${V:^x(.)}", "matches nothing in \"1.2.3\""},
      {"look-around", "${V:(?=a)(b)}", "is not a regular expression"},
      {"unused left-over, used", "${LEFT}", "there is no variable \"NOT_HERE\""},
  };
  for (const Row& row : rows) {
    Substituter substituter = target();
    const auto text = substituter.text(row.text, Expansion::strict);
    ASSERT_FALSE(text.has_value()) << row.summary << ": " << *text;
    EXPECT_NE(text.error().message.find(row.message), std::string::npos)
        << row.summary << ": " << text.error().message;
  }
}

TEST(Substitution, LeavesAShellWhatIsTheShells) {
  struct Row {
    std::string_view summary, text, result;
  };
  const Row rows[] = {
      {"our names", "cd ${source.dir}/${V}", "cd /source/1.2.3"},
      {"its names", "echo ${HOME} ${x} ${arch[@]} ${1#-} ${v:-d} ${#a} ${a//b/c}",
       "echo ${HOME} ${x} ${arch[@]} ${1#-} ${v:-d} ${#a} ${a//b/c}"},
      {"a substring of our name", "${V:0:1}", "${V:0:1}"},
      {"names with dots of other programs", "<v>${project.version}</v> ${server.dir}",
       "<v>${project.version}</v> ${server.dir}"},
      {"open brace", "${ x", "${ x"},
      {"another language's #{ }", "puts \"#{name}\"", "puts \"#{name}\""},
      {"ours inside theirs", "${x:-${target.dir}}", "${x:-/target}"},
  };
  for (const Row& row : rows) {
    Substituter substituter = target();
    const auto text = substituter.text(row.text, Expansion::shell);
    ASSERT_TRUE(text.has_value()) << row.summary << ": " << text.error().message;
    EXPECT_EQ(*text, row.result) << row.summary;
  }
  Substituter substituter = target();
  EXPECT_NE(substituter.text("cd ${taget.dir}", Expansion::shell)
                .error()
                .message.find("did you mean \"target.dir\"?"),
            std::string::npos);
}

TEST(Substitution, TakesNoBraceOfOthersForAHalfMark) {
  struct Row {
    std::string_view text, result;
  };
  const Row rows[] = {{"{\"v\": {\"x\": ${V}}}", "{\"v\": {\"x\": 1.2.3}}"},
                      {"$HOME/$V/$VV $(V) {V}", "$HOME/$V/$VV $(V) {V}"},
                      {"V == 1", "V == 1"},
                      {"the target.arch of ${V}", "the target.arch of 1.2.3"}};
  for (const Row& row : rows) {
    Substituter substituter = target();
    const auto text = substituter.text(row.text, Expansion::strict);
    ASSERT_TRUE(text.has_value()) << row.text << ": " << text.error().message;
    EXPECT_EQ(*text, row.result);
  }
  Substituter substituter = target();
  EXPECT_EQ(*substituter.text("$V", Expansion::var), "$V");
  Substituter other({{"FLAGS", "-I$PREFIX"}, {"PREFIX", "/opt"}}, {});
  EXPECT_EQ(*other.text("${FLAGS}", Expansion::strict), "-I$PREFIX");
}

TEST(Substitution, SaysWhereItFailed) {
  Substituter substituter = target();
  EXPECT_FALSE(substituter.text("${V}\ncd ${taget.dir}\n", Expansion::shell).has_value());
  EXPECT_EQ(substituter.failed_at(), 8u);
  EXPECT_FALSE(substituter.text("a ${V} $source.dir}", Expansion::strict).has_value());
  EXPECT_EQ(substituter.failed_at(), 6u);
  const auto open = substituter.text("cd ${target.dir/x", Expansion::shell);
  EXPECT_NE(open.error().message.find("lacks its \"}\"; did you mean \"${target.dir}\"?"), std::string::npos)
      << open.error().message;
}

TEST(Substitution, AWordHasNoShell) {
  Substituter substituter = target();
  EXPECT_FALSE(substituter.text("--port=${PORT}", Expansion::program).has_value());
  EXPECT_EQ(*substituter.text("exec app ${PORT}", Expansion::program), "exec app ${PORT}");
  EXPECT_EQ(*substituter.text("${env:PORT}-${V}", Expansion::program), "${env:PORT}-1.2.3");
}

TEST(Substitution, KeepsUnusedLeftOversUnderVars) {
  Substituter substituter = target();
  EXPECT_EQ(*substituter.text("${NOT_HERE:^.+/(.+)$}", Expansion::var), "${NOT_HERE:^.+/(.+)$}");
  EXPECT_FALSE(substituter.text("${NOT_HERE}", Expansion::var).has_value());
  EXPECT_FALSE(substituter.text("${NOT_HERE:(}", Expansion::var).has_value())
      << "a bad expression is still bad";
  EXPECT_FALSE(substituter.text("${UURL:^(.)}", Expansion::var).has_value())
      << "a misspelt name is still misspelt";
}

TEST(Substitution, WhatIsPlainlyOursIsNotLeftToOthers) {
  struct Row {
    std::string_view summary, text;
    Expansion expansion;
  };
  const Row rows[] = {
      {"expression without its end", "#{ target.arch == ", Expansion::shell},
      {"expression without its end, closed", "a #{ target.arch == } b", Expansion::shell},
      {"single =", "#{ target.arch = 'amd64' ? 'a' : 'b' }", Expansion::program},
      {"misspelt fact", "x #{ target.arhc == 'amd64' ? 'a' : 'b' }", Expansion::process},
      {"variable that is not there", "#{ definition.vars.NOT_HERE }", Expansion::shell},
      {"open reference in a word", "--v=${V", Expansion::program},
      {"bad expression of our variable in a word", "${V:(}", Expansion::program},
      {"misspelt fact of a word", "${targte.arch}", Expansion::process},
      {"half of a fact in a word", "-g${target.nothing}", Expansion::program},
      {"half of a fact in a script", "cd ${source.nothing}", Expansion::shell},
      {"variable by its long name", "cd ${definition.vars.NOT_HERE}", Expansion::shell},
      {"fact without its end", "cp ${target.dir/usr/bin/a ${x}", Expansion::shell},
      {"fact without its end at the end", "-pie ${target.arch", Expansion::process},
      {"fact with blanks", "cd ${ source.dir }", Expansion::shell},
      {"fact with a blank in it", "cd ${source. dir}", Expansion::shell},
      {"two braces", "cd ${{ source.dir }}", Expansion::shell},
      {"bad expression of a fact", "echo ${target.arch:(a}", Expansion::shell},
      {"expression of a fact without a group", "echo ${target.arch:a.}", Expansion::program},
      {"fact without its begin", "$source.dir}/x", Expansion::strict},
      {"fact without braces", "$source.dir/x", Expansion::described},
      {"fact without $ and {", "a-target.arch}", Expansion::strict},
      {"variable without its begin", "https://x/$V}/a", Expansion::strict},
      {"expression without its #", "{ target.arch == 'amd64' ? 'a' : 'b' }", Expansion::var},
      {"expression without its #{", "target.arch != 'amd64'", Expansion::described},
      {"a brace too many", "#{ target.arch == 'amd64' ? 'a' : 'b' }}", Expansion::var},
      {"a brace too many behind a variable", "${V}}", Expansion::strict},
      {"fact without its dot", "${sourcedir}/x", Expansion::described},
  };
  for (const Row& row : rows) {
    Substituter substituter = target();
    EXPECT_FALSE(substituter.text(row.text, row.expansion).has_value()) << row.summary;
  }
  Substituter substituter = target();
  for (const std::string_view others :
       {"puts \"#{name} is #{specs.fetch(name)}\"", "#{'target.arch' + }", "echo ${V",
        "awk '{print ${V:-x}}'", "<jdk>${target.jdk.version}</jdk>", "$source.dir", "f'{target.dir}'",
        "${target.dir.name}", "${sourcedir}"}) {
    EXPECT_EQ(*substituter.text(others, Expansion::shell), others);
  }
}

TEST(Substitution, AnEnvironmentExtendsItself) {
  Substituter substituter = target();
  substituter.begin_environment({"LD_PATH", "V"});
  EXPECT_EQ(*substituter.text("/lib:${LD_PATH}:${PATH}", Expansion::program), "/lib:${LD_PATH}:${PATH}");
  EXPECT_EQ(*substituter.text("${V}", Expansion::program), "1.2.3") << "a variable comes first";
  EXPECT_FALSE(substituter.text("${PORT}", Expansion::program).has_value());
  EXPECT_FALSE(substituter.text("${PATH:(}", Expansion::strict).has_value());
  substituter.end_environment();
  EXPECT_FALSE(substituter.text("${PATH}", Expansion::program).has_value());
}

TEST(Substitution, KeepsNamesThatOthersKnowUnlessTheyAreNearlyOurs) {
  for (const Expansion expansion : {Expansion::process, Expansion::described}) {
    Substituter substituter = target();
    EXPECT_EQ(*substituter.text("${NOT_HERE}-${V}", expansion), "${NOT_HERE}-1.2.3");
    EXPECT_FALSE(substituter.text("${UURL}", expansion).has_value());
    EXPECT_FALSE(substituter.text("${VV}", expansion).has_value());
  }
  Substituter substituter = target();
  EXPECT_FALSE(substituter.text("${NOT_HERE", Expansion::described).has_value());
  EXPECT_FALSE(substituter.text("${not.here}", Expansion::described).has_value());
  EXPECT_FALSE(substituter.text("${NOT_HERE:^(.)}", Expansion::described).has_value());
}

TEST(Substitution, DecidesConditions) {
  Substituter substituter = target();
  EXPECT_TRUE(*substituter.condition("target.arch == 'amd64'"));
  EXPECT_FALSE(*substituter.condition("#{ target.arch != 'amd64' }"));
  EXPECT_TRUE(*substituter.condition("  #{ target.dev }\n"));
  EXPECT_FALSE(substituter.condition("target.arch").has_value());
  EXPECT_FALSE(substituter.condition("").has_value());
  EXPECT_FALSE(substituter.condition("#{ true").has_value());
}

TEST(Substitution, GrowthIsBounded) {
  std::map<std::string, std::string> vars = {{"V0", std::string(1000, 'x')}};
  for (int i = 1; i < 40; ++i) vars[fmt::format("V{}", i)] = fmt::format("${{V{0}}}${{V{0}}}", i - 1);
  Substituter substituter(vars, {});
  const auto text = substituter.text("${V39}", Expansion::strict);
  ASSERT_FALSE(text.has_value());
  EXPECT_EQ(text.error().kind, ErrorKind::limit_exceeded);
  std::map<std::string, std::string> chain;
  for (int i = 0; i < 1000; ++i) chain[fmt::format("C{}", i)] = fmt::format("${{C{}}}", i + 1);
  Substituter deep(chain, {});
  EXPECT_EQ(deep.text("${C0}", Expansion::strict).error().kind, ErrorKind::limit_exceeded);
}

}  // namespace
}  // namespace hauberk
