// SPDX-License-Identifier: Apache-2.0
#include "trial/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

using testing::HasSubstr;

TEST(ParseTrialCommand, Accepts) {
  struct Row {
    std::string summary, text;
    TrialCommand command;
  };
  const std::vector<Row> rows{
      {"inside", "/bin/a 'b c'", InsideCommand{{"/bin/a", "b c"}}},
      {"inside, by the image's PATH", "nginx -t", InsideCommand{{"nginx", "-t"}}},
      {"the least of @http", "@http GET /", HttpCommand{"GET", "/", {}, {}, "", 1}},
      {"with a status", "@http GET /x 404", HttpCommand{"GET", "/x", {}, 404, "", 1}},
      {"with a text", "@http GET / 'A page'", HttpCommand{"GET", "/", {}, {}, "A page", 1}},
      {"with both", "@http POST /x 201 made", HttpCommand{"POST", "/x", {}, 201, "made", 1}},
      {"a number as text", "@http GET / 200 404", HttpCommand{"GET", "/", {}, 200, "404", 1}},
      {"four digits are a text", "@http GET / 2000", HttpCommand{"GET", "/", {}, {}, "2000", 1}},
      {"times and port", "@http x1000 :81 GET /", HttpCommand{"GET", "/", 81, {}, "", 1000}},
      {"port and times", "@http :81 x2 GET /", HttpCommand{"GET", "/", 81, {}, "", 2}},
      {"@tcp with escapes", R"(@tcp "PING\r\n" "+PONG\r\n")", TcpCommand{"PING\r\n", "+PONG\r\n", {}, 1}},
      {"@tcp with all escapes", R"(@tcp '\t\0\\\x41\xfF' '')",
       TcpCommand{std::string("\t\0\\A\xff", 5), "", {}, 1}},
      {"@tcp elsewhere", "@tcp :6379 x3 a b", TcpCommand{"a", "b", 6379, 3}},
      {"@stays", "@stays 30", StaysCommand{30}},
      {"@stop", "@stop", StopCommand{}},
      {"@start", "@start", StartCommand{}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto command = parse_trial_command(row.text);
    ASSERT_TRUE(command) << command.error().message;
    EXPECT_EQ(*command, row.command);
  }
}

TEST(ParseTrialCommand, Refuses) {
  struct Row {
    std::string summary, text, why;
  };
  const std::vector<Row> rows{
      {"no words", "  ", "no words"},
      {"an unknown word", "@htp GET /", "did you mean @http"},
      {"a word like none", "@restart-everything", "there are @http, @tcp"},
      {"no path", "@http GET", "lacks its method or path"},
      {"a method in small letters", "@http get /", "no method"},
      {"a path that is relative", "@http GET x", "no path"},
      {"a path with a blank", "@http GET '/a b'", "no path"},
      {"a path with a line end", "@http GET '/a\nX: y'", "no path"},
      {"too many words", "@http GET / 200 a b", "'b' is too much"},
      {"port 0", "@http :0 GET /", "no port"},
      {"a port too high", "@http :65536 GET /", "no port"},
      {"no times at all", "@http x0 GET /", "number of times"},
      {"times that are no number", "@http x1y GET /", "number of times"},
      {"one text", "@tcp a", "two texts"},
      {"three texts", "@tcp a b c", "two texts"},
      {"an escape that is none", R"(@tcp "\q" b)", "backslash"},
      {"an escape cut short", R"(@tcp '\x4' b)", "backslash"},
      {"a backslash at the end", R"(@tcp 'a\' b)", "backslash"},
      {"no seconds", "@stays", "number of seconds"},
      {"seconds below zero", "@stays -1", "number of seconds"},
      {"seconds with a unit", "@stays 30s", "number of seconds"},
      {"something after @stop", "@stop now", "too much"},
      {"something after @start", "@start 1", "too much"},
      {"an open quote", "@tcp 'a b", "not closed"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto command = parse_trial_command(row.text);
    ASSERT_FALSE(command);
    EXPECT_EQ(command.error().kind, ErrorKind::invalid_input);
    EXPECT_THAT(command.error().message, HasSubstr(row.why));
  }
}

}  // namespace
}  // namespace hauberk
