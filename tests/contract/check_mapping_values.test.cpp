/// rowan::testing::check_mapping of members of every kind.

#include <algorithm>
#include <stdexcept>
#include <variant>

#include <rowan/testing/check_mapping.hpp>

#include "colour.hpp"
#include "database.hpp"

using namespace contract;
using rowan::Decimal;
using rowan::testing::Check;
using rowan::testing::check_mapping;

namespace {

/// With a value object, none or one; guarded values; a variant; a child of each kind.
class Period {
 public:
  Period() = default;
  Period(rowan::Date from, rowan::Date to) : from_(from), to_(to) {
    if (to < from) throw std::invalid_argument("a period ends before it begins");
  }
  [[nodiscard]] rowan::Date from() const { return from_; }
  [[nodiscard]] rowan::Date to() const { return to_; }
  friend bool operator==(const Period&, const Period&) = default;

 private:
  rowan::Date from_ = std::chrono::year{2000} / 1 / 1;
  rowan::Date to_ = from_;
};
rowan::ValueObject<Period> value_of(std::type_identity<Period>) {
  return rowan::value_object(rowan::part("from", &Period::from), rowan::part("to", &Period::to));
}
struct Fee {
  Decimal amount;
  std::string currency = "EUR";
  friend bool operator==(const Fee&, const Fee&) = default;
};
rowan::ValueObject<Fee> value_of(std::type_identity<Fee>) {
  return rowan::value_object(rowan::part("amount", &Fee::amount),
                             rowan::part("currency", &Fee::currency));
}
struct Cash {
  friend bool operator==(const Cash&, const Cash&) = default;
};
struct Card {
  std::string last4;
  friend bool operator==(const Card&, const Card&) = default;
};
struct Stop {
  Colour colour = Colour::red;
  std::int8_t minutes = 0;
  std::vector<std::chrono::sys_seconds> calls;
  friend bool operator==(const Stop&, const Stop&) = default;
};
struct Parcel {
  std::string country;
  std::int64_t number = 0;
  std::int64_t version = 0;
  bool open = false;
  float weight = 0;
  rowan::Bytes picture;
  rowan::Timestamp sent{};
  rowan::Uuid token;
  Fee fee;
  std::optional<Fee> insured;
  Period delivery;
  std::variant<Cash, Card> payment;
  std::optional<std::int64_t> order;
  std::vector<Stop> stops;
  std::optional<Fee> bonus;
  std::vector<std::string> labels;
  friend bool operator==(const Parcel&, const Parcel&) = default;
};
using ParcelId = std::tuple<std::string, std::int64_t>;
rowan::Mapping<Parcel, ParcelId> mapping_of(std::type_identity<Parcel>) {
  using rowan::child, rowan::key, rowan::parent, rowan::position, rowan::self, rowan::when;
  return rowan::aggregate("parcels", key("country", &Parcel::country, "number", &Parcel::number),
                          rowan::version("version", &Parcel::version))
      .column("open", &Parcel::open)
      .column("weight", &Parcel::weight)
      .column("picture", &Parcel::picture)
      .column("sent", &Parcel::sent)
      .column("token", &Parcel::token)
      .value("fee_", &Parcel::fee)
      .value("insured_", &Parcel::insured)
      .value("delivery_", &Parcel::delivery)
      .one_of("payment", &Parcel::payment, when<Cash>("cash"),
              when("card", rowan::value_object(rowan::part("last4", &Card::last4))))
      .column("order_id", &Parcel::order, rowan::references("orders"))
      .children(&Parcel::stops,
                child("stops", parent("country", "number"),
                      key("colour", &Stop::colour, rowan::as_text), position("place"))
                    .column("minutes", &Stop::minutes)
                    .children(&Stop::calls,
                              child<std::chrono::sys_seconds>(
                                  "calls", parent("country", "number", "colour"), position("place"))
                                  .column("at", self)))
      .children(&Parcel::bonus, child<Fee>("bonuses", parent("country", "number")).value("", self))
      .children(&Parcel::labels,
                child<std::string>("labels", parent("country", "number"), key("label", self)));
}
Parcel parcel() {
  Parcel out;
  out.country = "BE";
  out.number = 7;
  out.order = 5;
  out.insured = Fee{Decimal("1.50")};
  out.stops = {{Colour::blue, 5, {std::chrono::sys_seconds{}}}, {Colour::red, 1, {}}};
  out.labels = {"fragile", "cold"};
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("value objects, guarded classes, variants and lists of all kinds pass", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Parcel>();
  Parcel by_card = parcel();
  by_card.payment = Card{"1234"};
  by_card.insured.reset();
  by_card.bonus = Fee{Decimal(3)};

  const Check check = check_mapping<Parcel>(store, {parcel(), by_card}, {.generated = 100});

  CHECK_MESSAGE(check, check);
  for (const char* column : {"parcels, column weight", "calls, column at"})
    CHECK(any_has(check.notes,
                  std::string(column) + ": some values are read and written back as others"));
  for (const char* column : {"parcels, column payment", "stops, column colour"})
    CHECK(any_has(check.notes, std::string(column) +
                                   ": only the samples' values were tried, no other was taken"));
  CHECK(any_has(check.notes,
                "parcels, column order_id: only the samples' values were tried, for it refers to "
                "another aggregate"));
  CHECK(check.notes.size() == 5);
  for (const char* table : {"parcels", "stops", "calls", "bonuses", "labels"})
    CHECK(db.number(std::string("SELECT count(*) FROM ") + table) == 0);
}
