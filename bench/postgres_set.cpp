#include "postgres_set.hpp"

#include "hand_written.hpp"
#include "postgres_link.hpp"
#include "postgres_rows.hpp"

namespace bench {
namespace {

/// Each function that talks to the server reads all answers before it judges them: the next
/// statement finds the pipeline empty.
class PostgresSet final : public HandWritten {
 public:
  explicit PostgresSet(const std::string& conninfo);

  void insert(std::int64_t n) override;
  void load(const std::vector<std::int64_t>& ids) override;
  void change() override;
  void edit_one(std::int64_t id) override;
  void remove() override;

 private:
  void rollback() override { run_alone("rollback"); }
  std::size_t count_stale() override;

  void run_alone(const char* statement);
  [[nodiscard]] Array ids_held() const;
  [[nodiscard]] Array versions_held() const;

  PostgresLink link_;
};

PostgresSet::PostgresSet(const std::string& conninfo) : link_(conninfo) {
  link_.prepare("begin", "BEGIN");
  link_.prepare("begin reading", begin_reading);
  link_.prepare("commit", "COMMIT");
  link_.prepare("rollback", "ROLLBACK");
  link_.prepare("insert roots",
                "INSERT INTO bench_orders (id, customer, status, note, version) SELECT *, 1 "
                "FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[])");
  link_.prepare("insert lines",
                "INSERT INTO bench_order_lines (order_id, line_no, sku, qty, price) SELECT * FROM "
                "unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::float8[])");
  link_.prepare("load roots",
                "SELECT id, customer, status, note, version FROM bench_orders "
                "WHERE id = ANY ($1::bigint[]) ORDER BY id");
  link_.prepare("load lines",
                "SELECT order_id, line_no, sku, qty, price FROM bench_order_lines "
                "WHERE order_id = ANY ($1::bigint[]) ORDER BY order_id, line_no");
  link_.prepare("load root",
                "SELECT id, customer, status, note, version FROM bench_orders WHERE id = $1");
  link_.prepare("load its lines",
                "SELECT line_no, sku, qty, price FROM bench_order_lines WHERE order_id = $1 "
                "ORDER BY line_no");
  link_.prepare("versions",
                "SELECT id, version FROM bench_orders WHERE id = ANY ($1::bigint[]) ORDER BY id");
  link_.prepare("update roots",
                "UPDATE bench_orders AS o SET status = e.status, version = o.version + 1 "
                "FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS e (id, version, status) "
                "WHERE o.id = e.id AND o.version = e.version");
  link_.prepare("update lines",
                "UPDATE bench_order_lines AS l SET qty = e.qty "
                "FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS e (order_id, line_no, "
                "qty) WHERE l.order_id = e.order_id AND l.line_no = e.line_no");
  link_.prepare("move version",
                "UPDATE bench_orders SET version = version + 1 WHERE id = $1 AND version = $2");
  link_.prepare("update line",
                "UPDATE bench_order_lines SET qty = $1 WHERE order_id = $2 AND line_no = $3");
  link_.prepare("delete lines",
                "DELETE FROM bench_order_lines WHERE order_id = ANY ($1::bigint[])");
  link_.prepare("delete roots",
                "DELETE FROM bench_orders AS o USING unnest($1::bigint[], $2::bigint[]) "
                "AS e (id, version) WHERE o.id = e.id AND o.version = e.version");
  link_.enter_pipeline();
}

void PostgresSet::run_alone(const char* statement) {
  link_.send(statement);
  link_.sync();
  (void)link_.next();
  link_.end_sync();
}

Array PostgresSet::ids_held() const {
  Array out(Array::Of::bigint, orders_.size());
  for (const Order& order : orders_) out.add(order.id);
  return out;
}
Array PostgresSet::versions_held() const {
  Array out(Array::Of::bigint, orders_.size());
  for (const Order& order : orders_) out.add(order.version);
  return out;
}

void PostgresSet::insert(std::int64_t n) {
  make(n);
  using Of = Array::Of;
  const Array ids = ids_held();
  Array customers(Of::text, orders_.size(), 16);
  Array states(Of::bigint, orders_.size());
  Array notes(Of::text, orders_.size(), 40);
  const std::size_t lines = orders_.size() * lines_per_order;
  Array owners(Of::bigint, lines);
  Array numbers(Of::bigint, lines);
  Array skus(Of::text, lines, 12);
  Array quantities(Of::bigint, lines);
  Array prices(Of::real, lines);
  for (const Order& order : orders_) {
    customers.add(order.customer);
    states.add(std::int64_t{order.status});
    if (order.note)
      notes.add(*order.note);
    else
      notes.add_null();
    for (const Line& line : order.lines) {
      owners.add(order.id);
      numbers.add(std::int64_t{line.number});
      skus.add(line.sku);
      quantities.add(std::int64_t{line.quantity});
      prices.add(line.price);
    }
  }
  link_.send("begin");
  link_.send("insert roots", Params().add(ids).add(customers).add(states).add(notes));
  link_.send("insert lines",
             Params().add(owners).add(numbers).add(skus).add(quantities).add(prices));
  link_.send("commit");
  link_.sync();
  for (int answers = 0; answers < 4; ++answers) (void)link_.next();
  link_.end_sync();
}

void PostgresSet::load(const std::vector<std::int64_t>& ids) {
  Array keys(Array::Of::bigint, ids.size());
  for (const std::int64_t id : ids) keys.add(id);
  link_.send("begin reading");
  link_.send("load roots", Params().add(keys));
  link_.send("load lines", Params().add(keys));
  link_.send("commit");
  link_.sync();
  (void)link_.next();
  const Rows roots = link_.next();
  orders_ = std::vector<Order>(static_cast<std::size_t>(PQntuples(roots.get())));
  for (std::size_t i = 0; i < orders_.size(); ++i)
    read_root(roots.get(), static_cast<int>(i), orders_[i]);
  const Rows lines = link_.next();
  auto order = orders_.begin();
  for (int row = 0; row < PQntuples(lines.get()); ++row) {
    while (order->id != integer(lines.get(), row, 0)) ++order;
    if (order->lines.empty()) order->lines.reserve(lines_per_order);
    order->lines.push_back(read_line(lines.get(), row, 1));
  }
  (void)link_.next();
  link_.end_sync();
  require(orders_.size() == ids.size(), "there is no such order");
}

void PostgresSet::change() {
  Array states(Array::Of::bigint, orders_.size());
  Array numbers(Array::Of::bigint, orders_.size());
  Array quantities(Array::Of::bigint, orders_.size());
  for (Order& order : orders_) {
    edit(order);
    states.add(std::int64_t{order.status});
    numbers.add(std::int64_t{order.lines[2].number});
    quantities.add(std::int64_t{order.lines[2].quantity});
  }
  const Array ids = ids_held();
  link_.send("begin");
  link_.send("update roots", Params().add(ids).add(versions_held()).add(states));
  link_.send("update lines", Params().add(ids).add(numbers).add(quantities));
  link_.sync();
  (void)link_.next();
  const Rows roots = link_.next();
  const Rows lines = link_.next();
  link_.end_sync();
  PostgresLink::require_count(roots, orders_.size());
  PostgresLink::require_count(lines, orders_.size());
  run_alone("commit");
  move_versions();
}

void PostgresSet::edit_one(std::int64_t id) {
  link_.send("begin");
  link_.send("load root", Params().add(id));
  link_.send("load its lines", Params().add(id));
  link_.sync();
  (void)link_.next();
  Order order;
  const Rows found = link_.next();
  const Rows lines = link_.next();
  link_.end_sync();
  require(PQntuples(found.get()) == 1, "there is no such order");
  read_root(found.get(), 0, order);
  read_lines(lines.get(), order);
  edit_line(order);
  const Line& line = order.lines[1];
  link_.send("move version", Params().add(order.id).add(order.version));
  link_.send(
      "update line",
      Params().add(std::int64_t{line.quantity}).add(order.id).add(std::int64_t{line.number}));
  link_.sync();
  const Rows root = link_.next();
  const Rows updated = link_.next();
  link_.end_sync();
  PostgresLink::require_count(root, 1);
  PostgresLink::require_count(updated, 1);
  run_alone("commit");
}

void PostgresSet::remove() {
  const Array ids = ids_held();
  link_.send("begin");
  link_.send("delete lines", Params().add(ids));
  link_.send("delete roots", Params().add(ids).add(versions_held()));
  link_.sync();
  (void)link_.next();
  (void)link_.next();
  const Rows roots = link_.next();
  link_.end_sync();
  PostgresLink::require_count(roots, orders_.size());
  run_alone("commit");
}

std::size_t PostgresSet::count_stale() {
  link_.send("versions", Params().add(ids_held()));
  link_.sync();
  const Rows rows = link_.next();
  link_.end_sync();
  std::size_t as_before = 0;
  auto order = orders_.begin();
  for (int row = 0; row < PQntuples(rows.get()); ++row) {
    while (order->id != integer(rows.get(), row, 0)) ++order;
    if (order->version == integer(rows.get(), row, 1)) ++as_before;
  }
  return orders_.size() - as_before;
}

}  // namespace

std::unique_ptr<Contestant> postgres_set(const std::string& conninfo) {
  return std::make_unique<PostgresSet>(conninfo);
}

}  // namespace bench
