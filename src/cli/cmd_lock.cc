// hauberk lock: which packages an image would be made of, as a document.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>

#include "cli/build_flags.h"
#include "cli/command.h"
#include "pipeline/lock_definition.h"

namespace hauberk {
namespace {

Result<Lock> make_lock(Session& session, const BuildFlags& flags) {
  TRY(const auto store, session.open_store());
  TRY(const BuildRequest request, flags.request());
  TRY(const DefinitionSource source,
      read_definition(request.definition, request.customisations, request.catalog_root));
  for (const std::string& warning : source.warnings) session.warn(warning);
  TRY_STATUS(check_buildable(source.definition));
  HttpClient http(http_options(store->config().upstreams));
  Fetcher fetcher(*store, http, system_clock(), session.progress(), {.offline = request.offline});
  auto lock = lock_definition(source, request.lock_request, *store, fetcher);
  session.progress().end();
  return lock;
}

}  // namespace

void add_lock(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("lock", "Write the lock of a definition to standard output");
  auto flags = std::make_shared<BuildFlags>();
  flags->add_to(*verb);
  verb->get_option("definition")->required();
  verb->footer(
      "Example:\n  hauberk lock catalog/nginx/debian-13/1.yaml > nginx.lock\n"
      "  hauberk build --locked nginx.lock\n\n"
      "The lock names every package with version, digest and URL, says why each is there, and which\n"
      "dependencies were dropped because their packages are banned.");
  verb->callback([&session, flags] {
    const auto lock = make_lock(session, *flags);
    if (!lock) return session.error(lock.error());
    std::fputs(text_of(*lock).c_str(), stdout);
  });
}

}  // namespace hauberk
