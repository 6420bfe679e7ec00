/// The faults that rowan::testing::check_mapping finds, of a mapping and of a database.

#include <algorithm>
#include <sstream>

#include <rowan/testing/check_mapping.hpp>

#include "box.hpp"
#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Decimal;
using rowan::testing::Check;
using rowan::testing::check_mapping;

namespace {

/// Keeps four characters.
struct Short {
  std::string text;
  friend bool operator==(const Short&, const Short&) = default;
  friend std::string to_column(const Short& s) { return s.text.substr(0, 4); }
  friend Short from_column(std::type_identity<Short>, std::string text) { return {text}; }
};
/// Keeps two of its three.
enum class Size { small, large, huge };
std::string to_column(Size size) {
  return size == Size::small ? "small" : "large";
}
Size from_column(std::type_identity<Size>, const std::string& text) {
  return text == "small" ? Size::small : Size::large;
}
/// Longer each time.
struct Growing {
  std::string text;
  friend std::string to_column(const Growing& g) { return g.text + "!"; }
  friend Growing from_column(std::type_identity<Growing>, std::string text) { return {text}; }
};

struct Ware {
  std::int64_t id = 0;
  std::int64_t version = 0;
  Short code;
  Size size = Size::small;
  std::vector<Short> aliases;
  int unmapped = 0;
  friend bool operator==(const Ware&, const Ware&) = default;
};
rowan::Mapping<Ware, std::int64_t> mapping_of(std::type_identity<Ware>) {
  return rowan::aggregate("wares", rowan::key("id", &Ware::id),
                          rowan::version("version", &Ware::version))
      .column("code", &Ware::code)
      .column("size", &Ware::size)
      .children(&Ware::aliases,
                rowan::child<Short>("aliases", rowan::parent("ware_id"), rowan::position("place"))
                    .column("alias", rowan::self));
}

/// A table that somebody else has made.
template <class B>
rowan::Store open_boxes(Database<B>& db, rowan::Schema schema, const std::string& type) {
  db.execute("CREATE TABLE boxes (id bigint PRIMARY KEY, version bigint NOT NULL, value " + type +
             " NOT NULL)");
  return db.open(std::move(schema));
}

}  // namespace

TEST_CASE_TEMPLATE("a to_column that leaves something out is a fault, which == tells", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Ware>();
  const std::string lost = "what is read back is not equal (==) to what was written";

  SUBCASE("of a sample") {
    const Check check =
        check_mapping<Ware>(store, {Ware{3, 0, {"abcdef"}, {}, {}}}, {.generated = 0});
    CHECK(check.faults == Strings{"wares 3, column code: " + lost});
    CHECK(check.notes == Strings{"wares: no object was generated"});
  }
  SUBCASE("of a sample's child") {
    const Check check =
        check_mapping<Ware>(store, {Ware{3, 0, {}, {}, {{"ab"}, {"abcdef"}}}}, {.generated = 0});
    CHECK(check.faults == Strings{"aliases (3, 1), column alias: " + lost});
  }
  SUBCASE("of a generated object") {
    const Check check = check_mapping<Ware>(store, {Ware{3, 0, {"abc"}, {}, {}}});
    CHECK(!check);
    CHECK(any_has(check.faults, ", column code: " + lost));
  }
  SUBCASE("of an enumerator") {
    std::vector<Ware> wares(3);
    wares[1].size = Size::large;
    wares[2].size = Size::huge;
    for (Ware& ware : wares) ware.id = 3 + (&ware - wares.data());
    const Check check = check_mapping<Ware>(store, wares, {.generated = 0});
    CHECK(check.faults == Strings{"wares 5, column size: " + lost});
  }
  SUBCASE("of a member that is not mapped") {
    Ware ware;
    ware.id = 3;
    ware.unmapped = 1;
    const Check check = check_mapping<Ware>(store, {ware}, {.generated = 0});
    CHECK(check.faults ==
          Strings{"wares 3: " + lost + ", though each column is: a member is not mapped"});
  }
  CHECK(db.number("SELECT count(*) FROM wares") == 0);
}

TEST_CASE_TEMPLATE("a column that is read and written back as something else is a fault", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Box<Growing>>();
  const Check check = check_mapping<Box<Growing>>(store, {Box<Growing>{1, {"a"}}});
  CHECK(check.faults ==
        Strings{"boxes 1, column value: what is read from it is written back as something else"});
}

TEST_CASE("a column that rounds is a fault: Postgres only") {
  Database<Postgres> db;
  const auto faults = [&]<class T>(const T& value, const std::string& type) {
    rowan::Store store = open_boxes(db, rowan::Schema::of<Box<T>>(), type);
    const Check check = check_mapping<Box<T>>(store, {Box<T>{42, value}}, {.generated = 0});
    db.execute("DROP TABLE boxes");
    return check.faults;
  };
  const Strings rounded{
      "boxes 42, column value: the database does not give back the value that it was sent"};
  CHECK(faults(Decimal("1.005"), "numeric(10, 2)") == rounded);
  CHECK(faults(rowan::Timestamp{std::chrono::microseconds{1}}, "timestamp(0)") == rounded);
  CHECK(faults(0.1 + 1e-12, "real") == rounded);
  CHECK(faults(std::string("a    "), "varchar(3)") == rounded);
  CHECK(faults(Decimal("1.25"), "numeric(10, 2)") == Strings{});
}

TEST_CASE("generated objects find a column that rounds what no sample has: Postgres only") {
  Database<Postgres> db;
  rowan::Store store = open_boxes(db, rowan::Schema::of<Box<Decimal>>(), "numeric(30, 2)");
  const Check check = check_mapping<Box<Decimal>>(store, {Box<Decimal>{1, Decimal("1.5")}});
  REQUIRE(check.faults.size() == 1);
  CHECK(has(check.faults.front(),
            ", column value: the database does not give back the value that it was sent"));
}

TEST_CASE_TEMPLATE("tables that differ are faults, and nothing is stored", B, Sqlite, Postgres) {
  Database<B> db;
  const std::string blob = Database<B>::postgres ? "bytea" : "BLOB";
  rowan::Store store = open_boxes(db, rowan::Schema::of<Box<std::string>>(), blob);
  const Check check = check_mapping<Box<std::string>>(store, {Box<std::string>{1, "a"}});
  CHECK(check.faults ==
        Strings{"boxes, column value: its type " + blob + " does not fit what is mapped, text"});
  CHECK(any_has(check.notes, "boxes: nothing was stored, for the tables differ"));
  CHECK(db.writes().empty());
}

TEST_CASE_TEMPLATE("a trigger that gives a column another value is a fault", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  if (Database<B>::postgres) {
    db.execute(
        "CREATE FUNCTION louder() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN NEW.name = upper(NEW.name); RETURN NEW; END'");
    db.execute("CREATE TRIGGER t BEFORE INSERT ON products FOR EACH ROW EXECUTE FUNCTION louder()");
  } else {
    db.execute(
        "CREATE TRIGGER t AFTER INSERT ON products BEGIN UPDATE products SET name = "
        "upper(name) WHERE id = NEW.id; END");
  }
  const Check check = check_mapping<Product>(store, {Product{9, "pen"}}, {.generated = 0});
  CHECK(check.faults ==
        Strings{
            "products 9, column name: the database does not give back the value that it was sent"});
  CHECK(db.number("SELECT count(*) FROM products") == 0);
}

TEST_CASE_TEMPLATE("an aggregate that is written again though nobody edited it is a fault", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::StoreOptions options;
  options.work.hooks.before_flush = [](rowan::UnitOfWork& unit) {
    if (auto product = unit.find<Product>(9)) (*product)->name += "!";
  };
  rowan::Store store = db.template open<Product>(options);
  const Check check = check_mapping<Product>(store, {Product{9, "pen"}}, {.generated = 0});
  CHECK(check.faults ==
        Strings{"products 9: loaded and not edited, it is written by the next commit"});
  CHECK(db.number("SELECT count(*) FROM products") == 0);
}

TEST_CASE_TEMPLATE("a row that a trigger keeps is a fault, and ends the check", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  if (Database<B>::postgres) {
    db.execute(
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'");
    db.execute("CREATE TRIGGER t BEFORE DELETE ON products FOR EACH ROW EXECUTE FUNCTION keep()");
  } else {
    db.execute("CREATE TRIGGER t BEFORE DELETE ON products BEGIN SELECT RAISE(IGNORE); END");
  }
  const Check check = check_mapping<Product>(store, {Product{9, "pen"}, Product{10, "ink"}});
  REQUIRE(check.faults.size() == 1);
  CHECK(check.faults.front().starts_with(
      "products 9: it is still in the database, from where it cannot be removed: "));
  CHECK(db.number("SELECT count(*) FROM products") == 1);
}

TEST_CASE_TEMPLATE("a sample whose key is taken is a fault, and what has it is let be", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  const Check check = check_mapping<Order>(store, {order(1, "Bob")});
  CHECK(check.faults ==
        Strings{"orders 1: the database has one with this key, and a sample takes one that is "
                "free"});
  CHECK(db.text("SELECT customer FROM orders") == "Ann");
  CHECK(db.number("SELECT version FROM orders") == 1);
}

TEST_CASE_TEMPLATE("a sample that its invariant or a constraint refuses is a fault", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  CHECK(check_mapping<Order>(store, {order(3, "nobody")}).faults ==
        Strings{"orders 3: its invariant refuses this sample"});
  Order twice = order(4);
  twice.tags = {7, 7};
  CHECK(check_mapping<Order>(store, {twice}).faults.size() == 1);
  CHECK(db.number("SELECT count(*) FROM orders") == 0);
}

TEST_CASE("a check takes a sample, and prints a line for each fault and note") {
  Database<Sqlite> db;
  rowan::Store store = db.open<Product>();
  CHECK_THROWS_AS((void)check_mapping<Product>(store, {}), rowan::UsageError);
  CHECK_THROWS_AS((void)check_mapping<Order>(store, {order(1)}), rowan::UsageError);

  std::ostringstream out;
  out << Check{{"one", "two"}, {"three"}};
  CHECK(out.str() == "one\ntwo\nnote: three");
}
