/// What no order of statements can write, a constraint that is checked at COMMIT takes.

#include <cstdint>
#include <string>
#include <utility>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::ConstraintViolation;

namespace {

/// Neither its partner nor its badge may be NULL.
struct Twin {
  std::int64_t id = 0;
  std::int64_t partner = 0;
  std::string badge;
};
rowan::Mapping<Twin, std::int64_t> mapping_of(std::type_identity<Twin>) {
  return rowan::aggregate("twins", rowan::key("id", &Twin::id), rowan::version("version"))
      .column("partner", &Twin::partner, rowan::references("twins"))
      .column("badge", &Twin::badge)
      .unique(&Twin::badge);
}

rowan::Store open_twins(Database<Postgres>& db, const std::string& when) {
  db.execute(
      "CREATE TABLE twins (id bigint PRIMARY KEY, version bigint NOT NULL, partner bigint NOT NULL "
      "CONSTRAINT a_partner REFERENCES twins " +
      when + ", badge text NOT NULL CONSTRAINT a_badge UNIQUE " + when + ")");
  return db.open(rowan::Schema::of<Twin>());
}

const std::string deferred = "DEFERRABLE INITIALLY DEFERRED";

}  // namespace

TEST_CASE("roots that exchange a unique value that cannot be NULL: Postgres only") {
  Database<Postgres> db;
  const auto exchange = [&](const std::string& when) {
    auto store = open_twins(db, when);
    store_all(store, Twin{1, 1, "red"}, Twin{2, 2, "blue"});
    auto work = store.begin();
    auto one = work.get<Twin>(1);
    std::swap(one->badge, work.get<Twin>(2)->badge);
    work.commit();
    CHECK(one.version() == 2);
  };
  SUBCASE("are refused where it is checked at each statement") {
    const auto error = thrown<ConstraintViolation>([&] { exchange(""); });
    CHECK(error.kind() == ConstraintViolation::Kind::unique);
    CHECK(error.constraint() == "a_badge");
    CHECK(db.text("SELECT badge FROM twins WHERE id = 1") == "red");
    CHECK(db.number("SELECT sum(version) FROM twins") == 2);
  }
  SUBCASE("are written where it is checked at COMMIT") {
    exchange(deferred);
    CHECK(db.text("SELECT badge FROM twins WHERE id = 1") == "blue");
    CHECK(db.text("SELECT badge FROM twins WHERE id = 2") == "red");
    CHECK(db.number("SELECT sum(version) FROM twins") == 4);
  }
}

TEST_CASE("new roots that refer to each other and cannot without: Postgres only") {
  Database<Postgres> db;
  SUBCASE("are refused where it is checked at each statement") {
    auto store = open_twins(db, "");
    const auto error = thrown<ConstraintViolation>([&] {
      store_all(store, Twin{1, 2, "red"}, Twin{2, 1, "blue"});
    });
    CHECK(error.kind() == ConstraintViolation::Kind::foreign_key);
    CHECK(db.number("SELECT count(*) FROM twins") == 0);
  }
  SUBCASE("are written where it is checked at COMMIT") {
    auto store = open_twins(db, deferred);
    store_all(store, Twin{1, 2, "red"}, Twin{2, 1, "blue"});
    CHECK(db.number("SELECT sum(partner * 10 + id) FROM twins") == 21 + 12);
    CHECK(db.number("SELECT sum(version) FROM twins") == 2);
  }
}
