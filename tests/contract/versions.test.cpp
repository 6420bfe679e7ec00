/// The life of a version counter: one more for each committed unit that changed something.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::UsageError;

TEST_CASE_TEMPLATE("a new root is at version 1 once committed, and at 0 before", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  auto work = store.begin();
  auto ref = work.add(order(1));
  CHECK(ref.version() == 0);
  CHECK(ref->version == 0);
  work.flush();
  CHECK(ref->version == 0);
  work.commit();
  CHECK(ref.version() == 1);
  CHECK(ref->version == 1);
  CHECK(ref.version() == 1);
  CHECK(db.number("SELECT version FROM orders WHERE id = 1") == 1);
}

TEST_CASE_TEMPLATE("a changed field moves the version by one, and the UPDATE checks it", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  db.log->clear();
  ref->customer = "Bob";
  work.commit();
  CHECK(ref->version == 2);
  CHECK(db.number("SELECT version FROM orders") == 2);
  CHECK(db.writes() ==
        Strings{db.sql("UPDATE orders SET version = version + 1, customer = ? WHERE id = ? AND "
                       "version = ?")});
}

TEST_CASE_TEMPLATE("two roots changed in one unit both move by one", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  const auto both = work.get_all<Order>({{2}, {1}});
  db.log->clear();
  for (const auto& ref : both) ref->customer = "Bob";
  work.commit();
  CHECK(both[0]->version == 2);
  CHECK(both[1]->version == 2);
  CHECK(db.writes().size() == 2);
  CHECK(db.number("SELECT count(*) FROM orders WHERE version = 2") == 2);
}

TEST_CASE_TEMPLATE("three commits of one object need no reload between them", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  for (const char* name : {"Bob", "Cid", "Dan"}) {
    ref->customer = name;
    work.commit();
  }
  CHECK(ref->version == 4);
  CHECK(db.number("SELECT version FROM orders") == 4);
}

TEST_CASE_TEMPLATE("a commit without a change sends nothing", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  db.log->clear();
  work.commit();
  ref->customer = "Bob";
  ref->customer = "Ann";        // there and back
  ref->lines = order(1).lines;  // an equal list
  work.commit();
  CHECK(db.log->sql().empty());
  CHECK(db.number("SELECT version FROM orders") == 1);
}

TEST_CASE_TEMPLATE(
    "two flushes in one unit move the version once, and the second looks for the "
    "version that the first has written",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  db.log->clear();
  ref->customer = "Bob";
  work.flush();
  CHECK(ref->version == 1);
  ref->customer = "Cid";
  ref->lines[0].quantity = 8;
  work.flush();
  ref->lines[0].quantity = 9;
  work.commit();
  CHECK(ref->version == 2);
  CHECK(db.number("SELECT version FROM orders") == 2);
  CHECK(db.writes() ==
        Strings{db.sql("UPDATE orders SET version = version + 1, customer = ? WHERE id = ? AND "
                       "version = ?"),
                db.sql("UPDATE orders SET customer = ? WHERE id = ? AND version = ?"),
                db.sql("UPDATE order_lines SET quantity = ? WHERE order_id = ? AND line_no = ?"),
                db.sql("UPDATE order_lines SET quantity = ? WHERE order_id = ? AND line_no = ?")});
}

TEST_CASE_TEMPLATE("a version changed by hand is refused, and nothing is sent", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  db.log->clear();
  ref->version = 7;
  CHECK_THROWS_WITH_AS(
      work.commit(), "orders 1: its version member was changed by hand; it is the store's to move",
      UsageError);
  CHECK(db.log->sql().empty());
  ref->version = 1;
  ref->customer = "Bob";
  work.commit();  // the unit has not failed
  CHECK(ref->version == 2);
}

TEST_CASE_TEMPLATE("reading again in the unit gives the same object, edits and all", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->customer = "Bob";
  db.execute("UPDATE orders SET customer = 'Zoe', version = 2");
  auto again = work.get<Order>({1});
  auto found = work.find_all<Order>();
  CHECK(&*again == &*ref);
  CHECK(again == ref);
  CHECK(found.size() == 1);
  CHECK(found.front() == ref);
  CHECK(again->customer == "Bob");
  CHECK(again.version() == 1);
}

namespace {

template <class V>
struct Counter {
  std::int64_t id = 0;
  V version = 0;
  std::string text;
};
template <class V>
rowan::Mapping<Counter<V>, std::int64_t> mapping_of(std::type_identity<Counter<V>>) {
  return rowan::aggregate("counters", rowan::key("id", &Counter<V>::id),
                          rowan::version("version", &Counter<V>::version))
      .column("text", &Counter<V>::text);
}

template <class V, class B>
void check_counter(std::int64_t from) {
  Database<B> db;
  rowan::Store store = db.template open<Counter<V>>();
  db.execute("INSERT INTO counters (id, version, text) VALUES (1, " + std::to_string(from) +
             ", 'a')");
  auto work = store.begin();
  auto ref = work.template get<Counter<V>>(1);
  CHECK(ref.version() == from);
  ref->text = "b";
  work.commit();
  CHECK(ref->version == static_cast<V>(from + 1));
  CHECK(db.number("SELECT version FROM counters") == from + 1);
}

}  // namespace

TEST_CASE_TEMPLATE("a version may be of any integer type from 16 bits on, beyond 32 bits too", B,
                   Sqlite, Postgres) {
  check_counter<std::int16_t, B>(32000);
  check_counter<int, B>(1);
  check_counter<unsigned, B>(3000000000);
  check_counter<std::int64_t, B>(5000000000);
  check_counter<std::uint64_t, B>(5000000000);
}

TEST_CASE_TEMPLATE("a version at the maximum of its member is refused before anything is sent", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Counter<std::int16_t>>();
  db.execute("INSERT INTO counters (id, version, text) VALUES (1, 32767, 'a')");
  auto work = store.begin();
  auto ref = work.template get<Counter<std::int16_t>>(1);
  ref->text = "b";
  db.log->clear();
  CHECK_THROWS_WITH_AS(work.commit(),
                       "counters 1: its version has reached the maximum of its member",
                       rowan::VersionOverflow);
  CHECK(db.log->sql().empty());
  CHECK(ref->text == "b");
}

TEST_CASE_TEMPLATE("a version that is NULL, or beyond its member, is refused when it is loaded", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.open(rowan::Schema::of<Counter<std::int16_t>>());
  db.execute("CREATE TABLE counters (id bigint PRIMARY KEY, version bigint, text varchar(20))");
  db.execute("INSERT INTO counters VALUES (1, NULL, 'a'), (2, 70000, 'a')");
  auto work = store.begin();
  CHECK_THROWS_WITH_AS((void)work.template get<Counter<std::int16_t>>(1),
                       "counters 1, column version: NULL where a number must be", rowan::DataError);
  CHECK_THROWS_WITH_AS((void)work.template get<Counter<std::int16_t>>(2),
                       "counters 2, column version: beyond the range of versions",
                       rowan::DataError);
}
