// SPDX-License-Identifier: Apache-2.0
#include "io/subprocess.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "io/dir.h"
#include "io/test_folder.h"

namespace hauberk {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Command shell(std::string script) { return {.argv = {"sh", "-c", std::move(script)}}; }

TEST(Subprocess, GivesOutputErrorsAndExitCode) {
  const auto result = run(shell("echo out; echo err >&2; exit 7"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->output, "out\n");
  EXPECT_EQ(result->error_output, "err\n");
  EXPECT_EQ(result->exit_code, 7);
}

TEST(Subprocess, AKilledOneIs128AndTheSignal) { EXPECT_EQ(run(shell("kill -TERM $$"))->exit_code, 128 + 15); }

TEST(Subprocess, ArgumentsAreNotInterpreted) {
  const auto result = run({.argv = {"printf", "%s|", "a b", "$HOME", "; echo x", ""}});
  EXPECT_EQ(result->output, "a b|$HOME|; echo x||");
}

TEST(Subprocess, InputIsGivenWhole) {
  std::string text(3 << 20, 'x');
  text += "end";
  auto command = shell("cat");
  command.input = text;
  EXPECT_EQ(run(command)->output, text);
  command = shell("exit 3");  // reads none of it
  command.input = text;
  EXPECT_EQ(run(command)->exit_code, 3);
  EXPECT_EQ(run(shell("cat"))->output, "");
}

TEST(Subprocess, TheEnvironmentIsWhatIsPassed) {
  ASSERT_EQ(::setenv("HAUBERK_TEST_SECRET", "x", 1), 0);
  Command command{.argv = {"env"}, .environment = {{"A", "1 2"}}};
  EXPECT_THAT(run(command)->output, StartsWith("A=1 2\nPATH=/"));
  command.environment.emplace_back("PATH", "/nowhere");
  EXPECT_EQ(run(command)->output, "A=1 2\nPATH=/nowhere\n");
  ::unsetenv("HAUBERK_TEST_SECRET");
}

TEST(Subprocess, DescriptorsAreClosed) {
  const Fd leaky(::open("/dev/null", O_RDONLY));  // without O_CLOEXEC
  const auto result = run(shell("ls /proc/self/fd"));
  EXPECT_EQ(result->output, "0\n1\n2\n3\n");  // 3 is the folder that ls reads
}

TEST(Subprocess, RunsInItsDirectory) {
  const TestFolder folder;
  auto command = shell("pwd");
  command.directory = folder.path();
  EXPECT_EQ(run(command)->output, folder.path() + "\n");
  command.directory = folder.path() + "/none";
  EXPECT_EQ(run(command).error().kind, ErrorKind::not_found);
}

TEST(Subprocess, WhatDoesNotExist) {
  for (const char* name : {"hauberk-no-such-program", "/nowhere/program", "./hauberk-none", ""}) {
    SCOPED_TRACE(name);
    const auto result = run({.argv = {name}});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::not_found) << result.error().message;
  }
  EXPECT_EQ(run({.argv = {"/etc/passwd"}}).error().kind, ErrorKind::io);  // not executable
}

TEST(Subprocess, TooMuchOutputEndsIt) {
  for (const char* script : {"yes", "yes >&2"}) {
    auto command = shell(script);
    command.output_limit_bytes = 100'000;
    const auto result = run(command);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::limit_exceeded);
    EXPECT_THAT(result.error().message, HasSubstr("more than 100000 bytes"));
  }
}

// The child of the program is in its process group, so it ends too: else it would make the file.
TEST(Subprocess, TooMuchTimeEndsItAndItsChildren) {
  const TestFolder folder;
  ASSERT_EQ(::mkfifo((folder.path() + "/pipe").c_str(), 0600), 0);
  // Both wait for the pipe; the reader end opens when the child opens it, and ends when it is killed.
  auto command = shell("(exec 3<>pipe; echo up >started; read x <&3) & wait");
  command.directory = folder.path();
  command.timeout = std::chrono::milliseconds(500);
  const auto result = run(command);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::limit_exceeded);
  EXPECT_THAT(result.error().message, HasSubstr("within 500 ms"));
  // Nobody holds the pipe for reading any more, once the kernel has put the killed child away.
  int writer = -1;
  for (int i = 0; i < 500; ++i) {
    writer = ::open((folder.path() + "/pipe").c_str(), O_WRONLY | O_NONBLOCK);
    if (writer < 0) break;
    ::close(writer);
    ::usleep(10'000);
  }
  EXPECT_LT(writer, 0);
}

TEST(Subprocess, ALeftOverChildIsNotWaitedFor) {
  auto command = shell("sleep 20 & echo $!");
  command.timeout = std::chrono::milliseconds(10'000);
  const auto result = run(command);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_GT(std::stoi(result->output), 1);
  ::kill(std::stoi(result->output), SIGKILL);
}

TEST(Subprocess, FindProgram) {
  EXPECT_THAT(*find_program("sh"), EndsWith("/sh"));
  EXPECT_TRUE(find_program("ldconfig"));  // in /sbin, which users do not have in PATH
  for (const char* name : {"hauberk-none", "../bin/sh", "/bin/sh", ""}) {
    EXPECT_EQ(find_program(name).error().kind, ErrorKind::not_found) << name;
  }
}

}  // namespace
}  // namespace hauberk
