// SPDX-License-Identifier: Apache-2.0
#include "io/egress.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdlib.h>

#include <cstring>

namespace hauberk {
namespace {

sockaddr_storage address_of(const std::string& text) {
  sockaddr_storage storage{};
  sockaddr_in in{};
  sockaddr_in6 in6{};
  if (::inet_pton(AF_INET, text.c_str(), &in.sin_addr) == 1) {
    in.sin_family = AF_INET;
    std::memcpy(&storage, &in, sizeof in);
  } else if (::inet_pton(AF_INET6, text.c_str(), &in6.sin6_addr) == 1) {
    in6.sin6_family = AF_INET6;
    std::memcpy(&storage, &in6, sizeof in6);
  } else {
    ADD_FAILURE() << "no address: " << text;
  }
  return storage;
}

TEST(Egress, PrivateAddresses) {
  const std::pair<const char*, bool> rows[] = {
      {"0.0.0.0", true},
      {"0.1.2.3", true},
      {"1.1.1.1", false},
      {"9.255.255.255", false},
      {"10.0.0.0", true},
      {"10.255.255.255", true},
      {"11.0.0.0", false},
      {"100.63.255.255", false},
      {"100.64.0.1", true},
      {"100.127.255.255", true},
      {"100.128.0.0", false},
      {"127.0.0.1", true},
      {"127.255.255.255", true},
      {"128.0.0.1", false},
      {"169.253.0.1", false},
      {"169.254.169.254", true},
      {"172.15.0.1", false},
      {"172.16.0.1", true},
      {"172.31.255.255", true},
      {"172.32.0.0", false},
      {"192.0.0.8", true},
      {"192.0.1.1", false},
      {"192.167.1.1", false},
      {"192.168.1.1", true},
      {"198.17.0.1", false},
      {"198.18.0.1", true},
      {"198.19.255.255", true},
      {"198.20.0.0", false},
      {"223.255.255.255", false},
      {"224.0.0.1", true},
      {"240.0.0.1", true},
      {"255.255.255.255", true},
      {"151.101.2.132", false},
      {"::", true},
      {"::1", true},
      {"::7f00:1", true},
      {"fe80::1", true},
      {"febf::1", true},
      {"fec0::1", true},
      {"fc00::1", true},
      {"fdff::1", true},
      {"ff02::1", true},
      {"2a04:4e42::644", false},
      {"2600:1f18::1", false},
      {"::ffff:10.0.0.1", true},
      {"::ffff:1.1.1.1", false},
      {"::ffff:169.254.169.254", true},
      {"64:ff9b::127.0.0.1", true},
      {"64:ff9b::1.1.1.1", false},
      {"64:ff9b:1::1.1.1.1", true},
      {"2002:7f00:1::", true},
      {"2002:101:101::", false},
      {"2001:0:53aa:64c:0:0:8000:1", true},
      {"100::1", true},
      {"4000::1", true},
  };
  for (const auto& [text, expected] : rows) {
    const sockaddr_storage storage = address_of(text);
    sockaddr address{};
    const auto* generic = reinterpret_cast<const sockaddr*>(&storage);
    EXPECT_EQ(is_private_address(*generic), expected) << text;
    EXPECT_EQ(names_private_address(text), expected) << text;
    address.sa_family = AF_UNIX;
    EXPECT_TRUE(is_private_address(address));
  }
}

TEST(Egress, NamesOfThisMachine) {
  for (const char* name : {"localhost", "localhost.", "a.localhost", "fe80::1%eth0", "127.0.0.1."}) {
    EXPECT_TRUE(names_private_address(name)) << name;
  }
  for (const char* name : {"localhost.example", "notlocalhost", "example.org", "10.example.org"}) {
    EXPECT_FALSE(names_private_address(name)) << name;
  }
}

TEST(Egress, HostsThatMayBePrivate) {
  EXPECT_FALSE(allows_private({}, "a"));
  EXPECT_TRUE(allows_private({.allow_private_addresses = true}, "a"));
  EXPECT_TRUE(allows_private({.allow_private_hosts = {"b", "a"}}, "a"));
  EXPECT_FALSE(allows_private({.allow_private_hosts = {"a"}}, "x.a"));
}

class ProxyTest : public ::testing::Test {
 protected:
  ProxyTest() { clear(); }
  ~ProxyTest() override { clear(); }
  static void clear() {
    for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy",
                             "ALL_PROXY", "no_proxy", "NO_PROXY"}) {
      ::unsetenv(name);
    }
  }
  static std::string proxy_for(const std::string& url) {
    return ProxySettings::of_environment().proxy_for(*HttpUrl::parse(url));
  }
};

TEST_F(ProxyTest, OfTheEnvironment) {
  EXPECT_EQ(proxy_for("http://host/"), "");
  ::setenv("HTTP_PROXY", "http://cgi", 1);
  EXPECT_EQ(proxy_for("http://host/"), "");  // a request header in a CGI program
  ::setenv("ALL_PROXY", "socks5h://all", 1);
  EXPECT_EQ(proxy_for("http://host/"), "socks5h://all");
  EXPECT_EQ(proxy_for("https://host/"), "socks5h://all");
  ::setenv("http_proxy", "http://one", 1);
  ::setenv("HTTPS_PROXY", "http://two", 1);
  EXPECT_EQ(proxy_for("http://host/"), "http://one");
  EXPECT_EQ(proxy_for("https://host/"), "http://two");
}

TEST_F(ProxyTest, AndItsExceptions) {
  ::setenv("http_proxy", "http://proxy", 1);
  ::setenv("no_proxy", "example.org, .sub.example.net 10.0.0.1,", 1);
  const std::pair<const char*, bool> rows[] = {
      {"http://example.org/", false},       {"http://EXAMPLE.org:8080/", false},
      {"http://a.example.org/", false},     {"http://badexample.org/", true},
      {"http://example.org.evil/", true},   {"http://sub.example.net/", false},
      {"http://x.sub.example.net/", false}, {"http://example.net/", true},
      {"http://10.0.0.1/", false},          {"http://10.0.0.10/", true},
  };
  for (const auto& [url, by_proxy] : rows) EXPECT_EQ(!proxy_for(url).empty(), by_proxy) << url;
  ::setenv("no_proxy", "*", 1);
  EXPECT_EQ(proxy_for("http://anything/"), "");
}

TEST(HttpUrl, TakesUrlsApart) {
  const auto url = HttpUrl::parse("HTTPS://User:p%40ss@Example.ORG:8443/a%20b?q=1#f");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_EQ(url->scheme(), "https");
  EXPECT_EQ(url->host(), "example.org");
  EXPECT_EQ(url->port(), "8443");
  EXPECT_EQ(url->user(), "User");
  EXPECT_EQ(url->password(), "p@ss");
  EXPECT_EQ(url->request_url(), "https://Example.ORG:8443/a%20b?q=1");
  EXPECT_EQ(HttpUrl::parse("http://[::1]:80/")->host(), "::1");
  EXPECT_EQ(HttpUrl::parse("http://host")->port(), "80");
  EXPECT_EQ(HttpUrl::parse("https://host")->port(), "443");
  EXPECT_EQ(HttpUrl::parse("http://0x7f.1/")->host(), "127.0.0.1");
}

TEST(HttpUrl, RefusesWhatIsNone) {
  for (const std::string& text :
       {std::string(), std::string("host/path"), std::string("ftp://host/"),
        std::string("file:///etc/passwd"), std::string("http://"), std::string("http://host:99999/"),
        std::string("http://a b/"), std::string("http://host/\r\nX: y"), std::string("http://host/a\0b", 15),
        "http://host/" + std::string(10'000, 'a'), std::string("javascript:alert(1)")}) {
    const auto url = HttpUrl::parse(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().kind, ErrorKind::invalid_input) << text;
  }
}

TEST(HttpUrl, WhoSharesCredentials) {
  struct Row {
    const char* from;
    const char* to;
    bool shared;
  };
  const Row rows[] = {
      {"http://a/x", "http://A/y", true},          {"http://a/x", "https://a/y", true},
      {"https://a/x", "http://a/y", false},        {"http://a:8080/", "https://a/", false},
      {"http://a/", "http://a:81/", false},        {"https://a/", "https://b/", false},
      {"https://a.b/", "https://b/", false},       {"https://a/", "https://a:443/", true},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(HttpUrl::parse(row.from)->shares_credentials_with(*HttpUrl::parse(row.to)), row.shared)
        << row.from << " " << row.to;
  }
}

}  // namespace
}  // namespace hauberk
