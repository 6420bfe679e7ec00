#include "sqlite_row.hpp"

#include <stdexcept>

namespace bench {

SqliteRow::SqliteRow(const std::string& file)
    : database_(file),
      insert_root_(database_,
                   "INSERT INTO bench_orders (id, customer, status, note, version) "
                   "VALUES (?, ?, ?, ?, 1)"),
      insert_line_(database_,
                   "INSERT INTO bench_order_lines (order_id, line_no, sku, qty, price) "
                   "VALUES (?, ?, ?, ?, ?)"),
      load_root_(database_,
                 "SELECT id, customer, status, note, version FROM bench_orders WHERE id = ?"),
      load_lines_(database_,
                  "SELECT line_no, sku, qty, price FROM bench_order_lines WHERE order_id = ? "
                  "ORDER BY line_no"),
      version_(database_, "SELECT version FROM bench_orders WHERE id = ?"),
      update_root_(database_,
                   "UPDATE bench_orders SET status = ?, version = version + 1 "
                   "WHERE id = ? AND version = ?"),
      move_version_(database_,
                    "UPDATE bench_orders SET version = version + 1 WHERE id = ? AND version = ?"),
      update_line_(database_,
                   "UPDATE bench_order_lines SET qty = ? WHERE order_id = ? AND line_no = ?"),
      delete_lines_(database_, "DELETE FROM bench_order_lines WHERE order_id = ?"),
      delete_root_(database_, "DELETE FROM bench_orders WHERE id = ? AND version = ?") {}

void SqliteRow::insert_root(const Order& order) {
  insert_root_.bind(1, order.id);
  insert_root_.bind(2, order.customer);
  insert_root_.bind(3, std::int64_t{order.status});
  if (order.note)
    insert_root_.bind(4, *order.note);
  else
    insert_root_.bind_null(4);
  insert_root_.step();
}

void SqliteRow::insert_line(const Order& order, const Line& line) {
  insert_line_.bind(1, order.id);
  insert_line_.bind(2, std::int64_t{line.number});
  insert_line_.bind(3, line.sku);
  insert_line_.bind(4, std::int64_t{line.quantity});
  insert_line_.bind(5, line.price);
  insert_line_.step();
}

void SqliteRow::insert(std::int64_t n) {
  make(n);
  begin_.step();
  for (const Order& order : orders_) {
    insert_root(order);
    for (const Line& line : order.lines) insert_line(order, line);
  }
  commit_.step();
}

void SqliteRow::read_root(const SqliteStatement& row, Order& order) {
  order.id = row.integer(0);
  order.customer = row.text(1);
  order.status = row.small(2);
  if (!row.is_null(3)) order.note = row.text(3);
  order.version = row.integer(4);
}

Line SqliteRow::read_line(const SqliteStatement& row, int first) {
  return {row.small(first), row.text(first + 1), row.small(first + 2), row.real(first + 3)};
}

void SqliteRow::load_one(std::int64_t id, Order& order) {
  load_root_.bind(1, id);
  if (!load_root_.step()) throw std::runtime_error("there is no such order");
  read_root(load_root_, order);
  load_root_.reset();
  load_lines_.bind(1, id);
  order.lines.reserve(lines_per_order);
  while (load_lines_.step()) order.lines.push_back(read_line(load_lines_, 0));
}

void SqliteRow::load(const std::vector<std::int64_t>& ids) {
  orders_.clear();
  orders_.reserve(ids.size());
  begin_reading_.step();
  for (const std::int64_t id : ids) load_one(id, orders_.emplace_back());
  commit_.step();
}

void SqliteRow::update_line(const Order& order, const Line& line) {
  update_line_.bind(1, std::int64_t{line.quantity});
  update_line_.bind(2, order.id);
  update_line_.bind(3, std::int64_t{line.number});
  update_line_.step();
  require_one(database_.changes());
}

void SqliteRow::change() {
  begin_.step();
  for (Order& order : orders_) {
    edit(order);
    update_root_.bind(1, std::int64_t{order.status});
    update_root_.bind(2, order.id);
    update_root_.bind(3, order.version);
    update_root_.step();
    require_one(database_.changes());
    update_line(order, order.lines[2]);
  }
  commit_.step();
  move_versions();
}

void SqliteRow::edit_one(std::int64_t id) {
  begin_.step();
  Order order;
  load_one(id, order);
  edit_line(order);
  move_version_.bind(1, order.id);
  move_version_.bind(2, order.version);
  move_version_.step();
  require_one(database_.changes());
  update_line(order, order.lines[1]);
  commit_.step();
}

void SqliteRow::remove() {
  begin_.step();
  for (const Order& order : orders_) {
    delete_lines_.bind(1, order.id);  // faster than to leave it to the cascade
    delete_lines_.step();
    delete_root_.bind(1, order.id);
    delete_root_.bind(2, order.version);
    delete_root_.step();
    require_one(database_.changes());
  }
  commit_.step();
}

void SqliteRow::rollback() {
  rollback_.step();
}

std::size_t SqliteRow::count_stale() {
  std::size_t stale = 0;
  begin_reading_.step();
  for (const Order& order : orders_) {
    version_.bind(1, order.id);
    if (!version_.step() || version_.integer(0) != order.version) ++stale;
    version_.reset();
  }
  commit_.step();
  return stale;
}

}  // namespace bench
