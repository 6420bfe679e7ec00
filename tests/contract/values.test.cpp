/// What a member may hold, and what becomes of a row that no member can hold.

#include <chrono>
#include <cmath>
#include <limits>
#include <variant>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using namespace std::chrono_literals;
using rowan::Bytes;
using rowan::DataError;
using rowan::Decimal;
using rowan::Timestamp;
using rowan::Uuid;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

namespace {

/// One member of type T.
template <class T>
struct Box {
  std::int64_t id = 0;
  T value{};
};
template <class T>
rowan::Mapping<Box<T>, std::int64_t> mapping_of(std::type_identity<Box<T>>) {
  return rowan::aggregate("boxes", rowan::key("id", &Box<T>::id), rowan::version("version"))
      .column("value", &Box<T>::value);
}

template <class T>
bool equal(const T& a, const T& b) {
  if constexpr (std::floating_point<T>) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  }
  if constexpr (std::same_as<T, Decimal>) return a == b && a.to_string() == b.to_string();
  return a == b;
}

/// Each of `values` is stored, loaded by a fresh unit, and no reason to write again.
template <class T>
void check_round_trip(auto& db, const std::vector<T>& values) {
  rowan::Store store = db.template open<Box<T>>();
  {
    auto work = store.begin();
    for (std::size_t i = 0; i < values.size(); ++i)
      work.add(Box<T>{static_cast<std::int64_t>(i), values[i]});
    work.commit();
  }
  auto work = store.begin();
  const auto loaded = work.template find_all<Box<T>>();
  REQUIRE(loaded.size() == values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    CAPTURE(i);
    CHECK(equal<T>(loaded[i]->value, values[i]));
  }
  db.log->clear();
  work.commit();
  CHECK(db.log->sql().empty());
}

/// The same of T and of std::optional<T>.
template <class B, class T>
void check_survives(const std::vector<T>& values) {
  {
    Database<B> db;
    check_round_trip<T>(db, values);
  }
  Database<B> db;
  std::vector<std::optional<T>> maybe(values.begin(), values.end());
  maybe.push_back(std::nullopt);
  check_round_trip<std::optional<T>>(db, maybe);
}

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

namespace {

enum class Level : std::int8_t { low = -128, middle = 0, high = 127 };
enum class Size : std::uint64_t { small = 0, huge = 0x7fffffffffffffffU };

enum class Colour { red, green, blue };
constexpr auto enum_names(std::type_identity<Colour>) {
  return std::array{std::pair{Colour::red, "red"}, std::pair{Colour::green, "green"},
                    std::pair{Colour::blue, "it's \"blue\""}};
}

struct Paint {
  std::int64_t id = 0;
  Colour colour = Colour::red;
  std::optional<Colour> second;
  Colour by_number = Colour::red;
};
rowan::Mapping<Paint, std::int64_t> mapping_of(std::type_identity<Paint>) {
  return rowan::aggregate("paints", rowan::key("id", &Paint::id), rowan::version("version"))
      .column("colour", &Paint::colour, rowan::as_text)
      .column("second", &Paint::second, rowan::as_text)
      .column("by_number", &Paint::by_number);
}

}  // namespace

TEST_CASE_TEMPLATE("an enum by number survives, enumerators without a name too", B, Sqlite,
                   Postgres) {
  check_survives<B, Level>({Level::low, Level::middle, Level::high, static_cast<Level>(3)});
  check_survives<B, Size>({Size::small, Size::huge});
}

TEST_CASE_TEMPLATE("an enum by name is kept as its name, and survives", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Paint>();
  store_all(store, Paint{1, Colour::green, std::nullopt, Colour::blue},
            Paint{2, Colour::red, Colour::blue, Colour::green});
  CHECK(db.text("SELECT colour FROM paints WHERE id = 1") == "green");
  CHECK(db.text("SELECT second FROM paints WHERE id = 1") == "NULL");
  CHECK(db.text("SELECT second FROM paints WHERE id = 2") == "it's \"blue\"");
  CHECK(db.number("SELECT by_number FROM paints WHERE id = 1") == 2);
  auto work = store.begin();
  const auto both = work.template get_all<Paint>({1, 2});
  CHECK(both[0]->colour == Colour::green);
  CHECK(!both[0]->second);
  CHECK(both[0]->by_number == Colour::blue);
  CHECK(both[1]->second == Colour::blue);
  db.log->clear();
  work.commit();
  CHECK(db.log->sql().empty());
}

TEST_CASE_TEMPLATE("an enumerator that has no name is refused before anything is sent", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Paint>();
  store_all(store, Paint{1, Colour::green, std::nullopt, Colour::blue});
  auto work = store.begin();
  auto ref = work.template get<Paint>(1);
  db.log->clear();
  ref->second = static_cast<Colour>(77);
  CHECK_THROWS_WITH_AS(work.commit(),
                       "paints 1, column second: an enumerator that enum_names does not list",
                       DataError);
  CHECK(db.log->sql().empty());
  ref->second = Colour::red;
  work.commit();
  CHECK(ref.version() == 2);
}

TEST_CASE_TEMPLATE("instants survive to the microsecond, from the year 1 to 9999", B, Sqlite,
                   Postgres) {
  using namespace std::chrono;
  const Timestamp first = sys_days{year{1} / 1 / 1};
  const Timestamp last = sys_days{year{9999} / 12 / 31} + 23h + 59min + 59s + 999999us;
  check_survives<B, Timestamp>({Timestamp{}, Timestamp{-1us}, Timestamp{1us}, first, first + 1us,
                                last, sys_days{year{1883} / 11 / 18} + 17h + 3us,
                                sys_days{year{2024} / 2 / 29} + 12h + 100000us});
  check_survives<B, sys_seconds>({sys_seconds{}, sys_seconds{-1s}, sys_seconds{1s}});
  check_survives<B, sys_time<milliseconds>>({sys_time<milliseconds>{1ms}});
  check_survives<B, sys_time<hours>>({sys_time<hours>{-1h}});
}

TEST_CASE_TEMPLATE("an instant of a finer clock is rounded down, and that is no change", B, Sqlite,
                   Postgres) {
  using Fine = std::chrono::sys_time<std::chrono::nanoseconds>;
  Database<B> db;
  rowan::Store store = db.template open<Box<Fine>>();
  auto writer = store.begin();
  auto mine = writer.add(Box<Fine>{1, Fine{1999ns}});
  writer.add(Box<Fine>{2, Fine{-1ns}});
  writer.commit();
  db.log->clear();
  writer.commit();
  CHECK(db.log->sql().empty());
  CHECK(mine->value == Fine{1999ns});
  auto work = store.begin();
  CHECK(work.template get<Box<Fine>>(1)->value == Fine{1us});
  CHECK(work.template get<Box<Fine>>(2)->value == Fine{-1us});
}

TEST_CASE_TEMPLATE(
    "an instant or a date that no database keeps is refused with table, column and "
    "key before anything is sent",
    B, Sqlite, Postgres) {
  {
    Database<B> db;
    rowan::Store store = db.template open<Box<Timestamp>>();
    auto work = store.begin();
    auto ref = work.add(Box<Timestamp>{7, sys_days{year{10000} / 1 / 1}});
    CHECK_THROWS_WITH_AS(
        work.commit(), "boxes 7, column value: an instant outside the years 1 to 9999", DataError);
    CHECK(db.log->sql().empty());
    ref->value = sys_days{year{1} / 1 / 1} - 1us;
    CHECK_THROWS_AS(work.commit(), DataError);
    ref->value = Timestamp{};
    work.commit();  // the unit has not failed
  }
  Database<B> db;
  rowan::Store store = db.template open<Box<year_month_day>>();
  auto work = store.begin();
  auto ref = work.add(Box<year_month_day>{7, year{0} / 12 / 31});
  CHECK_THROWS_WITH_AS(work.commit(), "boxes 7, column value: a date outside the years 1 to 9999",
                       DataError);
  ref->value = year{2023} / 2 / 29;
  CHECK_THROWS_WITH_AS(work.commit(), "boxes 7, column value: a date that is not in the calendar",
                       DataError);
  CHECK(db.log->sql().empty());
  ref->value = year{2024} / 2 / 29;
  work.commit();
}

TEST_CASE_TEMPLATE("dates survive, from the year 1 to 9999", B, Sqlite, Postgres) {
  const year_month_day first = year{1} / 1 / 1;
  const year_month_day last = year{9999} / 12 / 31;
  const year_month_day leap = year{2024} / 2 / 29;
  const year_month_day old = year{1582} / 10 / 10;
  check_survives<B, year_month_day>({first, last, leap, old});
  check_survives<B, sys_days>({sys_days{first}, sys_days{last}, sys_days{leap}, sys_days{old}});
}

TEST_CASE_TEMPLATE("a UUID survives", B, Sqlite, Postgres) {
  Uuid::Bytes ones;
  ones.fill(std::byte{0xff});
  check_survives<B, Uuid>({Uuid(), Uuid(ones), Uuid::v7(), Uuid::v4()});
}

TEST_CASE_TEMPLATE("a decimal survives with all its digits and its scale", B, Sqlite, Postgres) {
  check_survives<B, Decimal>({Decimal(), Decimal("19.90"), Decimal("-0.1"), Decimal("0.000"),
                              Decimal("1234567890123456789"), Decimal(std::string(38, '9')),
                              Decimal("-" + std::string(38, '9')),
                              Decimal("0." + std::string(37, '0') + "1"),
                              Decimal(std::string(19, '8') + "." + std::string(19, '7'))});
}

namespace {

/// A table of SQLite that somebody else has made: NUMERIC, which is a double there.
void create_numeric_boxes(Database<Sqlite>& db) {
  db.execute(
      "CREATE TABLE boxes (id INTEGER PRIMARY KEY, version INTEGER NOT NULL DEFAULT 1, "
      "value NUMERIC(38, 20) NOT NULL)");
}

}  // namespace

TEST_CASE("a NUMERIC column keeps 15 digits of a decimal exactly: Sqlite only") {
  Database<Sqlite> db;
  create_numeric_boxes(db);
  rowan::Store store = db.open(rowan::Schema::of<Box<Decimal>>());
  const std::vector<const char*> numbers{"0",
                                         "19.90",
                                         "0.1",
                                         "-0.7",
                                         "1234567.12345678",
                                         "999999999999999",
                                         "0.000000123456789012345",
                                         "9223372036854775807"};
  {
    auto work = store.begin();
    for (std::size_t i = 0; i < numbers.size(); ++i)
      work.add(Box<Decimal>{static_cast<std::int64_t>(i), Decimal(numbers[i])});
    work.commit();
  }
  auto work = store.begin();
  const auto loaded = work.find_all<Box<Decimal>>();
  REQUIRE(loaded.size() == numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    CAPTURE(numbers[i]);
    CHECK(loaded[i]->value == Decimal(numbers[i]));
  }
  db.log->clear();
  work.commit();
  CHECK(db.log->sql().empty());
}

TEST_CASE(
    "a decimal of more digits than a NUMERIC column keeps is refused with table, column and "
    "key, and nothing is written: Sqlite only") {
  Database<Sqlite> db;
  create_numeric_boxes(db);
  rowan::Store store = db.open(rowan::Schema::of<Box<Decimal>>());
  store_all(store, Box<Decimal>{1, Decimal("0.5")});
  for (const char* number : {"0.1234567890123456", "12345678901234567890", "123456789012345.67"}) {
    CAPTURE(number);
    auto work = store.begin();
    auto ref = work.get<Box<Decimal>>(1);
    ref->value = Decimal(number);
    CHECK_THROWS_WITH_AS(work.commit(),
                         "boxes 1, column value: an SQLite column of type NUMERIC keeps 15 digits, "
                         "and this decimal has more; a TEXT column keeps them all",
                         DataError);
    work.rollback();
    ref->value = Decimal("0.5");
    work.add(Box<Decimal>{2, Decimal(number)});
    CHECK_THROWS_AS(work.commit(), DataError);
    CHECK(db.number("SELECT count(*) FROM boxes WHERE value = 0.5 AND version = 1") == 1);
    CHECK(db.number("SELECT count(*) FROM boxes") == 1);
  }
}

TEST_CASE("a double in a NUMERIC column that is no decimal of 15 digits is refused: Sqlite only") {
  Database<Sqlite> db;
  create_numeric_boxes(db);
  db.execute("INSERT INTO boxes (id, value) VALUES (1, 1.0 / 3)");
  rowan::Store store = db.open(rowan::Schema::of<Box<Decimal>>());
  auto work = store.begin();
  CHECK_THROWS_WITH_AS((void)work.get<Box<Decimal>>(1),
                       "boxes 1, column value: it holds a number where the member takes an exact "
                       "decimal",
                       DataError);
}

namespace {

struct Sku {
  std::string text;
  friend bool operator==(const Sku&, const Sku&) = default;
};
struct Number {
  std::int64_t value = 0;
  friend bool operator==(const Number&, const Number&) = default;
};
struct Ticket {
  Uuid value;
  friend bool operator==(const Ticket&, const Ticket&) = default;
};

/// A type of the user's, with its own way into a column.
class Email {
 public:
  Email() = default;
  explicit Email(const std::string& text)
      : user_(text.substr(0, text.find('@'))), host_(text.substr(text.find('@') + 1)) {
    if (text.find('@') == text.npos) throw std::invalid_argument(text);
  }
  friend bool operator==(const Email&, const Email&) = default;
  friend std::string to_column(const Email& email) { return email.user_ + "@" + email.host_; }
  friend Email from_column(std::type_identity<Email>, const std::string& text) {
    return Email(text);
  }

 private:
  std::string user_ = "nobody";
  std::string host_ = "nowhere";
};

}  // namespace

TEST_CASE_TEMPLATE("typed ids and types of the user's own survive", B, Sqlite, Postgres) {
  check_survives<B, Sku>({{""}, {"A-1"}});
  check_survives<B, Ticket>({{Uuid()}, {Uuid::v7()}});
  check_survives<B, Number>({{1}, {-1}});
  check_survives<B, Email>({Email(), Email("ann@example.org")});
}

TEST_CASE_TEMPLATE("a stored value that its class refuses is a DataError that does not show it", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Box<Email>>();
  db.execute("INSERT INTO boxes (id, version, value) VALUES (7, 1, 'secret')");
  auto work = store.begin();
  CHECK_THROWS_WITH_AS((void)work.template get<Box<Email>>(7),
                       "boxes 7, column value: the stored value is refused by its class",
                       DataError);
}

namespace {

struct Money {
  Decimal amount;
  std::string currency = "EUR";
  friend bool operator==(const Money&, const Money&) = default;
};
rowan::ValueObject<Money> value_of(std::type_identity<Money>) {
  using rowan::part;
  return rowan::value_object(part("amount", &Money::amount), part("currency", &Money::currency));
}

/// Guarded by its constructor, read through getters.
class Period {
 public:
  Period() = default;
  Period(sys_days from, sys_days to) : from_(from), to_(to) {
    if (to < from) throw std::invalid_argument("a period ends before it begins");
  }
  [[nodiscard]] sys_days from() const { return from_; }
  [[nodiscard]] sys_days to() const { return to_; }
  friend bool operator==(const Period&, const Period&) = default;

 private:
  sys_days from_{};
  sys_days to_{};
};
rowan::ValueObject<Period> value_of(std::type_identity<Period>) {
  using rowan::part;
  return rowan::value_object(part("from", &Period::from), part("to", &Period::to));
}

struct Cash {
  friend bool operator==(const Cash&, const Cash&) = default;
};
struct Card {
  std::string last4;
  friend bool operator==(const Card&, const Card&) = default;
};
struct Transfer {
  std::string account;
  std::optional<Money> fee;
  friend bool operator==(const Transfer&, const Transfer&) = default;
};
using Payment = std::variant<Cash, Card, Transfer>;

auto card() {
  return rowan::when("card", rowan::value_object(rowan::part("last4", &Card::last4)));
}
auto transfer() {
  return rowan::when("transfer", rowan::value_object(rowan::part("account", &Transfer::account),
                                                     rowan::part("fee_", &Transfer::fee)));
}

struct Address {
  std::string street;
  friend bool operator==(const Address&, const Address&) = default;
};

struct Parcel {
  std::int64_t id = 0;
  Money price;
  std::optional<Money> insured;
  Period delivery;
  Payment payment;
  std::optional<Payment> refund;
  std::optional<Address> address;
  std::vector<Money> fees;
  std::vector<std::string> labels;
  std::vector<Uuid> scans;
  std::vector<Payment> attempts;
  friend bool operator==(const Parcel&, const Parcel&) = default;
};
rowan::Mapping<Parcel, std::int64_t> mapping_of(std::type_identity<Parcel>) {
  using rowan::child, rowan::key, rowan::parent, rowan::position, rowan::self, rowan::when;
  return rowan::aggregate("parcels", key("id", &Parcel::id), rowan::version("version"))
      .value("price_", &Parcel::price)
      .value("insured_", &Parcel::insured)
      .value("", &Parcel::delivery)
      .one_of("payment", &Parcel::payment, when<Cash>("cash"), card(), transfer())
      .one_of(
          "refund", &Parcel::refund, when<Cash>("cash"),
          when("card", rowan::value_object(rowan::part("refund_last4", &Card::last4))),
          when("transfer", rowan::value_object(rowan::part("refund_account", &Transfer::account),
                                               rowan::part("refund_fee_", &Transfer::fee))))
      .children(&Parcel::address,
                child<Address>("addresses", parent("parcel_id")).column("street", &Address::street))
      .children(&Parcel::fees,
                child<Money>("fees", parent("parcel_id"), position("pos")).value("", self))
      .children(
          &Parcel::labels,
          child<std::string>("labels", parent("parcel_id"), position("pos")).column("label", self))
      .children(&Parcel::scans, child<Uuid>("scans", parent("parcel_id"), key("scan", self)))
      .children(&Parcel::attempts,
                child<Payment>("attempts", parent("parcel_id"), position("pos"))
                    .one_of("kind", self, when<Cash>("cash"), card(), transfer()));
}

Parcel full_parcel(std::int64_t id) {
  const sys_days day = year{2024} / 2 / 29;
  std::vector<Uuid> scans{Uuid::v7(), Uuid::v7()};
  return {id,
          {Decimal("19.90"), "EUR"},
          Money{Decimal("0.00"), ""},
          Period(day, day + std::chrono::days(3)),
          Transfer{"DE12", Money{Decimal("1.5"), "USD"}},
          Cash{},
          Address{"Main St 1"},
          {{Decimal("1"), "EUR"}, {Decimal("2"), "USD"}, {Decimal("1"), "EUR"}},
          {"fragile", "", "fragile"},
          std::move(scans),
          {Card{"1234"}, Cash{}, Transfer{"DE13", std::nullopt}}};
}

}  // namespace

TEST_CASE_TEMPLATE("value objects, variants, a single child and lists of plain values survive", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Parcel>();
  const Parcel full = full_parcel(1);
  Parcel empty;
  empty.id = 2;
  Parcel card = full_parcel(3);
  card.payment = Card{"4242"};
  card.refund = Transfer{"DE14", std::nullopt};
  store_all(store, full, empty, card);
  auto work = store.begin();
  CHECK(*work.template get<Parcel>(1) == full);
  CHECK(*work.template get<Parcel>(2) == empty);
  CHECK(*work.template get<Parcel>(3) == card);
  db.log->clear();
  work.commit();
  CHECK(db.log->sql().empty());
}

TEST_CASE_TEMPLATE("any change of these is found, written, and read again", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Parcel>();
  store_all(store, full_parcel(1));
  const std::vector<void (*)(Parcel&)> changes{
      [](Parcel& p) { p.insured.reset(); },
      [](Parcel& p) {
        p.insured = Money{Decimal("3"), "CHF"};
      },
      [](Parcel& p) { p.delivery = Period(p.delivery.from(), p.delivery.from()); },
      [](Parcel& p) { std::get<Transfer>(p.payment).fee.reset(); },
      [](Parcel& p) { p.payment = Card{"9999"}; },
      [](Parcel& p) { p.payment = Cash{}; },
      [](Parcel& p) { p.refund = Card{"1"}; },
      [](Parcel& p) { p.refund.reset(); },
      [](Parcel& p) { p.address->street = "Side St 2"; },
      [](Parcel& p) { p.address.reset(); },
      [](Parcel& p) { p.address = Address{"Back St 3"}; },
      [](Parcel& p) { p.fees[1].amount = Decimal("2.5"); },
      [](Parcel& p) { p.fees.erase(p.fees.begin()); },
      [](Parcel& p) { std::swap(p.labels[0], p.labels[1]); },
      [](Parcel& p) { p.labels.emplace_back("new"); },
      [](Parcel& p) {
        p.attempts[0] = Transfer{"DE15", Money{Decimal("4"), "EUR"}};
      },
      [](Parcel& p) { p.attempts.clear(); },
      [](Parcel& p) { p.scans.pop_back(); },
  };
  std::int64_t version = 1;
  auto work = store.begin();
  auto ref = work.template get<Parcel>(1);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    CAPTURE(i);
    changes[i](*ref);
    work.commit();
    CHECK(ref.version() == ++version);
    auto fresh = store.begin();
    CHECK(*fresh.template get<Parcel>(1) == *ref);
  }
}

TEST_CASE_TEMPLATE("a value object whose constructor refuses what is stored is a DataError", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Parcel>();
  store_all(store, full_parcel(1), full_parcel(2));
  db.execute("UPDATE parcels SET \"to\" = '1999-01-01' WHERE id = 1");
  auto work = store.begin();
  CHECK_THROWS_WITH_AS((void)work.template get<Parcel>(1),
                       "parcels 1, column from: the stored value is refused by its class",
                       DataError);
  CHECK(work.template get<Parcel>(2)->labels.size() == 3);
}

// -- names ------------------------------------------------------------------------

namespace {

struct Member {
  int number = 0;
  std::string name;
};
struct Group {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string text;
  std::vector<Member> members;
};
rowan::Mapping<Group, std::int64_t> group_in(rowan::Name table, rowan::Name members) {
  return rowan::aggregate(table, rowan::key("select", &Group::id),
                          rowan::version("Version", &Group::version))
      .column("group", &Group::text)
      .children(&Group::members, rowan::child(members, rowan::parent("Order id"),
                                              rowan::key("from", &Member::number))
                                     .column("say \"it\"", &Member::name));
}
rowan::Mapping<Group, std::int64_t> mapping_of(std::type_identity<Group>) {
  return group_in("Order", "Table \u00e4");
}

void check_group(auto& db, rowan::Store& store) {
  store.create_tables();
  store.check_tables();
  store_all(store, Group{1, 0, "a", {{1, "x"}, {2, "y"}}}, Group{2, 0, "b", {}});
  auto work = store.begin();
  auto ref = work.template get<Group>(1);
  REQUIRE(ref->members.size() == 2);
  CHECK(ref->members[1].name == "y");
  db.log->clear();
  work.commit();
  CHECK(db.log->sql().empty());
  ref->text = "c";
  ref->members[0].name = "z";
  ref->members.pop_back();
  ref->members.push_back({3, "new"});
  work.commit();
  CHECK(ref->version == 2);
  auto fresh = store.begin();
  const auto found = fresh.template find_all<Group>(
      rowan::where("\"group\" = ?", std::string("c")).order_by("group").order_by("select"));
  REQUIRE(found.size() == 1);
  REQUIRE(found[0]->members.size() == 2);
  CHECK(found[0]->members[0].name == "z");
  fresh.remove(found[0]);
  fresh.commit();
  CHECK(store.begin().template count<Group>() == 1);
}

}  // namespace

TEST_CASE_TEMPLATE("quoted, mixed-case and reserved names work", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.open(rowan::Schema::of<Group>());
  check_group(db, store);
}

TEST_CASE("a table of another schema works: Postgres only") {
  Database<Postgres> db;
  db.execute("SET client_min_messages = warning");
  db.execute("DROP SCHEMA IF EXISTS \"Contract elsewhere\" CASCADE");
  db.execute("CREATE SCHEMA \"Contract elsewhere\"");
  rowan::Store store = db.open(
      rowan::Schema::of(group_in("Contract elsewhere.groups", "Contract elsewhere.members")));
  check_group(db, store);
  CHECK(db.number("SELECT count(*) FROM \"Contract elsewhere\".groups") == 1);
  db.execute("DROP SCHEMA \"Contract elsewhere\" CASCADE");
}

TEST_CASE("a table of a named database works: Sqlite only") {
  Database<Sqlite> db;
  rowan::Store store = db.open(rowan::Schema::of(group_in("main.groups", "main.members")));
  check_group(db, store);
}

// -- classes that guard themselves --------------------------------------------------

namespace {

class Account {
 public:
  class Entry {
   public:
    Entry(int number, std::int64_t cents) : number_(number), cents_(cents) {}
    [[nodiscard]] std::int64_t cents() const { return cents_; }

   private:
    friend class Account;
    friend rowan::Mapping<Account, std::int64_t> mapping_of(std::type_identity<Account>);
    int number_;
    std::int64_t cents_;
  };

  static Account open(std::int64_t id, std::string owner) { return {id, std::move(owner)}; }
  void deposit(std::int64_t cents) {
    entries_.push_back(Entry(static_cast<int>(entries_.size()) + 1, cents));
    balance_ += cents;
  }
  void corrupt() { balance_ += 1; }
  [[nodiscard]] std::int64_t balance() const { return balance_; }
  [[nodiscard]] std::int64_t version() const { return version_; }

 private:
  friend rowan::Mapping<Account, std::int64_t> mapping_of(std::type_identity<Account>);
  Account(std::int64_t id, std::string owner) : id_(id), owner_(std::move(owner)) {}
  void check() const {
    std::int64_t sum = 0;
    for (const Entry& entry : entries_) sum += entry.cents_;
    if (sum != balance_) throw std::logic_error("the balance is not the sum of the entries");
  }

  std::int64_t id_;
  std::int64_t version_ = 0;
  std::string owner_;
  std::int64_t balance_ = 0;
  std::vector<Entry> entries_;
};

rowan::Mapping<Account, std::int64_t> mapping_of(std::type_identity<Account>) {
  using Entry = Account::Entry;
  return rowan::aggregate("accounts", rowan::key("id", &Account::id_),
                          rowan::version("version", &Account::version_))
      .column("owner", &Account::owner_)
      .column("balance", &Account::balance_)
      .children(&Account::entries_, rowan::child("entries", rowan::parent("account_id"),
                                                 rowan::key("number", &Entry::number_))
                                        .column("cents", &Entry::cents_)
                                        .made_by([] { return Entry(0, 0); }))
      .invariant<&Account::check>()
      .made_by([] { return Account(0, ""); });
}

}  // namespace

TEST_CASE_TEMPLATE(
    "private members, no default constructor, an invariant: a class needs no door for "
    "Rowan but its mapping",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Account>();
  auto account = Account::open(1, "Ann");
  account.deposit(300);
  store_all(store, account);
  auto work = store.begin();
  auto ref = work.template get<Account>(1);
  CHECK(ref->balance() == 300);
  ref->deposit(50);
  work.commit();
  CHECK(ref->version() == 2);
  CHECK(store.begin().template get<Account>(1).version() == 2);
  CHECK(db.number("SELECT sum(cents) FROM entries") == 350);
}

TEST_CASE_TEMPLATE(
    "a broken invariant is refused with the class's own words before anything is sent", B, Sqlite,
    Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Account>();
  auto account = Account::open(1, "Ann");
  account.deposit(300);
  store_all(store, account);
  auto work = store.begin();
  auto ref = work.template get<Account>(1);
  db.log->clear();
  ref->corrupt();
  CHECK_THROWS_WITH_AS(work.commit(), "the balance is not the sum of the entries",
                       std::logic_error);
  CHECK(db.log->sql().empty());
}

TEST_CASE_TEMPLATE("an aggregate whose stored rows break the invariant is not loaded", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Account>();
  auto account = Account::open(1, "Ann");
  account.deposit(300);
  auto other = Account::open(2, "Bob");
  store_all(store, account, other);
  db.execute("UPDATE entries SET cents = 299");
  auto work = store.begin();
  CHECK_THROWS_WITH_AS((void)work.template get<Account>(1),
                       "accounts 1: what is stored breaks the invariant of its class", DataError);
  CHECK_THROWS_AS((void)work.template find_all<Account>(), DataError);
  CHECK(work.template get<Account>(2)->balance() == 0);
}

// -- rows that no member can hold -----------------------------------------------------

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

/// A row that is fine but for `change`, and what loading it says.
struct BadRow {
  std::string change;
  std::string says;
};

template <class B>
void check_bad_rows(const std::vector<BadRow>& rows) {
  Database<B> db;
  db.execute(
      "CREATE TABLE suspects (id bigint PRIMARY KEY, version bigint, small bigint, name "
      "varchar(40), sure boolean, colour varchar(40), kind varchar(40), radius bigint, side "
      "bigint)");
  db.execute("CREATE TABLE remarks (suspect_id bigint, text varchar(40))");
  rowan::Store store = db.open(rowan::Schema::of<Suspect>());
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
