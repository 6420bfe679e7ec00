/// Booleans, numbers, text, bytes and UUIDs: what a member holds is what is read back.

#include <limits>

#include "box.hpp"
#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Bytes;
using rowan::DataError;
using rowan::Uuid;

namespace {

template <class T>
std::vector<T> limits() {
  using Limits = std::numeric_limits<T>;
  return {T{}, T{1}, Limits::lowest(), Limits::max()};
}

}  // namespace

TEST_CASE_TEMPLATE("a bool survives", B, Sqlite, Postgres) {
  check_survives<B, bool>({false, true});
}

TEST_CASE_TEMPLATE("integers of every width survive at their limits", B, Sqlite, Postgres) {
  check_survives<B>(limits<std::int8_t>());
  check_survives<B>(limits<std::uint8_t>());
  check_survives<B>(limits<std::int16_t>());
  check_survives<B>(limits<std::uint16_t>());
  check_survives<B>(limits<std::int32_t>());
  check_survives<B>(limits<std::uint32_t>());
  check_survives<B>(limits<std::int64_t>());
  check_survives<B, std::uint64_t>({0, 1, std::numeric_limits<std::int64_t>::max()});
}

TEST_CASE_TEMPLATE("an unsigned integer beyond 63 bits is refused before anything is sent", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Box<std::uint64_t>>();
  auto work = store.begin();
  auto ref = work.add(Box<std::uint64_t>{7, std::uint64_t{1} << 63U});
  CHECK_THROWS_WITH_AS(work.commit(), "boxes 7, column value: an integer beyond 64 bits signed",
                       DataError);
  CHECK(db.log->sql().empty());
  ref->value = 1;
  work.commit();  // the unit has not failed
}

TEST_CASE_TEMPLATE("floating point survives at its limits, infinities included", B, Sqlite,
                   Postgres) {
  using F = std::numeric_limits<float>;
  check_survives<B, float>({0.0F, 0.1F, F::lowest(), F::max(), F::min(), F::denorm_min(),
                            F::epsilon(), F::infinity(), -F::infinity()});
  using D = std::numeric_limits<double>;
  check_survives<B, double>({0.0, 0.1, -1.0 / 3, D::lowest(), D::max(), D::min(), D::denorm_min(),
                             D::epsilon(), 1e15, 9007199254740993.0, D::infinity(),
                             -D::infinity()});
}

TEST_CASE(
    "a double survives in a NUMERIC column, which keeps whole ones as integers: Sqlite only") {
  Database<Sqlite> db;
  db.execute(
      "CREATE TABLE boxes (id INTEGER PRIMARY KEY, version INTEGER NOT NULL DEFAULT 1, "
      "value NUMERIC NOT NULL)");
  check_round_trip<double>(
      db, {0.5, 1e15, 9007199254740994.0, 1e17, -1e18, 0x1p62, -0x1p63, 0x1p63, 1e300});
}

TEST_CASE("an integer that is no double is refused where a double is read: Sqlite only") {
  Database<Sqlite> db;
  db.execute(
      "CREATE TABLE boxes (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, value NUMERIC)");
  db.execute("INSERT INTO boxes VALUES (1, 1, 9007199254740993), (2, 1, 9223372036854775807)");
  rowan::Store store = db.open(rowan::Schema::of<Box<double>>());
  auto work = store.begin();
  CHECK_THROWS_AS((void)work.get<Box<double>>(1), DataError);
  CHECK_THROWS_AS((void)work.get<Box<double>>(2), DataError);
}

TEST_CASE("NaN survives, and is no change: Postgres only") {
  Database<Postgres> db;
  check_round_trip<double>(db, {std::numeric_limits<double>::quiet_NaN(), 1.0});
}

TEST_CASE("NaN, which it would make NULL, is refused before anything is sent: Sqlite only") {
  Database<Sqlite> db;
  rowan::Store store = db.open<Box<double>>();
  auto work = store.begin();
  auto ref = work.add(Box<double>{7, std::numeric_limits<double>::quiet_NaN()});
  CHECK_THROWS_WITH_AS(work.commit(),
                       "boxes 7, column value: SQLite keeps no NaN: it makes it NULL", DataError);
  CHECK(db.log->sql().empty());
  ref->value = 1;
  work.commit();
}

TEST_CASE_TEMPLATE("text survives: empty, Unicode, quotes, a megabyte", B, Sqlite, Postgres) {
  std::string all;
  for (char c = 1; c < 127; ++c) all += c;
  check_survives<B, std::string>({"", " ", "Zo\u00eb \u65e5\u672c \U0001f989", "O'Brien", "\"x\"",
                                  "'; DROP TABLE boxes; --", "\\x41 \\ %s $1 ? :id", "NULL", all,
                                  std::string(1 << 20, 'm')});
}

TEST_CASE("NUL in a text survives: Sqlite only") {
  Database<Sqlite> db;
  check_round_trip<std::string>(db, {std::string("a\0b", 3), std::string(1, '\0')});
}

TEST_CASE(
    "NUL in a text is refused with table, column and key before anything is sent: Postgres "
    "only") {
  Database<Postgres> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  db.log->clear();
  ref->customer = std::string("Ann\0secret", 10);
  CHECK_THROWS_WITH_AS(work.commit(),
                       "orders 1, column customer: PostgreSQL keeps no text with a NUL in it",
                       DataError);
  ref->customer = "Bob";
  ref->notes[1].text = std::string(1, '\0');
  CHECK_THROWS_WITH_AS(work.commit(),
                       "notes (1, 1), column text: PostgreSQL keeps no text with a NUL in it",
                       DataError);
  CHECK(db.log->sql().empty());
  ref->notes[1].text = "fine";
  work.commit();  // the unit has not failed
  CHECK(ref->version == 2);
}

TEST_CASE_TEMPLATE("bytes survive: none, and each value", B, Sqlite, Postgres) {
  Bytes all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<std::byte>(i));
  check_survives<B, Bytes>({{}, {std::byte{0}}, {std::byte{'\\'}, std::byte{'x'}}, all});
}

TEST_CASE_TEMPLATE("a UUID survives", B, Sqlite, Postgres) {
  Uuid::Bytes ones;
  ones.fill(std::byte{0xff});
  check_survives<B, Uuid>({Uuid(), Uuid(ones), Uuid::v7(), Uuid::v4()});
}
