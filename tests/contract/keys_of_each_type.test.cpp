/// Keys that are no integer and no text: what is equal finds its row, and has one object.

#include <chrono>
#include <vector>

#include "orders.hpp"

using namespace contract;
using rowan::StaleDataError;
using rowan::UnitOfWork;

namespace {

template <class K>
struct Shelf {
  K id{};
  std::int64_t version = 0;
  std::string label;
  std::vector<Note> notes;
  std::vector<K> others;
};
template <class K>
rowan::Mapping<Shelf<K>, K> mapping_of(std::type_identity<Shelf<K>>) {
  using rowan::parent;
  return rowan::aggregate("shelves", rowan::key("id", &Shelf<K>::id),
                          rowan::version("version", &Shelf<K>::version))
      .column("label", &Shelf<K>::label)
      .children(&Shelf<K>::notes,
                rowan::child<Note>("shelf_notes", parent("shelf_id"), rowan::position("pos"))
                    .column("text", &Note::text))
      .children(&Shelf<K>::others, rowan::child<K>("shelf_others", parent("shelf_id"),
                                                   rowan::key("other", rowan::self)));
}

/// `first` and `again` are equal, `second` is not.
template <class B, class K>
void check_key(const K& first, const K& again, const K& second) {
  Database<B> db;
  rowan::Store store = db.template open<Shelf<K>>();
  store.check_tables();
  store_all(store, Shelf<K>{first, 0, "one", {{"a"}}, {second, first}},
            Shelf<K>{second, 0, "two", {{"b"}}, {}});
  UnitOfWork work = store.begin();
  auto ref = work.template get<Shelf<K>>(again);
  CHECK(work.template get<Shelf<K>>(first) == ref);
  CHECK(work.template get_all<Shelf<K>>({second, again})[1] == ref);
  CHECK(work.template find_all<Shelf<K>>().size() == 2);
  CHECK(ref->label == "one");
  CHECK(ref->id == first);
  CHECK(ref.id() == first);
  REQUIRE(ref->notes.size() == 1);
  CHECK(ref->others.size() == 2);
  db.log->clear();
  work.commit();
  CHECK(db.log->sql().empty());

  ref->label = "1";
  ref->notes[0].text = "c";
  std::erase(ref->others, again);
  work.commit();
  CHECK(ref.version() == 2);
  CHECK(db.text("SELECT label FROM shelves WHERE version = 2") == "1");
  CHECK(db.number("SELECT count(*) FROM shelf_others") == 1);

  store.transact([&](UnitOfWork& other) { other.template get<Shelf<K>>(again)->label = "theirs"; });
  ref->label = "mine";
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  CHECK(error.conflicts().size() == 1);
  CHECK(error.concerns(ref));
  CHECK(error.conflicts().front().template key_as<K>() == first);
  work.rollback();
  work.discard(ref);
  auto twice = work.add(Shelf<K>{again, 0, "twice", {}, {}});
  CHECK_THROWS_AS(work.commit(), rowan::ConstraintViolation);
  work.rollback();
  work.discard(twice);
  work.template remove<Shelf<K>>(again);
  work.commit();
  CHECK(db.text("SELECT label FROM shelves") == "two");
  CHECK(db.number("SELECT count(*) FROM shelf_notes") == 1);
}

rowan::Bytes bytes(std::initializer_list<int> values) {
  rowan::Bytes out;
  for (const int value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("a decimal is a key, however many zeros end it", B, Sqlite, Postgres) {
  check_key<B>(rowan::Decimal("1.50"), rowan::Decimal("1.5"), rowan::Decimal("1.51"));
  check_key<B>(rowan::Decimal("100"), rowan::Decimal("100.00"), rowan::Decimal("-100"));
  check_key<B>(rowan::Decimal("0.00"), rowan::Decimal("0"),
               rowan::Decimal("0.0000000000000000000000000001"));
}

TEST_CASE_TEMPLATE("a moment is a key, to the microsecond", B, Sqlite, Postgres) {
  using std::chrono::microseconds;
  check_key<B>(rowan::Timestamp(microseconds(1'700'000'000'123'456)),
               rowan::Timestamp(microseconds(1'700'000'000'123'456)),
               rowan::Timestamp(microseconds(1'700'000'000'123'457)));
  check_key<B>(rowan::Timestamp(microseconds(-1)), rowan::Timestamp(microseconds(-1)),
               rowan::Timestamp(microseconds(0)));
}

TEST_CASE_TEMPLATE("a date is a key", B, Sqlite, Postgres) {
  using namespace std::chrono;
  check_key<B>(rowan::Date(year(2024), February, day(29)),
               rowan::Date(year(2024), February, day(29)), rowan::Date(year(2024), March, day(1)));
}

TEST_CASE_TEMPLATE("bytes are a key, zeros and none included", B, Sqlite, Postgres) {
  check_key<B>(bytes({0, 1, 255}), bytes({0, 1, 255}), bytes({0, 1}));
  check_key<B>(bytes({}), bytes({}), bytes({0}));
}

TEST_CASE_TEMPLATE("a Uuid is a key, of roots and of children", B, Sqlite, Postgres) {
  const auto id = rowan::Uuid::v7();
  check_key<B>(id, id, rowan::Uuid::v4());
}
