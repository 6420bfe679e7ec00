/// Enums kept by name, wherever an enum can stand.

#include "colour.hpp"
#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::as_text;
using rowan::key;
using rowan::parent;
using rowan::part;
using rowan::position;
using rowan::where;

namespace {

struct Coat {
  Colour colour = Colour::red;
  std::optional<Colour> lining;
  std::int64_t layers = 0;
  friend bool operator==(const Coat&, const Coat&) = default;
};
rowan::ValueObject<Coat> value_of(std::type_identity<Coat>) {
  return rowan::value_object(part("colour", &Coat::colour, as_text),
                             part("lining", &Coat::lining, as_text), part("layers", &Coat::layers));
}
struct Pot {
  Colour colour = Colour::red;
  std::int64_t litres = 0;
};
struct Shade {
  Colour of = Colour::red;
  std::int64_t number = 0;
  std::int64_t version = 0;
  Coat coat;
  std::vector<Colour> mixed_from;
  std::vector<Colour> in_order;
  std::vector<Pot> pots;
  Colour like = Colour::red;
};
using ShadeId = std::tuple<Colour, std::int64_t>;
rowan::Mapping<Shade, ShadeId> mapping_of(std::type_identity<Shade>) {
  return rowan::aggregate("shades",
                          key(key("of_colour", &Shade::of, as_text), key("number", &Shade::number)),
                          rowan::version("version", &Shade::version))
      .value("coat_", &Shade::coat)
      .column("like_colour", &Shade::like, as_text, rowan::references("colours"))
      .children(&Shade::mixed_from,
                rowan::child<Colour>("mixed_from", parent("of_colour", "number"),
                                     key("colour", rowan::self, as_text)))
      .children(&Shade::in_order,
                rowan::child<Colour>("in_order", parent("of_colour", "number"), position("place"))
                    .column("colour", rowan::self, as_text))
      .children(&Shade::pots, rowan::child("pots", parent("of_colour", "number"),
                                           key("colour", &Pot::colour, as_text))
                                  .column("litres", &Pot::litres));
}

struct Flag {
  Colour colour = Colour::red;
  std::int64_t count = 0;
};
rowan::Mapping<Flag, Colour> mapping_of(std::type_identity<Flag>) {
  return rowan::aggregate("flags", key("colour", &Flag::colour, as_text), rowan::version("version"))
      .column("count", &Flag::count);
}

}  // namespace

TEST_CASE_TEMPLATE("an enum is kept by name in keys, parts of values and lists, and survives", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Shade>();
  store_all(store, Shade{Colour::green,
                         7,
                         0,
                         {Colour::blue, Colour::red, 2},
                         {Colour::red, Colour::blue},
                         {Colour::blue, Colour::blue},
                         {{Colour::green, 5}},
                         Colour::green});
  CHECK(db.text("SELECT of_colour FROM shades") == "green");
  CHECK(db.text("SELECT coat_lining FROM shades") == "red");
  CHECK(db.text("SELECT like_colour FROM shades") == "green");
  CHECK(db.number("SELECT count(*) FROM mixed_from WHERE colour = 'red'") == 1);
  CHECK(db.number("SELECT count(*) FROM in_order WHERE colour = 'it''s \"blue\"'") == 2);
  CHECK(db.number("SELECT count(*) FROM pots WHERE colour = 'green' AND of_colour = 'green'") == 1);

  auto work = store.begin();
  auto shade = work.template get<Shade>({Colour::green, 7});
  CHECK(shade.id() == ShadeId{Colour::green, 7});
  CHECK(shade->coat == Coat{Colour::blue, Colour::red, 2});
  CHECK(shade->mixed_from.size() == 2);
  CHECK(shade->in_order == std::vector{Colour::blue, Colour::blue});
  CHECK(shade->pots.at(0).colour == Colour::green);
  CHECK(shade->like == Colour::green);
  db.log->clear();
  work.commit();
  CHECK(db.writes().empty());

  shade->coat.lining.reset();
  shade->mixed_from = {Colour::green};
  work.commit();
  CHECK(shade->version == 2);
  CHECK(db.text("SELECT coat_lining FROM shades") == "NULL");
  CHECK(db.text("SELECT colour FROM mixed_from") == "green");
}

TEST_CASE_TEMPLATE("a root is found, named in a conflict and paged through by a key that is a name",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Flag>();
  store_all(store, Flag{Colour::red, 1}, Flag{Colour::green, 2});
  auto work = store.begin();
  auto red = work.template get<Flag>(Colour::red);
  CHECK(red.id() == Colour::red);
  CHECK(work.template find_all<Flag>(where("colour = ?", Colour::green)).size() == 1);
  CHECK(work.template find_all<Flag>(rowan::Query().after(Colour::green)).size() == 1);

  db.execute("UPDATE flags SET version = 2 WHERE colour = 'red'");
  red->count = 9;
  try {
    work.commit();
    FAIL("no conflict");
  } catch (const rowan::StaleDataError& stale) {
    REQUIRE(stale.conflicts().size() == 1);
    CHECK(stale.conflicts().front().key_as<Colour>() == Colour::red);
  }
}
