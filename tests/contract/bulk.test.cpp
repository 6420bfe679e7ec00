/// Statements that write all roots that match a condition.

#include "database.hpp"
#include "failing_stores.hpp"
#include "jobs.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::QueryError;
using rowan::set;
using rowan::StaleDataError;
using rowan::UnitFailed;
using rowan::UsageError;
using rowan::where;

namespace {

Job job(std::int64_t id, std::string title, std::int64_t rank) {
  Job out;
  out.id = id;
  out.title = std::move(title);
  out.rank = rank;
  return out;
}

template <class B>
rowan::Store open_jobs(Database<B>& db) {
  rowan::Store store = db.template open<Job>();
  store_jobs(store, {job(1, "one", 10), job(2, "two", 20), job(3, "three", 30)});
  db.log->clear();
  return store;
}

template <class B>
std::int64_t rows(Database<B>& db) {
  std::int64_t out = 0;
  for (const char* table : {"orders", "order_lines", "discounts", "notes", "tags"})
    out += db.number("SELECT count(*) FROM " + std::string(table));
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("update_all sets an enum by name, optional or not, and NULL where there is none",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_jobs(db);
  auto work = store.begin();

  CHECK(work.update_all<Job>(set("status = ?", std::optional(Status::shipped)), rowan::Query()) ==
        3);
  CHECK(work.update_all<Job>(set("status = ?, rank = ?", Status::placed, std::optional<Status>()),
                             where("id = ?", 1)) == 1);
  work.commit();

  CHECK(db.number("SELECT count(*) FROM jobs WHERE status = 'shipped'") == 2);
  CHECK(db.number("SELECT count(*) FROM jobs WHERE status = 'placed' AND rank IS NULL") == 1);
}

TEST_CASE_TEMPLATE(
    "what update_all assigns to the version itself is refused, or counts for nothing", B, Sqlite,
    Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto stale = store.begin();
  stale.get<Order>({1})->customer = "mine";
  const auto assign = [&](auto&& write) {
    auto work = store.begin();
    if (db.postgres) {  // 42601: multiple assignments to same column
      CHECK_THROWS_AS(write(work), rowan::QueryError);
      return;
    }
    write(work);
    work.commit();
  };
  assign([](rowan::UnitOfWork& work) {
    (void)work.update_all<Order>(set("version = version"), rowan::Query());
  });
  CHECK(db.number("SELECT version FROM orders") == (db.postgres ? 1 : 2));
  assign([](rowan::UnitOfWork& work) {
    (void)work.update_all<Order>(set("version = 1"), {{OrderId{1}, 2}, {OrderId{1}, 1}});
  });
  CHECK(db.number("SELECT version FROM orders") == (db.postgres ? 1 : 3));
  if (!db.postgres) CHECK_THROWS_AS(stale.commit(), rowan::StaleDataError);
}

TEST_CASE_TEMPLATE(
    "update_all is one UPDATE that moves the version of all that match, and tells "
    "how many there were",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_jobs(db);
  auto reader = store.begin();
  auto stale = reader.get<Job>(2);
  auto untouched = reader.get<Job>(1);
  auto work = store.begin();
  db.log->clear();
  CHECK(work.update_all<Job>(set("status = ?, title = title || ?", Status::placed, "!"),
                             where("rank > ?", 10)) == 2);
  CHECK(db.writes().size() == 1);
  CHECK(db.writes().front().starts_with("UPDATE jobs SET status = "));
  CHECK(db.number("SELECT sum(version) FROM jobs") == 3);  // not committed
  work.commit();
  CHECK(db.number("SELECT count(*) FROM jobs WHERE version = 2 AND status = 'placed'") == 2);
  CHECK(db.text("SELECT title FROM jobs WHERE id = 3") == "three!");
  CHECK(db.number("SELECT version FROM jobs WHERE id = 1") == 1);

  stale->title = "mine";
  untouched->title = "mine";
  const auto error = thrown<StaleDataError>([&] { reader.commit(); });
  REQUIRE(error.conflicts().size() == 1);
  CHECK(error.concerns(stale));
  CHECK(error.conflicts().front().expected == 1);
  CHECK(error.conflicts().front().found == 2);
}

TEST_CASE_TEMPLATE("update_all takes expressions, NULL and question marks, and matches none or all",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_jobs(db);
  auto work = store.begin();
  CHECK(work.update_all<Job>(set("rank = rank * ? + grade", 2), rowan::Query()) == 3);
  CHECK(work.update_all<Job>(set("rank = ?", std::optional<std::int64_t>()), where("id = 2")) == 1);
  CHECK(work.update_all<Job>(set("title = 'what?'"), where("title = ?", "one")) == 1);
  CHECK(work.update_all<Job>(set("title = 'x'"), where("id = 99")) == 0);
  CHECK(work.update_all<Job>(set("due = NULL -- nothing"), where("id = 3 -- this")) == 1);
  work.commit();
  CHECK(db.number("SELECT rank FROM jobs WHERE id = 1") == 21);
  CHECK(db.number("SELECT count(*) FROM jobs WHERE rank IS NULL AND id = 2") == 1);
  CHECK(db.text("SELECT title FROM jobs WHERE id = 1") == "what?");
  auto fresh = store.begin();
  CHECK_FALSE(fresh.get<Job>(2)->rank.has_value());
}

TEST_CASE_TEMPLATE("a value never becomes SQL", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_jobs(db);
  auto work = store.begin();
  CHECK(work.update_all<Job>(set("title = ?", "x', rank = 0 --"), where("title = ?", "one")) == 1);
  CHECK(work.remove_all<Job>(where("title = ?", "' OR 1 = 1 --")) == 0);
  work.commit();
  CHECK(db.text("SELECT title FROM jobs WHERE id = 1") == "x', rank = 0 --");
  CHECK(db.number("SELECT count(*) FROM jobs WHERE rank > 0") == 3);
}

TEST_CASE_TEMPLATE(
    "what the unit has changed, added and removed is written before a bulk "
    "statement",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_jobs(db);
  auto work = store.begin();
  work.get<Job>(1)->rank = 100;
  work.add(job(4, "four", 200));
  work.remove(work.get<Job>(3));
  SUBCASE("update_all") {
    CHECK(work.update_all<Job>(set("status = ?", Status::shipped), where("rank >= 30")) == 2);
    work.commit();
    CHECK(db.number("SELECT sum(id) FROM jobs WHERE status = 'shipped'") == 5);
  }
  SUBCASE("remove_all") {
    CHECK(work.remove_all<Job>(where("rank >= 30")) == 2);
    work.commit();
    CHECK(db.number("SELECT sum(id) FROM jobs") == 2);
  }
}

TEST_CASE_TEMPLATE("what update_all wrote past a loaded copy is not written on top of: refresh it",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_jobs(db);
  auto work = store.begin();
  auto one = work.get<Job>(1);
  auto two = work.get<Job>(2);
  CHECK(work.update_all<Job>(set("rank = 7"), where("id = 1")) == 1);
  two->title = "not concerned";
  SUBCASE("changed without that") {
    one->title = "mine";
    CHECK_THROWS_AS(work.flush(), UsageError);
    CHECK_THROWS_AS(work.commit(), UsageError);
    work.refresh(one);
    CHECK(one->rank == 7);
    one->title = "mine";
    work.commit();
    CHECK(db.number("SELECT version FROM jobs WHERE id = 1") >= 2);
    CHECK(db.text("SELECT title FROM jobs WHERE id = 1") == "mine");
    CHECK(one.version() == db.number("SELECT version FROM jobs WHERE id = 1"));
    one->title = "again";
    work.commit();
    CHECK(db.text("SELECT title FROM jobs WHERE id = 1") == "again");
  }
  SUBCASE("removed without that") {
    work.remove(one);
    CHECK_THROWS_AS(work.commit(), UsageError);
  }
  SUBCASE("only read, and stale when it is changed after the commit") {
    work.commit();
    CHECK(one.version() == 1);
    one->title = "mine";
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    CHECK(error.conflicts().front().found == 2);
  }
  SUBCASE("rolled back, it is as the database has it") {
    one->title = "mine";
    work.rollback();
    work.commit();
    CHECK(db.text("SELECT title FROM jobs WHERE id = 1") == "mine");
    CHECK(db.number("SELECT rank FROM jobs WHERE id = 1") == 10);
    CHECK(one.version() == 2);
  }
  CHECK(db.number("SELECT count(*) FROM jobs WHERE rank = 20") == 1);
}

TEST_CASE_TEMPLATE("a bulk statement that a savepoint took back has passed no copy", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_jobs(db);
  auto work = store.begin();
  auto one = work.get<Job>(1);
  CHECK_THROWS_AS(work.savepoint([&] {
    CHECK(work.update_all<Job>(set("rank = 7"), rowan::Query()) == 3);
    throw std::runtime_error("mine");
  }),
                  std::runtime_error);
  one->title = "mine";
  work.commit();
  CHECK(one.version() == 2);
  CHECK(db.number("SELECT count(*) FROM jobs WHERE title = 'mine' AND rank = 10") == 1);
}

TEST_CASE_TEMPLATE("remove_all deletes what matches on all levels, and tells how many there were",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2, 3});
  CHECK(rows(db) == 27);
  auto reader = store.begin();
  auto stale = reader.get<Order>({1});
  auto work = store.begin();
  auto held = work.get<Order>({2});
  db.log->clear();
  CHECK(work.remove_all<Order>(where("id < ?", 3)) == 2);
  CHECK(rows(db) == 27);
  SUBCASE("committed") {
    work.commit();
    CHECK(rows(db) == 9);
    CHECK(db.number("SELECT min(order_id) FROM discounts") == 3);
    stale->customer = "mine";
    const auto error = thrown<StaleDataError>([&] { reader.commit(); });
    CHECK(error.conflicts().front().kind == rowan::Conflict::Kind::deleted);
  }
  SUBCASE("rolled back") {
    work.rollback();
    held->customer = "mine";
    work.commit();
    CHECK(rows(db) == 27);
    CHECK(held.version() == 2);
  }
  SUBCASE("a copy that is held is not written again") {
    held->customer = "mine";
    CHECK_THROWS_AS(work.commit(), UsageError);
    CHECK_THROWS_AS(work.refresh(held), StaleDataError);
    work.discard(held);
    work.commit();
    CHECK(rows(db) == 9);
  }
}

TEST_CASE_TEMPLATE("mistakes in a bulk statement are QueryErrors, an order or a limit a UsageError",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_jobs(db);
  auto work = store.begin();
  CHECK_THROWS_AS(work.update_all<Job>(set("rank = ?"), rowan::Query()), QueryError);
  CHECK_THROWS_AS(work.update_all<Job>(set("rank = ?", 1, 2), rowan::Query()), QueryError);
  CHECK_THROWS_AS(work.update_all<Job>(set("rank = 1"), where("id = ?")), QueryError);
  CHECK_THROWS_AS(work.remove_all<Job>(where("id = ?", 1, 2)), QueryError);
  CHECK_THROWS_AS(work.update_all<Job>(set("rank = 1"), where("id = 1").limit(1)), UsageError);
  CHECK_THROWS_AS(work.update_all<Job>(set("rank = 1"), where("id = 1").order_by("id")),
                  UsageError);
  CHECK_THROWS_AS(work.remove_all<Job>(where("id = 1").limit(1)), UsageError);
  CHECK_THROWS_AS(work.remove_all<Job>(rowan::Query().after(1)), UsageError);
  CHECK(db.writes().empty());
  // The unit has not failed of what was never sent.
  CHECK(work.update_all<Job>(set("rank = 1"), where("id = 1")) == 1);
  const auto refused = [&](const auto& statement) {
    auto unit = store.begin();
    CHECK_THROWS_AS(statement(unit), QueryError);
    CHECK_THROWS_AS(unit.commit(), UnitFailed);
  };
  work.rollback();
  refused([](auto& unit) { unit.template update_all<Job>(set("nothing = 1"), rowan::Query()); });
  refused([](auto& unit) { unit.template update_all<Job>(set("rank = 1"), where("nothing = 1")); });
  refused([](auto& unit) { unit.template remove_all<Job>(where("nothing = 1")); });
  CHECK(db.number("SELECT sum(version) FROM jobs") == 3);
}

TEST_CASE_TEMPLATE("a unit that is read only, or has failed, writes nothing in bulk", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_jobs(db);
  const auto check_refused = [&]<class E>(rowan::UnitOfWork& work, std::type_identity<E>) {
    db.log->clear();
    CHECK_THROWS_AS(work.update_all<Job>(set("rank = 1"), rowan::Query()), E);
    CHECK_THROWS_AS(work.remove_all<Job>(rowan::Query()), E);
    CHECK_THROWS_AS((void)work.update_all<Job>(set("rank = 1"), {{1, 1}}), E);
    CHECK_THROWS_AS((void)work.remove_all<Job>({{1, 1}}), E);
    CHECK(db.log->sql().empty());
  };
  auto reading = store.begin({.access = rowan::Access::read_only});
  check_refused(reading, std::type_identity<rowan::ReadOnly>());
  auto failed = store.begin();
  failed.add(job(1, "one again", 40));
  CHECK_THROWS_AS(failed.flush(), rowan::ConstraintViolation);
  check_refused(failed, std::type_identity<UnitFailed>());
  CHECK(db.number("SELECT count(*) FROM jobs WHERE version = 1") == 3);
}

TEST_CASE_TEMPLATE("wherever a bulk statement fails, it is all or nothing", B, Sqlite, Postgres) {
  Database<B> db;
  const auto script = std::make_shared<rowan::testing::Script>();
  rowan::Store store = open_orders(db, {1, 2}, failing(db, script));
  const auto run = [&] {
    auto work = store.begin();
    (void)work.get<Order>({1});
    work.update_all<Order>(set("customer = 'Bob'"), rowan::Query());
    work.remove_all<Order>(where("id = 2"));
    work.commit();
  };
  const std::int64_t before = rows(db);
  for (std::size_t n = 1;; ++n) {
    CAPTURE(n);
    REQUIRE(n < 100);
    script->fail_at(n, rowan::FailureKind::connection_lost);
    try {
      run();
      break;
    } catch (const rowan::Error&) {
      CHECK(rows(db) == before);
      CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Ann'") == 2);
    }
  }
  CHECK(rows(db) == before / 2);
}
