// The small texts that a registry answers with: Link, tokens, referrers, errors; and names of registries.
//
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "oci/media_type.h"
#include "oci/referrers.h"
#include "publish/link_header.h"
#include "publish/referrers_answer.h"
#include "publish/registry_client.h"
#include "publish/registry_error.h"
#include "publish/token_answer.h"

namespace hauberk {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

TEST(LinkHeader, FindsTheNext) {
  using Next = std::optional<std::string>;
  struct Row {
    const char* text;
    Next expected;
  };
  const Row rows[] = {
      {"", std::nullopt},
      {"</v2/a/referrers/x?n=2>; rel=\"next\"", "/v2/a/referrers/x?n=2"},
      {"</a>;rel=next", "/a"},
      {"</a>; rel=\"prev\", </b>; title=\"a, >b;\"; REL = \"next\"", "/b"},
      {"</a>; rel=prev", std::nullopt},
      {"<https://other.example/x>; rel=\"next\", </second>; rel=\"next\"", "https://other.example/x"},
      {"</a,b;c>; rel=\"next\"", "/a,b;c"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const auto next = next_link(row.text);
    ASSERT_TRUE(next) << next.error().message;
    EXPECT_EQ(*next, row.expected);
  }
}

TEST(LinkHeader, Refuses) {
  for (const char* text : {"/a; rel=next", "</a", "</a> rel=next", "</a>; rel=\"next"}) {
    SCOPED_TRACE(text);
    const auto next = next_link(text);
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().kind, ErrorKind::invalid_input);
  }
  EXPECT_EQ(next_link("<" + std::string(17'000, 'a') + ">").error().kind, ErrorKind::limit_exceeded);
}

TEST(TokenAnswer, Reads) {
  struct Row {
    const char* text;
    const char* token;
    int seconds;
  };
  const Row rows[] = {
      {R"({"token":"abc.def"})", "abc.def", 60},
      {R"({"access_token":"xyz","expires_in":300,"issued_at":"2026-01-01T00:00:00Z"})", "xyz", 300},
      {R"({"token":"one","access_token":"two"})", "one", 60},
      {R"({"token":"a","expires_in":-5})", "a", 0},
      {R"({"token":"a","expires_in":18446744073709551615})", "a", 86'400},
      {R"({"token":"a","expires_in":"soon"})", "a", 60},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const auto answer = parse_token_answer(row.text);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->token, row.token);
    EXPECT_EQ(answer->lifetime.count(), row.seconds);
  }
}

TEST(TokenAnswer, Refuses) {
  struct Row {
    const char* summary;
    std::string text;
    ErrorKind kind;
  };
  const Row rows[] = {
      {"no JSON", "<html>", ErrorKind::invalid_input},
      {"no object", "[\"token\"]", ErrorKind::invalid_input},
      {"no token", "{}", ErrorKind::invalid_input},
      {"a number", R"({"token":5})", ErrorKind::invalid_input},
      {"empty", R"({"token":""})", ErrorKind::invalid_input},
      {"two lines", R"({"token":"a\r\nX-Evil: yes"})", ErrorKind::invalid_input},
      {"a blank", R"({"token":"a b"})", ErrorKind::invalid_input},
      {"beyond ASCII", "{\"token\":\"\xc3\xa9\"}", ErrorKind::invalid_input},
      {"twice", R"({"token":"a","token":"b"})", ErrorKind::invalid_input},
      {"a long token", "{\"token\":\"" + std::string(70'000, 'a') + "\"}", ErrorKind::limit_exceeded},
      {"a long answer", "{\"x\":\"" + std::string(300'000, 'a') + "\"}", ErrorKind::limit_exceeded},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto answer = parse_token_answer(row.text);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, row.kind);
  }
}

Descriptor entry_of(const std::string& text) {
  Descriptor entry = describe(media_type::manifest, text);
  entry.artifact_type = "application/example";
  return entry;
}

TEST(ReferrersAnswer, CompletesAListAndKeepsTheRest) {
  const auto first = with_referrers("", {entry_of("one")});
  ASSERT_TRUE(first);
  EXPECT_THAT(*parse_referrers(*first), SizeIs(1));
  // What others wrote, with members that we do not know.
  Json others = parse_json(*first).value();
  others["manifests"][0]["data"] = "b25l";
  others["annotations"] = {{"example", "kept"}};
  const auto second =
      with_referrers(canonical_json(others), {entry_of("one"), entry_of("two"), entry_of("two")});
  ASSERT_TRUE(second);
  const Json json = parse_json(*second).value();
  EXPECT_THAT(json["manifests"], SizeIs(2));
  EXPECT_EQ(json["manifests"][0]["data"], "b25l");
  EXPECT_EQ(json["annotations"]["example"], "kept");
  EXPECT_EQ(json["manifests"][1]["artifactType"], "application/example");
  EXPECT_EQ(with_referrers(*second, {entry_of("two")}), *second);
}

TEST(ReferrersAnswer, Refuses) {
  EXPECT_EQ(with_referrers("{}", {entry_of("one")}).error().kind, ErrorKind::conflict);
  EXPECT_EQ(with_referrers("no JSON", {entry_of("one")}).error().kind, ErrorKind::conflict);
  EXPECT_EQ(parse_referrers("{}").error().kind, ErrorKind::invalid_input);
  Index index;
  index.media_type = media_type::index;
  for (std::size_t i = 0; i < most_referrers; ++i) index.manifests.push_back(entry_of(std::to_string(i)));
  for (Descriptor& entry : index.manifests) entry.artifact_type.clear();
  EXPECT_THAT(*parse_referrers(text_of(index)), SizeIs(most_referrers));
  EXPECT_EQ(with_referrers(text_of(index), {entry_of("one more")}).error().kind, ErrorKind::limit_exceeded);
  index.manifests.push_back(entry_of("one more"));
  EXPECT_EQ(parse_referrers(text_of(index)).error().kind, ErrorKind::limit_exceeded);
}

TEST(RegistryError, TellsTheRegistrysWords) {
  EXPECT_EQ(registry_reason(R"({"errors":[{"code":"DENIED","message":"no"},{"code":"X"},{}]})"),
            "no (DENIED); X");
  for (const char* text : {"", "<html>", "[]", "{}", R"({"errors":5})", R"({"errors":[5]})"}) {
    EXPECT_EQ(registry_reason(text), "") << text;
  }
  EXPECT_THAT(registry_reason(R"({"errors":[{"message":")" + std::string(5'000, 'x') + "\"}]}"), SizeIs(303));
}

TEST(RegistryError, ItsWordsAreOneLineForATerminal) {
  EXPECT_EQ(registry_reason(R"({"errors":[{"code":"A","message":"one\r\ntwo\tthree\u001b[2J"}]})"),
            "one  two three\\x1b[2J (A)");
  const std::string lock = "\xf0\x9f\x94\x92";
  std::string message;
  for (int i = 0; i < 100; ++i) message += lock;
  for (const std::string before : {"", "x", "xx", "xxx"}) {
    const std::string reason = registry_reason(R"({"errors":[{"message":")" + before + message + "\"}]}");
    EXPECT_LE(reason.size(), 303u);
    EXPECT_TRUE(reason.ends_with(lock + "...")) << reason;
  }
}

TEST(RegistryError, KindsAndWaysOut) {
  struct Row {
    int status;
    const char* body;
    ErrorKind kind;
    const char* says;
  };
  const Row rows[] = {
      {404, "", ErrorKind::not_found, "answers 404"},
      {401, "", ErrorKind::network, "`hauberk login registry.example`"},
      {403, "", ErrorKind::network, "may not do this"},
      {409, "", ErrorKind::conflict, "answers 409"},
      {413, "", ErrorKind::limit_exceeded, "answers 413"},
      {400, R"({"errors":[{"code":"DIGEST_INVALID"}]})", ErrorKind::verification_failed, "DIGEST_INVALID"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.status);
    const auto error =
        registry_error({.status = row.status, .body = row.body}, "push the image", "registry.example")
            .error();
    EXPECT_EQ(error.kind, row.kind);
    EXPECT_THAT(error.message, HasSubstr(row.says));
    EXPECT_THAT(error.message, HasSubstr("cannot push the image: "));
  }
}

TEST(RegistryAddress, OfReferences) {
  const auto of = [](const char* text) { return RegistryAddress::of(Reference::parse(text).value()); };
  EXPECT_EQ(*of("registry.example:5000/a/b:1"), (RegistryAddress{"registry.example:5000", "a/b"}));
  EXPECT_EQ(*of("docker.io/nginx"), (RegistryAddress{"docker.io", "library/nginx"}));
  EXPECT_EQ(*of("index.docker.io/team/nginx"), (RegistryAddress{"docker.io", "team/nginx"}));
  EXPECT_EQ(of("docker.io/nginx")->origin("https"), "https://registry-1.docker.io");
  EXPECT_EQ(of("nginx:1").error().kind, ErrorKind::invalid_input);
  EXPECT_TRUE(names_registry("registry:localhost:5000/a:1"));
  EXPECT_TRUE(names_registry("docker://localhost:5000/a:1"));
  EXPECT_FALSE(names_registry("localhost:5000/a:1"));
  EXPECT_EQ(registry_reference("docker://localhost:5000/a:1")->text(), "localhost:5000/a:1");
  EXPECT_FALSE(registry_reference("registry:a:1"));
}

TEST(RegistryAddress, Loopback) {
  for (const char* host :
       {"localhost", "LOCALHOST:5000", "127.0.0.1", "127.1.2.3:80", "[::1]:5000", "[::1]"}) {
    EXPECT_TRUE(is_loopback(host)) << host;
  }
  for (const char* host : {"127.example.org", "127.0.0.1.example.org", "127.0.0", "128.0.0.1",
                           "localhost.example", "registry.example:5000", "127.0.0.999"}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
  EXPECT_EQ(percent_encoded("repository:a/b:pull,push ~"), "repository%3Aa%2Fb%3Apull%2Cpush%20~");
}

TEST(RegistryAddress, OnlyWrittenAddressesMayBePrivate) {
  EXPECT_THAT(egress_for({}, {"10.0.0.5:5000", "a"}).allow_private_hosts, SizeIs(1));
  EXPECT_THAT(egress_for({}, {"localhost:5000", "a"}).allow_private_hosts, SizeIs(1));
  EXPECT_THAT(egress_for({}, {"registry.example", "a"}).allow_private_hosts, SizeIs(0));
}

}  // namespace
}  // namespace hauberk
