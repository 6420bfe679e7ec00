/// What lives in the database besides us: triggers, policies, foreign keys, time limits, statements
/// of the user's own.

#include <chrono>
#include <thread>

#include <rowan/soci.hpp>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::ConstraintViolation;
using rowan::StaleDataError;
using rowan::UnitFailed;
using rowan::WriteIgnored;
using std::chrono::milliseconds;

namespace {

/// "BEFORE UPDATE ON orders" and what the database does then, in each one's language.
template <class B>
void create_trigger(Database<B>& db, const std::string& when, const std::string& sqlite,
                    const std::string& postgres) {
  if (!db.postgres) {
    db.execute("CREATE TRIGGER meddle " + when + " BEGIN " + sqlite + "; END");
    return;
  }
  db.execute("CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + postgres +
             "; END $$");
  db.execute("CREATE TRIGGER meddle " + when + " FOR EACH ROW EXECUTE FUNCTION meddle()");
}

template <class B>
void swallow(Database<B>& db, const std::string& when) {
  create_trigger(db, "BEFORE " + when, "SELECT RAISE(IGNORE)", "RETURN NULL");
}

}  // namespace

// -- triggers

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

// -- row-level security and partitions

TEST_CASE("what a row-level policy shows but does not let change is WriteIgnored: Postgres only") {
  Database<Postgres> db;
  rowan::Store owner = db.open<Product>();
  store_all(owner, Product{1, "pen"});
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
  std::string url = db.url();
  url.insert(url.size() - 1, " -crole=" + role);  // the options end with a quote
  {
    rowan::Store guest(url, rowan::Schema::of<Product>());
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
    // One that may not be inserted is refused aloud (SQLSTATE 42501).
    work.add(Product{2, "s3cr3t"});
    const auto refused = thrown<rowan::QueryError>([&] { work.commit(); });
    CHECK(refused.code() == "42501");
    CHECK_FALSE(has(refused.what(), "s3cr3t"));
  }
  CHECK(db.text("SELECT name FROM products") == "pen");
  db.execute("DROP OWNED BY " + role);
  db.execute("DROP ROLE " + role);
}

TEST_CASE(
    "a row that moves to another partition is one row, and who waited for it is stale: Postgres "
    "only") {
  Database<Postgres> db;
  db.execute(
      "CREATE TABLE products (id bigint NOT NULL, version bigint NOT NULL, name varchar(20) NOT "
      "NULL) PARTITION BY LIST (name)");
  for (const std::string name : {"pen", "ink"})
    db.execute("CREATE TABLE products_" + name + " PARTITION OF products FOR VALUES IN ('" + name +
               "')");
  rowan::Store store = db.open(rowan::Schema::of<Product>());
  store_all(store, Product{1, "pen"});
  auto a = store.begin();
  auto b = store.begin();
  auto mine = a.get<Product>(1);
  auto theirs = b.get<Product>(1);
  theirs->name = "ink";
  b.flush();
  mine->name = "ink";
  std::optional<Conflict> conflict;
  std::thread waiting([&] {
    try {
      a.commit();
    } catch (const StaleDataError& error) {
      conflict = error.conflicts().front();
    } catch (const rowan::Error&) {  // looked at below: there is no conflict then
    }
  });
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(4);
  while (
      std::chrono::steady_clock::now() < end &&
      db.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname "
                "= current_database()") == 0)
    std::this_thread::yield();
  b.commit();
  waiting.join();
  REQUIRE(conflict.has_value());
  CHECK(conflict->kind == Conflict::Kind::changed);
  CHECK(conflict->expected == 1);
  CHECK(conflict->found == 2);
  CHECK(theirs.version() == 2);
  CHECK(db.number("SELECT count(*) FROM products_ink WHERE version = 2") == 1);
}

// -- rows that others took away

TEST_CASE_TEMPLATE(
    "a child added to a root that another deleted is stale, and no foreign key error", B, Sqlite,
    Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto a = store.begin();
  auto mine = a.get<Order>({1});
  store.transact([](rowan::UnitOfWork& b) { b.remove(b.get<Order>({1})); });
  mine->lines.push_back({3, 1, {}, {}});
  db.log->clear();
  const auto error = thrown<StaleDataError>([&] { a.commit(); });
  CHECK(error.conflicts().front().kind == Conflict::Kind::deleted);
  CHECK_FALSE(error.conflicts().front().found.has_value());
  CHECK(db.writes() ==
        Strings{db.sql("UPDATE orders SET version = version + 1 WHERE id = ? AND version = ?")});
}

TEST_CASE_TEMPLATE("a child row deleted past its root is stale, with table, key and root", B,
                   Sqlite, Postgres) {
  for (const bool removes : {false, true}) {
    CAPTURE(removes);
    Database<B> db;
    rowan::Store store = open_orders(db, {1});
    auto work = store.begin();
    auto ref = work.get<Order>({1});
    db.execute("DELETE FROM order_lines WHERE line_no = 2");
    if (removes)
      ref->lines.pop_back();
    else
      ref->lines[1].quantity = 9;
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    REQUIRE(error.conflicts().size() == 1);
    const Conflict& conflict = error.conflicts().front();
    CHECK(conflict.table == "order_lines");
    CHECK(conflict.key == key_of({1, 2}));
    CHECK(conflict.root_table == "orders");
    CHECK(conflict.root_key == key_of({1}));
    CHECK(conflict.template key_as<OrderId>().value == 1);
    CHECK(conflict.kind == Conflict::Kind::deleted);
    CHECK(conflict.operation ==
          (removes ? Conflict::Operation::remove : Conflict::Operation::update));
    CHECK(conflict.expected == 1);
    CHECK(conflict.found == 1);
    CHECK(error.concerns(ref));
    CHECK(error.complete());
    CHECK(has(error.what(), "order_lines (1, 2)"));
    CHECK(db.number("SELECT version FROM orders") == 1);
    work.rollback();
    work.refresh(ref);
    CHECK(ref->lines.size() == 1);
  }
}

namespace {

struct Chapter {
  std::int64_t number = 0;
  std::int64_t version = 0;
  std::string title;
};
struct Book {
  std::int64_t id = 0;
  std::vector<Chapter> chapters;
};
rowan::Mapping<Book, std::int64_t> mapping_of(std::type_identity<Book>) {
  return rowan::aggregate("books", rowan::key("id", &Book::id), rowan::version("version"))
      .children(&Book::chapters, rowan::child("chapters", rowan::parent("book_id"),
                                              rowan::key("number", &Chapter::number),
                                              rowan::version("version", &Chapter::version))
                                     .column("title", &Chapter::title));
}

}  // namespace

TEST_CASE_TEMPLATE("of a root and its versioned child that both moved on, the root is named", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Book>();
  store_all(store, Book{1, {{1, 0, "a"}, {2, 0, "b"}}});
  auto a = store.begin();
  auto mine = a.get<Book>(1);
  store.transact([](rowan::UnitOfWork& b) { b.get<Book>(1)->chapters[0].title = "theirs"; });
  mine->chapters[0].title = "mine";
  mine->chapters[1].title = "mine";
  const auto error = thrown<StaleDataError>([&] { a.commit(); });
  REQUIRE(error.conflicts().size() == 1);
  CHECK(error.conflicts().front().table == "books");
  CHECK(mine->chapters[0].version == 1);
  a.rollback();
  a.refresh(mine);
  CHECK(mine->chapters[0].version == 2);
  mine->chapters[0].title = "mine";
  db.log->clear();
  a.commit();
  CHECK(db.writes() ==
        Strings{db.sql("UPDATE books SET version = version + 1 WHERE id = ? AND version = ?"),
                db.sql("UPDATE chapters SET version = version + 1, title = ? WHERE book_id = ? AND "
                       "number = ? AND version = ?")});
  CHECK(mine->chapters[0].version == 3);
  CHECK(mine->chapters[1].version == 1);
}

TEST_CASE_TEMPLATE("a statement that failed leaves no row count to be mistaken for success", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>({.connections = 1});
  db.execute("CREATE UNIQUE INDEX one_name ON products (name)");
  store_all(store, Product{1, "pen"}, Product{2, "ink"}, Product{3, "chalk"});
  auto work = store.begin();
  auto one = work.get<Product>(1);
  auto two = work.get<Product>(2);
  store.transact([](rowan::UnitOfWork& b) { b.remove(b.get<Product>(2)); });
  one->name = "quill";  // one row
  two->name = "tint";   // none
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  REQUIRE(error.conflicts().size() == 1);
  CHECK(error.concerns(two));
  work.rollback();
  one->name = "chalk";
  work.discard(two);
  CHECK_THROWS_AS(work.commit(), ConstraintViolation);
  work.rollback();
  one->name = "quill";
  db.execute("DELETE FROM products WHERE id = 1");
  CHECK_THROWS_AS(work.commit(), StaleDataError);
}

// -- constraints

TEST_CASE_TEMPLATE("a foreign key that is checked at COMMIT fails the unit like any statement", B,
                   Sqlite, Postgres) {
  Database<B> db;
  db.execute("CREATE TABLE names (name varchar(20) PRIMARY KEY)");
  db.execute("INSERT INTO names VALUES ('pen'), ('ink')");
  db.execute(
      "CREATE TABLE products (id bigint PRIMARY KEY, version bigint NOT NULL, name varchar(20) "
      "REFERENCES names (name) DEFERRABLE INITIALLY DEFERRED)");
  rowan::Store store = db.open(rowan::Schema::of<Product>());
  store_all(store, Product{1, "pen"});
  auto work = store.begin();
  auto ref = work.get<Product>(1);
  auto added = work.add(Product{2, "ink"});
  ref->name = "s3cr3t";
  db.log->clear();
  const auto error = thrown<ConstraintViolation>([&] { work.commit(); });
  CHECK(error.kind() == ConstraintViolation::Kind::foreign_key);
  CHECK_FALSE(has(error.what(), "s3cr3t"));
  CHECK(db.writes().size() == 2);  // so it was COMMIT
  CHECK(ref->name == "s3cr3t");
  CHECK(ref.version() == 1);
  CHECK(added.version() == 0);
  CHECK(db.number("SELECT count(*) FROM products") == 1);
  CHECK(db.text("SELECT name FROM products") == "pen");
  CHECK_THROWS_AS(work.commit(), UnitFailed);
  work.rollback();
  ref->name = "ink";
  work.commit();
  CHECK(ref.version() == 2);
  CHECK(added.version() == 1);
}

TEST_CASE_TEMPLATE("a violated constraint is named by kind and place, never by value", B, Sqlite,
                   Postgres) {
  using Kind = ConstraintViolation::Kind;
  struct Case {
    std::string constraint;
    Kind kind;
  };
  for (const Case& each :
       {Case{"UNIQUE", Kind::unique}, Case{"CHECK (length(name) < 5)", Kind::check},
        Case{"REFERENCES names (name)", Kind::foreign_key}}) {
    CAPTURE(each.constraint);
    Database<B> db;
    db.execute("CREATE TABLE names (name varchar(20) PRIMARY KEY)");
    db.execute("INSERT INTO names VALUES ('pen')");
    db.execute(
        "CREATE TABLE products (id bigint PRIMARY KEY, version bigint NOT NULL, name "
        "varchar(20) " +
        each.constraint + ")");
    rowan::Store store = db.open(rowan::Schema::of<Product>());
    store_all(store, Product{1, "pen"});
    if (each.kind == Kind::unique) store_all(store, Product{2, "s3cr3t"});
    auto work = store.begin();
    work.get<Product>(1)->name = "s3cr3t";
    const auto error = thrown<ConstraintViolation>([&] { work.commit(); });
    CHECK(error.kind() == each.kind);
    CHECK(std::string(error.what()).starts_with("products 1: "));
    CHECK_FALSE(has(error.what(), "s3cr3t"));
    CHECK_FALSE(has(error.sql(), "s3cr3t"));
    CHECK_FALSE(error.code().empty());
    CHECK_FALSE(error.database_message().empty());
    CHECK_FALSE(error.retryable());
    // Nor is it in what the failed unit repeats.
    const auto again = thrown<UnitFailed>([&] { work.commit(); });
    CHECK(has(again.what(), error.what()));
  }
}

TEST_CASE_TEMPLATE("NULL where there must be a value is a violation that names the column", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  db.execute("DROP TABLE tags");
  db.execute("DROP TABLE notes");
  db.execute("DROP TABLE discounts");
  db.execute("DROP TABLE order_lines");
  db.execute("DROP TABLE orders");
  db.execute(
      "CREATE TABLE orders (id bigint PRIMARY KEY, version bigint NOT NULL, customer "
      "varchar(20) NOT NULL, remark varchar(20) NOT NULL)");
  auto work = store.begin();
  work.add(order(1, "s3cr3t"));
  const auto error = thrown<ConstraintViolation>([&] { work.commit(); });
  CHECK(error.kind() == ConstraintViolation::Kind::not_null);
  CHECK(has(error.constraint(), "remark"));
  CHECK(has(error.what(), "remark"));
  CHECK_FALSE(has(error.what(), "s3cr3t"));
}

// -- time limits, pools, read-only

TEST_CASE_TEMPLATE("a statement that takes longer than it may is a StatementTimeout", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"});
  if (!db.postgres)
    db.execute(
        "CREATE VIEW slow AS WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM "
        "numbers WHERE n < 1000000000) SELECT max(n) AS n FROM numbers");
  create_trigger(db, "BEFORE UPDATE ON products", "SELECT n FROM slow",
                 "PERFORM pg_sleep(60); RETURN NEW");
  auto work = store.begin({.statement_timeout = milliseconds(50)});
  auto ref = work.get<Product>(1);
  ref->name = "ink";
  const auto error = thrown<rowan::StatementTimeout>([&] { work.commit(); });
  CHECK_FALSE(error.retryable());
  CHECK(error.sql().starts_with("UPDATE products"));
  CHECK(ref->name == "ink");
  CHECK_THROWS_AS(work.commit(), UnitFailed);
  db.execute(db.postgres ? "DROP TRIGGER meddle ON products" : "DROP TRIGGER meddle");
  work.rollback();
  work.commit();
  CHECK(ref.version() == 2);
}

TEST_CASE(
    "isolation and time limits end with their unit, though the connection is used again: "
    "Postgres only") {
  Database<Postgres> db;
  rowan::Store store = db.open<Product>({.connections = 1});
  store_all(store, Product{1, "pen"});
  const auto shown = [&](rowan::UnitOfWork& work, const std::string& setting) {
    std::string out;
    rowan::session(work) << "SHOW " + setting, soci::into(out);
    return out;
  };
  for (const bool commits : {true, false}) {
    auto strict = store.begin({.isolation = rowan::Isolation::serializable,
                               .lock_timeout = milliseconds(70),
                               .statement_timeout = milliseconds(9000)});
    strict.get<Product>(1)->name = commits ? "ink" : "chalk";
    CHECK(shown(strict, "transaction_isolation") == "serializable");
    CHECK(shown(strict, "lock_timeout") == "70ms");
    CHECK(shown(strict, "statement_timeout") == "9s");
    if (commits)
      strict.commit();
    else
      strict.rollback();
    auto reader = store.begin({.access = rowan::Access::read_only});
    CHECK(reader.get<Product>(1)->name == "ink");
    auto plain = store.begin();
    CHECK(shown(plain, "transaction_isolation") == "read committed");
    CHECK(shown(plain, "transaction_read_only") == "off");
    CHECK(shown(plain, "lock_timeout") == "5s");
    CHECK(shown(plain, "statement_timeout") == "0");
  }
}

TEST_CASE("time limits end with their unit, though the connection is used again: Sqlite only") {
  Database<Sqlite> db;
  rowan::Store store = db.open<Product>({.connections = 1});
  const auto busy_timeout = [&](const rowan::WorkOptions& options) {
    auto work = store.begin(options);
    int out = -1;
    rowan::session(work) << "PRAGMA busy_timeout", soci::into(out);
    return out;
  };
  CHECK(busy_timeout({.lock_timeout = milliseconds(70)}) == 70);
  CHECK(busy_timeout({}) == 5000);
  // One that is interrupted, then one that takes longer than that and may.
  store_all(store, Product{1, "pen"});
  db.execute(
      "CREATE VIEW slow AS WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM "
      "numbers WHERE n < 200000) SELECT max(n) AS n FROM numbers");
  const auto slow = rowan::where("(SELECT n FROM slow) > 0");
  CHECK_THROWS_AS((void)store.begin({.statement_timeout = milliseconds(1)}).count<Product>(slow),
                  rowan::StatementTimeout);
  CHECK(store.begin().count<Product>(slow) == 1);
}

TEST_CASE_TEMPLATE("a unit that is read only reads, and refuses to write before anything is sent",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin({.access = rowan::Access::read_only});
  auto ref = work.get<Order>({1});
  work.commit();
  ref->customer = "Bob";
  db.log->clear();
  CHECK_THROWS_WITH_AS(work.commit(), "orders 1: changed in a unit of work that is read only",
                       rowan::ReadOnly);
  CHECK(db.log->sql().empty());
  ref->customer = "Ann";
  work.commit();
  work.add(order(2));
  CHECK_THROWS_AS(work.flush(), rowan::ReadOnly);
}

TEST_CASE("a write on a read-only server is ReadOnly, not stale: Postgres only") {
  Database<Postgres> db;
  rowan::Store owner = open_orders(db, {1});
  std::string url = db.url();
  url.insert(url.size() - 1, " -cdefault_transaction_read_only=on");
  rowan::Store store(url, rowan::Schema::of<Order>());
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->customer = "Bob";
  const auto error = thrown<rowan::ReadOnly>([&] { work.commit(); });
  CHECK(error.code() == "25006");
  CHECK_FALSE(error.retryable());
  CHECK(ref->customer == "Bob");
  CHECK(store.counters().conflicts == 0);
}

TEST_CASE("a write on a read-only connection or file is ReadOnly, not stale: Sqlite only") {
  Database<Sqlite> db;
  rowan::Store owner = open_orders(db, {1}, {.journal = rowan::Journal::rollback});
  SUBCASE("a connection") {
    auto work = owner.begin();
    auto ref = work.get<Order>({1});
    rowan::session(work) << "PRAGMA query_only = 1";
    ref->customer = "Bob";
    CHECK(thrown<rowan::ReadOnly>([&] { work.commit(); }).code() == "SQLITE_READONLY");
    CHECK(ref->customer == "Bob");
  }
  SUBCASE("a file") {
    const std::string file = db.url().substr(std::string("sqlite3://").size());
    rowan::Store store("sqlite3://file:" + file + "?mode=ro", rowan::Schema::of<Order>());
    auto work = store.begin();
    auto ref = work.get<Order>({1});
    ref->customer = "Bob";
    CHECK_THROWS_AS(work.commit(), rowan::ReadOnly);
    CHECK(ref->customer == "Bob");
  }
  CHECK(owner.counters().conflicts == 0);
  CHECK(db.text("SELECT customer FROM orders") == "Ann");
}

// -- the user's own SQL

TEST_CASE_TEMPLATE("the user's own SQL is part of the unit's transaction", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  db.execute("CREATE TABLE journal (what varchar(20))");
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  const auto write = [&] {
    ref->customer = "Bob";
    rowan::session(work) << "INSERT INTO journal VALUES ('by hand')";
    work.flush();
    int customers = 0;
    rowan::session(work) << "SELECT count(*) FROM orders WHERE customer = 'Bob'",
        soci::into(customers);
    CHECK(customers == 1);
    CHECK(db.number("SELECT count(*) FROM journal") == 0);
  };
  write();
  work.rollback();
  CHECK(db.number("SELECT count(*) FROM journal") == 0);
  CHECK(db.text("SELECT customer FROM orders") == "Ann");
  CHECK(ref.version() == 1);
  write();
  work.commit();
  CHECK(db.number("SELECT count(*) FROM journal") == 1);
  CHECK(db.text("SELECT customer FROM orders") == "Bob");
  CHECK(ref.version() == 2);
  // Without anything of ours to write it is committed all the same.
  rowan::session(work) << "INSERT INTO journal VALUES ('alone')";
  work.commit();
  CHECK(db.number("SELECT count(*) FROM journal") == 2);
  // And when a statement of ours fails it is rolled back with it.
  db.execute("UPDATE orders SET version = 9");
  rowan::session(work) << "INSERT INTO journal VALUES ('lost')";
  ref->customer = "Cid";
  CHECK_THROWS_AS(work.commit(), StaleDataError);
  CHECK(db.number("SELECT count(*) FROM journal") == 2);
  CHECK_THROWS_AS((void)rowan::session(work), UnitFailed);
}

TEST_CASE("after an error in the user's own SQL COMMIT does not lie: Postgres only") {
  Database<Postgres> db;
  rowan::Store store = open_orders(db, {1});
  db.execute("CREATE TABLE journal (what varchar(20))");
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  for (const bool changed : {false, true}) {
    CAPTURE(changed);
    rowan::session(work) << "INSERT INTO journal VALUES ('lost')";
    CHECK_THROWS_AS(rowan::session(work) << "SELECT 1 / 0", soci::soci_error);
    if (changed) ref->customer = "Bob";
    const auto error = thrown<rowan::QueryError>([&] { work.commit(); });
    CHECK(error.code() == "25P02");
    CHECK(db.number("SELECT count(*) FROM journal") == 0);
    CHECK(db.number("SELECT version FROM orders") == 1);
    CHECK(ref.version() == 1);
    CHECK_THROWS_AS(work.commit(), UnitFailed);
    work.rollback();
  }
  work.commit();
  CHECK(ref.version() == 2);
  CHECK(db.text("SELECT customer FROM orders") == "Bob");
}
