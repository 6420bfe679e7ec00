#pragma once
/// Small classes, each for one thing that a mapping can say.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include <rowan/mapping.hpp>

namespace tour {

// [typed_id]
struct StockId {
  std::int64_t value = 0;  // a struct with one member needs no code
};
// [/typed_id]

// [codec]
class Email {
 public:
  explicit Email(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};
inline std::string to_column(const Email& email) {
  return email.text();
}
inline Email from_column(std::type_identity<Email>, std::string text) {
  return Email(std::move(text));
}
// [/codec]

// [enum_names]
enum class Mood { calm, cross };
constexpr auto enum_names(std::type_identity<Mood>) {
  return std::array{std::pair{Mood::calm, "calm"}, std::pair{Mood::cross, "cross"}};
}
// [/enum_names]

struct Person {
  rowan::Uuid id;
  std::string name;
  Email email{""};
  Mood mood = Mood::calm;
  std::optional<std::chrono::year_month_day> born;
  std::vector<std::string> nicknames;
};

// [person]
inline rowan::Mapping<Person, rowan::Uuid> mapping_of(std::type_identity<Person>) {
  using namespace rowan;
  return aggregate("people", key("id", &Person::id), version("version"))  // kept outside the class
      .column("name", &Person::name)
      .column("email", &Person::email)
      .column("mood", &Person::mood, as_text)
      .column("born", &Person::born)  // std::optional: may be NULL
      .children(&Person::nicknames,
                child<std::string>("nicknames", parent("person_id"), key("nickname", self)));
}
// [/person]

struct Stock {
  std::string warehouse;
  std::string sku;
  std::int64_t version = 0;
  rowan::Decimal price;
};

// [composite]
inline rowan::Mapping<Stock, std::tuple<std::string, std::string>> mapping_of(
    std::type_identity<Stock>) {
  using namespace rowan;
  return aggregate("stock", key("warehouse", &Stock::warehouse, "sku", &Stock::sku),
                   version("version", &Stock::version))
      .column("price", &Stock::price);
}
// [/composite]

struct Ticket {
  std::int64_t number = 0;
  std::string title;
};

// [generated]
inline rowan::Mapping<Ticket, std::int64_t> mapping_of(std::type_identity<Ticket>) {
  using namespace rowan;
  return aggregate("tickets", key("number", &Ticket::number, generated), version("version"))
      .column("title", &Ticket::title);
}
// [/generated]

struct Card {
  std::int64_t id = 0;
  std::string text;
};
struct Board {
  std::int64_t id = 0;
  std::vector<Card> cards;
};

// [moving_children]
inline rowan::Mapping<Board, std::int64_t> mapping_of(std::type_identity<Board>) {
  using namespace rowan;
  return aggregate("boards", key("id", &Board::id), version("version"))
      .children(&Board::cards, child("cards", parent("board_id"),
                                     key("id", &Card::id, unique_in_table), position("place"))
                                   .column("text", &Card::text));
}
// [/moving_children]

}  // namespace tour
