#pragma once
/// Statements in, their outcomes out: on SQLite and PostgreSQL by their own C interfaces, so that
/// the SQL is tested without the drivers.

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <libpq-fe.h>
#include <sqlite3.h>

#include <rowan/connection.hpp>

namespace raw {

/// A database in memory.
class Sqlite {
 public:
  static constexpr auto backend = rowan::Backend::sqlite;

  Sqlite() {
    sqlite3* opened = nullptr;
    if (sqlite3_open(":memory:", &opened) != SQLITE_OK) throw std::runtime_error("no SQLite");
    db_.reset(opened);
    run("PRAGMA foreign_keys = ON");
  }

  /// Throws std::runtime_error with the database's message. Takes text, integers and NULL.
  rowan::Outcome run(const rowan::Statement& statement) {
    sqlite3_stmt* made = nullptr;
    check(sqlite3_prepare_v2(db_.get(), statement.sql.str().c_str(), -1, &made, nullptr));
    const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> s(made, &sqlite3_finalize);
    for (std::size_t i = 0; i < statement.params.size(); ++i) {
      const int at = static_cast<int>(i) + 1;
      if (const auto* text = std::get_if<std::string>(&statement.params[i]))
        check(sqlite3_bind_text(s.get(), at, text->c_str(), -1, SQLITE_TRANSIENT));
      else if (const auto* number = std::get_if<std::int64_t>(&statement.params[i]))
        check(sqlite3_bind_int64(s.get(), at, *number));
    }
    rowan::Outcome out;
    int status = sqlite3_step(s.get());
    for (; status == SQLITE_ROW; status = sqlite3_step(s.get())) out.rows.push_back(row(s.get()));
    if (status != SQLITE_DONE) check(status);
    out.affected = static_cast<std::size_t>(sqlite3_changes(db_.get()));
    return out;
  }
  rowan::Outcome run(const std::string& sql) { return run(rowan::Statement{sql, {}, {}, {}}); }

 private:
  static std::vector<rowan::Value> row(sqlite3_stmt* s) {
    std::vector<rowan::Value> out;
    for (int c = 0; c < sqlite3_column_count(s); ++c) {
      if (sqlite3_column_type(s, c) == SQLITE_NULL)
        out.emplace_back(rowan::Null{});
      else if (sqlite3_column_type(s, c) == SQLITE_INTEGER)
        out.emplace_back(std::int64_t{sqlite3_column_int64(s, c)});
      else
        out.emplace_back(std::string(reinterpret_cast<const char*>(sqlite3_column_text(s, c))));
    }
    return out;
  }
  void check(int status) {
    if (status != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db_.get()));
  }

  std::unique_ptr<sqlite3, decltype(&sqlite3_close)> db_{nullptr, &sqlite3_close};
};

/// A schema of its own in the server that ROWAN_TEST_POSTGRES names, dropped at the end.
class Postgres {
 public:
  static constexpr auto backend = rowan::Backend::postgres;

  static bool available() { return std::getenv("ROWAN_TEST_POSTGRES") != nullptr; }

  Postgres() : db_(PQconnectdb(std::getenv("ROWAN_TEST_POSTGRES")), &PQfinish) {
    run("SET client_min_messages = warning");
    run("DROP SCHEMA IF EXISTS rowan_unit CASCADE");
    run("CREATE SCHEMA rowan_unit");
    run("SET search_path = rowan_unit");
  }
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;
  ~Postgres() { PQclear(PQexec(db_.get(), "DROP SCHEMA rowan_unit CASCADE")); }

  /// Throws std::runtime_error with the database's message. Takes text and integers.
  rowan::Outcome run(const rowan::Statement& statement) {
    std::vector<std::string> texts;
    for (const auto& value : statement.params) {
      const auto* number = std::get_if<std::int64_t>(&value);
      texts.push_back(number ? std::to_string(*number) : std::get<std::string>(value));
    }
    std::vector<const char*> values;
    for (const auto& text : texts) values.push_back(text.c_str());
    const std::unique_ptr<PGresult, decltype(&PQclear)> r(
        PQexecParams(db_.get(), statement.sql.str().c_str(), static_cast<int>(values.size()),
                     nullptr, values.data(), nullptr, nullptr, 0),
        &PQclear);
    const auto status = PQresultStatus(r.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      throw std::runtime_error(PQresultErrorMessage(r.get()));
    rowan::Outcome out;
    for (int i = 0; i < PQntuples(r.get()); ++i) {
      std::vector<rowan::Value> row;
      for (int c = 0; c < PQnfields(r.get()); ++c) {
        if (PQgetisnull(r.get(), i, c))
          row.emplace_back(rowan::Null{});
        else if (PQftype(r.get(), c) == 20)  // bigint
          row.emplace_back(std::int64_t{std::stoll(PQgetvalue(r.get(), i, c))});
        else
          row.emplace_back(std::string(PQgetvalue(r.get(), i, c)));
      }
      out.rows.push_back(std::move(row));
    }
    return out;
  }
  rowan::Outcome run(const std::string& sql) { return run(rowan::Statement{sql, {}, {}, {}}); }

 private:
  std::unique_ptr<PGconn, decltype(&PQfinish)> db_;
};

/// Each statement in turn.
template <class Database>
std::vector<rowan::Outcome> run_all(Database& db, const std::vector<rowan::Statement>& statements) {
  std::vector<rowan::Outcome> out;
  for (const auto& statement : statements) out.push_back(db.run(statement));
  return out;
}

/// Calls `test` with each database there is.
template <class F>
void on_each_database(F test) {
  {
    Sqlite db;
    test(db);
  }
  if (Postgres::available()) {
    Postgres db;
    test(db);
  }
}

}  // namespace raw
