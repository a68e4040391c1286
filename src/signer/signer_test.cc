// Client and server, each with the other.
//
// SPDX-License-Identifier: Apache-2.0
#include "signer/signer.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <thread>
#include <vector>

#include "attest/predicate.h"
#include "attest/verified.h"
#include "io/test_folder.h"
#include "signer/message.h"
#include "signer/socket.h"
#include "signer/test_signer.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

const Digest image = Digest::of(std::string_view("an image"));

Statement statement_of(std::string_view type) {
  return {{{"app", image}}, std::string(type), Json::object()};
}

class WithSocket : public testing::Test {
 protected:
  TestFolder folder_;
  std::string path_ = folder_.path() + "/signer.sock";
};

TEST_F(WithSocket, SignsSeveralThingsOverOneConnection) {
  RunningSigner running(ring_of({KeyName::build, KeyName::approval}), path_);
  auto signer = Signer::over(running.connect()).value();
  EXPECT_EQ(signer.public_key(KeyName::build).value(), running.key(KeyName::build));
  EXPECT_EQ(signer.public_key(KeyName::root).error().kind, ErrorKind::not_found);
  for (const auto type : {predicate::spdx, predicate::provenance, predicate::signature}) {
    const auto envelope = signer.sign_statement(KeyName::build, statement_of(type)).value();
    EXPECT_TRUE(verify_statement(envelope, running.key(KeyName::build), image, type));
    EXPECT_FALSE(verify_statement(envelope, running.key(KeyName::approval), image, type));
  }
  const auto simple =
      signer.sign_simple(KeyName::build, image, Reference::parse("example.org/app").value()).value();
  EXPECT_TRUE(running.key(KeyName::build).verify(simple.payload, simple.signature));
  EXPECT_EQ(running.lines().size(), 4u);
}

TEST_F(WithSocket, ARefusalIsNoEnd) {
  RunningSigner running(ring_of({KeyName::build}), path_);
  auto signer = Signer::over(running.connect()).value();
  const auto refused = signer.sign_statement(KeyName::build, statement_of(predicate::reproduced));
  EXPECT_EQ(refused.error().kind, ErrorKind::verification_failed);
  EXPECT_EQ(signer.sign_statement(KeyName::approval, statement_of(predicate::vex)).error().kind,
            ErrorKind::not_found);
  EXPECT_EQ(signer.sign_trust("{}").error().kind, ErrorKind::invalid_input);
  EXPECT_TRUE(signer.sign_statement(KeyName::build, statement_of(predicate::vex)));
  EXPECT_THAT(running.lines(), testing::ElementsAre(HasSubstr("refused"), HasSubstr("refused"),
                                                    HasSubstr("refused"), HasSubstr("signed vex")));
}

TEST_F(WithSocket, ServesSeveralAtOnce) {
  RunningSigner running(ring_of({KeyName::build}), path_);
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      auto signer = Signer::over(running.connect()).value();
      for (int j = 0; j < 10; ++j)
        EXPECT_TRUE(signer.sign_statement(KeyName::build, statement_of(predicate::spdx)));
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(running.lines().size(), 80u);
}

TEST_F(WithSocket, TakesALargeStatement) {
  RunningSigner running(ring_of({KeyName::build}), path_);
  auto signer = Signer::over(running.connect()).value();
  Statement statement = statement_of(predicate::spdx);
  statement.predicate["text"] = std::string(8 << 20, 'x');
  const auto envelope = signer.sign_statement(KeyName::build, statement).value();
  EXPECT_TRUE(verify_statement(envelope, running.key(KeyName::build), image, predicate::spdx));
}

// Whether the other end closes within a few seconds; what it says until then is in `heard`.
bool is_closed(const Fd& fd, std::string& heard) {
  char buffer[4096];
  const timeval patience{5, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  for (;;) {
    const ssize_t count = ::recv(fd.get(), buffer, sizeof buffer, 0);
    if (count <= 0) return count == 0 || errno == ECONNRESET;
    heard.append(buffer, static_cast<std::size_t>(count));
  }
}

TEST_F(WithSocket, DropsWhoeverIsSlow) {
  RunningSigner running(ring_of({KeyName::build}), path_,
                        {.message_timeout = std::chrono::milliseconds(50),
                         .idle_timeout = std::chrono::milliseconds(400)});
  const Fd slow = running.connect();
  ASSERT_EQ(::send(slow.get(), "\0\0\0", 3, 0), 3);
  const Fd silent = running.connect();
  std::string heard;
  EXPECT_TRUE(is_closed(slow, heard));
  EXPECT_TRUE(Signer::over(running.connect()));
  EXPECT_TRUE(is_closed(silent, heard));
  EXPECT_EQ(heard, "");
}

TEST_F(WithSocket, SaysWhyItEndsANonsense) {
  RunningSigner running(ring_of({KeyName::build}), path_);
  const Fd client = running.connect();
  ASSERT_EQ(::send(client.get(), "GET / HTTP/1.1\r\n\r\n", 18, 0), 18);
  std::string heard;
  EXPECT_TRUE(is_closed(client, heard));
  EXPECT_THAT(heard, HasSubstr("limit_exceeded"));
}

TEST_F(WithSocket, HoldsMoreClientsBack) {
  RunningSigner running(ring_of({KeyName::build}), path_, {.most_connections = 2});
  auto first = std::make_unique<Signer>(Signer::over(running.connect()).value());
  const auto second = Signer::over(running.connect()).value();
  std::thread later([&] { EXPECT_TRUE(Signer::over(running.connect())); });
  EXPECT_TRUE(first->sign_statement(KeyName::build, statement_of(predicate::spdx)));
  first.reset();
  later.join();
}

TEST_F(WithSocket, IsTheOnlyOneAtItsPath) {
  {
    RunningSigner running(ring_of({KeyName::build}), path_);
    const auto second = ListeningSocket::at(path_, false);
    EXPECT_EQ(second.error().kind, ErrorKind::conflict);
    EXPECT_TRUE(Signer::over(running.connect()));
  }
  EXPECT_FALSE(connect_to(path_).value());
  // One that died leaves its name; the next one takes it.
  {
    const Fd dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::ranges::copy(path_, address.sun_path);
    ASSERT_EQ(::bind(dead.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  EXPECT_FALSE(connect_to(path_).value());
  const RunningSigner next(ring_of({KeyName::build}), path_);
  EXPECT_TRUE(Signer::over(next.connect()));
}

TEST_F(WithSocket, TakesAwayNoFile) {
  std::ofstream(path_) << "somebody's";
  EXPECT_EQ(ListeningSocket::at(path_, false).error().kind, ErrorKind::io);
  std::ifstream file(path_);
  std::string text;
  std::getline(file, text);
  EXPECT_EQ(text, "somebody's");
  EXPECT_EQ(ListeningSocket::at(folder_.path() + "/" + std::string(120, 'x'), false).error().kind,
            ErrorKind::invalid_input);
}

TEST(Refuse, TellsTheFirstRequest) {
  auto ends = socket_pair().value();
  std::thread signer([fd = std::move(ends.second)]() mutable {
    refuse(std::move(fd), {ErrorKind::verification_failed, "the passphrase is wrong"}, {});
  });
  const auto refused = Signer::over(std::move(ends.first));
  signer.join();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), (Error{ErrorKind::verification_failed, "the passphrase is wrong"}));
}

// A signer that answers with anything but a signature of its key.
TEST(Signer, BelievesNoSigner) {
  auto ends = socket_pair().value();
  std::thread liar([fd = std::move(ends.second)] {
    const auto key = PrivateKey::generate(KeyKind::ed25519).value();
    MessageReader reader;
    const auto wait = [&] {
      char buffer[4096];
      while (!reader.next().value())
        reader.feed({buffer, static_cast<std::size_t>(::recv(fd.get(), buffer, 4096, 0))});
    };
    const auto say = [&](const Message& message) {
      const std::string bytes = bytes_of(message).value();
      EXPECT_EQ(::send(fd.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    };
    wait();
    say({{{"keys", {{"build", key.public_key().pem()}}}}, ""});
    wait();
    say({{{"signature", "AAAA"}}, ""});
    wait();
    say({{{"keys", Json::object()}}, ""});
    wait();
  });
  auto signer = Signer::over(std::move(ends.first)).value();
  const auto envelope = signer.sign_statement(KeyName::build, statement_of(predicate::spdx));
  EXPECT_EQ(envelope.error().kind, ErrorKind::verification_failed);
  EXPECT_EQ(signer.sign_statement(KeyName::build, statement_of(predicate::spdx)).error().kind,
            ErrorKind::invalid_input);
  const auto gone = signer.sign_statement(KeyName::build, statement_of(predicate::spdx));
  EXPECT_EQ(gone.error().kind, ErrorKind::io);
  EXPECT_THAT(gone.error().message, HasSubstr("ended"));
  liar.join();
}

}  // namespace
}  // namespace hauberk
