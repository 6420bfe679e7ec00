#include "postgres_row.hpp"

#include "hand_written.hpp"
#include "postgres_link.hpp"
#include "postgres_rows.hpp"

namespace bench {
namespace {

class PostgresRow final : public HandWritten {
 public:
  explicit PostgresRow(const std::string& conninfo);

  void insert(std::int64_t n) override;
  void load(const std::vector<std::int64_t>& ids) override;
  void change() override;
  void edit_one(std::int64_t id) override;
  void remove() override;

 private:
  void rollback() override { link_.run("ROLLBACK"); }
  std::size_t count_stale() override;

  void load_one(std::int64_t id, Order& order);
  void update_line(const Order& order, const Line& line);

  PostgresLink link_;
};

PostgresRow::PostgresRow(const std::string& conninfo) : link_(conninfo) {
  link_.prepare("insert root",
                "INSERT INTO bench_orders (id, customer, status, note, version) "
                "VALUES ($1, $2, $3, $4, 1)");
  link_.prepare("insert line",
                "INSERT INTO bench_order_lines (order_id, line_no, sku, qty, price) "
                "VALUES ($1, $2, $3, $4, $5)");
  link_.prepare("load root",
                "SELECT id, customer, status, note, version FROM bench_orders WHERE id = $1");
  link_.prepare("load lines",
                "SELECT line_no, sku, qty, price FROM bench_order_lines WHERE order_id = $1 "
                "ORDER BY line_no");
  link_.prepare("version", "SELECT version FROM bench_orders WHERE id = $1");
  link_.prepare("update root",
                "UPDATE bench_orders SET status = $1, version = version + 1 "
                "WHERE id = $2 AND version = $3");
  link_.prepare("move version",
                "UPDATE bench_orders SET version = version + 1 WHERE id = $1 AND version = $2");
  link_.prepare("update line",
                "UPDATE bench_order_lines SET qty = $1 WHERE order_id = $2 AND line_no = $3");
  link_.prepare("delete lines", "DELETE FROM bench_order_lines WHERE order_id = $1");
  link_.prepare("delete root", "DELETE FROM bench_orders WHERE id = $1 AND version = $2");
}

void PostgresRow::insert(std::int64_t n) {
  make(n);
  link_.run("BEGIN");
  for (const Order& order : orders_) {
    Params root;
    root.add(order.id).add(order.customer).add(std::int64_t{order.status});
    if (order.note)
      root.add(*order.note);
    else
      root.add_null();
    (void)link_.run("insert root", root);
    for (const Line& line : order.lines) {
      Params params;
      params.add(order.id).add(std::int64_t{line.number}).add(line.sku);
      params.add(std::int64_t{line.quantity}).add(line.price);
      (void)link_.run("insert line", params);
    }
  }
  link_.run("COMMIT");
}

void PostgresRow::load_one(std::int64_t id, Order& order) {
  Params key;
  key.add(id);
  const Rows root = link_.run("load root", key);
  require(PQntuples(root.get()) == 1, "there is no such order");
  read_root(root.get(), 0, order);
  read_lines(link_.run("load lines", key).get(), order);
}

void PostgresRow::load(const std::vector<std::int64_t>& ids) {
  orders_.clear();
  orders_.reserve(ids.size());
  link_.run(begin_reading);
  for (const std::int64_t id : ids) load_one(id, orders_.emplace_back());
  link_.run("COMMIT");
}

void PostgresRow::update_line(const Order& order, const Line& line) {
  Params params;
  params.add(std::int64_t{line.quantity}).add(order.id).add(std::int64_t{line.number});
  PostgresLink::require_count(link_.run("update line", params), 1);
}

void PostgresRow::change() {
  link_.run("BEGIN");
  for (Order& order : orders_) {
    edit(order);
    Params root;
    root.add(std::int64_t{order.status}).add(order.id).add(order.version);
    PostgresLink::require_count(link_.run("update root", root), 1);
    update_line(order, order.lines[2]);
  }
  link_.run("COMMIT");
  move_versions();
}

void PostgresRow::edit_one(std::int64_t id) {
  link_.run("BEGIN");
  Order order;
  load_one(id, order);
  edit_line(order);
  Params root;
  root.add(order.id).add(order.version);
  PostgresLink::require_count(link_.run("move version", root), 1);
  update_line(order, order.lines[1]);
  link_.run("COMMIT");
}

void PostgresRow::remove() {
  link_.run("BEGIN");
  for (const Order& order : orders_) {
    Params key;
    key.add(order.id);
    (void)link_.run("delete lines", key);
    key.add(order.version);
    PostgresLink::require_count(link_.run("delete root", key), 1);
  }
  link_.run("COMMIT");
}

std::size_t PostgresRow::count_stale() {
  std::size_t stale = 0;
  for (const Order& order : orders_) {
    Params key;
    key.add(order.id);
    const Rows version = link_.run("version", key);
    if (PQntuples(version.get()) != 1 || integer(version.get(), 0, 0) != order.version) ++stale;
  }
  return stale;
}

}  // namespace

std::unique_ptr<Contestant> postgres_row(const std::string& conninfo) {
  return std::make_unique<PostgresRow>(conninfo);
}

}  // namespace bench
