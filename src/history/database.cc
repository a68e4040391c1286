// SPDX-License-Identifier: Apache-2.0
#include "history/database.h"

#include <soci/sqlite3/soci-sqlite3.h>

namespace hauberk {
namespace {

constexpr int current_version = 1;
constexpr int lock_timeout_ms = 30'000;
constexpr const char* file_name = "hauberk.db";

// The value of a connection string, which SOCI splits at blanks unless it is quoted.
Result<std::string> connection_text(const Store& store) {
  const std::string path = fmt::format("{}/{}", store.path(), file_name);
  if (path.contains('"')) {
    return fail(ErrorKind::unsupported,
                "cannot open {}: a store's path must not have a quotation mark in it; move the store", path);
  }
  // Seconds to wait while another process writes.
  return fmt::format("dbname=\"{}\" timeout={}", path, lock_timeout_ms / 1'000);
}

int schema_version(soci::session& sql) {
  int tables = 0;
  sql << "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema'", soci::into(tables);
  if (tables == 0) return 0;
  int version = 0;
  sql << "SELECT version FROM schema", soci::into(version);
  return version;
}

void make_schema(soci::session& sql) {
  sql << "CREATE TABLE schema (version INTEGER NOT NULL)";
  sql << "CREATE TABLE tags (repository TEXT NOT NULL, tag TEXT NOT NULL, media_type TEXT NOT NULL, "
         "digest TEXT NOT NULL, size_bytes BIGINT NOT NULL, moved_at TEXT NOT NULL, "
         "PRIMARY KEY (repository, tag)) WITHOUT ROWID";
  sql << "CREATE INDEX tags_by_digest ON tags (digest)";
  sql << "CREATE TABLE moves (id INTEGER PRIMARY KEY AUTOINCREMENT, repository TEXT NOT NULL, "
         "tag TEXT NOT NULL, from_digest TEXT NOT NULL, to_digest TEXT NOT NULL, media_type TEXT NOT NULL, "
         "size_bytes BIGINT NOT NULL, moved_at TEXT NOT NULL, why TEXT NOT NULL)";
  sql << "CREATE INDEX moves_by_tag ON moves (repository, tag)";
  sql << "CREATE INDEX moves_by_digest ON moves (repository, to_digest)";
  sql << "INSERT INTO schema (version) VALUES (" << current_version << ")";
}

Status check_schema(const Store& store, soci::session& sql) {
  WriteTransaction transaction(sql);
  const int version = schema_version(sql);
  if (version > current_version) {
    return fail(ErrorKind::unsupported,
                "cannot open {}/{}: its schema has version {}, made by a newer Hauberk; this one ({}) knows "
                "version {}: use the newer program",
                store.path(), file_name, version, HAUBERK_VERSION, current_version);
  }
  if (version == 0) make_schema(sql);
  transaction.commit();
  return {};
}

}  // namespace

Error database_error(std::string_view what, const std::exception& exception) {
  const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&exception);
  const int code = sqlite == nullptr ? 0 : sqlite->result() & 0xff;
  constexpr int busy = 5, locked = 6;  // SQLITE_BUSY, SQLITE_LOCKED
  if (code == busy || code == locked) {
    return {ErrorKind::conflict,
            fmt::format("cannot {}: another process has been writing to {} for too long; try again", what,
                        file_name)};
  }
  return {ErrorKind::io, fmt::format("cannot {}: {}: {}", what, file_name, exception.what())};
}

WriteTransaction::~WriteTransaction() {
  if (!open_) return;
  try {
    sql_ << "ROLLBACK";
  } catch (const std::exception&) {
    // SQLite has already undone it where ROLLBACK fails; and where the file is gone there is nothing to undo.
  }
}

void WriteTransaction::commit() {
  sql_ << "COMMIT";
  open_ = false;
}

Status open_database(const Store& store, soci::session& sql) {
  return guarded(fmt::format("open the database of the store {}", store.path()), [&]() -> Status {
    TRY(const std::string connection, connection_text(store));
    // Switching a new file to WAL needs it alone, and does not wait for that by itself.
    TRY(const FileLock lock, FileLock::acquire(store.dir(), "hauberk.db.lock", true, lock_timeout_ms));
    sql.open(soci::sqlite3, connection);
    std::string mode;
    sql << "PRAGMA journal_mode = WAL", soci::into(mode);
    if (mode != "wal")
      return fail(ErrorKind::io, "cannot use the database {}/{}: no WAL mode there, only {}", store.path(),
                  file_name, mode);
    sql << "PRAGMA synchronous = FULL";
    return check_schema(store, sql);
  });
}

}  // namespace hauberk
