// SPDX-License-Identifier: Apache-2.0
#include "keys/passphrase.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <fstream>
#include <thread>
#include <vector>

#include "io/dir.h"
#include "io/test_folder.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

// A descriptor from which `text` can be read.
Fd pipe_with(std::string_view text) {
  int ends[2] = {-1, -1};
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  EXPECT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::close(ends[1]);
  return Fd(ends[0]);
}

// Neither credential nor terminal.
PassphraseSources sources_of(std::optional<int> fd) {
  return {.fd = fd, .credential = "hauberk-passphrase", .terminal = "/dev/null"};
}

Result<Secret> read_fd(std::string_view text, PassphraseUse use = PassphraseUse::existing) {
  const Fd fd = pipe_with(text);
  return read_passphrase(sources_of(fd.get()), use, "a test");
}

TEST(Passphrase, IsTheFirstLineOfADescriptor) {
  EXPECT_EQ(read_fd("open sesame\n").value().view(), "open sesame");
  EXPECT_EQ(read_fd("open sesame").value().view(), "open sesame");
  EXPECT_EQ(read_fd(" of \tall\r\nlines\n").value().view(), " of \tall\r");
  EXPECT_EQ(read_fd("").value().view(), "");
  EXPECT_EQ(read_fd(std::string(most_passphrase_bytes, 'x')).value().size(), most_passphrase_bytes);
  EXPECT_EQ(read_fd(std::string(most_passphrase_bytes + 1, 'x')).error().kind, ErrorKind::limit_exceeded);
}

TEST(Passphrase, LeavesTheNextLine) {
  const Fd fd = pipe_with("one\ntwo\n");
  EXPECT_EQ(read_passphrase(sources_of(fd.get()), PassphraseUse::existing, "a").value().view(), "one");
  EXPECT_EQ(read_passphrase(sources_of(fd.get()), PassphraseUse::existing, "b").value().view(), "two");
}

TEST(Passphrase, OfANewKeyIsNotEmpty) {
  EXPECT_EQ(read_fd("\n", PassphraseUse::chosen).error().kind, ErrorKind::invalid_input);
  EXPECT_TRUE(read_fd("x\n", PassphraseUse::chosen));
}

TEST(Passphrase, SaysWhereItMayComeFrom) {
  const auto none = read_passphrase(sources_of(std::nullopt), PassphraseUse::existing, "the build key");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::not_found);
  EXPECT_THAT(none.error().message, HasSubstr("--passphrase-fd"));
  EXPECT_THAT(none.error().message, HasSubstr("the build key"));
  const auto closed = read_passphrase(sources_of(987), PassphraseUse::existing, "a test");
  EXPECT_EQ(closed.error().kind, ErrorKind::io);
}

TEST(Passphrase, IsACredentialOfSystemd) {
  const TestFolder folder;
  std::ofstream(folder.path() + "/hauberk-passphrase") << "from systemd\n";
  ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
  EXPECT_EQ(read_passphrase(sources_of(std::nullopt), PassphraseUse::existing, "a").value().view(),
            "from systemd");
  const Fd fd = pipe_with("from a descriptor\n");
  EXPECT_EQ(read_passphrase(sources_of(fd.get()), PassphraseUse::existing, "a").value().view(),
            "from a descriptor");
  auto other = sources_of(std::nullopt);
  other.credential = "another";
  EXPECT_EQ(read_passphrase(other, PassphraseUse::existing, "a").error().kind, ErrorKind::not_found);
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

// A terminal of our own: what a person at it would see, and types.
class Pty : public testing::Test {
 protected:
  Pty() {
    int ours = -1, theirs = -1;
    char name[128] = {};
    EXPECT_EQ(::openpty(&ours, &theirs, name, nullptr, nullptr), 0);
    ours_ = Fd(ours);
    theirs_ = Fd(theirs);
    sources_ = {.fd = std::nullopt, .credential = "none-of-these", .terminal = name};
  }

  // Waits until the question is on the screen, then types.
  void answer(std::string_view question, std::string_view typed) {
    see(question);
    EXPECT_EQ(::write(ours_.get(), typed.data(), typed.size()), static_cast<ssize_t>(typed.size()));
  }

  void see(std::string_view text) {
    while (screen_.find(text, seen_) == screen_.npos) {
      pollfd watched{ours_.get(), POLLIN, 0};
      char buffer[256];
      const ssize_t count =
          ::poll(&watched, 1, 10'000) == 1 ? ::read(ours_.get(), buffer, sizeof buffer) : -1;
      ASSERT_GT(count, 0) << "waiting for " << text << ", seen " << screen_;
      screen_.append(buffer, static_cast<std::size_t>(count));
    }
    seen_ = screen_.find(text, seen_) + text.size();
  }

  bool echoes() const {
    termios state{};
    EXPECT_EQ(::tcgetattr(theirs_.get(), &state), 0);
    return (state.c_lflag & ECHO) != 0;
  }

  Fd ours_, theirs_;
  PassphraseSources sources_;
  std::string screen_;
  std::size_t seen_ = 0;
};

TEST_F(Pty, AsksWithoutEcho) {
  std::thread person([this] { answer("Passphrase for the build key: ", "open sesame\n"); });
  const auto passphrase = read_passphrase(sources_, PassphraseUse::existing, "the build key");
  person.join();
  EXPECT_EQ(passphrase.value().view(), "open sesame");
  EXPECT_TRUE(echoes());
  EXPECT_THAT(screen_, testing::Not(HasSubstr("sesame")));
}

TEST_F(Pty, AsksTwiceForANewOne) {
  std::thread person([this] {
    answer("Passphrase for a new key: ", "open sesame\n");
    answer("The same again: ", "open sesame\n");
  });
  EXPECT_EQ(read_passphrase(sources_, PassphraseUse::chosen, "a new key").value().view(), "open sesame");
  person.join();
  std::thread hasty([this] {
    answer("Passphrase for a new key: ", "open sesame\n");
    answer("The same again: ", "open sesamy\n");
  });
  EXPECT_EQ(read_passphrase(sources_, PassphraseUse::chosen, "a new key").error().kind,
            ErrorKind::invalid_input);
  hasty.join();
}

// Whether "open sesame" opens it; anything else is wrong.
Status open_sesame(const Secret& passphrase) {
  if (passphrase.view() == "open sesame") return {};
  return fail(ErrorKind::verification_failed, "not {} bytes", passphrase.size());
}

TEST_F(Pty, AsksAgainAfterAWrongOneUpToThreeTimes) {
  struct Row {
    std::vector<std::string_view> typed;
    std::optional<ErrorKind> fails;
  };
  for (const Row& row :
       {Row{{"open sesame"}, {}}, Row{{"sesamy", "open sesame"}, {}}, Row{{"sesamy", "", "open sesame"}, {}},
        Row{{"sesamy", "sesamo", "sesami"}, ErrorKind::verification_failed}}) {
    SCOPED_TRACE(row.typed.size());
    std::thread person([&] {
      for (const std::string_view each : row.typed) answer("the key: ", std::string(each) + "\n");
    });
    const Status opened = try_passphrase(sources_, "the key", open_sesame);
    person.join();
    EXPECT_EQ(opened.has_value(), !row.fails);
    if (!opened) {
      EXPECT_EQ(opened.error().message, "not 6 bytes") << "the last one's";
    }
    EXPECT_TRUE(echoes());
  }
  EXPECT_THAT(screen_, testing::Not(HasSubstr("sesam")));
}

TEST_F(Pty, AsksOnceWhereAnotherOneWouldNotHelp) {
  int asked = 0;
  const auto broken = [&](const Secret&) -> Status {
    ++asked;
    return fail(ErrorKind::invalid_input, "no key");
  };
  std::thread person([&] { answer("the key: ", "open sesame\n"); });
  EXPECT_EQ(try_passphrase(sources_, "the key", broken).error().kind, ErrorKind::invalid_input);
  person.join();
  EXPECT_EQ(asked, 1);
}

// Even with a terminal at hand: nobody said that a person is there.
TEST_F(Pty, ADescriptorsWrongOneIsTriedOnce) {
  const Fd fd = pipe_with("sesamy\nopen sesame\n");
  sources_.fd = fd.get();
  EXPECT_EQ(try_passphrase(sources_, "the key", open_sesame).error().kind, ErrorKind::verification_failed);
  EXPECT_TRUE(try_passphrase(sources_, "the key", open_sesame)) << "the next line is still there";
}

TEST_F(Pty, RefusesAnEndlessLine) {
  std::thread person([this] { answer(": ", std::string(most_passphrase_bytes + 2, 'x') + "\n"); });
  EXPECT_EQ(read_passphrase(sources_, PassphraseUse::existing, "a").error().kind, ErrorKind::limit_exceeded);
  person.join();
}

// A program that is interrupted while it asks leaves a terminal that shows again what is typed.
TEST_F(Pty, GivesTheEchoBackOnASignal) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto passphrase = read_passphrase(sources_, PassphraseUse::existing, "a test");
      ::_exit(passphrase ? 0 : 1);
    }
    see("a test: ");
    EXPECT_FALSE(echoes());
    ::kill(child, signal);
    int state = 0;
    EXPECT_EQ(::waitpid(child, &state, 0), child);
    EXPECT_TRUE(WIFSIGNALED(state) && WTERMSIG(state) == signal) << state;
    EXPECT_TRUE(echoes());
  }
}

}  // namespace
}  // namespace hauberk
