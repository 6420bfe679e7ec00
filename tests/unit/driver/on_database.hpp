#pragma once
/// What the driver's tests share: connections to throw away, plans in few words, PostgreSQL or not.

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <soci/soci.h>

#include <rowan/connection.hpp>

#include "driver/open.hpp"

namespace rowan::driver_tests {

/// ROWAN_TEST_DRIVER=soci has the same tests run by way of SOCI.
inline StoreOptions by_driver(StoreOptions options) {
  const char* driver = std::getenv("ROWAN_TEST_DRIVER");
  if (driver != nullptr && std::string(driver) == "soci") options.driver = Driver::soci;
  return options;
}

/// A session and the connection over it, in the order in which they have to go.
struct Open {
  explicit Open(const std::string& url, const StoreOptions& options = {})
      : session(std::make_unique<soci::session>()),
        connection(driver::connect(*session, driver::parse_target(url), by_driver(options))) {}

  Connection* operator->() const { return connection.get(); }

  std::unique_ptr<soci::session> session;
  std::unique_ptr<Connection> connection;
};

inline Statement statement(std::string sql, std::vector<Value> params = {},
                           std::vector<ColumnType> columns = {},
                           std::optional<std::size_t> expect = {}) {
  return {std::move(sql), std::move(params), std::move(columns), expect};
}

inline Plan plan(std::vector<Statement> statements) {
  Plan made;
  made.statements = std::move(statements);
  return made;
}

inline Begin read_only() {
  Begin begin;
  begin.access = Access::read_only;
  return begin;
}

/// Waits so long for a lock.
inline Begin waiting(std::chrono::milliseconds lock_timeout) {
  Begin begin;
  begin.lock_timeout = lock_timeout;
  return begin;
}

/// Gives each statement so much time.
inline Begin limited(std::chrono::milliseconds statement_timeout) {
  Begin begin;
  begin.statement_timeout = statement_timeout;
  return begin;
}

inline StoreOptions with_journal(Journal journal) {
  StoreOptions options;
  options.journal = journal;
  return options;
}

/// BEGIN, the statements, and no COMMIT.
inline Plan begun(std::vector<Statement> statements, const Begin& begin = {}) {
  Plan made = plan(std::move(statements));
  made.begin = begin;
  return made;
}

/// BEGIN, the statements, COMMIT.
inline Plan committed(std::vector<Statement> statements, const Begin& begin = {}) {
  Plan made = begun(std::move(statements), begin);
  made.finish = Plan::Finish::commit;
  return made;
}

inline Plan just_commit() {
  Plan made;
  made.finish = Plan::Finish::commit;
  return made;
}

/// Runs one statement that has to succeed.
inline Outcome run(Connection& connection, Statement statement) {
  PlanResult result = connection.run(plan({std::move(statement)}));
  REQUIRE_MESSAGE(result.complete, (result.failure ? result.failure->message : ""));
  return std::move(result.outcomes.front());
}

/// The only cell that a statement answers.
inline Value cell(Connection& connection, const std::string& sql, ColumnType type,
                  std::vector<Value> params = {}) {
  Outcome outcome = run(connection, statement(sql, std::move(params), {type}));
  REQUIRE(outcome.rows.size() == 1);
  return outcome.rows.front().front();
}

inline std::int64_t count(Connection& connection, const std::string& table) {
  return std::get<std::int64_t>(
      cell(connection, "SELECT count(*) FROM " + table, ColumnType::integer));
}

/// A failed plan's failure.
inline Failure failure(const PlanResult& result) {
  REQUIRE(result.failure.has_value());
  CHECK_FALSE(result.complete);
  return *result.failure;
}

/// A file name for a database; the file and its journals are removed at the end.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name)
      : path_((std::filesystem::current_path() / name).string()) {
    remove();
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { remove(); }

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string url() const { return "sqlite3://" + path_; }

 private:
  void remove() const {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
      std::filesystem::remove(path_ + suffix, ignored);
  }

  std::string path_;
};

/// The URL of the PostgreSQL server for tests. Without one the test is left out, which is said, and
/// fails where the server is required.
inline std::optional<std::string> postgres_url() {
  if (const char* keywords = std::getenv("ROWAN_TEST_POSTGRES"))
    return std::string("postgresql://") + keywords;
  const char* required = std::getenv("ROWAN_REQUIRE_POSTGRES");
  if (required != nullptr && std::string(required) == "1")
    FAIL("ROWAN_REQUIRE_POSTGRES is set, and ROWAN_TEST_POSTGRES is not");
  MESSAGE("left out: ROWAN_TEST_POSTGRES names no server");
  return {};
}

}  // namespace rowan::driver_tests
