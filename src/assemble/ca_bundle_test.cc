// Tests of the CA bundle. The links' names were made by `openssl rehash` of OpenSSL 3.0.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/ca_bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assemble/test_tree.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Two certificates of one subject, CN=Example Root (hash 506215f7), and CN=Other Root (85cb99c3).
constexpr std::string_view example_a = R"(-----BEGIN CERTIFICATE-----
MIIBcDCCARagAwIBAgIBATAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxFeGFtcGxl
IFJvb3QwHhcNMjYxMTI0MjAwNTE4WhcNMzYxMTIxMjAwNTE4WjAXMRUwEwYDVQQD
DAxFeGFtcGxlIFJvb3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAT3mx3JtCt1
d8+d8gw4PYDDY6pSOUyfjPV2SdLGHCRO2GhAAwukC90y5m1gXInN8/FYLxyqpLkU
y2r/W9D9l2wjo1MwUTAdBgNVHQ4EFgQUHrlUblNqrDyDcTfQDePfA/zpYjcwHwYD
VR0jBBgwFoAUHrlUblNqrDyDcTfQDePfA/zpYjcwDwYDVR0TAQH/BAUwAwEB/zAK
BggqhkjOPQQDAgNIADBFAiEAjYvf+u8F7+YTjZYVkUsDW1UjJ68o2ZZ2UUcrY+9f
XesCICWYi+VHQDez7+SC4bvMLtnbLxIWdj1aFBhPPXarvXHa
-----END CERTIFICATE-----
)";
constexpr std::string_view example_b = R"(-----BEGIN CERTIFICATE-----
MIIBcDCCARagAwIBAgIBATAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxFeGFtcGxl
IFJvb3QwHhcNMjYxMTI0MjAwNTE4WhcNMzYxMTIxMjAwNTE4WjAXMRUwEwYDVQQD
DAxFeGFtcGxlIFJvb3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQDwM9FRBgV
DLVCIDQYwmxCcZ6p2Ileg9MWbZPKU4R3dOIa6g4YjqZm+9dyJF/bgZJ2BRrHMfEw
oBVUylNwcV/Po1MwUTAdBgNVHQ4EFgQU1YuQGrC+H1f4T+cwXAcLMwRCWOwwHwYD
VR0jBBgwFoAU1YuQGrC+H1f4T+cwXAcLMwRCWOwwDwYDVR0TAQH/BAUwAwEB/zAK
BggqhkjOPQQDAgNIADBFAiATGfvg9J5S2E9slyEA8NDtmEBWQCkeT2zU3Hfxm6j/
BAIhAL+8QJi3mWLvbUukrz5uKtMJchL+w0NKXnp/+6kP8dvT
-----END CERTIFICATE-----
)";
constexpr std::string_view other = R"(-----BEGIN CERTIFICATE-----
MIIBbDCCARKgAwIBAgIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDApPdGhlciBS
b290MB4XDTI2MTEyNDIwMDUxOFoXDTM2MTEyMTIwMDUxOFowFTETMBEGA1UEAwwK
T3RoZXIgUm9vdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABI4uKm6e9KKpUm2r
/5414glBVCZpXpQyoKWNcfafLlb/WDZf7Zn33aUgfBCupNuDE+JFRoVyVpWljQeu
omkOSlCjUzBRMB0GA1UdDgQWBBTd8vkX9wDuhD3GJPigzO/lqIWW9TAfBgNVHSME
GDAWgBTd8vkX9wDuhD3GJPigzO/lqIWW9TAPBgNVHRMBAf8EBTADAQH/MAoGCCqG
SM49BAMCA0gAMEUCIQCfQ0+C9oBoy3acnYDxzyEXjE9noG6bRqj9HRGZDIPvJAIg
CyPYBGmaijotkpTIkx2xu3Xl0IN4UWP/+4yNw43qsyU=
-----END CERTIFICATE-----
)";

class CaBundle : public testing::Test {
 protected:
  void add(std::string path, std::string_view content) {
    tree[path].path = path;
    contents[std::move(path)] = content;
  }
  Result<std::vector<AddedFile>> make() {
    return ca_bundle(EffectsInput{.type_at = type_at(tree), .contents = contents},
                     "ca-certificates: CA bundle");
  }
  // "path" of a file, "path -> target" of a link.
  static std::vector<std::string> listing(const std::vector<AddedFile>& files) {
    std::vector<std::string> lines;
    for (const auto& file : files) {
      const bool link = file.entry.type == TarEntry::Type::symlink;
      lines.push_back(file.entry.path + (link ? " -> " + file.entry.link_target : ""));
    }
    return lines;
  }

  std::map<std::string, TarEntry> tree;
  std::map<std::string, std::string> contents;
};

TEST_F(CaBundle, MakesLinksAsRehashDoes) {
  add("usr/share/ca-certificates/mozilla/Example_A.crt", example_a);
  add("usr/share/ca-certificates/mozilla/Example_B.crt", example_b);
  add("usr/share/ca-certificates/mozilla/Other.crt", other);
  add("usr/share/ca-certificates/mozilla/Same_again.crt", other);
  const auto files = make();
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_THAT(listing(*files),
              ElementsAre("etc/ca-certificates.conf", "etc/ssl/certs/ca-certificates.crt",
                          "etc/ssl/certs/Example_A.pem -> /usr/share/ca-certificates/mozilla/Example_A.crt",
                          "etc/ssl/certs/Example_B.pem -> /usr/share/ca-certificates/mozilla/Example_B.crt",
                          "etc/ssl/certs/Other.pem -> /usr/share/ca-certificates/mozilla/Other.crt",
                          "etc/ssl/certs/Same_again.pem -> /usr/share/ca-certificates/mozilla/Same_again.crt",
                          "etc/ssl/certs/506215f7.0 -> Example_A.pem",
                          "etc/ssl/certs/506215f7.1 -> Example_B.pem",
                          "etc/ssl/certs/85cb99c3.0 -> Other.pem"));
}

TEST_F(CaBundle, JoinsCertificatesInOrderAndAddsAMissingNewline) {
  add("usr/local/share/ca-certificates/company.crt", example_b);
  add("usr/share/ca-certificates/b/Other.crt", other.substr(0, other.size() - 1));
  add("usr/share/ca-certificates/a/Example.crt", example_a);
  const auto files = make();
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_EQ((*files)[1].content, fmt::format("{}{}{}", example_a, other, example_b));
  EXPECT_EQ((*files)[1].entry.mode, 0644U);
  EXPECT_THAT((*files)[0].content, HasSubstr("deselected.\n#\na/Example.crt\nb/Other.crt\n"))
      << "local certificates are not listed in ca-certificates.conf";
}

TEST_F(CaBundle, NamesLinksAsUpdateCaCertificatesDoes) {
  add("usr/share/ca-certificates/x/A (new), B.crt", other);
  const auto files = make();
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_THAT(listing(*files), testing::Contains("etc/ssl/certs/A_=new=__B.pem -> "
                                                 "/usr/share/ca-certificates/x/A (new), B.crt"));
}

TEST_F(CaBundle, FileOfTwoCertificatesIsInTheBundleWithoutHashLink) {
  add("usr/local/share/ca-certificates/both.crt", fmt::format("{}{}", example_a, other));
  const auto files = make();
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_THAT(listing(*files),
              ElementsAre("etc/ca-certificates.conf", "etc/ssl/certs/ca-certificates.crt",
                          "etc/ssl/certs/both.pem -> /usr/local/share/ca-certificates/both.crt"));
}

TEST_F(CaBundle, RefusesWhatIsNoCertificate) {
  struct Row {
    std::string_view summary;
    std::string content;
  };
  const Row rows[] = {
      {"empty", ""},
      {"DER or noise", std::string("\x30\x82\x01\x00", 4)},
      {"a PEM frame around nothing", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"},
      {"another PEM object", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"},
      {"cut short", std::string(example_a.substr(0, 300))},
      {"larger than a megabyte", std::string(1 << 20, '\n') + std::string(example_a)},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    contents.clear();
    add("usr/share/ca-certificates/mozilla/Good.crt", other);
    add("usr/share/ca-certificates/mozilla/Strange.crt", row.content);
    const auto files = make();
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().kind, ErrorKind::invalid_input);
    EXPECT_THAT(files.error().message, HasSubstr("mozilla/Strange.crt"));
  }
}

TEST_F(CaBundle, RefusesToMakeAnEmptyBundle) {
  const auto files = make();
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().kind, ErrorKind::not_found);
}

TEST(IsCaCertificate, KnowsTheTwoFolders) {
  EXPECT_TRUE(is_ca_certificate("usr/share/ca-certificates/mozilla/A.crt"));
  EXPECT_TRUE(is_ca_certificate("usr/local/share/ca-certificates/company.crt"));
  EXPECT_FALSE(is_ca_certificate("usr/share/ca-certificates/mozilla/A.txt"));
  EXPECT_FALSE(is_ca_certificate("etc/ssl/certs/ca-certificates.crt"));
}

}  // namespace
}  // namespace hauberk
