// SPDX-License-Identifier: Apache-2.0
#include "history/database.h"

#include <fcntl.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace hauberk {
namespace {

constexpr int current_version = 2;
constexpr int lock_timeout_ms = 30'000;
constexpr const char* file_name = "hauberk.db";
constexpr const char* in_memory = "dbname=\":memory:\"";  // stands for a database that is not there
constexpr std::string_view damaged_words =
    "the file is damaged. Only names, their history and what evidence there is are in it: move it and the "
    "files beside it away (hauberk.db, hauberk.db-wal, hauberk.db-shm), or put back a copy; images keep "
    "their "
    "digests, and building them again names them again";

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

bool may_write(const Store& store, const char* path) {
  return ::faccessat(store.dir().fd(), path, W_OK, AT_EACCESS) == 0;
}

// A store on a medium that cannot be written, or of another user.
Result<bool> is_read_only(const Store& store) {
  TRY(const bool exists, store.dir().exists(file_name));
  return !may_write(store, ".") || (exists && !may_write(store, file_name));
}

// A path as a part of SQLite's file: URI.
std::string uri_path(const std::string& path) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/-._~").contains(c);
  };
  std::string uri;
  for (const char c : path) {
    uri += is_plain(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

// SQLite needs files of its own beside the database even to read it, unless it is told that nobody writes.
// Where these files are there already somebody may, and they serve us too.
Result<std::string> read_only_connection_text(const Store& store) {
  TRY(const bool exists, store.dir().exists(file_name));
  if (!exists) return in_memory;
  TRY(const bool in_use, store.dir().exists(std::string(file_name) + "-wal"));
  return fmt::format("dbname=\"file:{}/{}?mode=ro{}\" timeout={}", uri_path(store.path()), file_name,
                     in_use ? "" : "&immutable=1", lock_timeout_ms / 1'000);
}

int schema_version(soci::session& sql) {
  int tables = 0;
  sql << "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema'", soci::into(tables);
  if (tables == 0) return 0;
  int version = 0;
  sql << "SELECT version FROM schema", soci::into(version);
  return version;
}

// Version 1: tags and their moves.
void make_tags(soci::session& sql) {
  sql << "CREATE TABLE tags (repository TEXT NOT NULL, tag TEXT NOT NULL, media_type TEXT NOT NULL, "
         "digest TEXT NOT NULL, size_bytes BIGINT NOT NULL, moved_at TEXT NOT NULL, "
         "PRIMARY KEY (repository, tag)) WITHOUT ROWID";
  sql << "CREATE INDEX tags_by_digest ON tags (digest)";
  sql << "CREATE TABLE moves (id INTEGER PRIMARY KEY AUTOINCREMENT, repository TEXT NOT NULL, "
         "tag TEXT NOT NULL, from_digest TEXT NOT NULL, to_digest TEXT NOT NULL, media_type TEXT NOT NULL, "
         "size_bytes BIGINT NOT NULL, moved_at TEXT NOT NULL, why TEXT NOT NULL)";
  sql << "CREATE INDEX moves_by_tag ON moves (repository, tag)";
  sql << "CREATE INDEX moves_by_digest ON moves (repository, to_digest)";
}

// Version 2: the evidence of images.
void make_evidence(soci::session& sql) {
  sql << "CREATE TABLE evidence (subject TEXT NOT NULL, form TEXT NOT NULL, predicate_type TEXT NOT NULL, "
         "key TEXT NOT NULL, digest TEXT NOT NULL, media_type TEXT NOT NULL, size_bytes BIGINT NOT NULL, "
         "artifact_type TEXT NOT NULL, annotations TEXT NOT NULL, inputs_key TEXT NOT NULL, "
         "content_key TEXT NOT NULL, made_at TEXT NOT NULL, "
         "PRIMARY KEY (subject, form, predicate_type, key, digest)) WITHOUT ROWID";
}

void make_schema(soci::session& sql) {
  sql << "CREATE TABLE schema (version INTEGER NOT NULL)";
  make_tags(sql);
  make_evidence(sql);
  sql << "INSERT INTO schema (version) VALUES (" << current_version << ")";
}

void migrate(soci::session& sql, int version) {
  if (version < 2) make_evidence(sql);
  sql << "UPDATE schema SET version = " << current_version;
}

Status check_version(const Store& store, int version) {
  if (version > current_version) {
    return fail(ErrorKind::unsupported,
                "cannot open {}/{}: its schema has version {}, made by a newer Hauberk; this one ({}) knows "
                "version {}: use the newer program",
                store.path(), file_name, version, HAUBERK_VERSION, current_version);
  }
  return {};
}

Status check_schema(const Store& store, soci::session& sql) {
  WriteTransaction transaction(sql);
  const int version = schema_version(sql);
  TRY_STATUS(check_version(store, version));
  if (version == 0) {
    make_schema(sql);
  } else if (version < current_version) {
    migrate(sql, version);
  }
  transaction.commit();
  return {};
}

// Only for reading: nothing is made, locked or changed; every change fails with io.
Status open_read_only(const Store& store, soci::session& sql) {
  TRY(const std::string connection, read_only_connection_text(store));
  sql.open(soci::sqlite3, connection);
  if (connection == in_memory) make_schema(sql);
  sql << "PRAGMA query_only = ON";
  const int version = schema_version(sql);
  if (version > 0) return check_version(store, version);
  return fail(ErrorKind::io,
              "cannot read {}/{}: it was never finished; use the store once where it may be "
              "written",
              store.path(), file_name);
}

// SQLite's result codes that a user can do something about, in words.
struct Meaning {
  int code;
  ErrorKind kind;
  std::string_view words;
};
constexpr std::string_view busy_words = "another process has been writing to it for too long; try again";
constexpr std::array<Meaning, 9> meanings = {{
    // SQLITE_BUSY, SQLITE_LOCKED
    {5, ErrorKind::conflict, busy_words},
    {6, ErrorKind::conflict, busy_words},
    // SQLITE_PERM, SQLITE_READONLY
    {3, ErrorKind::io, "you may not use it; run this as the user that the store belongs to"},
    {8, ErrorKind::io,
     "it is read-only for you; run this as the user that the store belongs to, or use another store with "
     "--home"},
    // SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN
    {10, ErrorKind::io, "the disk failed to read or write it; look at the system's log"},
    {13, ErrorKind::io, "the disk is full; free some space and run it again"},
    {14, ErrorKind::io, "it cannot be opened; see who may read and write it and its folder"},
    // SQLITE_CORRUPT, SQLITE_NOTADB
    {11, ErrorKind::io, damaged_words},
    {26, ErrorKind::io, damaged_words},
}};

}  // namespace

Error database_error(std::string_view what, const std::exception& exception) {
  const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&exception);
  const int code = sqlite == nullptr ? 0 : sqlite->result() & 0xff;
  const auto meaning = std::ranges::find(meanings, code, &Meaning::code);
  if (meaning == meanings.end()) {
    return {ErrorKind::io, fmt::format("cannot {}: {}: {}", what, file_name, exception.what())};
  }
  return {meaning->kind, fmt::format("cannot {}: {}: {}", what, file_name, meaning->words)};
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
    TRY(const bool read_only, is_read_only(store));
    if (read_only) return open_read_only(store, sql);
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
