/// Members that are written but move nothing: nobody decides upon them.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::StaleDataError;

namespace {

struct Seen {
  std::int64_t times = 0;
  std::string last = "never";
};
rowan::ValueObject<Seen> value_of(std::type_identity<Seen>) {
  return rowan::value_object(rowan::part("times", &Seen::times), rowan::part("last", &Seen::last));
}

struct Step {
  int number = 0;
  std::string what;
  int views = 0;
};

/// calls, seen, log and Step::views are of no account; name and what a step says are.
struct Customer {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string name;
  int calls = 0;
  Seen seen;
  std::vector<Note> log;
  std::vector<Step> steps;
};
rowan::Mapping<Customer, std::int64_t> mapping_of(std::type_identity<Customer>) {
  using rowan::child, rowan::key, rowan::parent;
  return rowan::aggregate("customers", key("id", &Customer::id),
                          rowan::version("version", &Customer::version))
      .column("name", &Customer::name)
      .column("calls", &Customer::calls)
      .value("seen_", &Customer::seen)
      .children(&Customer::log,
                child<Note>("customer_log", parent("customer_id"), rowan::position("pos"))
                    .column("text", &Note::text))
      .children(&Customer::steps,
                child("steps", parent("customer_id"), key("number", &Step::number),
                      rowan::version("step_version"))
                    .column("what", &Step::what)
                    .column("views", &Step::views)
                    .unversioned(&Step::views))
      .unversioned(&Customer::calls, &Customer::seen, &Customer::log);
}

template <class B>
rowan::Store open_customer(Database<B>& db) {
  rowan::Store store = db.template open<Customer>();
  store_all(store, Customer{1, 0, "Ann", 0, {}, {{"hello"}}, {{1, "call", 0}, {2, "write", 0}}});
  db.log->clear();
  return store;
}

/// What somebody else writes that moves nothing.
void call(rowan::Store& store) {
  store.transact([](rowan::UnitOfWork& other) {
    auto ref = other.get<Customer>(1);
    ref->calls += 1;
    ref->seen = {ref->seen.times + 1, "today"};
    ref->log.push_back({"more"});
    ref->steps[0].views += 1;
  });
}

}  // namespace

TEST_CASE_TEMPLATE(
    "unversioned members alone are written at the version that was read, and leave "
    "it there",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_customer(db);
  auto work = store.begin();
  auto ref = work.get<Customer>(1);
  Strings expected;
  const std::string lock =
      db.postgres ? "SELECT 1 FROM customers WHERE id = $1 AND version = $2 FOR NO KEY UPDATE"
                  : "SELECT 1 FROM customers WHERE id = ? AND version = ?";
  db.log->clear();
  SUBCASE("a column") {
    ref->calls = 5;
    expected = {db.sql("UPDATE customers SET calls = ? WHERE id = ? AND version = ?")};
  }
  SUBCASE("a value object, as one") {
    ref->seen.times = 5;
    expected = {
        db.sql("UPDATE customers SET seen_times = ?, seen_last = ? WHERE id = ? AND "
               "version = ?")};
  }
  SUBCASE("a collection") {
    ref->log[0].text = "goodbye";
    ref->log.push_back({"more"});
    expected = {lock, db.sql("UPDATE customer_log SET text = ? WHERE customer_id = ? AND pos = ?"),
                db.sql("INSERT INTO customer_log (customer_id, pos, text) VALUES (?, ?, ?)")};
  }
  SUBCASE("a column of a child, whose own version stays as well") {
    ref->steps[1].views = 5;
    expected = {lock, db.sql("UPDATE steps SET views = ? WHERE customer_id = ? AND number = ? AND "
                             "step_version = ?")};
  }
  work.commit();
  Strings sent = db.log->sql();
  REQUIRE(sent.size() >= 2);
  CHECK(sent.front().starts_with("BEGIN"));
  CHECK(sent.back() == "COMMIT");
  CHECK(Strings(sent.begin() + 1, sent.end() - 1) == expected);
  CHECK(ref->version == 1);
  CHECK(db.number("SELECT version FROM customers") == 1);
  CHECK(db.number("SELECT sum(step_version) FROM steps") == 2);
  db.log->clear();
  work.commit();
  CHECK(db.log->sql().empty());
}

TEST_CASE_TEMPLATE("unversioned members are never written on top of a state that was not read", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_customer(db);
  auto work = store.begin();
  auto ref = work.get<Customer>(1);
  store.transact([](rowan::UnitOfWork& other) { other.get<Customer>(1)->name = "Bob"; });
  SUBCASE("a column") {
    ref->calls = 5;
  }
  SUBCASE("a value object") {
    ref->seen.last = "today";
  }
  SUBCASE("a collection") {
    ref->log.push_back({"more"});
  }
  SUBCASE("a column of a child") {
    ref->steps[0].views = 5;
  }
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  REQUIRE(error.conflicts().size() == 1);
  CHECK(error.conflicts().front().table == "customers");
  CHECK(error.conflicts().front().expected == 1);
  CHECK(error.conflicts().front().found == 2);
  CHECK(db.number("SELECT calls + seen_times FROM customers") == 0);
  CHECK(db.number("SELECT count(*) FROM customer_log") == 1);
  CHECK(db.number("SELECT sum(views) FROM steps") == 0);
}

TEST_CASE_TEMPLATE("a versioned writer does not write unversioned members that it left alone", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_customer(db);
  auto work = store.begin();
  auto ref = work.get<Customer>(1);
  call(store);
  ref->name = "Bob";
  ref->steps[0].what = "visit";
  db.log->clear();
  work.commit();
  CHECK(db.writes() ==
        Strings{db.sql("UPDATE customers SET version = version + 1, name = ? WHERE id = ? AND "
                       "version = ?"),
                db.sql("UPDATE steps SET step_version = step_version + 1, what = ? WHERE "
                       "customer_id = ? AND number = ? AND step_version = ?")});
  CHECK(ref->version == 2);
  CHECK(ref->calls == 0);  // memory is as it was read
  CHECK(db.number("SELECT calls FROM customers") == 1);
  CHECK(db.number("SELECT seen_times FROM customers") == 1);
  CHECK(db.number("SELECT count(*) FROM customer_log") == 2);
  CHECK(db.number("SELECT views FROM steps WHERE number = 1") == 1);
  work.refresh(ref);
  CHECK(ref->calls == 1);
  CHECK(ref->seen.last == "today");
  CHECK(ref->log.size() == 2);
  CHECK(ref->steps[0].views == 1);
}

TEST_CASE_TEMPLATE("who writes unversioned members makes nobody stale, and the last one wins", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_customer(db);
  auto a = store.begin();
  auto b = store.begin();
  auto mine = a.get<Customer>(1);
  auto theirs = b.get<Customer>(1);
  mine->calls = 5;
  theirs->calls = 7;
  a.expect_unchanged(mine);
  b.commit();
  a.commit();
  CHECK(db.number("SELECT calls FROM customers") == 5);
  mine->name = "Bob";
  a.commit();
  CHECK(mine->version == 2);
  CHECK(store.counters().conflicts == 0);
}

TEST_CASE_TEMPLATE("versioned and unversioned members changed together move the version once", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_customer(db);
  auto work = store.begin();
  auto ref = work.get<Customer>(1);
  SUBCASE("in one flush") {
    ref->calls = 5;
    ref->name = "Bob";
    ref->seen = {1, "today"};
    ref->log.push_back({"more"});
    ref->steps[0].views = 5;
    ref->steps[0].what = "visit";
  }
  SUBCASE("the unversioned flushed before") {
    ref->calls = 5;
    ref->log.push_back({"more"});
    work.flush();
    ref->name = "Bob";
  }
  SUBCASE("a child that comes and one that goes") {
    ref->calls = 5;
    ref->log.push_back({"more"});
    ref->steps = {{2, "write", 0}, {3, "visit", 0}};
  }
  work.commit();
  CHECK(ref->version == 2);
  CHECK(db.number("SELECT version FROM customers") == 2);
  CHECK(db.number("SELECT calls FROM customers") == 5);
  CHECK(db.number("SELECT count(*) FROM customer_log") == 2);
}

TEST_CASE_TEMPLATE("a removal takes along rows that others have added to an unversioned collection",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_customer(db);
  auto work = store.begin();
  auto ref = work.get<Customer>(1);
  call(store);
  work.remove(ref);
  work.commit();
  CHECK(db.number("SELECT count(*) FROM customers") == 0);
  CHECK(db.number("SELECT count(*) FROM customer_log") == 0);
  CHECK(db.number("SELECT count(*) FROM steps") == 0);
}

TEST_CASE_TEMPLATE(
    "a removal goes through though others have removed rows of an unversioned "
    "collection",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_customer(db);
  auto work = store.begin();
  auto ref = work.get<Customer>(1);
  store.transact([](rowan::UnitOfWork& other) { other.get<Customer>(1)->log.clear(); });
  CHECK(db.number("SELECT version FROM customers") == 1);
  work.remove(ref);
  work.commit();
  CHECK(db.number("SELECT count(*) FROM customers") == 0);
}

TEST_CASE_TEMPLATE("at its last version a root still takes what is unversioned", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_customer(db);
  db.execute("UPDATE customers SET version = 9223372036854775807");
  auto work = store.begin();
  auto ref = work.get<Customer>(1);
  ref->calls = 5;
  work.commit();
  CHECK(db.number("SELECT calls FROM customers") == 5);
  ref->name = "Bob";
  CHECK_THROWS_AS(work.commit(), rowan::VersionOverflow);
}

TEST_CASE("only members mapped before, and no part of the key, can be unversioned") {
  const auto root = [] {
    return rowan::aggregate("customers", rowan::key("id", &Customer::id),
                            rowan::version("version", &Customer::version))
        .column("name", &Customer::name);
  };
  const auto faults = [](const auto& mapping) {
    return thrown<rowan::MappingError>([&] { (void)rowan::Schema::of(mapping); }).faults();
  };
  const std::string fault =
      ": unversioned(...) takes members that are mapped before it and are no part of the key";
  CHECK(faults(root().unversioned(&Customer::calls)) == Strings{"customers" + fault});
  CHECK(faults(root().unversioned(&Customer::id)) == Strings{"customers" + fault});
  CHECK(faults(root().unversioned(&Customer::version)) == Strings{"customers" + fault});
  CHECK(faults(root().unversioned(&Customer::log, &Customer::name, &Customer::steps)) ==
        Strings{"customers" + fault});  // said once
  CHECK(faults(root().unversioned(&Customer::calls).column("calls", &Customer::calls)) ==
        Strings{"customers" + fault});
  CHECK(faults(root().children(&Customer::steps, rowan::child("steps", rowan::parent("customer_id"),
                                                              rowan::key("number", &Step::number))
                                                     .unversioned(&Step::number))) ==
        Strings{"steps" + fault});
}

TEST_CASE(
    "rows of an unversioned collection that others have removed are no conflict at any level: "
    "Postgres only") {
  Database<Postgres> db;
  rowan::Store store = open_customer(db);
  auto work = store.begin({.transaction = rowan::Transaction::from_first_read,
                           .isolation = rowan::Isolation::repeatable_read});
  auto ref = work.get<Customer>(1);
  store.transact([](rowan::UnitOfWork& other) { other.get<Customer>(1)->log.clear(); },
                 {.transaction = rowan::Transaction::at_commit,
                  .isolation = rowan::Isolation::read_committed});
  work.remove(ref);
  // The database lets nobody delete what has gone since the first read, and no root is to blame.
  CHECK_THROWS_AS(work.commit(), rowan::SerializationFailure);
  store.transact([](rowan::UnitOfWork& again) { again.remove<Customer>(1); });
  CHECK(db.number("SELECT count(*) FROM customers") == 0);
}

TEST_CASE(
    "unversioned members that others have written since the first read: a failure without "
    "anybody to blame at the upper levels: Postgres only") {
  for (const auto level : {rowan::Isolation::repeatable_read, rowan::Isolation::serializable})
    for (const bool guards : {false, true}) {
      CAPTURE(static_cast<int>(level));
      CAPTURE(guards);
      Database<Postgres> db;
      rowan::Store store = open_customer(db);
      auto work =
          store.begin({.transaction = rowan::Transaction::from_first_read, .isolation = level});
      auto ref = work.get<Customer>(1);
      store.transact([](rowan::UnitOfWork& other) { other.get<Customer>(1)->calls += 1; },
                     {.transaction = rowan::Transaction::at_commit,
                      .isolation = rowan::Isolation::read_committed});
      if (guards)
        work.expect_unchanged(ref);
      else
        ref->name = "Bob";
      CHECK_THROWS_AS(work.commit(), rowan::SerializationFailure);
    }
}
