// hauberk feed: where knowledge of holes comes from, and how fresh it is.
//
// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.h"
#include "fetch/fetch.h"
#include "io/clock.h"
#include "io/http.h"
#include "io/named_file.h"
#include "scan/feed_store.h"

namespace hauberk {
namespace {

constexpr std::uint64_t feed_limit = std::uint64_t{2} << 30;
constexpr std::size_t lines_shown = 50;

struct FeedCommand {
  std::string name, source, kind, date;
  std::vector<std::string> names;
  int max_age_hours = 0;
};

bool is_url(std::string_view source) {
  return source.starts_with("http://") || source.starts_with("https://");
}

Result<std::string> bytes_of(const Store& store, const std::string& source) {
  if (!is_url(source)) return read_named_file(source, feed_limit);
  HttpClient http(http_options(store.config().upstreams));
  MemorySink sink;
  TRY_STATUS(http.get(source, sink, feed_limit));
  return sink.take();
}

std::string file_name_of(const std::string& source) {
  const std::string path = is_url(source) ? public_url(source) : source;
  return path.substr(path.rfind('/') + 1);
}

Json json_of(const Feed& feed, std::int64_t now) {
  Json json = {{"name", feed.name},
               {"kind", name_of(feed.kind)},
               {"source", public_source(feed.source)},
               {"max_age_hours", feed.max_age_hours},
               {"current", nullptr},
               {"pending", nullptr},
               {"stale", is_stale(feed, now)},
               {"turned_off", feed.turned_off}};
  const auto version = [](const FeedVersion& v) {
    return Json{{"digest", v.digest}, {"date", v.date}, {"fetched", v.fetched}, {"size_bytes", v.size_bytes}};
  };
  if (feed.current) json["current"] = version(*feed.current);
  if (feed.pending) json["pending"] = version(*feed.pending);
  return json;
}

std::string text_of(const Feed& feed, std::int64_t now) {
  std::string text =
      fmt::format("{}  {}  from {}\n", feed.name, name_of(feed.kind), public_source(feed.source));
  if (feed.current) {
    text += fmt::format("  of {}, {} bytes, {}{}\n", feed.current->date, feed.current->size_bytes,
                        feed.current->digest, is_stale(feed, now) ? "  TOO OLD" : "");
  } else {
    text += "  nothing fetched yet\n";
  }
  if (!feed.pending) return text;
  text += fmt::format("  an update of {} turns {} findings off and waits: `hauberk feed accept {}`\n",
                      feed.pending->date, feed.turned_off.size(), feed.name);
  for (std::size_t i = 0; i < feed.turned_off.size() && i < lines_shown; ++i) {
    text += fmt::format("    {}\n", feed.turned_off[i]);
  }
  if (feed.turned_off.size() > lines_shown) {
    text += fmt::format("    and {} more (--json lists all)\n", feed.turned_off.size() - lines_shown);
  }
  return text;
}

void show(Session& session, const std::vector<Feed>& feeds) {
  const std::int64_t now = to_unix(system_clock().now());
  Json list = Json::array();
  for (const Feed& feed : feeds) {
    session.print(text_of(feed, now));
    list.push_back(json_of(feed, now));
  }
  if (feeds.empty()) session.print("There is no feed yet; `hauberk feed add --help` shows how to add one.\n");
  session.print_json({{"feeds", std::move(list)}});
}

Result<Feed> update(const Store& store, const Feed& feed, const std::string& source,
                    const std::string& date) {
  TRY(const std::string bytes, bytes_of(store, source));
  const std::string file_name = file_name_of(source);
  return FeedStore(store).update(feed.name, {.file_name = file_name,
                                             .bytes = bytes,
                                             .date = date,
                                             .now = to_unix(system_clock().now())});
}

// What cannot be read at once is not kept as a feed.
Status add(Session& session, const FeedCommand& command) {
  TRY(const auto store, session.open_store());
  Feed feed;
  feed.name = command.name;
  TRY(feed.kind, parse_feed_kind(command.kind.empty() ? command.name : command.kind));
  feed.source = command.source;
  feed.max_age_hours = command.max_age_hours > 0 ? command.max_age_hours : default_max_age_hours(feed.kind);
  const FeedStore feeds(*store);
  TRY_STATUS(feeds.add(feed));
  auto updated = update(*store, feed, feed.source, command.date);
  if (!updated) {
    TRY_STATUS(feeds.remove(feed.name));
    return std::unexpected(updated.error());
  }
  show(session, {*updated});
  return {};
}

// All of them are tried; the first error is told at the end.
Status update_all(Session& session, const FeedCommand& command) {
  TRY(const auto store, session.open_store());
  const FeedStore feeds(*store);
  TRY(std::vector<Feed> chosen, feeds.list());
  if (!command.names.empty()) {
    chosen.clear();
    for (const std::string& name : command.names) {
      TRY(Feed feed, feeds.find(name));
      chosen.push_back(std::move(feed));
    }
  }
  Status result;
  std::vector<Feed> updated;
  for (const Feed& feed : chosen) {
    auto done = update(*store, feed, command.source.empty() ? feed.source : command.source, command.date);
    if (done) {
      updated.push_back(*std::move(done));
    } else if (result) {
      result = std::unexpected(done.error());
    } else {
      session.warn(done.error().message);
    }
  }
  if (!updated.empty() || result) show(session, updated);
  return result;
}

Status accept(Session& session, const FeedCommand& command) {
  TRY(const auto store, session.open_store());
  TRY(const Feed feed, FeedStore(*store).accept(command.name));
  show(session, {feed});
  return {};
}

Status list(Session& session) {
  TRY(const auto store, session.open_store());
  TRY(const auto feeds, FeedStore(*store).list());
  show(session, feeds);
  return {};
}

template <class Work>
void set_callback(CLI::App& verb, Session& session, Work work) {
  verb.callback([&session, work] {
    if (const Status done = work(); !done) session.error(done.error());
  });
}

void add_add(CLI::App& feed, Session& session, const std::shared_ptr<FeedCommand>& command) {
  auto* verb = feed.add_subcommand("add", "Add a feed, and fetch it");
  verb->add_option("NAME", command->name, "What to call it, for example debian-tracker")->required();
  verb->add_option("SOURCE", command->source, "A URL or a file")->required();
  verb->add_option("--kind", command->kind,
                   "debian-tracker, osv, kev, epss or debian-security-support; NAME if it is one of these");
  verb->add_option("--max-age-hours", command->max_age_hours, "After which results say \"unknown\"");
  verb->add_option("--date", command->date,
                   "When it was made (RFC 3339), of a feed that does not say so itself");
  verb->footer(
      "Example:\n  hauberk feed add debian-tracker https://security-tracker.debian.org/tracker/data/json\n"
      "  hauberk feed add npm osv-npm-all.zip --kind osv");
  set_callback(*verb, session, [&session, command] { return add(session, *command); });
}

void add_update(CLI::App& feed, Session& session, const std::shared_ptr<FeedCommand>& command) {
  auto* verb = feed.add_subcommand("update", "Fetch feeds anew; an older one than the last is refused");
  verb->add_option("NAME", command->names, "Which; all if none is named");
  verb->add_option("--from", command->source, "Another URL or file, this time");
  verb->add_option("--date", command->date,
                   "When it was made (RFC 3339), of a feed that does not say so itself");
  verb->footer("Example:\n  hauberk feed update");
  set_callback(*verb, session, [&session, command] { return update_all(session, *command); });
}

}  // namespace

void add_feed(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("feed", "Where knowledge of holes comes from: add, update, list, accept");
  verb->require_subcommand(1);
  auto command = std::make_shared<FeedCommand>();
  add_add(*verb, session, command);
  add_update(*verb, session, command);
  auto* listing = verb->add_subcommand("list", "Show the feeds, their dates, and what waits");
  listing->footer("Example:\n  hauberk feed list --json");
  set_callback(*listing, session, [&session] { return list(session); });
  auto* accepting = verb->add_subcommand("accept", "Let an update count that turns findings off");
  accepting->add_option("NAME", command->name, "Of the feed")->required();
  accepting->footer("Example:\n  hauberk feed accept debian-tracker");
  set_callback(*accepting, session, [&session, command] { return accept(session, *command); });
  verb->footer("Example:\n  hauberk feed list\n  hauberk feed update");
}

}  // namespace hauberk
