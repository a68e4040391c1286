// The commands of a test. See command.h.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/command.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "base/nearest.h"
#include "trial/words.h"

namespace hauberk {
namespace {

constexpr std::uint32_t most_times = 1'000'000;
constexpr std::uint32_t most_seconds = 86'400;
constexpr std::array<std::string_view, 5> prober_words{"@http", "@tcp", "@stays", "@stop", "@start"};

using Words = std::span<const std::string>;

std::unexpected<Error> wrong(std::string_view why, std::string_view usage) {
  return fail(ErrorKind::invalid_input, "{}; it is written {}", why, usage);
}

// A whole number from 1 to `most`, in decimal digits only.
std::optional<std::uint32_t> number(std::string_view text, std::uint32_t most) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > most) return {};
  return value;
}

struct Leading {
  std::optional<std::uint16_t> port;
  std::uint32_t times = 1;
  Words rest;
};

// The "xTIMES" and ":PORT" that @http and @tcp may begin with, in either order.
Result<Leading> leading(Words words, std::string_view usage) {
  Leading found{.port = {}, .times = 1, .rest = words};
  for (; !found.rest.empty(); found.rest = found.rest.subspan(1)) {
    const std::string_view word = found.rest.front();
    if (word.starts_with(':')) {
      const auto port = number(word.substr(1), 65'535);
      if (!port) return wrong(fmt::format("'{}' is no port", word), usage);
      found.port = static_cast<std::uint16_t>(*port);
    } else if (word.size() > 1 && word[0] == 'x' && word[1] >= '0' && word[1] <= '9') {
      const auto times = number(word.substr(1), most_times);
      if (!times)
        return wrong(fmt::format("'{}' is no number of times from 1 to {}", word, most_times), usage);
      found.times = *times;
    } else {
      break;
    }
  }
  return found;
}

bool is_method(std::string_view text) {
  return !text.empty() && text.size() <= 32 &&
         std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; });
}

bool is_request_path(std::string_view text) {
  return text.starts_with('/') && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 127; });
}

Result<TrialCommand> http_command(Words words) {
  constexpr std::string_view usage = "@http [xTIMES] [:PORT] METHOD PATH [STATUS] [TEXT]";
  TRY(const Leading start, leading(words, usage));
  Words rest = start.rest;
  if (rest.size() < 2) return wrong("@http lacks its method or path", usage);
  if (!is_method(rest[0])) return wrong(fmt::format("'{}' is no method such as GET", rest[0]), usage);
  if (!is_request_path(rest[1])) {
    return wrong(fmt::format("'{}' is no path: it begins with / and has no blanks", rest[1]), usage);
  }
  HttpCommand command{rest[0], rest[1], start.port, {}, {}, start.times};
  rest = rest.subspan(2);
  if (!rest.empty() && rest[0].size() == 3) {
    if (const auto status = number(rest[0], 999); status && *status >= 100) {
      command.status = static_cast<int>(*status);
      rest = rest.subspan(1);
    }
  }
  if (!rest.empty()) {
    command.text = rest[0];
    rest = rest.subspan(1);
  }
  if (!rest.empty()) return wrong(fmt::format("'{}' is too much", rest[0]), usage);
  return command;
}

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return {};
}

// C-like escapes: \r \n \t \0 \\ and \xHH.
Result<std::string> unescape(std::string_view text, std::string_view usage) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    const char escape = ++i < text.size() ? text[i] : ' ';
    constexpr std::string_view letters = "rnt0\\", values("\r\n\t\0\\", 5);
    if (const auto at = letters.find(escape); at != std::string_view::npos) {
      bytes += values[at];
      continue;
    }
    const auto high = i + 1 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
    if (escape != 'x' || !high || !low) {
      return wrong(fmt::format("'{}' has a backslash before none of r n t 0 \\ xHH", text), usage);
    }
    bytes += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return bytes;
}

Result<TrialCommand> tcp_command(Words words) {
  constexpr std::string_view usage = "@tcp [xTIMES] [:PORT] \"SEND\" \"EXPECT\"";
  TRY(const Leading start, leading(words, usage));
  if (start.rest.size() != 2) return wrong("@tcp takes two texts, what to send and what to expect", usage);
  TRY(std::string send, unescape(start.rest[0], usage));
  TRY(std::string expect, unescape(start.rest[1], usage));
  return TcpCommand{std::move(send), std::move(expect), start.port, start.times};
}

Result<TrialCommand> stays_command(Words words) {
  const auto seconds = words.size() == 1 ? number(words[0], most_seconds) : std::nullopt;
  if (!seconds) {
    return wrong(fmt::format("@stays takes a number of seconds from 1 to {}", most_seconds),
                 "@stays SECONDS");
  }
  return StaysCommand{*seconds};
}

template <class Command>
Result<TrialCommand> bare(Words words, std::string_view usage) {
  if (!words.empty()) return wrong(fmt::format("'{}' is too much", words[0]), usage);
  return Command{};
}

Result<TrialCommand> prober_command(std::string_view word, Words rest) {
  if (word == "@http") return http_command(rest);
  if (word == "@tcp") return tcp_command(rest);
  if (word == "@stays") return stays_command(rest);
  if (word == "@stop") return bare<StopCommand>(rest, "@stop");
  if (word == "@start") return bare<StartCommand>(rest, "@start");
  const auto near = nearest(word, prober_words);
  return fail(ErrorKind::invalid_input, "'{}' is no word of the prober{}; there are {}", word,
              near ? fmt::format(", did you mean {}?", *near) : std::string(), fmt::join(prober_words, ", "));
}

}  // namespace

Result<TrialCommand> parse_trial_command(std::string_view text) {
  TRY(const auto words, split_words(text));
  if (words.empty()) return fail(ErrorKind::invalid_input, "cannot run an empty command: it has no words");
  if (!words[0].starts_with('@')) return InsideCommand{words};
  auto command = prober_command(words[0], Words(words).subspan(1));
  if (!command) return wrap(command.error(), fmt::format("cannot read the command '{}'", text));
  return command;
}

}  // namespace hauberk
