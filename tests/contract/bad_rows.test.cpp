/// Rows that no member can hold.

#include <chrono>
#include <variant>

#include "box.hpp"
#include "colour.hpp"
#include "database.hpp"

using namespace contract;
using rowan::DataError;
using rowan::Decimal;
using rowan::Timestamp;
using rowan::Uuid;
using std::chrono::year_month_day;

namespace {

struct Circle {
  std::int64_t radius = 0;
};
struct Square {
  std::int64_t side = 0;
};
struct Remark {
  std::string text;
};
struct Suspect {
  std::int64_t id = 0;
  std::int8_t small = 0;
  std::string name;
  bool sure = false;
  Colour colour = Colour::red;
  std::variant<Circle, Square> figure;
  std::optional<Remark> remark;
};
rowan::Mapping<Suspect, std::int64_t> mapping_of(std::type_identity<Suspect>) {
  using rowan::part, rowan::value_object, rowan::when;
  return rowan::aggregate("suspects", rowan::key("id", &Suspect::id), rowan::version("version"))
      .column("small", &Suspect::small)
      .column("name", &Suspect::name)
      .column("sure", &Suspect::sure)
      .column("colour", &Suspect::colour, rowan::as_text)
      .one_of("kind", &Suspect::figure,
              when("circle", value_object(part("radius", &Circle::radius))),
              when("square", value_object(part("side", &Square::side))))
      .children(&Suspect::remark, rowan::child<Remark>("remarks", rowan::parent("suspect_id"))
                                      .column("text", &Remark::text));
}

/// In tables that take what the class does not.
template <class B>
rowan::Store open_suspects(Database<B>& db) {
  db.execute(
      "CREATE TABLE suspects (id bigint PRIMARY KEY, version bigint, small bigint, name "
      "varchar(40), sure boolean, colour varchar(40), kind varchar(40), radius bigint, side "
      "bigint)");
  db.execute("CREATE TABLE remarks (suspect_id bigint, text varchar(40))");
  return db.open(rowan::Schema::of<Suspect>());
}

/// A row that is fine but for `change`, and what loading it says.
struct BadRow {
  std::string change;
  std::string says;
};

template <class B>
void check_bad_rows(const std::vector<BadRow>& rows) {
  Database<B> db;
  rowan::Store store = open_suspects(db);
  for (const int id : {1, 2})
    db.execute("INSERT INTO suspects VALUES (" + std::to_string(id) +
               ", 1, 5, 'ok', true, 'red', 'circle', 3, NULL)");
  for (const BadRow& row : rows) {
    CAPTURE(row.change);
    db.execute("INSERT INTO suspects VALUES (7, 1, 5, 'ok', true, 'red', 'circle', 3, NULL)");
    db.execute(row.change);
    for (const auto span : {rowan::Transaction::at_commit, rowan::Transaction::from_first_read}) {
      rowan::UnitOfWork work = store.begin({.transaction = span});
      auto fine = work.template get<Suspect>(1);
      CHECK_THROWS_WITH_AS((void)work.template get<Suspect>(7), row.says.c_str(), DataError);
      CHECK_THROWS_WITH_AS((void)work.template find<Suspect>(7), row.says.c_str(), DataError);
      CHECK_THROWS_AS((void)work.template find_all<Suspect>(), DataError);
      // Neither the database nor the unit is the worse for it.
      CHECK(work.template get<Suspect>(2)->name == "ok");
      fine->name += "!";
      work.commit();
    }
    db.execute("DELETE FROM suspects WHERE id = 7");
    db.execute("DELETE FROM remarks");
  }
  CHECK(db.number("SELECT version FROM suspects WHERE id = 1") ==
        static_cast<std::int64_t>(1 + 2 * rows.size()));
}

}  // namespace

TEST_CASE_TEMPLATE(
    "a row that does not fit its class is refused with table, column and key and "
    "never its value, and the unit goes on",
    B, Sqlite, Postgres) {
  check_bad_rows<B>({
      {"UPDATE suspects SET name = NULL WHERE id = 7",
       "suspects 7, column name: it is NULL, but the member is not optional"},
      {"UPDATE suspects SET small = 128 WHERE id = 7",
       "suspects 7, column small: an integer beyond the member's range"},
      {"UPDATE suspects SET sure = NULL WHERE id = 7",
       "suspects 7, column sure: it is NULL, but the member is not optional"},
      {"UPDATE suspects SET colour = 'mauve' WHERE id = 7",
       "suspects 7, column colour: a name that enum_names does not list"},
      {"UPDATE suspects SET colour = NULL WHERE id = 7",
       "suspects 7, column colour: it is NULL, but the member is not optional"},
      {"UPDATE suspects SET kind = 'hexagon' WHERE id = 7",
       "suspects 7, column kind: none of the mapped alternatives"},
      {"UPDATE suspects SET kind = NULL WHERE id = 7",
       "suspects 7, column kind: it is NULL, but the member is not optional"},
      {"UPDATE suspects SET kind = 'square' WHERE id = 7",
       "suspects 7, column side: it is NULL, but the member is not optional"},
      {"INSERT INTO remarks VALUES (7, NULL)",
       "remarks 7, column text: it is NULL, but the member is not optional"},
      {"INSERT INTO remarks VALUES (7, 'a'), (7, 'b')",
       "remarks 7: two rows where the mapping has one at most"},
  });
}

TEST_CASE("a cell of another type than its column's is refused: Sqlite only") {
  check_bad_rows<Sqlite>({
      {"UPDATE suspects SET small = 'secret' WHERE id = 7",
       "suspects 7, column small: it holds text where the member takes an integer"},
      {"UPDATE suspects SET small = 1.5 WHERE id = 7",
       "suspects 7, column small: it holds a number where the member takes an integer"},
      {"UPDATE suspects SET sure = 2 WHERE id = 7",
       "suspects 7, column sure: it holds an integer where the member takes a boolean"},
      {"UPDATE suspects SET name = x'736563726574' WHERE id = 7",
       "suspects 7, column name: it holds bytes where the member takes text"},
  });
}

TEST_CASE_TEMPLATE("text that is no instant, date, UUID or decimal is refused: Sqlite only", T,
                   Timestamp, year_month_day, Uuid, Decimal) {
  Database<Sqlite> db;
  rowan::Store store = db.template open<Box<T>>();
  db.execute("INSERT INTO boxes (id, version, value) VALUES (7, 1, 'secret')");
  auto work = store.begin();
  const auto error = thrown<DataError>([&] { (void)work.template get<Box<T>>(7); });
  CHECK(std::string(error.what())
            .starts_with("boxes 7, column value: it holds text where the member takes "));
  CHECK_FALSE(has(error.what(), "secret"));
}

TEST_CASE_TEMPLATE(
    "what others have left in the columns of another alternative is not written over", B, Sqlite,
    Postgres) {
  Database<B> db;
  rowan::Store store = open_suspects(db);
  db.execute("INSERT INTO suspects VALUES (1, 1, 5, 'ok', true, 'red', 'circle', 3, 4)");
  auto work = store.begin();
  auto ref = work.get<Suspect>(1);
  work.commit();
  CHECK(ref.version() == 1);
  ref->name = "mine";
  work.commit();
  CHECK(db.number("SELECT side FROM suspects") == 4);
  ref->figure = Square{9};
  work.commit();
  CHECK(db.number("SELECT count(*) FROM suspects WHERE kind = 'square' AND side = 9 AND radius IS "
                  "NULL") == 1);
}
