#pragma once
/// The work done by hand on SQLite: a hundred rows a statement.

#include "sqlite_row.hpp"

namespace bench {

class SqliteSet final : public SqliteRow {
 public:
  explicit SqliteSet(const std::string& file);

  void insert(std::int64_t n) override;
  void load(const std::vector<std::int64_t>& ids) override;
  void change() override;
  void remove() override;

 private:
  std::size_t count_stale() override;

  void insert_roots(std::size_t from);
  void insert_lines(std::size_t from);
  void run_and_require(SqliteStatement& statement, std::size_t rows);

  SqliteStatement insert_roots_;
  SqliteStatement insert_lines_;
  SqliteStatement load_roots_;
  SqliteStatement load_all_lines_;
  SqliteStatement versions_;
  SqliteStatement update_roots_;
  SqliteStatement update_lines_;
  SqliteStatement delete_all_lines_;
  SqliteStatement delete_roots_;
};

}  // namespace bench
