/// Bulk statements that meet a version at its maximum, or a trigger that swallows the write.

#include <limits>

#include "database.hpp"
#include "orders.hpp"
#include "triggers.hpp"

using namespace contract;
using rowan::set;
using rowan::VersionOverflow;
using rowan::where;

namespace {

template <class Version>
struct Meter {
  std::int64_t id = 0;
  Version version = 0;
  std::int64_t reading = 0;
};
template <class Version>
rowan::Mapping<Meter<Version>, std::int64_t> mapping_of(std::type_identity<Meter<Version>>) {
  using M = Meter<Version>;
  return rowan::aggregate("meters", rowan::key("id", &M::id),
                          rowan::version("version", &M::version))
      .column("reading", &M::reading);
}

template <class Version, class B>
void check_last_version(Database<B>& db) {
  rowan::Store store = db.template open<Meter<Version>>();
  store_all(store, Meter<Version>{1, 0, 1}, Meter<Version>{2, 0, 2});
  db.execute("UPDATE meters SET version = " + std::to_string(std::numeric_limits<Version>::max()) +
             " WHERE id = 2");
  auto work = store.begin();
  const auto error = thrown<VersionOverflow>(
      [&] { (void)work.template update_all<Meter<Version>>(set("reading = 9"), rowan::Query()); });
  CHECK(has(error.what(), "meters 2"));
  CHECK(work.template update_all<Meter<Version>>(set("reading = 9"),
                                                 where("id < ? OR id > ?", 2, 2)) == 1);
  work.commit();
  CHECK(db.number("SELECT reading FROM meters WHERE id = 2") == 2);
  CHECK(db.number("SELECT version FROM meters WHERE id = 1") == 2);
  CHECK(store.begin().template get<Meter<Version>>(2)->reading == 2);
}

}  // namespace

TEST_CASE_TEMPLATE("update_all writes nothing where one version has reached its maximum", B, Sqlite,
                   Postgres) {
  Database<B> db;
  SUBCASE("of 16 bits") {
    check_last_version<std::int16_t>(db);
  }
  SUBCASE("of 64 bits") {
    check_last_version<std::int64_t>(db);
  }
}

TEST_CASE_TEMPLATE("what a trigger swallows of a list is an error, and no conflict", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  create_trigger(db, "BEFORE UPDATE ON orders", "SELECT RAISE(IGNORE)", "RETURN NULL");
  auto work = store.begin();
  const auto error = thrown<rowan::WriteIgnored>([&] {
    (void)work.template update_all<Order>(set("customer = 'Bob'"), {{OrderId{2}, 1}});
  });
  CHECK(has(error.what(), "orders 2"));
  CHECK_THROWS_AS(work.commit(), rowan::UnitFailed);
}

TEST_CASE_TEMPLATE("a list in which one row stands at the version that the list itself leads to", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  const auto losers =
      work.template update_all<Order>(set("customer = 'Bob'"), {{OrderId{1}, 2}, {OrderId{1}, 1}});
  CHECK(losers.empty());
  work.commit();
  CHECK(db.number("SELECT version FROM orders") == 3);
}

TEST_CASE_TEMPLATE("bulk statements meet versions in a column that is narrower than their member",
                   B, Sqlite, Postgres) {
  Database<B> db;
  db.execute(
      "CREATE TABLE products (id bigint PRIMARY KEY, version smallint NOT NULL, name text "
      "NOT NULL)");
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"}, Product{2, "ink"}, Product{3, "cap"});
  auto work = store.begin();
  CHECK(work.template update_all<Product>(set("name = 'a'"), rowan::Query()) == 3);
  constexpr std::int64_t far = std::int64_t{1} << 40;
  const auto losers =
      work.template update_all<Product>(set("name = 'b'"), {{1, 2}, {2, far}, {3, 2}});
  REQUIRE(losers.size() == 1);
  CHECK(losers.front().template key_as<std::int64_t>() == 2);
  const std::vector<std::pair<std::int64_t, std::int64_t>> chosen{{1, 3}, {2, far}};
  CHECK(work.template remove_all<Product>(chosen).size() == 1);
  work.commit();
  CHECK(db.number("SELECT sum(version) FROM products") == 5);
}

TEST_CASE("the end of a narrow version column is a VersionOverflow also in a list: Postgres only") {
  Database<Postgres> db;
  db.execute(
      "CREATE TABLE products (id bigint PRIMARY KEY, version smallint NOT NULL, name text "
      "NOT NULL)");
  rowan::Store store = db.open<Product>();
  store_all(store, Product{1, "pen"});
  db.execute("UPDATE products SET version = 32767");
  auto work = store.begin();
  CHECK_THROWS_AS((void)work.update_all<Product>(set("name = 'b'"), {{std::int64_t{1}, 32767}}),
                  rowan::VersionOverflow);
  work.rollback();
  auto ref = work.get<Product>(1);
  work.remove(ref);
  work.flush();
  work.add(Product{1, "again"});
  CHECK_THROWS_AS(work.commit(), rowan::VersionOverflow);
}

TEST_CASE_TEMPLATE(
    "a list that violates a constraint is no conflict with what the transaction itself has written",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"}, Product{2, "ink"});
  db.execute("CREATE UNIQUE INDEX one_name ON products (name)");
  auto work = store.begin();
  const std::vector<std::pair<std::int64_t, std::int64_t>> twice{{1, 1}, {1, 2}};
  const std::vector<std::pair<std::int64_t, std::int64_t>> moved{{1, 2}};
  const auto name = set("name = 'ink'");
  SUBCASE("a list that leads on by itself") {
    CHECK_THROWS_AS((void)work.template update_all<Product>(name, twice),
                    rowan::ConstraintViolation);
  }
  SUBCASE("what was flushed before") {
    work.template get<Product>(1)->name = "mine";
    CHECK_THROWS_AS((void)work.template update_all<Product>(name, moved),
                    rowan::ConstraintViolation);
  }
  SUBCASE("what was listed before") {
    CHECK(work.template update_all<Product>(set("name = 'mine'"), {{std::int64_t{1}, 1}}).empty());
    CHECK_THROWS_AS((void)work.template update_all<Product>(name, moved),
                    rowan::ConstraintViolation);
  }
  SUBCASE("in a savepoint, which alone is taken back") {
    CHECK_THROWS_AS(work.savepoint([&] { (void)work.template update_all<Product>(name, twice); }),
                    rowan::ConstraintViolation);
    work.template get<Product>(1)->name = "mine";
    work.commit();
    CHECK(db.number("SELECT version FROM products WHERE id = 1") == 2);
  }
}
