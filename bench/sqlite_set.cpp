#include "sqlite_set.hpp"

#include <algorithm>
#include <stdexcept>

namespace bench {
namespace {

/// More of them gain nothing.
constexpr std::size_t at_once = 100;

/// "(?, ?), (?, ?)..."
std::string times(const std::string& row) {
  std::string out = row;
  for (std::size_t i = 1; i < at_once; ++i) out += ", " + row;
  return out;
}

/// For each hundred of `items`: what `bind` binds of each, and NULLs behind the last, which match
/// nothing; then `run` with how many there were.
template <class Items, class Bind, class Run>
void in_hundreds(SqliteStatement& statement, Items& items, int width, Bind bind, Run run) {
  for (std::size_t from = 0; from < items.size(); from += at_once) {
    const std::size_t to = std::min(items.size(), from + at_once);
    int at = 0;
    for (std::size_t i = from; i < to; ++i) bind(items[i], at);
    while (at < width * static_cast<int>(at_once)) statement.bind_null(++at);
    run(to - from);
  }
}

}  // namespace

SqliteSet::SqliteSet(const std::string& file)
    : SqliteRow(file),
      insert_roots_(database_,
                    "INSERT INTO bench_orders (id, customer, status, note, version) VALUES " +
                        times("(?, ?, ?, ?, 1)")),
      insert_lines_(database_,
                    "INSERT INTO bench_order_lines (order_id, line_no, sku, qty, price) VALUES " +
                        times("(?, ?, ?, ?, ?)")),
      load_roots_(database_,
                  "SELECT id, customer, status, note, version FROM bench_orders WHERE id IN (" +
                      times("?") + ") ORDER BY id"),
      load_all_lines_(database_,
                      "SELECT order_id, line_no, sku, qty, price FROM bench_order_lines "
                      "WHERE order_id IN (" +
                          times("?") + ") ORDER BY order_id, line_no"),
      versions_(database_, "SELECT id, version FROM bench_orders WHERE id IN (" + times("?") +
                               ") ORDER BY id"),
      update_roots_(database_,
                    "WITH e (id, version, status) AS (VALUES " + times("(?, ?, ?)") +
                        ") UPDATE bench_orders AS o SET status = e.status, version = o.version + 1 "
                        "FROM e WHERE o.id = e.id AND o.version = e.version"),
      update_lines_(database_,
                    "WITH e (order_id, line_no, qty) AS (VALUES " + times("(?, ?, ?)") +
                        ") UPDATE bench_order_lines AS l SET qty = e.qty "
                        "FROM e WHERE l.order_id = e.order_id AND l.line_no = e.line_no"),
      delete_all_lines_(database_,
                        "DELETE FROM bench_order_lines WHERE order_id IN (" + times("?") + ")"),
      delete_roots_(database_,
                    "WITH e (id, version) AS (VALUES " + times("(?, ?)") +
                        ") DELETE FROM bench_orders WHERE id IN (SELECT o.id FROM e CROSS JOIN "
                        "bench_orders AS o WHERE o.id = e.id AND o.version = e.version)") {}

void SqliteSet::insert_roots(std::size_t from) {
  int at = 0;
  for (std::size_t i = from; i < from + at_once; ++i) {
    const Order& order = orders_[i];
    insert_roots_.bind(++at, order.id);
    insert_roots_.bind(++at, order.customer);
    insert_roots_.bind(++at, std::int64_t{order.status});
    if (order.note)
      insert_roots_.bind(++at, *order.note);
    else
      insert_roots_.bind_null(++at);
  }
  insert_roots_.step();
}

void SqliteSet::insert_lines(std::size_t from) {
  static_assert(at_once % lines_per_order == 0);
  int at = 0;
  for (std::size_t i = from; i < from + at_once / lines_per_order; ++i)
    for (const Line& line : orders_[i].lines) {
      insert_lines_.bind(++at, orders_[i].id);
      insert_lines_.bind(++at, std::int64_t{line.number});
      insert_lines_.bind(++at, line.sku);
      insert_lines_.bind(++at, std::int64_t{line.quantity});
      insert_lines_.bind(++at, line.price);
    }
  insert_lines_.step();
}

void SqliteSet::insert(std::int64_t n) {
  make(n);
  begin_.step();
  const std::size_t whole = orders_.size() / at_once * at_once;
  for (std::size_t from = 0; from < whole; from += at_once) insert_roots(from);
  for (std::size_t from = 0; from < whole; from += at_once / lines_per_order) insert_lines(from);
  for (std::size_t i = whole; i < orders_.size(); ++i) {
    insert_root(orders_[i]);
    for (const Line& line : orders_[i].lines) insert_line(orders_[i], line);
  }
  commit_.step();
}

void SqliteSet::load(const std::vector<std::int64_t>& ids) {
  orders_.clear();
  orders_.reserve(ids.size());
  begin_reading_.step();
  in_hundreds(
      load_roots_, ids, 1, [&](std::int64_t id, int& at) { load_roots_.bind(++at, id); },
      [&](std::size_t) {
        while (load_roots_.step()) read_root(load_roots_, orders_.emplace_back());
      });
  if (orders_.size() != ids.size()) throw std::runtime_error("there is no such order");
  auto order = orders_.begin();
  in_hundreds(
      load_all_lines_, ids, 1, [&](std::int64_t id, int& at) { load_all_lines_.bind(++at, id); },
      [&](std::size_t) {
        while (load_all_lines_.step()) {
          while (order->id != load_all_lines_.integer(0)) ++order;
          if (order->lines.empty()) order->lines.reserve(lines_per_order);
          order->lines.push_back(read_line(load_all_lines_, 1));
        }
      });
  commit_.step();
}

void SqliteSet::change() {
  begin_.step();
  in_hundreds(
      update_roots_, orders_, 3,
      [&](Order& order, int& at) {
        edit(order);
        update_roots_.bind(++at, order.id);
        update_roots_.bind(++at, order.version);
        update_roots_.bind(++at, std::int64_t{order.status});
      },
      [&](std::size_t rows) { run_and_require(update_roots_, rows); });
  in_hundreds(
      update_lines_, orders_, 3,
      [&](Order& order, int& at) {
        update_lines_.bind(++at, order.id);
        update_lines_.bind(++at, std::int64_t{order.lines[2].number});
        update_lines_.bind(++at, std::int64_t{order.lines[2].quantity});
      },
      [&](std::size_t rows) { run_and_require(update_lines_, rows); });
  commit_.step();
  move_versions();
}

void SqliteSet::remove() {
  begin_.step();
  in_hundreds(
      delete_all_lines_, orders_, 1,
      [&](const Order& order, int& at) { delete_all_lines_.bind(++at, order.id); },
      [&](std::size_t) { delete_all_lines_.step(); });
  in_hundreds(
      delete_roots_, orders_, 2,
      [&](const Order& order, int& at) {
        delete_roots_.bind(++at, order.id);
        delete_roots_.bind(++at, order.version);
      },
      [&](std::size_t rows) { run_and_require(delete_roots_, rows); });
  commit_.step();
}

void SqliteSet::run_and_require(SqliteStatement& statement, std::size_t rows) {
  statement.step();
  if (database_.changes() != static_cast<std::int64_t>(rows)) throw Stale();
}

std::size_t SqliteSet::count_stale() {
  std::size_t as_before = 0;
  auto order = orders_.begin();
  in_hundreds(
      versions_, orders_, 1, [&](const Order& o, int& at) { versions_.bind(++at, o.id); },
      [&](std::size_t) {
        while (versions_.step()) {
          while (order->id != versions_.integer(0)) ++order;
          if (order->version == versions_.integer(1)) ++as_before;
        }
      });
  return orders_.size() - as_before;
}

}  // namespace bench
