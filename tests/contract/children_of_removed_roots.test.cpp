/// Children that leave a root which is removed in the same commit, and what is removed with it.

#include <optional>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::StaleDataError;

namespace {

/// Told apart in the whole table, with columns that nothing refers to.
struct Card {
  std::int64_t id = 0;
  std::optional<std::int64_t> points;
  std::string title;
  std::vector<Note> notes;
};
struct Board {
  std::int64_t id = 0;
  std::vector<Card> cards;
};
rowan::Mapping<Board, std::int64_t> mapping_of(std::type_identity<Board>) {
  using rowan::key, rowan::parent;
  return rowan::aggregate("boards", key("id", &Board::id), rowan::version("version"))
      .children(
          &Board::cards,
          rowan::child("cards", parent("board_id"), key("id", &Card::id, rowan::unique_in_table))
              .column("points", &Card::points)
              .column("title", &Card::title)
              .children(&Card::notes,
                        rowan::child<Note>("card_notes", parent("board_id", "card_id"),
                                           rowan::position("pos"))
                            .column("text", &Note::text)));
}

constexpr std::int64_t many = 60;

Board board(std::int64_t id) {
  Board out{id, {}};
  for (std::int64_t n = 1; n <= many; ++n)
    out.cards.push_back({100 * id + n,
                         n,
                         "a title that is too long to lie within the object",
                         {{"note " + std::to_string(n)}}});
  return out;
}

/// Children of numbers, in a table that takes others as well.
struct Item {
  std::int64_t number = 0;
  std::string what;
};
struct Bin {
  std::int64_t id = 0;
  std::vector<Item> items;
};
rowan::Mapping<Bin, std::int64_t> mapping_of(std::type_identity<Bin>) {
  return rowan::aggregate("bins", rowan::key("id", &Bin::id), rowan::version("version"))
      .children(&Bin::items,
                rowan::child("items", rowan::parent("bin_id"), rowan::key("number", &Item::number))
                    .column("what", &Item::what));
}

}  // namespace

TEST_CASE_TEMPLATE("children that leave a removed root are written as they are now", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Board>();
  store_all(store, board(1), board(2));
  auto work = store.begin();
  auto from = work.get<Board>(1);
  auto to = work.get<Board>(2);
  for (Card card : from->cards) {
    if (card.id % 3 == 0) card.points = std::nullopt;
    if (card.id % 3 == 1) card.points = 1000 + card.id;
    if (card.id % 2 == 0) card.title = "short";
    if (card.id % 5 == 0) card.notes.clear();
    to->cards.push_back(std::move(card));
  }
  work.remove(from);
  work.commit();

  auto other = store.begin();
  CHECK_FALSE(other.find<Board>(1));
  const auto stored = other.get<Board>(2);
  REQUIRE(stored->cards.size() == 2 * many);
  for (const Card& card : stored->cards) {
    if (card.id > 200) continue;
    const std::int64_t n = card.id - 100;
    CAPTURE(n);
    CHECK(card.points == (card.id % 3 == 0   ? std::nullopt
                          : card.id % 3 == 1 ? std::optional<std::int64_t>(1000 + card.id)
                                             : n));
    CHECK((card.title == "short") == (card.id % 2 == 0));
    CHECK(card.notes.size() == (card.id % 5 == 0 ? 0U : 1U));
  }
}

TEST_CASE("many rows are not removed with one that stands between them: SQLite only") {
  Database<Sqlite> db;
  db.execute("CREATE TABLE bins (id INTEGER PRIMARY KEY, version INTEGER NOT NULL)");
  db.execute(
      "CREATE TABLE items (bin_id INTEGER, number INTEGER, what TEXT NOT NULL, "
      "PRIMARY KEY (bin_id, number))");
  rowan::Store store = db.open(rowan::Schema::of<Bin>());
  Bin bin{1, {}};
  for (std::int64_t n = 1; n <= many; ++n) bin.items.push_back({n, "x"});
  store_all(store, std::move(bin));
  auto work = store.begin();
  auto ref = work.get<Bin>(1);
  db.execute("UPDATE items SET number = 2.5 WHERE number = 2");  // past the root
  ref->items.clear();
  const auto stale = thrown<StaleDataError>([&] { work.commit(); });
  CHECK(stale.conflicts().front().key == key_of({1, 2}));
  CHECK(db.number("SELECT count(*) FROM items") == many);
}
