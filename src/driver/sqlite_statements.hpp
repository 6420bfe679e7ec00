#pragma once
/// SQL text in, a prepared statement of SQLite out, kept for the next time it is asked for.

#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <rowan/connection.hpp>

struct sqlite3;
struct sqlite3_stmt;

namespace rowan::driver {

/// What a statement does to the count of changed rows.
enum class Effect { answers_rows, changes_rows, neither };

/// That of a prepared statement, whose text is `sql`.
[[nodiscard]] Effect effect_of(sqlite3_stmt* statement, std::string_view sql);

/// Preparing is most of the cost of a small statement (6 times that of running it), so the last
/// few hundred are kept. They must be gone before the database is closed: sqlite3_close leaves
/// it open otherwise, without a word.
class SqliteStatements {
 public:
  struct Prepared {
    sqlite3_stmt* statement = nullptr;  ///< owned by the cache, until the next prepare()
    Effect effect = Effect::neither;
  };

  explicit SqliteStatements(sqlite3* database) : database_(database) {}

  /// Sets `prepared`, or gives the reason why there is none.
  [[nodiscard]] std::optional<Failure> prepare(const std::string& sql, Prepared& prepared);

  static constexpr std::size_t capacity = 200;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  struct Entry {
    std::string sql;
    std::unique_ptr<sqlite3_stmt, Finalize> statement;
    Effect effect;
  };

  sqlite3* database_;
  std::list<Entry> entries_;  // the one used last stands first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_sql_;
};

}  // namespace rowan::driver
