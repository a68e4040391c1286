// hauberk.db: opening it, its schema, its transactions, and what its errors mean.
//
//   schema(version)                                        one row
//   tags(repository, tag, media_type, digest, size_bytes, moved_at)    where each tag points now
//   moves(id, repository, tag, from_digest, to_digest, media_type, size_bytes, moved_at, why)
//                                                          every move, in order of id; `from_digest` is
//                                                          empty for the first, the rest tells of `to_digest`
//   evidence(subject, form, predicate_type, key, digest, media_type, size_bytes, artifact_type, annotations,
//            inputs_key, content_key, made_at)              what is said of an image (history/evidence.h)
//
// Version 1 had no evidence. This is the one place that meets SOCI's exceptions (guarded). Thread rule: one
// thread per session; several processes may have the database open.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Debian's SOCI is built to offer Boost's types as bind values, and its headers then include Boost's. We use
// none, so we do not ask everyone who builds this for Boost: the switches are turned off before they are
// read. They only add templates; nothing in the library's layout depends on them.
#include <soci/soci-config.h>
#undef SOCI_HAVE_BOOST
#undef SOCI_HAVE_BOOST_DATE_TIME
#include <soci/soci.h>

#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "store/store.h"

namespace hauberk {

// The error for what SOCI threw: conflict while another process holds the database, else io.
Error database_error(std::string_view what, const std::exception& exception);

// Calls work(), which returns a Result or Status, and turns exceptions into errors: "cannot <what>: <why>".
template <class Work>
auto guarded(std::string_view what, Work&& work) -> decltype(work()) {
  try {
    return std::forward<Work>(work)();
  } catch (const std::exception& exception) {
    return std::unexpected(database_error(what, exception));
  }
}

// Takes the write lock at once, so that what is read inside is still true when it is written. Undone unless
// committed.
class WriteTransaction {
 public:
  explicit WriteTransaction(soci::session& sql) : sql_(sql) { sql_ << "BEGIN IMMEDIATE"; }
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;
  ~WriteTransaction();
  void commit();

 private:
  soci::session& sql_;
  bool open_ = true;
};

// Opens the store's database, made or migrated if need be; a store that may only be read is opened for
// reading, and looks as it does: an older one lacks what came after it. unsupported: a newer schema.
Status open_database(const Store& store, soci::session& sql);

}  // namespace hauberk
