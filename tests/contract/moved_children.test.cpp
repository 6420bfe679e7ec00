/// Children that move between roots while others write: never lost, never in two places.

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "orders.hpp"
#include "ways.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::ConstraintViolation;
using rowan::StaleDataError;
using rowan::UnitOfWork;

namespace {

struct Card {
  std::int64_t id = 0;
  std::string text;
  std::vector<Note> remarks;
};
struct Board {
  std::int64_t id = 0;
  std::vector<Card> cards;
};
rowan::Mapping<Board, std::int64_t> mapping_of(std::type_identity<Board>) {
  using rowan::child, rowan::key, rowan::parent;
  return rowan::aggregate("boards", key("id", &Board::id), rowan::version("version"))
      .children(&Board::cards,
                child("cards", parent("board_id"), key("id", &Card::id, rowan::unique_in_table))
                    .column("text", &Card::text)
                    .children(&Card::remarks, child<Note>("remarks", parent("board_id", "card_id"),
                                                          rowan::position("pos"))
                                                  .column("text", &Note::text)));
}

/// Three boards; all cards on the first.
template <class B>
rowan::Store open_boards(Database<B>& db, const Way& way) {
  rowan::Store store = db.template open<Board>(way.store());
  store_all(store, Board{1, {{10, "ten", {{"a"}, {"b"}}}, {11, "eleven", {}}}}, Board{2, {}},
            Board{3, {}});
  return store;
}

/// Moves the first card.
void move(UnitOfWork& unit, std::int64_t from, std::int64_t to) {
  auto& cards = unit.get<Board>(from)->cards;
  unit.get<Board>(to)->cards.push_back(cards.front());
  cards.erase(cards.begin());
}

struct Two {
  const char* name;
  std::function<void(UnitOfWork&)> first;
  std::function<void(UnitOfWork&)> second;
  Ids stale;  // roots of the second, as the first left them
};

std::vector<Two> twos() {
  const auto to_two = [](UnitOfWork& unit) { move(unit, 1, 2); };
  const auto to_three = [](UnitOfWork& unit) { move(unit, 1, 3); };
  const auto edit = [](UnitOfWork& unit) { unit.get<Board>(1)->cards.front().text = "edited"; };
  const auto remark = [](UnitOfWork& unit) {
    unit.get<Board>(1)->cards.front().remarks.pop_back();
  };
  const auto drop = [](UnitOfWork& unit) { unit.get<Board>(1)->cards.clear(); };
  const auto fill_two = [](UnitOfWork& unit) {
    unit.get<Board>(2)->cards.push_back({20, "twenty", {}});
  };
  const auto remove_two = [](UnitOfWork& unit) { unit.remove(unit.get<Board>(2)); };
  return {{"edited, and then moved", edit, to_two, {1}},
          {"moved, and then edited", to_two, edit, {1}},
          {"moved, and then edited beneath", to_two, remark, {1}},
          {"moved to two places", to_two, to_three, {1}},
          {"moved twice to one place", to_two, to_two, {1, 2}},
          {"moved, and then removed", to_two, drop, {1}},
          {"removed, and then moved", drop, to_two, {1}},
          {"moved to where another has come", fill_two, to_two, {2}},
          {"moved to what is gone", remove_two, to_two, {2}},
          {"moved, and where it went removed", to_two, remove_two, {2}}};
}

Ids stale_roots(const StaleDataError& error) {
  Ids out;
  for (const Conflict& conflict : error.conflicts()) {
    CHECK(conflict.table == "boards");
    CHECK(conflict.expected == 1);
    out.push_back(conflict.key_as<std::int64_t>());
  }
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("of two that move, edit or remove one child the second is stale", B, Sqlite,
                   Postgres) {
  for (const Way& way : open_ways<B>())
    for (const Two& two : twos()) {
      CAPTURE(way.name);
      CAPTURE(two.name);
      Database<B> db;
      rowan::Store store = open_boards(db, way);
      UnitOfWork work = store.begin(way.work());
      two.second(work);
      store.transact(two.first);
      const auto state = [&] {
        return db.number("SELECT sum(100 * board_id + length(text)) FROM cards") +
               10000 * db.number("SELECT sum(version) FROM boards") +
               1000000 * db.number("SELECT count(*) FROM remarks");
      };
      const std::int64_t before = state();
      CHECK(stale_roots(thrown<StaleDataError>([&] { work.commit(); })) == two.stale);
      CHECK(state() == before);
    }
}

TEST_CASE_TEMPLATE("a move of one child goes with an edit of another root at the same time", B,
                   Sqlite, Postgres) {
  for (const Way& way : open_ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = open_boards(db, way);
    UnitOfWork work = store.begin(way.work());
    move(work, 1, 2);
    store.transact([](UnitOfWork& other) {
      other.get<Board>(3)->cards.push_back({30, "thirty", {}});
    });
    work.commit();
    CHECK(db.number("SELECT sum(version) FROM boards") == 6);
    CHECK(db.number("SELECT board_id FROM cards WHERE id = 10") == 2);
    CHECK(db.number("SELECT count(*) FROM remarks WHERE board_id = 2 AND card_id = 10") == 2);
  }
}

TEST_CASE_TEMPLATE("a child of a root that the unit does not hold is no move, and is refused", B,
                   Sqlite, Postgres) {
  for (const Way& way : ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = open_boards(db, way);
    Card copy;
    {
      UnitOfWork reader = store.begin();
      copy = reader.get<Board>(1)->cards.front();
    }
    UnitOfWork work = store.begin(way.work());
    rowan::Ref<Board> two = work.get<Board>(2);
    two->cards.push_back(copy);
    const auto error = thrown<ConstraintViolation>([&] { work.commit(); });
    CHECK(error.kind() == ConstraintViolation::Kind::unique);
    CHECK(std::string(error.what()).starts_with("cards (2, 10): "));
    CHECK(db.number("SELECT board_id FROM cards WHERE id = 10") == 1);
    CHECK(db.number("SELECT sum(version) FROM boards") == 3);
    work.rollback();
    std::erase_if(work.get<Board>(1)->cards, [](const Card& card) { return card.id == 10; });
    work.commit();  // now that it knows where the child was, it is a move
    CHECK(db.number("SELECT board_id FROM cards WHERE id = 10") == 2);
    CHECK(db.number("SELECT sum(version) FROM boards") == 5);
    CHECK(db.number("SELECT count(*) FROM remarks WHERE board_id = 2") == 2);
  }
}

TEST_CASE_TEMPLATE(
    "a child that is moved and gone meanwhile, past its root, is a conflict about it", B, Sqlite,
    Postgres) {
  for (const Way& way : open_ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = open_boards(db, way);
    UnitOfWork work = store.begin(way.work());
    auto& cards = work.get<Board>(1)->cards;
    work.get<Board>(2)->cards.push_back(cards.back());
    cards.pop_back();
    db.execute("DELETE FROM cards WHERE id = 11");
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    REQUIRE(error.conflicts().size() == 1);
    CHECK(error.conflicts().front().table == "cards");
    CHECK(error.conflicts().front().kind == Conflict::Kind::deleted);
    CHECK(error.conflicts().front().root_key == key_of({1}));
  }
}
