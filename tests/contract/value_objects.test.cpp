/// Value objects, variants, a single child, lists of plain values: a member of several cells.

#include <chrono>
#include <variant>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::DataError;
using rowan::Decimal;
using rowan::Uuid;
using std::chrono::sys_days;
using std::chrono::year;

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
