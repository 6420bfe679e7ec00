#pragma once
/// SQLite by hand: a connection, and statements that are prepared once.

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sqlite3.h>

namespace bench {

class SqliteDatabase {
 public:
  explicit SqliteDatabase(const std::string& file) {
    const int code = sqlite3_open(file.c_str(), &database_);
    if (code == SQLITE_OK)
      for (const char* sql :
           {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", "PRAGMA foreign_keys = ON"})
        run(sql);
    else
      fail();
  }
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;
  ~SqliteDatabase() { sqlite3_close(database_); }

  void run(const char* sql) {
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
  }
  [[nodiscard]] sqlite3* handle() const noexcept { return database_; }
  [[nodiscard]] std::int64_t changes() const noexcept { return sqlite3_changes64(database_); }

 private:
  [[noreturn]] void fail() const { throw std::runtime_error(sqlite3_errmsg(database_)); }
  sqlite3* database_ = nullptr;
};

class SqliteStatement {
 public:
  SqliteStatement(const SqliteDatabase& database, std::string_view sql) {
    const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(database.handle()));
  }
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;
  ~SqliteStatement() { sqlite3_finalize(statement_); }

  /// From 1. Texts are not copied.
  void bind(int at, std::int64_t value) { sqlite3_bind_int64(statement_, at, value); }
  void bind(int at, double value) { sqlite3_bind_double(statement_, at, value); }
  void bind(int at, const std::string& value) {
    sqlite3_bind_text(statement_, at, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
  }
  void bind_null(int at) { sqlite3_bind_null(statement_, at); }

  /// To the next row. At the end it is ready to be bound again.
  bool step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE)
      throw std::runtime_error(sqlite3_errmsg(sqlite3_db_handle(statement_)));
    sqlite3_reset(statement_);
    return false;
  }
  void reset() { sqlite3_reset(statement_); }

  /// From 0.
  [[nodiscard]] std::int64_t integer(int at) const { return sqlite3_column_int64(statement_, at); }
  [[nodiscard]] int small(int at) const { return sqlite3_column_int(statement_, at); }
  [[nodiscard]] double real(int at) const { return sqlite3_column_double(statement_, at); }
  [[nodiscard]] bool is_null(int at) const {
    return sqlite3_column_type(statement_, at) == SQLITE_NULL;
  }
  [[nodiscard]] std::string text(int at) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, at));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, at))};
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace bench
