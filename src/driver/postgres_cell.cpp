/// Values to PostgreSQL's text form, and back.

#include "postgres_cell.hpp"

#include <charconv>
#include <optional>
#include <stdexcept>
#include <utility>

#include "../mapping/calendar_text.hpp"
#include "postgres_array.hpp"
#include "value_text.hpp"

namespace rowan::driver {
namespace {

struct Spell {
  std::string operator()(Null) const { return "NULL"; }
  std::string operator()(bool truth) const { return truth ? "t" : "f"; }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(double number) const { return double_text(number); }
  std::string operator()(const std::string& text) const {
    refuse_nul(text);
    return text;
  }
  std::string operator()(const Bytes& bytes) const { return bytea_text(bytes); }
  // With its offset, so that timestamptz is right in a session of any time zone; a column without
  // time zone leaves the offset out of account (PostgreSQL 15 manual 8.5.1.3).
  std::string operator()(Timestamp time) const { return mapping::timestamp_text(time) + "+00"; }
  std::string operator()(Date date) const { return mapping::date_text(date); }
  std::string operator()(const Uuid& uuid) const { return uuid.to_string(); }
  std::string operator()(const Decimal& number) const { return number.to_string(); }
};

std::optional<Value> parse_boolean(std::string_view text) {
  if (text == "t" || text == "1") return Value(true);
  if (text == "f" || text == "0") return Value(false);
  return {};
}

std::optional<Value> parse_integer(std::string_view text) {
  // A numeric without fraction is a whole number, however many zeros stand behind its point.
  if (const auto point = text.find('.'); point != text.npos) {
    if (text.find_first_not_of('0', point + 1) != text.npos) return {};
    text = text.substr(0, point);
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return Value(number);
}

template <class T>
std::optional<Value> maybe(std::optional<T> parsed) {
  if (!parsed) return {};
  return Value(*std::move(parsed));
}

std::optional<Value> parse(std::string_view text, ColumnType type) {
  switch (type) {
    case ColumnType::boolean: return parse_boolean(text);
    case ColumnType::integer: return parse_integer(text);
    case ColumnType::real: return maybe(parse_double(text));
    case ColumnType::text: return Value(std::string(text));
    case ColumnType::blob: return maybe(parse_bytea(text));
    case ColumnType::timestamp: return maybe(mapping::parse_timestamp(text));
    case ColumnType::date: return maybe(mapping::parse_date(text));
    case ColumnType::uuid: return maybe(Uuid::parse(text));
    case ColumnType::decimal: return maybe(Decimal::parse(text));
  }
  return {};
}

}  // namespace

PostgresParams::PostgresParams(const Statement& statement, const std::vector<Oid>* types) {
  wire_.values.reserve(statement.params.size());
  for (const Value& value : statement.params) add(value);
  for (const std::vector<Value>& array : statement.arrays) {
    const std::size_t place = wire_.values.size();
    add(array, types != nullptr && place < types->size() ? (*types)[place] : 0);
  }
}

void PostgresParams::add(const std::vector<Value>& array, Oid type) {
  std::vector<const Value*> values;
  values.reserve(array.size());
  for (const Value& value : array) values.push_back(&value);
  const std::optional<Oid> element = element_type(type);
  PostgresArray made = element ? to_array(*element, values) : PostgresArray{array_text(values), 0};
  wire_.lengths.resize(wire_.values.size());  // which text does not need
  wire_.formats.resize(wire_.values.size());
  wire_.lengths.push_back(static_cast<int>(made.bytes.size()));
  wire_.formats.push_back(made.format);
  wire_.values.push_back(texts_.emplace_back(std::move(made.bytes)).c_str());
}

void PostgresParams::add(const Value& value) {
  if (std::holds_alternative<Null>(value)) {
    wire_.values.push_back(nullptr);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    refuse_nul(*text);
    wire_.values.push_back(text->c_str());
  } else {
    wire_.values.push_back(texts_.emplace_back(param_text(value)).c_str());
  }
}

std::string param_text(const Value& value) {
  return std::visit(Spell{}, static_cast<const Value::variant&>(value));
}

void refuse_nul(std::string_view text) {
  if (text.find('\0') != text.npos) throw std::out_of_range("PostgreSQL has no text with NUL");
}

Value read_cell(std::string_view text, ColumnType type) {
  if (std::optional<Value> fits = parse(text, type)) return *std::move(fits);
  return std::string(text);
}

}  // namespace rowan::driver
