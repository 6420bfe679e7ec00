/// What errors, keys and types read like in a message.

#include <cmath>
#include <string>
#include <typeinfo>

#include <doctest/doctest.h>

#include <rowan/rowan.hpp>

using namespace rowan;
using namespace std::string_literals;
using Kind = Conflict::Kind;

namespace {

struct Order {};
struct Customer {};

Conflict conflict(Kind kind, std::int64_t expected, std::optional<std::int64_t> found) {
  const KeyValues key{Value(std::int64_t{42})};
  return {typeid(Order), "orders", key, "orders", key, Conflict::Operation::update,
          expected,      found,    kind};
}
Conflict child_conflict(Kind kind, std::int64_t expected, std::optional<std::int64_t> found) {
  Conflict out = conflict(kind, expected, found);
  out.table = "order_lines";
  out.key = {Value(std::int64_t{42}), Value(std::int64_t{1})};
  return out;
}
std::string what(std::vector<Conflict> conflicts, bool complete = true) {
  return StaleDataError(std::move(conflicts), complete, {}).what();
}

}  // namespace

TEST_CASE("a key reads like its values, several in parentheses") {
  const Uuid uuid = *Uuid::parse("00000000-0000-7000-8000-000000000001");
  const Timestamp time = std::chrono::sys_days{std::chrono::year{2024} / 2 / 29} +
                         std::chrono::hours(1) + std::chrono::microseconds(5);

  CHECK(to_string({Value(std::int64_t{42})}) == "42");
  CHECK(to_string({Value("BE"s), Value(std::int64_t{-7})}) == "('BE', -7)");
  CHECK(to_string({Value("it's"s)}) == "'it''s'");
  CHECK(to_string({Value(uuid)}) == "00000000-0000-7000-8000-000000000001");
  CHECK(to_string({Value(Decimal("1.50")), Value(true), Value(0.5), Value(Null{})}) ==
        "(1.50, true, 0.5, NULL)");
  CHECK(to_string({Value(time)}) == "2024-02-29 01:00:00.000005");
  CHECK(to_string({Value(Date{std::chrono::year{2024} / 2 / 29})}) == "2024-02-29");
  CHECK(to_string({Value(Bytes{std::byte{0}, std::byte{255}})}) == "x'00ff'");
}

TEST_CASE("cells are the same when they are equal, or both NaN") {
  CHECK(same_cell(Value(std::nan("")), Value(std::nan(""))));
  CHECK(same_cell(Value(Decimal("1.50")), Value(Decimal("1.5"))));
  CHECK(same_cell(Value(Null{}), Value(Null{})));
  CHECK_FALSE(same_cell(Value(std::nan("")), Value(1.0)));
  CHECK_FALSE(same_cell(Value(std::int64_t{1}), Value(1.0)));
  CHECK_FALSE(same_cell(Value(Null{}), Value(""s)));
}

TEST_CASE("types and kinds have names") {
  CHECK(to_string(ColumnType::integer) == "integer"s);
  CHECK(to_string(ColumnType::timestamp) == "timestamp"s);
  CHECK(to_string(Kind::ahead) == "ahead"s);
}

TEST_CASE("stale data says which aggregate is where, and where it was expected") {
  CHECK(what({conflict(Kind::changed, 2, 3)}) == "orders 42 is at version 3, expected 2");
  CHECK(what({conflict(Kind::deleted, 2, {})}) == "orders 42 was deleted, expected version 2");
  CHECK(what({conflict(Kind::missing, 2, {})}) == "orders 42 does not exist, expected version 2");
  CHECK(what({conflict(Kind::ahead, 5, 3)}) ==
        "orders 42 is at version 3, expected 5, which is ahead of the database");
  CHECK(what({conflict(Kind::changed, 2, 3), conflict(Kind::deleted, 1, {})}) ==
        "orders 42 is at version 3, expected 2; orders 42 was deleted, expected version 1");
}

TEST_CASE("stale data says which child of which root is concerned") {
  CHECK(what({child_conflict(Kind::deleted, 2, 2)}) ==
        "order_lines (42, 1) of orders 42 is gone, though orders 42 still is at version 2");
  CHECK(what({child_conflict(Kind::changed, 2, 3)}) ==
        "order_lines (42, 1) of orders 42 was changed, and orders 42 is at version 3, expected 2");
}

TEST_CASE("stale data that could not be looked into says so") {
  CHECK(what({conflict(Kind::changed, 2, {})}, false) ==
        "orders 42 is no longer at version 2 (whether others are stale too could not be found "
        "out)");
}

TEST_CASE("a conflict tells its class and its id") {
  const Conflict c = conflict(Kind::changed, 2, 3);

  CHECK(c.is<Order>());
  CHECK_FALSE(c.is<Customer>());
  CHECK(c.key_as<int>() == 42);
  CHECK_THROWS_AS((void)c.key_as<std::string>(), DataError);
}

TEST_CASE("lists of faults count them") {
  CHECK(MappingError({"a"}).what() == "the mapping has 1 fault:\n- a"s);
  CHECK(SchemaMismatch({"a", "b"}).what() ==
        "the tables differ from the mapping in 2 points:\n- a\n- b"s);
}

TEST_CASE("an error keeps what the database said out of its text") {
  const ConstraintViolation error(ConstraintViolation::Kind::unique, "u", "orders 42: not unique",
                                  {"INSERT", "23505", "Key (email)=(secret)"});

  CHECK(error.what() == "orders 42: not unique"s);
  CHECK(error.sql() == "INSERT");
  CHECK(error.code() == "23505");
  CHECK(error.database_message() == "Key (email)=(secret)");
  CHECK(error.constraint() == "u");
  CHECK_FALSE(error.retryable());
}
