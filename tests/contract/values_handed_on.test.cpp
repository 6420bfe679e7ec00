/// Unique values that pass from row to row in one flush, over roots and children that are changed,
/// removed and inserted, while others refer to them.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::ConstraintViolation;
using rowan::UnitOfWork;

namespace {

struct Card {
  std::int64_t id = 0;
};
/// An address must be somebody's, a rank need not.
struct Customer {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string email;
  std::optional<int> rank;
  std::optional<std::int64_t> guide;  ///< each guides one
  std::vector<Card> cards;
};
rowan::Mapping<Customer, std::int64_t> mapping_of(std::type_identity<Customer>) {
  using rowan::child, rowan::key, rowan::parent;
  return rowan::aggregate("customers", key("id", &Customer::id),
                          rowan::version("version", &Customer::version))
      .column("email", &Customer::email)
      .column("rank", &Customer::rank)
      .column("guide_id", &Customer::guide, rowan::references("customers"))
      .children(&Customer::cards,
                child("cards", parent("customer_id"), key("id", &Card::id, rowan::unique_in_table)))
      .unique(&Customer::email)
      .unique(&Customer::rank)
      .unique(&Customer::guide);
}

struct Share {
  std::int64_t number = 0;
  std::int64_t payer = 0;
};
struct Purchase {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::int64_t customer = 0;
  std::vector<Share> shares;
};
rowan::Mapping<Purchase, std::int64_t> mapping_of(std::type_identity<Purchase>) {
  using rowan::child, rowan::key, rowan::parent, rowan::references;
  return rowan::aggregate("purchases", key("id", &Purchase::id),
                          rowan::version("version", &Purchase::version))
      .column("customer_id", &Purchase::customer, references("customers"))
      .children(&Purchase::shares,
                child("shares", parent("purchase_id"), key("number", &Share::number))
                    .column("payer_id", &Share::payer, references("customers")));
}

/// Customers 1 to 4, of the rank and with the card of their number.
template <class B>
struct Shop {
  Database<B> db;
  rowan::Store store = [this] {
    for (const char* sql :
         {"CREATE TABLE customers (id bigint PRIMARY KEY, version bigint NOT NULL, email "
          "varchar(20) NOT NULL UNIQUE, rank integer UNIQUE, guide_id bigint UNIQUE REFERENCES "
          "customers)",
          "CREATE TABLE cards (customer_id bigint NOT NULL REFERENCES customers, id bigint PRIMARY "
          "KEY)",
          "CREATE TABLE purchases (id bigint PRIMARY KEY, version bigint NOT NULL, customer_id "
          "bigint NOT NULL REFERENCES customers)",
          "CREATE TABLE shares (purchase_id bigint NOT NULL REFERENCES purchases, number bigint "
          "NOT NULL, payer_id bigint NOT NULL REFERENCES customers, PRIMARY KEY (purchase_id, "
          "number))"})
      db.execute(sql);
    return db.open(rowan::Schema::of<Customer, Purchase>());
  }();

  Shop() { store_all(store, customer(1), customer(2), customer(3), customer(4)); }

  static std::string email(int number) { return "mail" + std::to_string(number); }
  static Customer customer(int id) { return {id, 0, email(id), id, {}, {{id}}}; }
  /// One that is new and has no rank and no card.
  static Customer newcomer(int id, const std::string& email) { return {id, 0, email, {}, {}, {}}; }

  std::int64_t who_has(int number) {
    return db.number("SELECT max(id) FROM customers WHERE email = '" + email(number) + "'");
  }
  std::int64_t who_is(int rank) {
    return db.number("SELECT max(id) FROM customers WHERE rank = " + std::to_string(rank));
  }
};

}  // namespace

TEST_CASE_TEMPLATE("a stored root takes the unique value of one that is removed", B, Sqlite,
                   Postgres) {
  for (const bool upwards : {false, true}) {
    Shop<B> shop;
    const int taker = upwards ? 2 : 1;
    const int gone = upwards ? 1 : 2;
    UnitOfWork work = shop.store.begin();
    work.remove(work.get<Customer>(gone));
    auto one = work.get<Customer>(taker);
    one->email = Shop<B>::email(gone);
    one->rank = gone;
    work.commit();
    CHECK(one.version() == 2);
    CHECK(shop.who_has(gone) == taker);
    CHECK(shop.who_is(gone) == taker);
    CHECK(shop.db.number("SELECT count(*) FROM customers") == 3);
  }
}

TEST_CASE_TEMPLATE("a chain of takers runs over a removed root, stored ones and a new one", B,
                   Sqlite, Postgres) {
  Shop<B> shop;
  UnitOfWork work = shop.store.begin();
  work.remove(work.get<Customer>(3));
  work.get<Customer>(1)->email = Shop<B>::email(3);
  work.get<Customer>(4)->email = Shop<B>::email(1);
  work.get<Customer>(2)->email = Shop<B>::email(4);
  work.add(Shop<B>::newcomer(9, Shop<B>::email(2)));
  work.commit();
  CHECK(shop.who_has(3) == 1);
  CHECK(shop.who_has(1) == 4);
  CHECK(shop.who_has(4) == 2);
  CHECK(shop.who_has(2) == 9);
  CHECK(shop.db.number("SELECT sum(version) FROM customers") == 2 + 2 + 2 + 1);
}

TEST_CASE_TEMPLATE("a new root is put at the top of a ranking", B, Sqlite, Postgres) {
  Shop<B> shop;
  UnitOfWork work = shop.store.begin();
  for (int id = 1; id <= 4; ++id) {
    work.get<Customer>(id)->rank = id + 1;
    work.get<Customer>(id)->email = Shop<B>::email(id + 1);
  }
  Customer first = Shop<B>::newcomer(9, Shop<B>::email(1));
  first.rank = 1;
  work.add(std::move(first));
  work.commit();
  CHECK(shop.who_is(1) == 9);
  for (int id = 1; id <= 4; ++id) {
    CHECK(shop.who_is(id + 1) == id);
    CHECK(shop.who_has(id + 1) == id);
  }
}

TEST_CASE_TEMPLATE("a new root comes between two in a chain, by a reference that is unique", B,
                   Sqlite, Postgres) {
  Shop<B> shop;
  UnitOfWork work = shop.store.begin();
  work.get<Customer>(1)->guide = 2;
  work.commit();
  work.get<Customer>(1)->guide = 9;
  Customer between = Shop<B>::newcomer(9, "new");
  between.guide = 2;
  work.add(std::move(between));
  work.commit();
  CHECK(shop.db.number("SELECT guide_id FROM customers WHERE id = 1") == 9);
  CHECK(shop.db.number("SELECT guide_id FROM customers WHERE id = 9") == 2);
  CHECK(shop.db.number("SELECT version FROM customers WHERE id = 1") == 3);
  CHECK(shop.db.number("SELECT version FROM customers WHERE id = 9") == 1);
}

TEST_CASE_TEMPLATE("one in a chain is removed, and who was before it takes who was after it", B,
                   Sqlite, Postgres) {
  Shop<B> shop;
  UnitOfWork work = shop.store.begin();
  for (int id = 1; id <= 3; ++id) work.get<Customer>(id)->guide = id + 1;
  work.commit();
  work.get<Customer>(1)->guide = 3;
  work.remove(work.get<Customer>(2));
  work.commit();
  CHECK(shop.db.number("SELECT guide_id FROM customers WHERE id = 1") == 3);
  CHECK(shop.db.number("SELECT count(*) FROM customers") == 3);
}

TEST_CASE_TEMPLATE("a value is taken of a root that is removed with what refers to it", B, Sqlite,
                   Postgres) {
  Shop<B> shop;
  store_all(shop.store, Purchase{7, 0, 1, {{1, 1}, {2, 2}}}, Purchase{8, 0, 2, {{1, 1}}});
  UnitOfWork work = shop.store.begin();
  work.remove(work.get<Purchase>(7));
  work.get<Purchase>(8)->shares.front().payer = 2;
  work.remove(work.get<Customer>(1));
  work.add(Shop<B>::newcomer(9, Shop<B>::email(1)));
  work.commit();
  CHECK(shop.who_has(1) == 9);
  CHECK(shop.db.number("SELECT count(*) FROM purchases") == 1);
  CHECK(shop.db.number("SELECT payer_id FROM shares") == 2);
}

TEST_CASE_TEMPLATE("a value is taken of a root that is removed and whose child moves away", B,
                   Sqlite, Postgres) {
  Shop<B> shop;
  UnitOfWork work = shop.store.begin();
  work.get<Customer>(2)->cards.push_back({1});
  work.remove(work.get<Customer>(1));
  work.add(Shop<B>::newcomer(9, Shop<B>::email(1)));
  work.commit();
  CHECK(shop.who_has(1) == 9);
  CHECK(shop.db.number("SELECT customer_id FROM cards WHERE id = 1") == 2);
  CHECK(shop.db.number("SELECT count(*) FROM cards") == 4);
}

TEST_CASE_TEMPLATE(
    "where the child moves to who takes a value that may be NULL, it is given up "
    "first",
    B, Sqlite, Postgres) {
  Shop<B> shop;
  UnitOfWork work = shop.store.begin();
  work.remove(work.get<Customer>(1));
  Customer heir = Shop<B>::newcomer(9, "new");
  heir.rank = 1;
  heir.cards = {{1}};
  work.add(std::move(heir));
  work.commit();
  CHECK(shop.who_is(1) == 9);
  CHECK(shop.db.number("SELECT customer_id FROM cards WHERE id = 1") == 9);
}

TEST_CASE_TEMPLATE("what no order can do is refused by the database, and nothing is written", B,
                   Sqlite, Postgres) {
  Shop<B> shop;
  UnitOfWork work = shop.store.begin();
  work.remove(work.get<Customer>(1));
  Customer heir = Shop<B>::newcomer(9, Shop<B>::email(1));
  heir.cards = {{1}};
  auto nine = work.add(std::move(heir));
  CHECK_THROWS_AS(work.commit(), ConstraintViolation);
  CHECK(shop.who_has(1) == 1);
  CHECK(shop.db.number("SELECT customer_id FROM cards WHERE id = 1") == 1);
  work.rollback();
  nine->email = "new";
  work.commit();
  CHECK(shop.db.number("SELECT customer_id FROM cards WHERE id = 1") == 9);
}

TEST_CASE_TEMPLATE("two roots that swap a value that may not be NULL are refused", B, Sqlite,
                   Postgres) {
  Shop<B> shop;
  UnitOfWork work = shop.store.begin();
  std::swap(work.get<Customer>(1)->email, work.get<Customer>(2)->email);
  CHECK(thrown<ConstraintViolation>([&] { work.commit(); }).kind() ==
        ConstraintViolation::Kind::unique);
  work.rollback();
  CHECK(shop.who_has(1) == 1);
  CHECK(shop.db.number("SELECT sum(version) FROM customers") == 4);
}

namespace {

struct Token {
  std::int64_t id = 0;
  std::int64_t buddy = id;
};
/// Its key comes from the database.
struct Guild {
  std::int64_t id = 0;
  std::string name;
  std::optional<int> rank;
  std::vector<Token> tokens;
};
rowan::Mapping<Guild, std::int64_t> mapping_of(std::type_identity<Guild>) {
  using rowan::child, rowan::key, rowan::parent;
  return rowan::aggregate("guilds", key("id", &Guild::id, rowan::generated),
                          rowan::version("version"))
      .column("name", &Guild::name)
      .column("rank", &Guild::rank)
      .children(&Guild::tokens,
                child("tokens", parent("guild_id"), key("id", &Token::id, rowan::unique_in_table))
                    .column("buddy_id", &Token::buddy, rowan::references("tokens")))
      .unique(&Guild::name)
      .unique(&Guild::rank);
}

template <class B>
rowan::Store open_guilds(Database<B>& db) {
  const std::string key =
      db.postgres ? "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY" : "INTEGER PRIMARY KEY";
  db.execute("CREATE TABLE guilds (id " + key +
             ", version bigint NOT NULL, name varchar(20) NOT NULL UNIQUE, rank integer UNIQUE)");
  db.execute(
      "CREATE TABLE tokens (guild_id bigint NOT NULL REFERENCES guilds, id bigint PRIMARY KEY, "
      "buddy_id bigint NOT NULL REFERENCES tokens)");
  rowan::Store store = db.open(rowan::Schema::of<Guild>());
  store_all(store, Guild{0, "bakers", 1, {{1}}}, Guild{0, "smiths", 2, {{2, 1}}});
  return store;
}

template <class B>
std::string guild_of(Database<B>& db, int token) {
  return db.text("SELECT name FROM guilds JOIN tokens ON guild_id = guilds.id WHERE tokens.id = " +
                 std::to_string(token));
}

}  // namespace

TEST_CASE_TEMPLATE(
    "a child moves to a new root whose key the database gives, and that takes a "
    "value besides",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_guilds(db);
  UnitOfWork work = store.begin();
  work.remove(work.get<Guild>(1));
  auto heir = work.add(Guild{0, "cooks", 1, {{1}, {3, 2}}});
  work.commit();
  CHECK(heir.version() == 1);
  CHECK(guild_of(db, 1) == "cooks");
  CHECK(guild_of(db, 3) == "cooks");
  CHECK(db.number("SELECT max(id) FROM guilds WHERE rank = 1") == heir.id());
}

TEST_CASE_TEMPLATE("keys that the database gives are waited for, one after the other", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_guilds(db);
  UnitOfWork work = store.begin();
  work.remove(work.get<Guild>(1));
  work.add(Guild{0, "cooks", 3, {{3}}});
  work.get<Guild>(2)->tokens.front().buddy = 3;  // so the first can go
  work.add(Guild{0, "bakers", 4, {{4, 3}}});     // only then can this come
  work.commit();
  CHECK(guild_of(db, 3) == "cooks");
  CHECK(guild_of(db, 4) == "bakers");
  CHECK(db.number("SELECT sum(buddy_id) FROM tokens") == 9);
  CHECK(db.number("SELECT count(*) FROM guilds WHERE version = 1") == 2);
}
