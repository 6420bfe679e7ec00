#include <rowan/testing/test_database.hpp>

namespace rowan::testing {

TestDatabase TestDatabase::sqlite(Journal journal, SqliteBegin begin) {
  std::string name = "SQLite";
  if (journal == Journal::rollback) name += ", rollback journal";
  if (begin == SqliteBegin::deferred) name += ", BEGIN DEFERRED";
  TestDatabase out(Backend::sqlite, std::move(name));
  out.journal_ = journal;
  out.begin_ = begin;
  return out;
}

TestDatabase TestDatabase::postgres(std::string_view url) {
  TestDatabase out(Backend::postgres, "PostgreSQL");
  out.url_ = url;
  return out;
}

TestDatabase TestDatabase::waits_assumed_after(std::chrono::milliseconds time) const {
  TestDatabase out = *this;
  out.assumed_after_ = time;
  return out;
}

TestDatabase TestDatabase::named(std::string name) const {
  TestDatabase out = *this;
  out.name_ = std::move(name);
  return out;
}

}  // namespace rowan::testing
