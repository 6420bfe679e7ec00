/// Keys after a rollback: used again in its transaction, or given by the database.

#include <stdexcept>

#include "database.hpp"
#include "failing_stores.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::UsageError;

namespace {

/// A number that is never 0, but where there is none yet.
class TicketNo {
 public:
  TicketNo() = default;
  explicit TicketNo(std::int64_t value) : value_(value) {
    if (value <= 0) throw std::invalid_argument("a ticket's number is positive");
  }
  [[nodiscard]] std::int64_t value() const { return value_; }

 private:
  std::int64_t value_ = 0;
};
std::int64_t to_column(const TicketNo& number) {
  return number.value();
}
TicketNo from_column(std::type_identity<TicketNo>, std::int64_t value) {
  return TicketNo(value);
}

struct Ticket {
  TicketNo no;  // given by the database
  std::string title;
  std::vector<Note> notes;
};
rowan::Mapping<Ticket, TicketNo> mapping_of(std::type_identity<Ticket>) {
  return rowan::aggregate("tickets", rowan::key("no", &Ticket::no, rowan::generated),
                          rowan::version("version"))
      .column("title", &Ticket::title)
      .children(&Ticket::notes, rowan::child<Note>("ticket_notes", rowan::parent("ticket_no"),
                                                   rowan::position("pos"))
                                    .column("text", &Note::text));
}

/// A store with products 1 and 2 in it.
template <class B>
rowan::Store open_products(Database<B>& db) {
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"}, Product{2, "ink"});
  db.log->clear();
  return store;
}

}  // namespace

TEST_CASE_TEMPLATE(
    "added under the key of one that was removed, with rollbacks between: one "
    "UPDATE, and the version goes on",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_products(db);
  auto work = store.begin();
  auto old = work.get<Product>(1);
  work.remove(old);
  SUBCASE("removed, flushed, added") {
    work.flush();
  }
  SUBCASE("removed, rolled back, added") {
    work.flush();
    work.rollback();
  }
  SUBCASE("removed, added") {}
  auto fresh = work.add(Product{1, "chalk"});
  for (const bool flushed : {true, false, true, true}) {
    if (flushed) work.flush();
    work.rollback();
    CHECK(fresh.version() == 1);
    CHECK(fresh->name == "chalk");
    CHECK(work.get<Product>(1) == fresh);
  }
  db.log->clear();
  work.commit();
  CHECK(db.writes().size() == 1);
  CHECK(db.writes().front().starts_with("UPDATE products"));
  CHECK(fresh.version() == 2);
  CHECK(db.number("SELECT version FROM products WHERE id = 1") == 2);
  CHECK_THROWS_AS((void)old->name, UsageError);
}

TEST_CASE_TEMPLATE(
    "added under the key of one that was removed, and removed again: with rollbacks "
    "between it is a removal",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_products(db);
  auto work = store.begin();
  auto old = work.get<Product>(1);
  work.remove(old);
  bool flushed = true;
  SUBCASE("a DELETE and an INSERT") {
    work.flush();
  }
  SUBCASE("one UPDATE") {}
  SUBCASE("none of it flushed") {
    flushed = false;
  }
  auto fresh = work.add(Product{1, "chalk"});
  if (flushed) work.flush();
  work.remove(fresh);
  if (flushed) work.flush();
  work.rollback();
  CHECK_FALSE(work.find<Product>(1).has_value());
  work.rollback();
  CHECK_FALSE(work.find<Product>(1).has_value());
  work.commit();
  CHECK(db.number("SELECT min(id) FROM products") == 2);
  CHECK_THROWS_AS((void)fresh->name, UsageError);
  CHECK_THROWS_AS((void)old->name, UsageError);
}

TEST_CASE_TEMPLATE(
    "of several added under one key the last one is stored, at the version that the "
    "database shows next",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_products(db);
  auto work = store.begin();
  std::int64_t key = 0;
  SUBCASE("of one that is stored") {
    key = 1;
    work.remove(work.get<Product>(1));
    work.flush();
  }
  SUBCASE("of one that never was") {
    key = 3;
  }
  auto first = work.add(Product{key, "first"});
  work.flush();
  work.remove(first);
  work.flush();
  auto second = work.add(Product{key, "second"});
  work.flush();
  work.rollback();
  CHECK_THROWS_AS((void)first->name, UsageError);
  CHECK(second->name == "second");
  CHECK(work.get<Product>(key) == second);
  work.commit();
  CHECK(db.text("SELECT name FROM products WHERE id = " + std::to_string(key)) == "second");
  CHECK(second.version() == (key == 1 ? 2 : 1));
  CHECK(db.number("SELECT version FROM products WHERE id = " + std::to_string(key)) ==
        second.version());
}

TEST_CASE_TEMPLATE("a key whose class refuses to be 0 survives that it is withdrawn", B, Sqlite,
                   Postgres) {
  Database<B> db;
  const auto script = std::make_shared<rowan::testing::Script>();
  rowan::Store store = db.template open<Ticket>(failing(db, script));
  auto work = store.begin();
  auto ref = work.add(Ticket{{}, "one", {{"a"}, {"b"}}});
  work.flush();
  const auto given = ref->no.value();
  CHECK(given > 0);
  SUBCASE("by a rollback") {
    work.rollback();
  }
  SUBCASE("by a COMMIT that fails") {
    script->fail_at(1, rowan::FailureKind::serialization);
    CHECK_THROWS_AS(work.commit(), rowan::SerializationFailure);
    work.rollback();
  }
  SUBCASE("by several") {
    for (int i = 0; i < 3; ++i) {
      work.rollback();
      work.flush();
    }
    work.rollback();
  }
  CHECK(ref.key().empty());
  CHECK(ref.version() == 0);
  CHECK(ref->title == "one");
  CHECK_FALSE(work.find<Ticket>(TicketNo(given)).has_value());
  script->count();
  work.commit();
  CHECK(ref.version() == 1);
  CHECK(db.number("SELECT no FROM tickets") == ref->no.value());
  CHECK(db.number("SELECT count(*) FROM ticket_notes WHERE ticket_no = " +
                  std::to_string(ref->no.value())) == 2);
  ref->title = "two";
  work.commit();
  CHECK(db.text("SELECT title FROM tickets") == "two");
  CHECK(work.get<Ticket>(ref->no) == ref);
}

TEST_CASE_TEMPLATE("a unit that goes away with a key withdrawn that its class cannot lose", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Ticket>();
  {
    auto work = store.begin();
    auto ref = work.add(Ticket{{}, "one", {}});
    work.flush();
  }
  auto work = store.begin();
  auto ref = work.add(Ticket{{}, "two", {}});
  CHECK_THROWS_AS(work.savepoint([&] {
    work.add(Ticket{{}, "three", {}});
    work.flush();
    throw std::runtime_error("mine");
  }),
                  std::runtime_error);
  work.commit();
  CHECK(db.number("SELECT count(*) FROM tickets WHERE title = 'two'") == 1);
  CHECK(db.number("SELECT count(*) FROM tickets") == 1);
}
