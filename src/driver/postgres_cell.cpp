/// Values to PostgreSQL's text form, and back.

#include "postgres_cell.hpp"

#include <charconv>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "value_text.hpp"

namespace rowan::driver {
namespace {

template <class T>
std::string text_of(const T& value) {
  if constexpr (std::is_same_v<T, std::int64_t>) {
    return std::to_string(value);
  } else if constexpr (std::is_same_v<T, double>) {
    return double_text(value);
  } else if constexpr (std::is_same_v<T, Bytes>) {
    return bytea_text(value);
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    // With its offset, so that timestamptz is right in a session of any time zone; a column
    // without time zone leaves the offset out of account (PostgreSQL 15 manual 8.5.1.3).
    return timestamp_text(value) + "+00";
  } else if constexpr (std::is_same_v<T, Date>) {
    return date_text(value);
  } else {
    return value.to_string();
  }
}

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
    case ColumnType::timestamp: return maybe(parse_timestamp(text));
    case ColumnType::date: return maybe(parse_date(text));
    case ColumnType::uuid: return maybe(Uuid::parse(text));
    case ColumnType::decimal: return maybe(Decimal::parse(text));
  }
  return {};
}

}  // namespace

PostgresParams::PostgresParams(const std::vector<Value>& values) {
  pointers_.reserve(values.size());
  const auto add = [this](const auto& held) {
    using T = std::decay_t<decltype(held)>;
    if constexpr (std::is_same_v<T, Null>) {
      pointers_.push_back(nullptr);
    } else if constexpr (std::is_same_v<T, bool>) {
      pointers_.push_back(held ? "t" : "f");
    } else if constexpr (std::is_same_v<T, std::string>) {
      // libpq reads a text up to its first NUL, and would store the beginning.
      if (held.find('\0') != held.npos) throw std::out_of_range("PostgreSQL has no text with NUL");
      pointers_.push_back(held.c_str());
    } else {
      pointers_.push_back(texts_.emplace_back(text_of(held)).c_str());
    }
  };
  for (const Value& value : values) std::visit(add, static_cast<const Value::variant&>(value));
}

Value read_cell(std::string_view text, ColumnType type) {
  if (std::optional<Value> fits = parse(text, type)) return *std::move(fits);
  return std::string(text);
}

}  // namespace rowan::driver
