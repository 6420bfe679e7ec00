/// merging: how members are merged, as the mapping says it and the Shape keeps it.

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <rowan/errors.hpp>
#include <rowan/mapping.hpp>
#include <rowan/schema.hpp>

using namespace rowan;

namespace stock {

struct Money {
  std::int64_t cents = 0;
  std::string currency;
};
struct Row {
  int number = 0;
};
struct Item {
  std::int64_t id = 0;
  std::int64_t on_hand = 0;
  std::optional<int> ordered;
  Decimal weight;
  bool sold = false;
  std::string note;
  Money price;
  std::variant<Money, Row> kind;
  std::vector<Row> rows;
  std::vector<std::string> tags;
  std::optional<Row> label;
};

ValueObject<Money> value_of(std::type_identity<Money>) {
  return value_object(part("cents", &Money::cents), part("currency", &Money::currency));
}

Mapping<Item, std::int64_t> items() {
  return aggregate("items", key("id", &Item::id), unversioned)
      .column("on_hand", &Item::on_hand)
      .column("ordered", &Item::ordered)
      .column("weight", &Item::weight)
      .column("sold", &Item::sold)
      .column("note", &Item::note)
      .value("price_", &Item::price)
      .one_of("kind", &Item::kind, when("money", value_of(std::type_identity<Money>{})),
              when("row", value_object(part("row_number", &Row::number))))
      .children(&Item::rows, child("rows", parent("item_id"), key("number", &Row::number)))
      .children(
          &Item::tags,
          child<std::string>("tags", parent("item_id"), position("place")).column("tag", self))
      .children(&Item::label, child<Row>("labels", parent("item_id")).column("n", &Row::number));
}

}  // namespace stock

using namespace stock;

namespace {

using Strings = std::vector<std::string>;

template <class M>
Strings faults(const M& mapping) {
  try {
    (void)Schema::of(mapping);
  } catch (const MappingError& error) {
    return error.faults();
  }
  return {};
}

std::string longer(const std::string& base, const std::string& mine, const std::string& theirs) {
  if (base.empty()) throw std::invalid_argument("nothing to begin with");
  return mine.size() < theirs.size() ? theirs : mine;
}

}  // namespace

TEST_CASE("a member of which nothing is said clashes") {
  const auto mapping = items();

  for (const FieldRun& field : mapping.map().shape.fields) CHECK(field.merge == MergeRule::clash);
  for (const Shape& list : mapping.map().shape.children) CHECK(list.merge == MergeRule::clash);
}

TEST_CASE("each member has its rule, whatever it is mapped to") {
  const auto mapping = items()
                           .merging(&Item::on_hand, MergeRule::sum_of_deltas)
                           .merging(&Item::ordered, MergeRule::sum_of_deltas)
                           .merging(&Item::weight, MergeRule::sum_of_deltas)
                           .merging(&Item::sold, MergeRule::mine)
                           .merging(&Item::price, MergeRule::always_clash)
                           .merging(&Item::kind, MergeRule::theirs)
                           .merging(&Item::rows, MergeRule::set_union)
                           .merging(&Item::tags, MergeRule::set_union)
                           .merging(&Item::label, MergeRule::mine);

  const Shape& shape = mapping.map().shape;
  std::vector<MergeRule> fields;
  for (const FieldRun& field : shape.fields) fields.push_back(field.merge);
  CHECK(fields == std::vector<MergeRule>{MergeRule::clash, MergeRule::sum_of_deltas,
                                         MergeRule::sum_of_deltas, MergeRule::sum_of_deltas,
                                         MergeRule::mine, MergeRule::clash, MergeRule::always_clash,
                                         MergeRule::theirs});
  CHECK(shape.children[0].merge == MergeRule::set_union);
  CHECK(shape.children[1].merge == MergeRule::set_union);
  CHECK(shape.children[2].merge == MergeRule::mine);
  CHECK(faults(mapping) == Strings{});
}

TEST_CASE("a function merges a column") {
  const auto mapping = items().merging(&Item::note, longer);
  const FieldRun& note = mapping.map().shape.fields[5];
  const auto merged = [&note](const char* base, const char* mine, const char* theirs) {
    const Value cells[] = {std::string(base), std::string(mine), std::string(theirs)};
    Value out;
    (*note.merge_cells)({&cells[0], 1}, {&cells[1], 1}, {&cells[2], 1}, {&out, 1});
    return std::get<std::string>(out);
  };

  CHECK(note.merge == MergeRule::custom);
  CHECK(merged("a", "ab", "abc") == "abc");
  CHECK(merged("a", "abcd", "abc") == "abcd");
  CHECK_THROWS_WITH_AS((void)merged("", "a", "b"), "nothing to begin with", std::invalid_argument);
}

TEST_CASE("a function merges a value object as one, and holds what it captured") {
  const std::string currency = "EUR";
  const auto mapping = items().merging(
      &Item::price, [currency](const Money& base, const Money& mine, const Money& theirs) {
        return Money{mine.cents + theirs.cents - base.cents, currency};
      });
  const FieldRun& price = mapping.map().shape.fields[6];
  const std::vector<Value> base{std::int64_t{100}, std::string("USD")};
  const std::vector<Value> mine{std::int64_t{130}, std::string("USD")};
  const std::vector<Value> theirs{std::int64_t{90}, std::string("GBP")};
  std::vector<Value> merged(2);

  (*price.merge_cells)(base, mine, theirs, merged);

  CHECK(merged == std::vector<Value>{std::int64_t{120}, std::string("EUR")});
}

TEST_CASE("what is said last of a member counts") {
  const auto mapping = items().merging(&Item::note, longer).merging(&Item::note, MergeRule::mine);

  CHECK(mapping.map().shape.fields[5].merge == MergeRule::mine);
}

TEST_CASE("what is not mapped, or not yet, or to the key, is a fault") {
  const Strings fault{
      "items: merging(...) takes a member that is mapped before it and is no part of the key"};
  const auto empty = [] { return aggregate("items", key("id", &Item::id), unversioned); };

  CHECK(faults(empty().merging(&Item::id, MergeRule::mine)) == fault);
  CHECK(faults(empty().merging(&Item::note, MergeRule::mine)) == fault);
  CHECK(faults(empty().merging(&Item::rows, MergeRule::mine)) == fault);
  CHECK(faults(empty().merging(&Item::note, longer)) == fault);
  CHECK(faults(empty().merging(&Item::note, MergeRule::mine).column("note", &Item::note)) == fault);
}

TEST_CASE("a rule that does not suit its member is a fault") {
  const auto sum = [](auto member) {
    return faults(items().merging(member, MergeRule::sum_of_deltas));
  };
  CHECK(sum(&Item::sold) ==
        Strings{"items, column sold: sum_of_deltas merges one column of integers or decimals"});
  CHECK(sum(&Item::price) == Strings{"items, column price_cents: sum_of_deltas merges one column "
                                     "of integers or decimals"});
  CHECK(sum(&Item::kind) ==
        Strings{"items, column kind: sum_of_deltas merges one column of integers or decimals"});

  CHECK(faults(items().merging(&Item::on_hand, MergeRule::set_union)) ==
        Strings{"items, column on_hand: set_union merges lists"});
  CHECK(
      faults(items().merging(&Item::note, MergeRule::custom)) ==
      Strings{"items, column note: instead of MergeRule::custom, merging(...) takes the function"});
}

TEST_CASE("a rule of columns is a fault of a list") {
  const auto fault = [](const std::string& table) {
    return Strings{table +
                   ": what merges a list is clash, mine, theirs, always_clash or set_union"};
  };
  using Tags = std::vector<std::string>;
  CHECK(faults(items().merging(&Item::rows, MergeRule::sum_of_deltas)) == fault("rows"));
  CHECK(faults(items().merging(&Item::label, MergeRule::custom)) == fault("labels"));
  CHECK(faults(items().merging(&Item::tags, [](const Tags&, const Tags& mine, const Tags&) {
          return mine;
        })) == fault("tags"));
}
