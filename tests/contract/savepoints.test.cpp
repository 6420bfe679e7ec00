/// Savepoints: a part of the transaction that is taken back alone, in the database and in memory.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::UsageError;

namespace {

struct Oops {};  // not a std::exception

struct Ticket {
  std::int64_t id = 0;  // given by the database
  std::int64_t version = 0;
  std::string title;
};
rowan::Mapping<Ticket, std::int64_t> mapping_of(std::type_identity<Ticket>) {
  return rowan::aggregate("tickets", rowan::key("id", &Ticket::id, rowan::generated),
                          rowan::version("version", &Ticket::version))
      .column("title", &Ticket::title);
}

/// Runs `work` in a savepoint and takes it back.
template <class F>
void take_back(rowan::UnitOfWork& unit, F&& work) {
  CHECK_THROWS_AS(unit.savepoint([&] {
    work();
    unit.flush();
    throw Oops();
  }),
                  Oops);
}

const std::string bumped_once =
    "UPDATE orders SET version = version + 1, customer = ? WHERE id = ? AND version = ?";

}  // namespace

TEST_CASE_TEMPLATE("a savepoint that ends well is part of the transaction, with one bump", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto one = work.get<Order>({1});
  one->customer = "Bob";
  db.log->clear();
  work.savepoint([&] {
    one->customer = "Cid";
    work.get<Order>({2})->customer = "Dan";
  });
  CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Ann'") == 2);
  work.commit();
  CHECK(db.writes() ==
        Strings{db.sql(bumped_once),
                db.sql("UPDATE orders SET customer = ? WHERE id = ? AND version = ?"),
                db.sql(bumped_once)});
  CHECK(db.text("SELECT customer FROM orders WHERE id = 1") == "Cid");
  CHECK(db.number("SELECT count(*) FROM orders WHERE version = 2") == 2);
  CHECK(one.version() == 2);
}

TEST_CASE_TEMPLATE(
    "what a savepoint wrote is taken back: rows, objects, children of each kind, and the "
    "version the next flush expects",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  bool written_before = false;
  bool flushed_inside = true;
  SUBCASE("flushed inside") {}
  SUBCASE("not flushed inside") {
    flushed_inside = false;
  }
  SUBCASE("written before: the version is that of the savepoint") {
    written_before = true;
  }
  SUBCASE("written before, and not flushed inside") {
    written_before = true;
    flushed_inside = false;
  }
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  if (written_before) {
    ref->remark = "before";
    work.flush();
  }
  CHECK_THROWS_AS(work.savepoint([&] {
    ref->customer = "Bob";
    ref->remark = "inside";
    ref->lines.erase(ref->lines.begin());
    ref->lines.front().price.cents = 1;
    ref->lines.push_back({3, 1, {5, "EUR"}, {{"new", 1}}});
    ref->notes = {{"third"}, {"first"}};
    ref->tags.push_back(11);
    if (flushed_inside) work.flush();
    throw Oops();
  }),
                  Oops);
  CHECK(ref->customer == "Ann");
  CHECK(ref->remark.has_value() == written_before);
  REQUIRE(ref->lines.size() == 2);
  CHECK(ref->lines[0].price.cents == 995);
  REQUIRE(ref->lines[0].discounts.size() == 1);
  CHECK(ref->lines[0].discounts[0].reason == "loyal");
  REQUIRE(ref->notes.size() == 3);
  CHECK(ref->notes[2].text == "third");
  CHECK(ref->tags == std::vector<std::int64_t>{7, 9});
  CHECK(ref->version == 1);
  CHECK(ref.version() == 1);

  ref->customer = "Cid";
  ref->lines[1].quantity = 8;
  ref->notes[1].text = "changed";
  work.commit();
  CHECK(ref.version() == 2);
  CHECK(ref->version == 2);
  CHECK(db.number("SELECT version FROM orders") == 2);
  CHECK(db.text("SELECT customer FROM orders") == "Cid");
  CHECK(db.text("SELECT remark FROM orders") == (written_before ? "before" : "NULL"));
  CHECK(db.number("SELECT sum(quantity) FROM order_lines") == 10);
  CHECK(db.number("SELECT count(*) FROM discounts WHERE reason = 'loyal'") == 1);
  CHECK(db.number("SELECT count(*) FROM notes WHERE text = 'changed' AND pos = 1") == 1);
  CHECK(db.number("SELECT count(*) FROM notes") == 3);
  CHECK(db.number("SELECT count(*) FROM tags") == 2);
}

TEST_CASE_TEMPLATE("a savepoint released and then rolled back with the rest is back at the start",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  work.savepoint([&] { ref->customer = "Bob"; });
  work.rollback();
  CHECK(ref->customer == "Bob");  // an edit, like any other
  CHECK(ref.version() == 1);
  CHECK(db.text("SELECT customer FROM orders") == "Ann");
  db.log->clear();
  work.commit();
  CHECK(db.writes() == Strings{db.sql(bumped_once)});
  CHECK(db.number("SELECT version FROM orders") == 2);
}

TEST_CASE_TEMPLATE(
    "what a savepoint added is gone, what it removed is there, what it loaded is as loaded", B,
    Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2, 3});
  auto work = store.begin();
  auto one = work.get<Order>({1});
  auto mine = work.add(order(7));
  std::vector<rowan::Ref<Order>> added;
  std::vector<rowan::Ref<Order>> loaded;
  const auto inside = [&] {
    added.push_back(work.add(order(8)));
    work.flush();
    added.push_back(work.add(order(9)));
    work.remove(one);
    work.remove(mine);
    loaded.push_back(work.get<Order>({2}));
    loaded.back()->customer = "Bob";
    loaded.back()->lines.clear();
    loaded.push_back(work.get<Order>({3}));
    work.remove(loaded.back());
  };
  SUBCASE("flushed") {
    take_back(work, inside);
  }
  SUBCASE("not flushed") {
    CHECK_THROWS_AS(work.savepoint([&] {
      inside();
      throw Oops();
    }),
                    Oops);
  }
  for (const auto& ref : added) CHECK_THROWS_AS((void)ref->customer, UsageError);
  CHECK_FALSE(work.find<Order>({8}).has_value());
  CHECK_FALSE(work.find<Order>({9}).has_value());
  CHECK(work.get<Order>({1}) == one);
  CHECK(work.get<Order>({7}) == mine);
  CHECK(work.get<Order>({2}) == loaded[0]);
  CHECK(work.get<Order>({3}) == loaded[1]);
  CHECK(loaded[0]->customer == "Ann");
  CHECK(loaded[0]->lines.size() == 2);
  work.add(order(9, "Cid"));
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders") == 5);
  CHECK(db.number("SELECT count(*) FROM orders WHERE version = 1") == 5);
  CHECK(db.text("SELECT customer FROM orders WHERE id = 9") == "Cid");
  CHECK(mine.version() == 1);
}

TEST_CASE_TEMPLATE("a key used again inside leads to the first object when it is taken back", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto old = work.get<Order>({1});
  std::vector<rowan::Ref<Order>> fresh;
  SUBCASE("removed and added in one flush") {
    take_back(work, [&] {
      work.remove(old);
      fresh.push_back(work.add(order(1, "Bob")));
    });
  }
  SUBCASE("removed, flushed and added") {
    take_back(work, [&] {
      work.remove(old);
      work.flush();
      fresh.push_back(work.add(order(1, "Bob")));
    });
  }
  SUBCASE("twice") {
    take_back(work, [&] {
      work.remove(old);
      work.flush();
      fresh.push_back(work.add(order(1, "Bob")));
      work.flush();
      work.remove(fresh.back());
      work.flush();
      fresh.push_back(work.add(order(1, "Cid")));
    });
  }
  for (const auto& ref : fresh) CHECK_THROWS_AS((void)ref->customer, UsageError);
  CHECK(work.get<Order>({1}) == old);
  CHECK(old->customer == "Ann");
  old->customer = "Dan";
  db.log->clear();
  work.commit();
  CHECK(db.writes() == Strings{db.sql(bumped_once)});
  CHECK(db.number("SELECT version FROM orders") == 2);
  CHECK(db.text("SELECT customer FROM orders") == "Dan");
}

TEST_CASE_TEMPLATE("a removal that was asked for before the savepoint stands", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto one = work.get<Order>({1});
  work.remove(one);
  std::vector<rowan::Ref<Order>> fresh;
  take_back(work, [&] { fresh.push_back(work.add(order(1, "Bob"))); });
  CHECK_THROWS_AS((void)fresh.front()->customer, UsageError);
  CHECK_FALSE(work.find<Order>({1}).has_value());
  work.commit();
  CHECK(db.number("SELECT min(id) FROM orders") == 2);
}

TEST_CASE_TEMPLATE("a key that the database gave inside is withdrawn, one given before is kept", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Ticket>();
  auto work = store.begin();
  auto before = work.add(Ticket{0, 0, "before"});
  std::vector<rowan::Ref<Ticket>> inside;
  take_back(work, [&] {
    CHECK(before->id == 1);
    inside.push_back(work.add(Ticket{0, 0, "inside"}));
    work.flush();
    CHECK(inside.front()->id == 2);
    before->title = "changed";
  });
  CHECK_THROWS_AS((void)inside.front()->title, UsageError);
  CHECK_FALSE(work.find<Ticket>(2).has_value());
  CHECK(before->id == 1);
  CHECK(before->title == "before");
  CHECK(before.version() == 0);
  work.commit();
  CHECK(before.version() == 1);
  CHECK(db.number("SELECT count(*) FROM tickets WHERE id = 1 AND title = 'before'") == 1);
  CHECK(db.number("SELECT count(*) FROM tickets") == 1);
}
