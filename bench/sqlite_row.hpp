#pragma once
/// The work done by hand on SQLite: one prepared statement for each row.

#include <memory>
#include <string>

#include "hand_written.hpp"
#include "sqlite_statement.hpp"

namespace bench {

class SqliteRow : public HandWritten {
 public:
  explicit SqliteRow(const std::string& file);

  void insert(std::int64_t n) override;
  void load(const std::vector<std::int64_t>& ids) override;
  void change() override;
  void edit_one(std::int64_t id) override;
  void remove() override;

 protected:
  void rollback() override;
  std::size_t count_stale() override;

  void insert_root(const Order& order);
  void insert_line(const Order& order, const Line& line);
  void load_one(std::int64_t id, Order& order);
  void update_line(const Order& order, const Line& line);
  static void read_root(const SqliteStatement& row, Order& order);
  static Line read_line(const SqliteStatement& row, int first);
  static void require_one(std::int64_t changed) {
    if (changed != 1) throw Stale();
  }

  SqliteDatabase database_;
  SqliteStatement begin_{database_, "BEGIN IMMEDIATE"};
  SqliteStatement begin_reading_{database_, "BEGIN"};
  SqliteStatement commit_{database_, "COMMIT"};
  SqliteStatement rollback_{database_, "ROLLBACK"};
  SqliteStatement insert_root_;
  SqliteStatement insert_line_;
  SqliteStatement load_root_;
  SqliteStatement load_lines_;
  SqliteStatement version_;
  SqliteStatement update_root_;
  SqliteStatement move_version_;
  SqliteStatement update_line_;
  SqliteStatement delete_lines_;
  SqliteStatement delete_root_;
};

}  // namespace bench
