#pragma once
/// A fresh database for each test case, on each backend.
///
///     TEST_CASE_TEMPLATE("a sentence", B, Sqlite, Postgres) {
///       Database<B> db;
///       auto store = db.template open<Order>();
///
/// ROWAN_TEST_WAY says in which way a store works whose test does not choose: rollback-journal on
/// SQLite; repeatable-read or serializable on PostgreSQL. ROWAN_TEST_DRIVER=soci has all stores
/// that are opened here work by SOCI's interface. (ways.txt: the cases that are left out.)

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <rowan/rowan.hpp>
#include <rowan/testing/failing_connection.hpp>
#include <rowan/testing/recording_connection.hpp>

namespace contract {

/// Numbers for names that nobody else uses.
inline int next_number() {
  static int number = 0;
  return ++number;
}

/// Of ROWAN_TEST_WAY; empty where it is not set.
inline std::string usual_way() {
  const char* way = std::getenv("ROWAN_TEST_WAY");
  return way == nullptr ? "" : way;
}

/// Of ROWAN_TEST_DRIVER.
inline rowan::Driver usual_driver() {
  const char* driver = std::getenv("ROWAN_TEST_DRIVER");
  if (driver == nullptr || driver == std::string("native")) return rowan::Driver::native;
  if (driver == std::string("soci")) return rowan::Driver::soci;
  throw std::runtime_error("ROWAN_TEST_DRIVER is neither native nor soci");
}

struct Sqlite {
  static constexpr rowan::Backend backend = rowan::Backend::sqlite;

  Sqlite() : path("contract" + std::to_string(next_number()) + ".db") { remove(); }
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;
  ~Sqlite() { remove(); }

  [[nodiscard]] std::string url() const { return "sqlite3://" + path; }
  [[nodiscard]] std::unique_ptr<soci::session> connect() const {
    return std::make_unique<soci::session>(soci::sqlite3, "db=" + path + " timeout=5");
  }
  static void choose_way(rowan::StoreOptions& options) {
    if (options.journal == rowan::Journal::as_it_is)
      options.journal = usual_way() == "rollback-journal" ? rowan::Journal::rollback
                                                          : rowan::Journal::write_ahead;
  }

 private:
  void remove() const {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
      std::filesystem::remove(path + suffix, ignored);
  }
  std::string path;
};

struct Postgres {
  static constexpr rowan::Backend backend = rowan::Backend::postgres;

  Postgres() : schema(own_name() + std::to_string(next_number())) {
    const char* keywords = std::getenv("ROWAN_TEST_POSTGRES");
    REQUIRE_MESSAGE(keywords != nullptr, "ROWAN_TEST_POSTGRES names no server");
    server = keywords;
    soci::session session(soci::postgresql, server);
    session << "SET client_min_messages = warning";
    session << "DROP SCHEMA IF EXISTS " + schema + " CASCADE";
    session << "CREATE SCHEMA " + schema;
  }
  [[nodiscard]] std::string url() const {
    return "postgresql://" + server + " options='-csearch_path=" + schema + "'";
  }
  [[nodiscard]] std::unique_ptr<soci::session> connect() const {
    auto session = std::make_unique<soci::session>(soci::postgresql, server);
    *session << "SET search_path = " + schema;
    return session;
  }
  static void choose_way(rowan::StoreOptions& options) {
    if (options.work.isolation || options.work.transaction) return;
    if (usual_way() == "repeatable-read")
      options.work.isolation = rowan::Isolation::repeatable_read;
    if (usual_way() == "serializable") options.work.isolation = rowan::Isolation::serializable;
  }

 private:
  /// Programs in other ways may run on the same server at the same time.
  static std::string own_name() {
    std::string out = "contract_" + usual_way();
    if (usual_driver() == rowan::Driver::soci) out += "soci";
    std::ranges::replace(out, '-', '_');
    return out;
  }
  std::string schema;
  std::string server;
};

template <class B>
class Database {
 public:
  std::shared_ptr<rowan::testing::Log> log = std::make_shared<rowan::testing::Log>();

  /// Its tables are created; what it sends is recorded.
  template <class... T>
  rowan::Store open(rowan::StoreOptions options = {}) {
    rowan::Store store = open(rowan::Schema::of<T...>(), std::move(options));
    store.create_tables();
    log->clear();
    return store;
  }
  /// A store over the tables that are there.
  rowan::Store open(rowan::Schema schema, rowan::StoreOptions options = {}) {
    if (!options.wrap) options.wrap = rowan::testing::record(log);
    B::choose_way(options);
    if (options.driver == rowan::Driver::native) options.driver = usual_driver();
    return {backend_.url(), std::move(schema), std::move(options)};
  }
  [[nodiscard]] std::string url() const { return backend_.url(); }

  /// Somebody else, who knows nothing of Rowan.
  void execute(const std::string& sql) { session() << sql; }
  std::int64_t number(const std::string& sql) {
    long long out = 0;
    soci::indicator indicator = soci::i_ok;
    session() << sql, soci::into(out, indicator);
    return indicator == soci::i_null ? -1 : out;
  }
  std::string text(const std::string& sql) {
    std::string out;
    soci::indicator indicator = soci::i_ok;
    session() << sql, soci::into(out, indicator);
    return indicator == soci::i_null ? "NULL" : out;
  }

  static constexpr bool postgres = B::backend == rowan::Backend::postgres;
  /// One statement's text as this database has it: `?` made `$1`, `$2`...
  static std::string sql(std::string text) {
    if (!postgres) return text;
    int n = 0;
    for (auto i = text.find('?'); i != std::string::npos; i = text.find('?', i))
      text.replace(i, 1, "$" + std::to_string(++n));
    return text;
  }
  /// What was written since the log was last cleared.
  [[nodiscard]] std::vector<std::string> writes() const { return log->writes(); }

 private:
  soci::session& session() {
    if (!session_) session_ = backend_.connect();
    return *session_;
  }

  B backend_;
  std::unique_ptr<soci::session> session_;
};

using Strings = std::vector<std::string>;

/// A key of integers. (A braced list of one Value in a template is a list of that many empty ones
/// to clang 14, which instantiates it as the constructor that takes a size.)
inline rowan::KeyValues key_of(std::initializer_list<std::int64_t> parts) {
  return rowan::KeyValues(parts.begin(), parts.end());
}

/// The E that `f` throws.
template <class E, class F>
E thrown(F&& f) {
  try {
    f();
  } catch (const E& error) {
    return error;
  }
  FAIL("nothing was thrown");
  throw std::logic_error("not reached");
}

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}
inline bool any_has(const Strings& texts, const std::string& part) {
  return std::ranges::any_of(texts, [&](const std::string& text) { return has(text, part); });
}

}  // namespace contract
