// SPDX-License-Identifier: Apache-2.0
#include "io/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <set>

#include "io/http_url.h"
#include "io/parallel.h"
#include "io/test_http_server.h"

namespace hauberk {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::uint64_t limit = 10 << 20;

// No test may depend on the proxy of the machine that runs it.
void clear_proxies() {
  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy",
                           "NO_PROXY"}) {
    ::unsetenv(name);
  }
}

std::string numbers(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i) text += std::to_string(i) + "\n";
  text.resize(size);
  return text;
}

class HttpTest : public ::testing::Test {
 protected:
  HttpTest() { clear_proxies(); }

  static HttpOptions options() {
    HttpOptions options;
    options.egress.allow_private_addresses = true;
    options.retry_delay = std::chrono::milliseconds(1);
    options.stall_timeout = std::chrono::milliseconds(1000);
    return options;
  }

  Result<std::string> get(const std::string& url, const HttpOptions& with = options(),
                          std::uint64_t at_most = limit) {
    HttpClient client(with);
    return get(client, url, at_most);
  }
  static Result<std::string> get(HttpClient& client, const std::string& url, std::uint64_t at_most = limit) {
    MemorySink sink;
    TRY_STATUS(client.get(url, sink, at_most));
    return sink.take();
  }

  std::vector<std::string> ranges() const {
    std::vector<std::string> found;
    for (const auto& request : server_.requests()) {
      const auto range = request.headers.find("range");
      found.push_back(range == request.headers.end() ? "" : range->second);
    }
    return found;
  }

  TestHttpServer server_;
};

TEST_F(HttpTest, Gets) {
  const std::string body = numbers(3'000'000);
  server_.on("/file?x=1", {.body = body});
  EXPECT_EQ(get(server_.url("/file?x=1#fragment")), body);
  server_.on("/empty", TestAnswer{});
  EXPECT_EQ(get(server_.url("/empty")), "");
  server_.on("/until-the-end", {.body = body, .length = false});
  EXPECT_EQ(get(server_.url("/until-the-end")), body);
  EXPECT_EQ(server_.requests()[0].headers["user-agent"], "hauberk/" HAUBERK_VERSION);
  EXPECT_EQ(server_.requests()[0].method, "GET");
}

TEST_F(HttpTest, ReusesItsConnection) {
  server_.on("/a", {.body = "a"});
  server_.on("/b", {.body = "b"});
  HttpClient client(options());
  for (const char* path : {"/a", "/b", "/none", "/a"}) static_cast<void>(get(client, server_.url(path)));
  for (const auto& request : server_.requests()) EXPECT_EQ(request.connection, 1) << request.path;
}

TEST_F(HttpTest, StatusCodes) {
  struct Row {
    const char* summary;
    int status;
    ErrorKind kind;
    std::size_t requests;
    const char* says;
  };
  const Row rows[] = {
      {"not found is final", 404, ErrorKind::not_found, 1, "no such file (404)"},
      {"gone is final", 410, ErrorKind::not_found, 1, "no such file (410)"},
      {"forbidden is final", 403, ErrorKind::network, 1, "refuses access (403)"},
      {"unauthorised is final", 401, ErrorKind::network, 1, "user name and password"},
      {"a bad request is final", 400, ErrorKind::network, 1, "answers 400"},
      {"a server error may pass", 500, ErrorKind::network, 3, "answers 500"},
      {"unavailable may pass", 503, ErrorKind::network, 3, "answers 503"},
      {"too many may pass", 429, ErrorKind::network, 3, "answers 429"},
      {"no content is no file", 204, ErrorKind::network, 1, "answers 204"},
      {"a part that nobody asked for", 206, ErrorKind::network, 1, "answers 206"},
      {"a redirect to nowhere", 302, ErrorKind::network, 1, "answers 302"},
      {"not modified, unasked", 304, ErrorKind::network, 1, "answers 304"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    TestHttpServer server;
    server.on("/x",
              {.status = row.status, .body = row.status == 204 || row.status == 304 ? "" : "an error page"});
    const auto got = get(server.url("/x"));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, row.kind);
    EXPECT_THAT(got.error().message, HasSubstr(row.says));
    EXPECT_THAT(server.requests(), SizeIs(row.requests));
  }
}

TEST_F(HttpTest, AnErrorThatPasses) {
  server_.in_turn(
      "/x", std::vector<TestAnswer>{{.status = 503}, {.status = 500, .body = "oops"}, {.body = "fine"}});
  EXPECT_EQ(get(server_.url("/x")), "fine");
}

TEST_F(HttpTest, ResumesWhereItBrokeOff) {
  const std::string body = numbers(500'000);
  server_.in_turn("/x", std::vector<TestAnswer>{{.body = body, .etag = "\"1\"", .cut_after = 200'000},
                                           {.body = body, .etag = "\"1\"", .cut_after = 100'000},
                                           {.body = body, .etag = "\"1\""}});
  EXPECT_EQ(get(server_.url("/x")), body);
  EXPECT_THAT(ranges(), ElementsAre("", "bytes=200000-", "bytes=300000-"));
  EXPECT_EQ(server_.requests()[1].headers["if-range"], "\"1\"");
}

TEST_F(HttpTest, ResumesByLastModifiedAndWithNothing) {
  const std::string body = numbers(50'000);
  const std::string date = "Sat, 21 Nov 2026 09:15:44 GMT";
  server_.in_turn("/dated",
                  std::vector<TestAnswer>{
                      {.body = body, .etag = "W/\"weak\"", .last_modified = date, .cut_after = 20'000},
                      {.body = body, .etag = "W/\"weak\"", .last_modified = date}});
  EXPECT_EQ(get(server_.url("/dated")), body);
  EXPECT_EQ(server_.requests()[1].headers["if-range"], date);
  server_.in_turn("/bare", std::vector<TestAnswer>{{.body = body, .cut_after = 20'000}, {.body = body}});
  EXPECT_EQ(get(server_.url("/bare")), body);
  EXPECT_EQ(server_.requests()[3].headers["range"], "bytes=20000-");
}

TEST_F(HttpTest, SkipsWhatItHasWhereTheServerDoesNotResume) {
  const std::string body = numbers(500'000);
  server_.in_turn("/x", std::vector<TestAnswer>{{.body = body, .ranges = false, .cut_after = 200'000},
                                           {.body = body, .ranges = false, .cut_after = 100'000},
                                           {.body = body, .ranges = false}});
  EXPECT_EQ(get(server_.url("/x")), body);
}

TEST_F(HttpTest, ALongDownloadGetsItsAttemptsAgain) {
  const std::string body = numbers(6 << 20);
  server_.on("/x", {.body = body, .etag = "\"1\"", .cut_after = std::size_t{1} << 20});
  EXPECT_EQ(get(server_.url("/x")), body);
  server_.on("/slow", {.body = body, .etag = "\"1\"", .cut_after = 1000});
  EXPECT_EQ(get(server_.url("/slow")).error().kind, ErrorKind::network);
}

TEST_F(HttpTest, NeverMixesTwoVersions) {
  const std::string one = numbers(50'000), two(50'000, 'x'), longer(60'000, 'x');
  struct Row {
    const char* summary;
    TestAnswer first, second;
  };
  const Row rows[] = {
      {"another ETag", {.body = one, .etag = "\"1\"", .cut_after = 20'000}, {.body = two, .etag = "\"2\""}},
      {"another date",
       {.body = one, .last_modified = "then", .cut_after = 20'000},
       {.body = two, .last_modified = "now"}},
      {"another size, resumed", {.body = one, .cut_after = 20'000}, {.body = longer}},
      {"another size, read again",
       {.body = one, .ranges = false, .cut_after = 20'000},
       {.body = longer, .ranges = false}},
      {"shorter than what is there",
       {.body = one, .length = true, .cut_after = 20'000},
       {.body = "x", .ranges = false, .length = false}},
      {"ends early by its own size", {.body = one, .claimed_length = 60'000}, {.body = one}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    server_.in_turn("/x", std::vector{row.first, row.second});
    const auto got = get(server_.url("/x"));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::network);
    EXPECT_THAT(got.error().message, HasSubstr("changed on the server"));
  }
}

TEST_F(HttpTest, ALyingSizeIsNoEnd) {
  server_.on("/short", {.body = "short", .ranges = false, .claimed_length = 1000});
  const auto got = get(server_.url("/short"));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::network);
  EXPECT_THAT(got.error().message, HasSubstr("broke off after 5 bytes"));
  server_.on("/long", {.body = "longer than said", .claimed_length = 6});
  EXPECT_EQ(get(server_.url("/long")), "longer");  // as HTTP says: the rest is no part of it
}

TEST_F(HttpTest, AServerThatResumesElsewhere) {
  const std::string body = numbers(50'000);
  server_.in_turn("/x", std::vector<TestAnswer>{{.body = body, .cut_after = 20'000},
                                                {.status = 206,
                                                 .body = body.substr(10),
                                                 .headers = {{"Content-Range", "bytes 10-49999/50000"}}},
                                                {.body = body}});
  EXPECT_EQ(get(server_.url("/x")), body);
  EXPECT_THAT(ranges(), ElementsAre("", "bytes=20000-", ""));
}

TEST_F(HttpTest, TooLarge) {
  const std::string body = numbers(50'000);
  struct Row {
    const char* summary;
    TestAnswer answer;
  };
  const Row rows[] = {
      {"stated size", {.body = body}},
      {"no stated size", {.body = body, .length = false}},
      {"chunked",
       {.body = "5\r\nhello\r\n0\r\n\r\n", .length = false, .headers = {{"Transfer-Encoding", "chunked"}}}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    TestHttpServer server;
    server.on("/x", row.answer);
    const auto got = get(server.url("/x"), options(), 4);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::limit_exceeded);
    EXPECT_THAT(got.error().message, HasSubstr("larger than the 4 bytes"));
    EXPECT_THAT(server.requests(), SizeIs(1));
  }
  server_.on("/exact", {.body = body});
  EXPECT_EQ(get(server_.url("/exact"), options(), body.size()), body);
}

TEST_F(HttpTest, AServerThatStops) {
  auto quick = options();
  quick.attempts = 2;
  const std::string body = numbers(50'000);
  server_.in_turn("/x", std::vector<TestAnswer>{{.body = body, .stall_after = 2'000}, {.body = body}});
  EXPECT_EQ(get(server_.url("/x"), quick), body);
  quick.attempts = 1;
  server_.on("/y", {.body = body, .stall_after = 0});
  const auto got = get(server_.url("/y"), quick);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::network);
  EXPECT_THAT(got.error().message, HasSubstr("nearly nothing came for 1 s"));
}

TEST_F(HttpTest, NobodyThere) {
  std::string url;
  {
    const TestHttpServer gone;
    url = gone.url("/x");
  }
  const auto got = get(url);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::network);
  EXPECT_THAT(got.error().message, HasSubstr("accepts no connection on port"));
}

// A name that no resolver asks the network for: one label is too long.
TEST_F(HttpTest, AnUnknownHost) {
  HttpClient client(options());
  for (int i = 0; i < 2; ++i) {
    const auto got = get(client, "http://" + std::string(64, 'a') + ".invalid/x");
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::network);
    EXPECT_THAT(got.error().message, HasSubstr(".invalid is not known"));
  }
  server_.on("/x", {.body = "x"});
  EXPECT_EQ(get(client, server_.url("/x")), "x");  // the handle is as good as before
}

TEST_F(HttpTest, AFullSinkEndsItAtOnce) {
  server_.on("/x", {.body = numbers(50'000)});
  HttpClient client(options());
  MemorySink sink(10);
  const auto status = client.get(server_.url("/x"), sink, limit);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::limit_exceeded);
  EXPECT_THAT(server_.requests(), SizeIs(1));
}

TEST_F(HttpTest, AFailureLeavesTheClientUsable) {
  auto rules = options();
  rules.attempts = 2;
  rules.egress.allow_private_addresses = false;
  rules.egress.allow_private_hosts = {"127.0.0.1"};
  server_.on("/good", {.body = "good"});
  server_.on("/cut", {.body = "cut", .ranges = false, .cut_after = 1});
  server_.on("/large", {.body = numbers(50'000)});
  server_.on("/500", {.status = 500});
  server_.on("/loop", {.redirect = "/loop"});
  HttpClient client(rules);
  for (const std::string& bad :
       {server_.url("/cut"), server_.url("/large"), server_.url("/500"), server_.url("/loop"),
        server_.url("/x", "localhost"), std::string("http://::/"), std::string("http://127.0.0.1:1/")}) {
    EXPECT_FALSE(get(client, bad, 10)) << bad;
    const auto good = get(client, server_.url("/good"));
    EXPECT_EQ(good, "good") << "after " << bad << ": " << (good ? "" : good.error().message);
  }
}

TEST_F(HttpTest, FollowsRedirects) {
  server_.on("/a", {.redirect = "/b"});
  server_.on("/b", {.status = 308, .redirect = server_.url("/c", "localhost")});
  server_.on("/c", {.body = "there"});
  EXPECT_EQ(get(server_.url("/a")), "there");
  auto few = options();
  few.redirects = 1;
  EXPECT_THAT(get(server_.url("/a"), few).error().message, HasSubstr("more than 1 redirects"));
  server_.on("/loop", {.redirect = "/loop"});
  EXPECT_EQ(get(server_.url("/loop")).error().kind, ErrorKind::network);
}

TEST_F(HttpTest, RedirectsThatAreRefused) {
  for (const char* to : {"file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x"}) {
    SCOPED_TRACE(to);
    server_.on("/x", {.redirect = to});
    const auto got = get(server_.url("/x"));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::verification_failed) << got.error().message;
  }
}

TEST_F(HttpTest, PrivateAddressesAreRefusedUnlessAllowed) {
  server_.on("/x", {.body = "x"});
  auto strict = options();
  strict.egress.allow_private_addresses = false;
  for (const std::string& host : {std::string("127.0.0.1"), std::string("localhost"),
                                  std::string("2130706433"), std::string("0x7f.1")}) {
    SCOPED_TRACE(host);
    const auto got = get(server_.url("/x", host), strict);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::verification_failed) << got.error().message;
    EXPECT_THAT(got.error().message, HasSubstr("private address"));
  }
  EXPECT_THAT(server_.requests(), SizeIs(0));
  strict.egress.allow_private_hosts = {"LocalHost"};
  EXPECT_EQ(get(server_.url("/x", "localhost"), strict), "x");
  EXPECT_EQ(get(server_.url("/x"), strict).error().kind, ErrorKind::verification_failed);
}

TEST_F(HttpTest, ARedirectToAPrivateAddressIsRefused) {
  auto strict = options();
  strict.egress.allow_private_addresses = false;
  strict.egress.allow_private_hosts = {"127.0.0.1"};
  server_.on("/x", {.redirect = server_.url("/metadata", "localhost")});
  server_.on("/metadata", {.body = "secret"});
  const auto got = get(server_.url("/x"), strict);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::verification_failed);
  EXPECT_THAT(got.error().message, HasSubstr("localhost has a private address"));
  EXPECT_THAT(server_.requests(), SizeIs(1));
}

TEST_F(HttpTest, CredentialsGoToTheirHostAlone) {
  const std::string authority = "127.0.0.1:" + std::to_string(server_.port());
  server_.on("/a", {.redirect = "/b"});
  server_.on("/b", {.redirect = "http://evil:own@localhost:" + std::to_string(server_.port()) + "/c"});
  server_.on("/c", {.redirect = server_.url("/d")});
  server_.on("/d", {.body = "there"});
  EXPECT_EQ(get("http://user:p%40ss@" + authority + "/a"), "there");
  const auto requests = server_.requests();
  ASSERT_THAT(requests, SizeIs(4));
  const auto sent = [&](std::size_t i) {
    const auto found = requests[i].headers.find("authorization");
    return found == requests[i].headers.end() ? "none" : found->second;
  };
  EXPECT_EQ(sent(0), "Basic dXNlcjpwQHNz");
  EXPECT_EQ(sent(1), "Basic dXNlcjpwQHNz");
  EXPECT_EQ(sent(2), "none");
  EXPECT_EQ(sent(3), "none");  // who has left the host does not get them back from elsewhere
}

TEST_F(HttpTest, MessagesHoldNoSecrets) {
  const std::string authority = "user:secret@127.0.0.1:" + std::to_string(server_.port());
  server_.on("/x?token=secret", {.status = 500});
  server_.on("/r", {.redirect = "ftp://user:secret@host/x?secret"});
  for (const std::string& url : std::vector<std::string>{
           "http://" + authority + "/x?token=secret", "http://" + authority + "/none#secret",
           "http://" + authority + "/r", "ftp://" + authority + "/x", "http://user:secret@host:port/",
           "user:secret@host"}) {
    SCOPED_TRACE(url);
    const auto got = get(url);
    ASSERT_FALSE(got);
    EXPECT_THAT(got.error().message, AllOf(HasSubstr("cannot fetch "), Not(HasSubstr("secret"))));
  }
}

TEST_F(HttpTest, TheProxyOfTheEnvironment) {
  TestHttpServer proxy;
  proxy.on("http://mirror.example/x", {.body = "by proxy"});
  server_.on("/direct", {.body = "direct"});
  ::setenv("http_proxy", ("http://user:pw@127.0.0.1:" + std::to_string(proxy.port())).c_str(), 1);
  ::setenv("no_proxy", "other.example, localhost", 1);
  auto strict = options();
  strict.egress.allow_private_addresses = false;
  EXPECT_EQ(get("http://mirror.example/x", strict), "by proxy");  // the proxy itself may be private
  const auto refused = get("http://169.254.169.254/latest", strict);
  EXPECT_EQ(get(server_.url("/direct", "localhost")), "direct");
  EXPECT_EQ(get("http://mirror.example/none", strict).error().kind, ErrorKind::not_found);
  clear_proxies();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::verification_failed);
  EXPECT_THAT(proxy.requests(), SizeIs(2));
  EXPECT_EQ(proxy.requests()[0].headers["proxy-authorization"], "Basic dXNlcjpwdw==");
}

TEST_F(HttpTest, ManyThreadsUseOneClient) {
  const std::string body = numbers(200'000);
  server_.on("/x", {.body = body});
  HttpClient client(options());
  const auto status = parallel_for(40, 8, [&](std::size_t) -> Status {
    TRY(const std::string got, get(client, server_.url("/x")));
    if (got != body) return fail(ErrorKind::network, "another body");
    return {};
  });
  EXPECT_TRUE(status) << status.error().message;
  std::set<int> connections;
  for (const auto& request : server_.requests()) connections.insert(request.connection);
  EXPECT_LE(connections.size(), 8u);
}

TEST(PublicUrl, LosesWhatMayBeSecret) {
  const std::pair<const char*, const char*> rows[] = {
      {"https://host/path", "https://host/path"},
      {"https://user:pw@host:8080/a?b#c", "https://host:8080/a"},
      {"https://host?u=a@b", "https://host"},
      {"https://host/a@b", "https://host/a@b"},
      {"https://a@b@host/x", "https://host/x"},
      {"https://user@host", "https://host"},
      {"https://host#user:pw@x", "https://host"},
      {"user:pw@host/x", "host/x"},
      {"", ""},
  };
  for (const auto& [url, expected] : rows) EXPECT_EQ(public_url(url), expected) << url;
}

// --- calls -----------------------------------------------------------------------------------------------

// A body of text; every opening is counted.
class CountedBody final : public HttpBody {
 public:
  explicit CountedBody(std::string text, std::uint64_t claimed = UINT64_MAX)
      : text_(std::move(text)), claimed_(claimed) {}
  std::uint64_t size_bytes() const override { return std::min<std::uint64_t>(claimed_, text_.size()); }
  Result<std::unique_ptr<ByteSource>> open() const override {
    ++opened;
    return std::make_unique<MemorySource>(text_);
  }
  mutable int opened = 0;

 private:
  std::string text_;
  std::uint64_t claimed_;
};

TEST_F(HttpTest, SendsEachMethodWithItsBody) {
  struct Row {
    const char* name;
    HttpMethod method;
    bool has_body;
  };
  const Row rows[] = {{"GET", HttpMethod::get, false},    {"HEAD", HttpMethod::head, false},
                      {"PUT", HttpMethod::put, true},     {"POST", HttpMethod::post, true},
                      {"PATCH", HttpMethod::patch, true}, {"DELETE", HttpMethod::remove, false}};
  const CountedBody body(numbers(700'000));
  HttpClient client(options());
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    TestHttpServer server;
    server.on("/x", {.body = "answer", .headers = {{"X-Word", "one"}, {"X-Word", "two"}}});
    const auto answer = client.send({.method = row.method,
                                     .url = server.url("/x"),
                                     .headers = {{"X-Asked", "yes"}},
                                     .body = row.has_body ? &body : nullptr});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, row.method == HttpMethod::head ? "" : "answer");
    EXPECT_EQ(answer->header("x-word"), "one");
    EXPECT_THAT(answer->all("x-word"), ElementsAre("one", "two"));
    ASSERT_THAT(server.requests(), SizeIs(1));
    const TestRequest request = server.requests()[0];
    EXPECT_EQ(request.method, row.name);
    EXPECT_EQ(request.headers.at("x-asked"), "yes");
    EXPECT_EQ(request.body, row.has_body ? numbers(700'000) : "");
    EXPECT_EQ(request.headers.contains("expect"), false);
    EXPECT_EQ(request.headers.contains("content-length"), row.has_body);
  }
}

TEST_F(HttpTest, AWriteWithoutBodySaysThatItHasNone) {
  HttpClient client(options());
  server_.on("/x", {.status = 202});
  EXPECT_EQ(client.send({.method = HttpMethod::post, .url = server_.url("/x")})->status, 202);
  EXPECT_EQ(server_.requests()[0].headers["content-length"], "0");
}

TEST_F(HttpTest, ARefusalIsAnAnswerAndIsCut) {
  HttpClient client(options());
  for (const int status : {400, 401, 403, 404, 405, 409, 413, 416}) {
    SCOPED_TRACE(status);
    server_.on("/x", {.status = status, .body = numbers(300'000)});
    MemorySink sink;
    const auto answer = client.download({.url = server_.url("/x")}, sink, limit);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, status);
    EXPECT_EQ(answer->body, numbers(64 << 10));
    EXPECT_EQ(sink.text(), "");
  }
  server_.on("/x", {.status = 500});
  EXPECT_EQ(client.send({.url = server_.url("/x")}).error().kind, ErrorKind::network);
}

TEST_F(HttpTest, AGoodAnswerIsLimited) {
  HttpClient client(options());
  server_.on("/x", {.status = 201, .body = "12345"});
  EXPECT_EQ(client.send({.method = HttpMethod::put, .url = server_.url("/x")}, 5)->body, "12345");
  const auto large = client.send({.method = HttpMethod::put, .url = server_.url("/x")}, 4);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().kind, ErrorKind::limit_exceeded);
}

TEST_F(HttpTest, HugeHeadersAreRefused) {
  HttpClient client(options());
  TestAnswer answer{.body = "x"};
  for (int i = 0; i < 40; ++i) {
    answer.headers.emplace_back("X-Filler-" + std::to_string(i), std::string(8'000, 'f'));
  }
  server_.on("/x", answer);
  const auto got = client.send({.url = server_.url("/x"), .attempts = 1});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::network);
  EXPECT_THAT(got.error().message, HasSubstr("too many headers"));
}

TEST_F(HttpTest, ABrokenBodyIsSentAgainWhole) {
  const CountedBody body(numbers(500'000));
  server_.on("/x", {.status = 201});
  server_.cut_bodies("PUT", 100'000, 2);
  HttpClient client(options());
  const auto answer = client.send({.method = HttpMethod::put, .url = server_.url("/x"), .body = &body});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(server_.requests().back().body, numbers(500'000));
  EXPECT_GE(body.opened, 3);
  server_.cut_bodies("PUT", 100'000, 1);
  const auto once =
      client.send({.method = HttpMethod::put, .url = server_.url("/x"), .body = &body, .attempts = 1});
  ASSERT_FALSE(once);
  EXPECT_EQ(once.error().kind, ErrorKind::network);
}

TEST_F(HttpTest, ABodyOfAnotherSizeThanSaidIsNeverCompleted) {
  server_.on("/x", {.status = 201});
  HttpClient client(options());
  const CountedBody longer(numbers(300'000), 299'999);
  const auto answer = client.send({.method = HttpMethod::put, .url = server_.url("/x"), .body = &longer});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::io);
  EXPECT_THAT(server_.requests(), SizeIs(0));
}

TEST_F(HttpTest, AuthorizationGoesToItsHostAlone) {
  server_.on("/a", {.redirect = "/b"});
  server_.on("/b", {.redirect = server_.url("/c", "localhost")});
  server_.on("/c", {.body = "there"});
  HttpClient client(options());
  const auto answer = client.send({.url = server_.url("/a"), .authorization = "Bearer word"});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "there");
  EXPECT_EQ(answer->url, server_.url("/c", "localhost"));
  const auto requests = server_.requests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_EQ(requests[0].headers.at("authorization"), "Bearer word");
  EXPECT_EQ(requests[1].headers.at("authorization"), "Bearer word");
  EXPECT_FALSE(requests[2].headers.contains("authorization"));
}

TEST_F(HttpTest, WritesFollowNoRedirect) {
  server_.on("/x", {.status = 307, .redirect = "/y"});
  HttpClient client(options());
  const CountedBody body("text");
  const auto answer = client.send({.method = HttpMethod::put, .url = server_.url("/x"), .body = &body});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("elsewhere"));
  EXPECT_THAT(server_.requests(), SizeIs(1));
}

TEST_F(HttpTest, HeadersOfSeveralLinesAreRefused) {
  HttpClient client(options());
  for (const std::string& word : {std::string("a\r\nX: y"), std::string("a\ny"), std::string("a\0b", 3)}) {
    EXPECT_EQ(client.send({.url = server_.url("/x"), .authorization = word}).error().kind,
              ErrorKind::invalid_input);
    EXPECT_EQ(client.send({.url = server_.url("/x"), .headers = {{"X-Word", word}}}).error().kind,
              ErrorKind::invalid_input);
  }
  EXPECT_THAT(server_.requests(), SizeIs(0));
}

TEST_F(HttpTest, ADownloadGoesOnFromWhatACallBeforeItGave) {
  const std::string body = numbers(50'000);
  HttpClient client(options());
  for (const bool ranges : {true, false}) {
    SCOPED_TRACE(ranges);
    server_.on("/x", {.body = body, .etag = "\"1\"", .ranges = ranges});
    MemorySink sink;
    const auto answer = client.download({.url = server_.url("/x")}, sink, limit, 20'000);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(sink.text(), body.substr(20'000));
  }
  MemorySink nothing;
  server_.on("/x", {.body = body});
  EXPECT_TRUE(client.download({.url = server_.url("/x")}, nothing, limit, body.size()));
  EXPECT_EQ(nothing.text(), "");
}

TEST_F(HttpTest, ResolvesLocations) {
  const HttpUrl base = HttpUrl::parse("https://registry.example:5000/v2/a/blobs/uploads/").value();
  EXPECT_EQ(base.resolve("/v2/x?y=1")->request_url(), "https://registry.example:5000/v2/x?y=1");
  EXPECT_EQ(base.resolve("1234")->request_url(), "https://registry.example:5000/v2/a/blobs/uploads/1234");
  EXPECT_EQ(base.resolve("https://other.example/x")->request_url(), "https://other.example/x");
  EXPECT_EQ(base.resolve("http://u:p@other.example/x")->request_url(), "http://other.example/x");
  EXPECT_FALSE(base.resolve("ftp://other.example/x"));
  EXPECT_FALSE(base.resolve("https://other.example:port/"));
  EXPECT_FALSE(base.resolve(std::string(9'000, 'x')));
}

}  // namespace
}  // namespace hauberk
