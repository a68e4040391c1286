// A registry's client against registries that lie, stop, ask too much, or send it elsewhere.
//
// SPDX-License-Identifier: Apache-2.0
#include "publish/registry_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/test_folder.h"
#include "oci/referrers.h"
#include "publish/pull.h"
#include "publish/test_image.h"
#include "publish/test_registry.h"

namespace hauberk {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string content(200'000, 'b');

Descriptor blob_of(const std::string& bytes) { return describe("application/example", bytes); }

Result<std::string> download(RegistryClient& client, const Descriptor& blob) {
  MemorySink sink;
  TRY_STATUS(client.download(blob, sink));
  return sink.take();
}

std::string index_text() {
  Index index;
  index.media_type = media_type::index;
  return text_of(index);
}

// --- who we are ------------------------------------------------------------------------------------------

TEST(RegistryClient, LogsInAsItIsAsked) {
  for (const auto login :
       {TestRegistry::Login::none, TestRegistry::Login::basic, TestRegistry::Login::bearer}) {
    SCOPED_TRACE(static_cast<int>(login));
    TestRegistry registry({.login = login});
    registry.put_blob_in("team/app", content);
    const auto client = registry.client();
    EXPECT_EQ(download(*client, blob_of(content)), content);
    EXPECT_EQ(download(*client, blob_of(content)), content);
    EXPECT_TRUE(client->check_login());
    EXPECT_LE(registry.tokens_given(), 2);  // one for the repository, one for nothing but who we are
  }
}

TEST(RegistryClient, RenewsATokenThatIsNoLongerTaken) {
  TestRegistry registry({.login = TestRegistry::Login::bearer});
  registry.put_blob_in("team/app", content);
  const auto client = registry.client();
  EXPECT_EQ(download(*client, blob_of(content)), content);
  registry.expire_tokens();
  EXPECT_EQ(download(*client, blob_of(content)), content);
}

TEST(RegistryClient, WrongPasswordsEnd) {
  for (const auto login : {TestRegistry::Login::basic, TestRegistry::Login::bearer}) {
    TestRegistry registry({.login = login});
    auto options = TestRegistry::options();
    for (const bool nobody : {true, false}) {
      options.credentials = [&](const std::string&) -> Result<RegistryCredentials> {
        return nobody ? RegistryCredentials{} : RegistryCredentials{.user = "user", .password = "wrong"};
      };
      const auto client = RegistryClient::open(registry.address(), options).value();
      const auto status = client->check_login();
      ASSERT_FALSE(status);
      EXPECT_THAT(status.error().message, HasSubstr("hauberk login 127.0.0.1:"));
      EXPECT_THAT(status.error().message, Not(HasSubstr("wrong")));
    }
  }
}

TEST(RegistryClient, CredentialsGoToNoOtherHostByHttp) {
  TestHttpServer thief;
  thief.on("/token?service=registry", {.body = R"({"token":"t1"})"});
  TestRegistry registry({.login = TestRegistry::Login::bearer, .realm = thief.url("/token", "localhost")});
  const auto client = RegistryClient::open(registry.address(), TestRegistry::options());
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind, ErrorKind::verification_failed);
  EXPECT_THAT(client.error().message, HasSubstr("asks for credentials at another host"));
  EXPECT_THAT(thief.requests(), SizeIs(0));
}

// That they go to one by https is for tests/registry_test.py, which has certificates.
TEST(RegistryClient, NothingGoesToATokenServerInAPrivatePlace) {
  TestHttpServer inside;
  TestRegistry registry({.login = TestRegistry::Login::bearer,
                         .realm = fmt::format("https://localhost:{}/token", inside.port())});
  const auto client = RegistryClient::open(registry.address(), TestRegistry::options());
  ASSERT_TRUE(client) << client.error().message;
  const auto found = (*client)->find_manifest("1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::verification_failed) << found.error().message;
  EXPECT_THAT(found.error().message, HasSubstr("private address"));
  EXPECT_THAT(inside.requests(), SizeIs(0));
}

TEST(RegistryClient, ATokenServersRedirectCarriesNoCredentials) {
  TestHttpServer thief;
  TestRegistry registry({.login = TestRegistry::Login::bearer});
  auto options = TestRegistry::options();
  options.http.egress.allow_private_hosts = {"localhost"};
  const auto client = RegistryClient::open(registry.address(), options).value();
  thief.otherwise([](const TestRequest&) { return TestAnswer{.body = R"({"token":"t1"})"}; });
  registry.server().on("/token?service=registry&scope=repository%3Ateam%2Fapp%3Apull%2Cpush&account=user",
                       {.redirect = thief.url("/token", "localhost")});
  EXPECT_FALSE(client->find_manifest("1"));
  ASSERT_THAT(thief.requests(), Not(IsEmpty()));
  for (const TestRequest& request : thief.requests()) {
    EXPECT_FALSE(request.headers.contains("authorization"));
  }
}

TEST(RegistryClient, TokensThatNoHeaderCanCarry) {
  TestRegistry registry({.login = TestRegistry::Login::bearer});
  registry.server().on("/token?service=registry&scope=repository%3Ateam%2Fapp%3Apull%2Cpush&account=user",
                       {.body = R"({"token":"a\r\nX-Evil: yes"})"});
  const auto client = registry.client();
  const auto found = client->find_manifest("1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::invalid_input);
}

TEST(RegistryClient, ChallengesThatCannotBeMet) {
  struct Row {
    const char* challenge;
    ErrorKind kind;
  };
  const Row rows[] = {{"", ErrorKind::unsupported},
                      {"Negotiate", ErrorKind::unsupported},
                      {"Bearer service=\"no realm\"", ErrorKind::invalid_input},
                      {"Bearer realm=\"file:///etc/passwd\"", ErrorKind::invalid_input},
                      {"Bearer realm=\"x", ErrorKind::invalid_input}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.challenge);
    TestRegistry registry;
    registry.server().on("/v2/", {.status = 401, .headers = {{"WWW-Authenticate", row.challenge}}});
    const auto client = RegistryClient::open(registry.address(), TestRegistry::options());
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().kind, row.kind) << client.error().message;
  }
}

TEST(RegistryClient, NoRegistryThere) {
  TestHttpServer server;
  const RegistryAddress address{"127.0.0.1:" + std::to_string(server.port()), "team/app"};
  const auto client = RegistryClient::open(address, TestRegistry::options());
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind, ErrorKind::network);
  EXPECT_THAT(client.error().message, HasSubstr("is no registry"));
}

TEST(RegistryClient, LoopbackNeedsNoSwitchForHttp) {
  TestRegistry registry;
  auto options = TestRegistry::options();
  options.plain_http = false;
  EXPECT_TRUE(RegistryClient::open(registry.address(), options));
}

// --- where it leads --------------------------------------------------------------------------------------

TEST(RegistryClient, ABlobStoreElsewhereGetsNoCredentials) {
  TestRegistry registry({.login = TestRegistry::Login::basic});
  TestHttpServer store;
  store.on("/bytes", {.body = content});
  registry.server().on("/v2/team/app/blobs/" + blob_of(content).digest.text(),
                       {.status = 307, .redirect = store.url("/bytes", "localhost")});
  auto options = TestRegistry::options();
  options.http.egress.allow_private_hosts = {"localhost"};
  const auto client = RegistryClient::open(registry.address(), options).value();
  EXPECT_EQ(download(*client, blob_of(content)), content);
  ASSERT_THAT(store.requests(), SizeIs(1));
  EXPECT_FALSE(store.requests()[0].headers.contains("authorization"));
}

TEST(RegistryClient, ARedirectToAPrivateAddressIsRefused) {
  TestRegistry registry;
  TestHttpServer inside;
  inside.on("/secret", {.body = content});
  registry.server().on("/v2/team/app/blobs/" + blob_of(content).digest.text(),
                       {.redirect = inside.url("/secret", "localhost")});
  const auto client = registry.client();
  const auto got = download(*client, blob_of(content));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::verification_failed);
  EXPECT_THAT(got.error().message, HasSubstr("private address"));
  EXPECT_THAT(inside.requests(), SizeIs(0));
}

TEST(RegistryClient, AnUploadElsewhereCarriesNoCredentials) {
  TestRegistry registry({.login = TestRegistry::Login::basic});
  TestHttpServer elsewhere;
  elsewhere.otherwise([](const TestRequest&) { return TestAnswer{.status = 201}; });
  auto options = TestRegistry::options();
  options.http.egress.allow_private_hosts = {"localhost"};
  const auto client = RegistryClient::open(registry.address(), options).value();
  const auto answer = client->send({.method = HttpMethod::put, .url = elsewhere.url("/x", "localhost")});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_FALSE(elsewhere.requests()[0].headers.contains("authorization"));
}

// --- what comes ------------------------------------------------------------------------------------------

TEST(RegistryClient, BlobsOfAnotherLength) {
  struct Row {
    const char* summary;
    TestAnswer answer;
    ErrorKind kind;
  };
  const std::string longer = content + "x", shorter = content.substr(1);
  const Row rows[] = {
      {"longer", {.body = longer}, ErrorKind::verification_failed},
      {"longer, without a length", {.body = longer, .length = false}, ErrorKind::verification_failed},
      {"shorter", {.body = shorter}, ErrorKind::verification_failed},
      {"shorter than it says", {.body = shorter, .claimed_length = content.size()}, ErrorKind::network},
      {"nothing", {.body = ""}, ErrorKind::verification_failed},
      {"an error page of the right status", {.status = 204}, ErrorKind::network},
      {"it is not there", {.status = 404}, ErrorKind::not_found},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    TestRegistry registry;
    registry.server().on("/v2/team/app/blobs/" + blob_of(content).digest.text(), row.answer);
    const auto client = registry.client();
    const auto got = download(*client, blob_of(content));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, row.kind) << got.error().message;
  }
}

TEST(RegistryClient, ABlobThatBreaksOffIsResumed) {
  TestRegistry registry;
  registry.server().in_turn("/v2/team/app/blobs/" + blob_of(content).digest.text(),
                            std::vector<TestAnswer>{{.body = content, .cut_after = 50'000},
                                                    {.body = content, .cut_after = 60'000},
                                                    {.body = content}});
  const auto client = registry.client();
  EXPECT_EQ(download(*client, blob_of(content)), content);
  const auto last = registry.server().requests().back();
  EXPECT_EQ(last.headers.at("range"), "bytes=110000-");
}

TEST(RegistryClient, ManifestsThatAreNotWhatWasAskedFor) {
  const std::string right = index_text();
  const std::string digest = Digest::of(right).text(), type(media_type::index);
  struct Row {
    const char* summary;
    std::string name;
    TestAnswer answer;
    ErrorKind kind;
  };
  const Row rows[] = {
      {"other bytes than the digest's", digest, {.body = right + " "}, ErrorKind::verification_failed},
      {"other bytes than the registry states",
       "1",
       {.body = right, .headers = {{"Docker-Content-Digest", Digest::of("x").text()}}},
       ErrorKind::verification_failed},
      {"a stated digest that is none",
       "1",
       {.body = right, .headers = {{"Docker-Content-Digest", "md5:0"}}},
       ErrorKind::invalid_input},
      {"another type than its own",
       digest,
       {.body = right, .headers = {{"Content-Type", std::string(media_type::manifest)}}},
       ErrorKind::verification_failed},
      {"no document", "1", {.body = "<html>"}, ErrorKind::invalid_input},
      {"both kinds of document at once",
       "1",
       {.body = R"({"schemaVersion":2,"manifests":[],"layers":[],"config":{}})"},
       ErrorKind::invalid_input},
      {"too large", "1", {.body = std::string((4 << 20) + 1, ' ')}, ErrorKind::limit_exceeded},
      {"forbidden", "1", {.status = 403}, ErrorKind::network},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    TestRegistry registry;
    registry.server().on("/v2/team/app/manifests/" + row.name, row.answer);
    const auto client = registry.client();
    const auto got = client->find_manifest(row.name);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, row.kind) << got.error().message;
  }
}

TEST(RegistryClient, ATypeThatSaysNothingIsNone) {
  TestRegistry registry;
  const std::string right = index_text();
  for (const char* type : {"application/json", "application/octet-stream", "application/vnd.oci", ""}) {
    registry.server().on("/v2/team/app/manifests/1", {.body = right, .headers = {{"Content-Type", type}}});
    EXPECT_TRUE(registry.client()->find_manifest("1")) << type;
  }
}

TEST(RegistryClient, APullOfWrongBytesLeavesNothing) {
  const TestFolder folder;
  const auto from = make_test_store(folder.path() + "/from");
  const auto to = make_test_store(folder.path() + "/to");
  TestRegistry registry;
  const Descriptor image = put_image(from->blobs(), Platform::amd64(), {{"file", "content"}});
  const std::string text = read_verified(from->blobs(), image.digest, 1 << 20).value();
  registry.put_manifest_in("team/app", "1", text);
  const Manifest manifest = parse_manifest(text).value();
  const std::string config = read_verified(from->blobs(), manifest.config.digest, 1 << 20).value();
  registry.put_blob_in("team/app", config);
  registry.server().on("/v2/team/app/blobs/" + manifest.layers[0].digest.text(),
                       {.body = std::string(manifest.layers[0].size_bytes, 'x')});
  const auto client = registry.client();
  SilentProgress silent;
  const auto pulled = pull_image(*client, to->blobs(), {.name = "1"}, silent);
  ASSERT_FALSE(pulled);
  EXPECT_EQ(pulled.error().kind, ErrorKind::verification_failed);
  EXPECT_THAT(pulled.error().message, HasSubstr("the registry sends other bytes"));
  EXPECT_FALSE(to->blobs().has(manifest.layers[0].digest).value());
  EXPECT_FALSE(to->blobs().has(image.digest).value());
}

TEST(RegistryClient, APutThatStoresSomethingElse) {
  TestRegistry registry;
  registry.server().on("/v2/team/app/manifests/1",
                       {.status = 201, .headers = {{"Docker-Content-Digest", Digest::of("x").text()}}});
  const auto client = registry.client();
  const std::string text = index_text();
  const auto put = client->put_manifest("1", {describe(media_type::index, text), text});
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind, ErrorKind::verification_failed);
}

// --- listings --------------------------------------------------------------------------------------------

TEST(RegistryClient, ListingsWithoutEnd) {
  const Digest subject = Digest::of("subject");
  const std::string path = "/v2/team/app/referrers/" + subject.text();
  const auto page = [](const std::string& next) {
    return TestAnswer{.body = index_text(),
                      .headers = {{"Content-Type", std::string(media_type::index)},
                                  {"Link", "<" + next + ">; rel=\"next\""}}};
  };
  TestRegistry loop;
  loop.server().on(path, page(path));
  EXPECT_EQ(loop.client()->list_referrers(subject).error().kind, ErrorKind::limit_exceeded);

  TestRegistry endless;
  endless.server().otherwise([&](const TestRequest& request) {
    if (request.path == "/v2/") return TestAnswer{};
    const auto at = request.path.find('=');
    const int number = at == std::string::npos ? 0 : std::stoi(request.path.substr(at + 1));
    return page(fmt::format("{}?n={}", path, number + 1));
  });
  const auto listed = endless.client()->list_referrers(subject);
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().kind, ErrorKind::limit_exceeded);
  EXPECT_LE(endless.server().requests().size(), 1'002u);

  TestRegistry away;
  away.server().on(path, page("http://localhost:1/x"));
  EXPECT_EQ(away.client()->list_referrers(subject).error().kind, ErrorKind::verification_failed);
  TestRegistry garbage;
  garbage.server().on(path,
                      {.body = index_text(),
                       .headers = {{"Content-Type", "application/vnd.oci.image.index.v1+json; charset=utf-8"},
                                   {"Link", "garbage"}}});
  EXPECT_EQ(garbage.client()->list_referrers(subject).error().kind, ErrorKind::invalid_input);
}

TEST(RegistryClient, NoReferrersApi) {
  const Digest subject = Digest::of("subject");
  const TestAnswer page{.body = "<html>sign in</html>", .headers = {{"Content-Type", "text/html"}}};
  TestHttpServer elsewhere;
  elsewhere.on("/page", page);
  const TestAnswer answers[] = {{.status = 400},
                                {.status = 404},
                                {.status = 405},
                                {.status = 406},
                                page,
                                {.body = "{}", .headers = {{"Content-Type", "application/json"}}},
                                {.body = index_text()},
                                {.redirect = elsewhere.url("/page")}};
  for (const TestAnswer& answer : answers) {
    SCOPED_TRACE(fmt::format("{} {}{}", answer.status, answer.body, answer.redirect));
    TestRegistry registry({.referrers = false, .no_referrers = answer});
    const auto listed = registry.client()->list_referrers(subject);
    ASSERT_TRUE(listed) << listed.error().message;
    EXPECT_FALSE(*listed);
  }
}

TEST(RegistryClient, ARefusalIsNoWordOfWhatThereIs) {
  const Digest subject = Digest::of("subject");
  const std::string path = "/v2/team/app/referrers/" + subject.text(), next = path + "?from=1";
  for (const int status : {403, 410, 429, 500}) {
    SCOPED_TRACE(status);
    TestRegistry registry({.referrers = false, .no_referrers = {.status = status}});
    EXPECT_FALSE(registry.client()->list_referrers(subject));
  }
  // A listing that has begun goes on as one.
  for (const TestAnswer& answer : {TestAnswer{.status = 404}, TestAnswer{.body = "<html>"}}) {
    TestRegistry registry;
    registry.server().on(path, {.body = index_text(),
                                .headers = {{"Content-Type", std::string(media_type::index)},
                                            {"Link", "<" + next + ">; rel=\"next\""}}});
    registry.server().on(next, answer);
    EXPECT_FALSE(registry.client()->list_referrers(subject));
  }
}

TEST(RegistryClient, HugeHeadersEndIt) {
  TestRegistry registry;
  TestAnswer answer{.body = index_text()};
  for (int i = 0; i < 40; ++i) answer.headers.emplace_back("X-" + std::to_string(i), std::string(8'000, 'f'));
  registry.server().on("/v2/team/app/manifests/1", answer);
  const auto found = registry.client()->find_manifest("1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::network);
}

}  // namespace
}  // namespace hauberk
