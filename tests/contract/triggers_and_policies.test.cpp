/// What triggers and policies in the database make of a write.

#include "database.hpp"
#include "orders.hpp"
#include "triggers.hpp"

using namespace contract;
using rowan::StaleDataError;
using rowan::UnitFailed;
using rowan::WriteIgnored;

namespace {

template <class B>
void swallow(Database<B>& db, const std::string& when) {
  create_trigger(db, "BEFORE " + when, "SELECT RAISE(IGNORE)", "RETURN NULL");
}

}  // namespace

TEST_CASE_TEMPLATE("an UPDATE that a trigger swallows is WriteIgnored, not stale", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  swallow(db, "UPDATE ON orders");
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->customer = "Bob";
  const auto error = thrown<WriteIgnored>([&] { work.commit(); });
  CHECK(std::string(error.what()).starts_with("orders 1: the write had no effect"));
  CHECK_FALSE(error.retryable());
  CHECK(error.sql().starts_with("UPDATE orders"));
  CHECK(store.counters().conflicts == 0);
  CHECK(ref->customer == "Bob");
  CHECK(ref->version == 1);
  CHECK_THROWS_AS(work.commit(), UnitFailed);
}

TEST_CASE_TEMPLATE("an INSERT, a DELETE or a child's write that a trigger swallows is WriteIgnored",
                   B, Sqlite, Postgres) {
  struct Case {
    std::string when;
    const char* names;
    void (*change)(rowan::UnitOfWork&);
  };
  const Case cases[] = {
      {"INSERT ON orders", "orders 2:", [](rowan::UnitOfWork& work) { work.add(order(2)); }},
      {"DELETE ON orders",
       "orders 1:", [](rowan::UnitOfWork& work) { work.remove(work.get<Order>({1})); }},
      {"UPDATE ON order_lines", "order_lines (1, 2):",
       [](rowan::UnitOfWork& work) { work.get<Order>({1})->lines[1].quantity = 9; }},
      {"INSERT ON order_lines", "order_lines (1, 3):",
       [](rowan::UnitOfWork& work) {
         work.get<Order>({1})->lines.push_back({3, 1, {}, {}});
       }},
      {"DELETE ON order_lines", "order_lines (1, 2):",
       [](rowan::UnitOfWork& work) { work.get<Order>({1})->lines.pop_back(); }},
  };
  for (const Case& each : cases) {
    CAPTURE(each.when);
    Database<B> db;
    rowan::Store store = open_orders(db, {1});
    swallow(db, each.when);
    auto work = store.begin();
    each.change(work);
    const auto error = thrown<WriteIgnored>([&] { work.commit(); });
    CHECK(std::string(error.what()).starts_with(each.names));
    CHECK(db.number("SELECT count(*) FROM orders WHERE version = 1") == 1);
    CHECK(db.number("SELECT count(*) FROM order_lines") == 2);
  }
}

namespace {

struct Ticket {
  std::int64_t id = 0;  // given by the database
  std::string title;
};
rowan::Mapping<Ticket, std::int64_t> mapping_of(std::type_identity<Ticket>) {
  return rowan::aggregate("tickets", rowan::key("id", &Ticket::id, rowan::generated),
                          rowan::version("version"))
      .column("title", &Ticket::title);
}

}  // namespace

TEST_CASE_TEMPLATE(
    "an INSERT that is to answer its key and that a trigger swallows is WriteIgnored", B, Sqlite,
    Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Ticket>();
  swallow(db, "INSERT ON tickets");
  auto work = store.begin();
  auto ref = work.add(Ticket{0, "s3cr3t"});
  const auto error = thrown<WriteIgnored>([&] { work.commit(); });
  CHECK(std::string(error.what()).starts_with("tickets: the write had no effect"));
  CHECK(ref->id == 0);
  CHECK(ref.key().empty());
}

namespace {

struct Page {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string text;
};
rowan::Mapping<Page, std::int64_t> mapping_of(std::type_identity<Page>) {
  return rowan::aggregate("pages", rowan::key("id", &Page::id),
                          rowan::version("version", &Page::version, rowan::assigned_by_database))
      .column("text", &Page::text);
}

}  // namespace

TEST_CASE_TEMPLATE("a version that a trigger rewrites is read back, so the next save is fine", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Page>();
  create_trigger(db,
                 db.postgres ? "BEFORE UPDATE ON pages"
                             : "AFTER UPDATE ON pages WHEN NEW.version = OLD.version + 1",
                 "UPDATE pages SET version = OLD.version + 10 WHERE id = NEW.id",
                 "NEW.version = OLD.version + 10; RETURN NEW");
  store_all(store, Page{1, 0, "a"});
  auto work = store.begin();
  auto ref = work.get<Page>(1);
  CHECK(ref.version() == 1);
  for (const std::int64_t version : {11, 21, 31}) {
    ref->text += "b";
    work.commit();
    CHECK(ref.version() == version);
    CHECK(ref->version == version);
    CHECK(db.number("SELECT version FROM pages") == version);
  }
  // It is a version as any other: who holds an older one is stale.
  store.transact([](rowan::UnitOfWork& b) { b.get<Page>(1)->text = "c"; });
  ref->text = "mine";
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  CHECK(error.conflicts().front().expected == 31);
  CHECK(error.conflicts().front().found == 41);
  work.rollback();
  CHECK(ref.version() == 31);
}

TEST_CASE_TEMPLATE("a trigger that writes other rows does not change the count of ours", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  db.execute("CREATE TABLE audit (what varchar(20))");
  const std::string twice = "INSERT INTO audit VALUES ('changed'), ('again')";
  create_trigger(db, "AFTER UPDATE ON orders", twice, twice + "; RETURN NULL");
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->customer = "Bob";
  work.commit();
  CHECK(ref->version == 2);
  CHECK(db.number("SELECT count(*) FROM audit") == 2);
  // And does not stand in for a row that is not there.
  db.execute("DELETE FROM audit");
  store.transact([](rowan::UnitOfWork& b) { b.get<Order>({1})->customer = "Zoe"; });
  ref->customer = "Cid";
  CHECK_THROWS_AS(work.commit(), StaleDataError);
  CHECK(db.number("SELECT count(*) FROM audit") == 2);
}

TEST_CASE("what a row-level policy shows but does not let change is WriteIgnored: Postgres only") {
  Database<Postgres> db;
  rowan::Store owner = db.open<Product>();
  store_all(owner, Product{1, "pen"}, Product{2, "open"});
  const std::string schema = db.text("SELECT current_schema()");
  const std::string role = "guest_of_" + schema;
  db.execute("DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '" + role +
             "') THEN EXECUTE 'DROP OWNED BY " + role + "'; EXECUTE 'DROP ROLE " + role +
             "'; END IF; END $$");
  db.execute("CREATE ROLE " + role);
  db.execute("GRANT USAGE ON SCHEMA " + schema + " TO " + role);
  db.execute("GRANT ALL ON products TO " + role);
  db.execute("ALTER TABLE products ENABLE ROW LEVEL SECURITY");
  db.execute("CREATE POLICY all_may_look ON products FOR SELECT USING (true)");
  db.execute("CREATE POLICY some_may_change ON products FOR UPDATE USING (name = 'open')");
  std::string url = db.url();
  url.insert(url.size() - 1, " -crole=" + role);  // the options end with a quote
  {
    rowan::Store guest(url, rowan::Schema::of<Product>(), {.driver = usual_driver()});
    auto work = guest.begin();
    auto ref = work.get<Product>(1);
    ref->name = "ink";
    const auto error = thrown<WriteIgnored>([&] { work.commit(); });
    CHECK(has(error.what(), "products 1: the write had no effect"));
    work.rollback();
    work.remove(ref);
    CHECK_THROWS_AS(work.commit(), WriteIgnored);
    work.rollback();
    work.discard(ref);
    // FOR SHARE shows only what may be changed, so a guard finds no row, at the version expected.
    work.expect_unchanged(work.get<Product>(1));
    work.touch(work.get<Product>(2));
    const auto guarded = thrown<WriteIgnored>([&] { work.commit(); });
    CHECK(has(guarded.what(), "products 1"));
    work.rollback();
    work.discard(work.get<Product>(1));
    work.commit();
    CHECK_THROWS_AS((void)work.remove_all<Product>({{std::int64_t{1}, 1}}), WriteIgnored);
    work.rollback();
    // One that may not be inserted is refused aloud (SQLSTATE 42501).
    work.add(Product{3, "s3cr3t"});
    const auto refused = thrown<rowan::QueryError>([&] { work.commit(); });
    CHECK(refused.code() == "42501");
    CHECK_FALSE(has(refused.what(), "s3cr3t"));
  }
  CHECK(db.text("SELECT name FROM products WHERE id = 1") == "pen");
  CHECK(db.number("SELECT sum(version) FROM products") == 3);
  db.execute("DROP OWNED BY " + role);
  db.execute("DROP ROLE " + role);
}
