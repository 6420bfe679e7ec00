/// Enums, typed ids and types of the user's own in a column.

#include "box.hpp"
#include "colour.hpp"
#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::DataError;
using rowan::Uuid;

namespace {

enum class Level : std::int8_t { low = -128, middle = 0, high = 127 };
enum class Size : std::uint64_t { small = 0, huge = 0x7fffffffffffffffU };
enum class Letter : char { a = 'a', z = 'z' };
enum class Switch : bool { off, on };

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
  check_survives<B, Letter>({Letter::a, Letter::z});
  check_survives<B, Switch>({Switch::off, Switch::on});
}

TEST_CASE_TEMPLATE("a character is kept as its number, and survives", B, Sqlite, Postgres) {
  check_survives<B, char>({'a', '\0', std::numeric_limits<char>::min()});
  check_survives<B, char8_t>({u8'a', 0xff});
  check_survives<B, char16_t>({u'a', 0xffff});
  check_survives<B, char32_t>({U'a', 0xffffffff});
}

TEST_CASE_TEMPLATE("a number beyond a character is a DataError", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Box<char16_t>>();
  db.execute("INSERT INTO boxes (id, version, value) VALUES (7, 1, 65536)");
  auto work = store.begin();
  CHECK_THROWS_WITH_AS((void)work.template get<Box<char16_t>>(7),
                       "boxes 7, column value: an integer beyond the member's range", DataError);
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
  CHECK(db.writes().empty());
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
  CHECK(db.writes().empty());
  ref->second = Colour::red;
  work.commit();
  CHECK(ref.version() == 2);
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

namespace {

/// Types that hold none by themselves: a struct of one member, and one with its own way to NULL.
struct Maybe {
  std::optional<std::int64_t> value;
  friend bool operator==(const Maybe&, const Maybe&) = default;
};
class Nickname {
 public:
  Nickname() = default;
  explicit Nickname(std::string text) : text_(std::move(text)) {}
  friend bool operator==(const Nickname&, const Nickname&) = default;
  friend std::optional<std::string> to_column(const Nickname& name) {
    return name.text_.empty() ? std::nullopt : std::optional(name.text_);
  }
  friend Nickname from_column(std::type_identity<Nickname>, std::optional<std::string> text) {
    return text ? Nickname(*text) : Nickname();
  }

 private:
  std::string text_;
};

struct Both {
  Maybe number;
  Nickname name;
  std::int64_t always = 0;
  friend bool operator==(const Both&, const Both&) = default;
};
rowan::ValueObject<Both> value_of(std::type_identity<Both>) {
  return rowan::value_object(rowan::part("number", &Both::number), rowan::part("name", &Both::name),
                             rowan::part("always", &Both::always));
}
struct Holder {
  std::int64_t id = 0;
  Both both;
};
rowan::Mapping<Holder, std::int64_t> mapping_of(std::type_identity<Holder>) {
  return rowan::aggregate("holders", rowan::key("id", &Holder::id), rowan::version("version"))
      .value("both_", &Holder::both);
}

}  // namespace

TEST_CASE_TEMPLATE("a type that holds none by itself has a column that may be NULL", B, Sqlite,
                   Postgres) {
  SUBCASE("a struct of one member") {
    Database<B> db;
    check_round_trip<Maybe>(db, {{std::nullopt}, {7}});
  }
  SUBCASE("a type of the user's own") {
    Database<B> db;
    check_round_trip<Nickname>(db, {Nickname(), Nickname("Ann")});
  }
  SUBCASE("parts of a value object") {
    Database<B> db;
    rowan::Store store = db.template open<Holder>();
    store_all(store, Holder{1, {}}, Holder{2, {{7}, Nickname("Ann"), 1}});
    CHECK(db.number("SELECT count(*) FROM holders WHERE both_number IS NULL AND both_name IS NULL "
                    "AND both_always = 0") == 1);
    auto work = store.begin();
    CHECK(work.template get<Holder>(1)->both == Both{});
    CHECK(work.template get<Holder>(2)->both == Both{{7}, Nickname("Ann"), 1});
  }
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
