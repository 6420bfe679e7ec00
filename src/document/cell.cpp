#include "cell.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include <rowan/errors.hpp>

#include "../mapping/calendar_text.hpp"
#include "../mapping/utf8.hpp"
#include "base64.hpp"

namespace rowan::document {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json spelled(std::int64_t number) {
  if (number < -largest_number || number > largest_number) return std::to_string(number);
  return number;
}

ordered_json spelled(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  return number;
}

/// RFC 3339; none where the calendar of four digits ends.
std::optional<std::string> spelled(Timestamp time) {
  if (!mapping::is_in_calendar(time)) return std::nullopt;
  std::string text = mapping::timestamp_text(time);
  text[10] = 'T';
  return text + 'Z';
}

std::optional<ordered_json> written(ColumnType type, const Value& cell) {
  const auto maybe = [](const auto& text) {
    return text ? std::optional<ordered_json>(*text) : std::nullopt;
  };
  switch (type) {
    case ColumnType::boolean: return maybe(std::get_if<bool>(&cell));
    case ColumnType::integer:
      if (const auto* number = std::get_if<std::int64_t>(&cell)) return spelled(*number);
      break;
    case ColumnType::real:
      if (const auto* number = std::get_if<double>(&cell)) return spelled(*number);
      break;
    case ColumnType::text:
      if (const auto* text = std::get_if<std::string>(&cell); text && mapping::is_utf8(*text))
        return *text;
      break;
    case ColumnType::blob:
      if (const auto* bytes = std::get_if<Bytes>(&cell)) return to_base64(*bytes);
      break;
    case ColumnType::timestamp:
      if (const auto* time = std::get_if<Timestamp>(&cell)) return maybe(spelled(*time));
      break;
    case ColumnType::date:
      if (const auto* date = std::get_if<Date>(&cell); date && mapping::is_in_calendar(*date))
        return mapping::date_text(*date);
      break;
    case ColumnType::uuid:
      if (const auto* uuid = std::get_if<Uuid>(&cell)) return uuid->to_string();
      break;
    case ColumnType::decimal:
      if (const auto* number = std::get_if<Decimal>(&cell)) return number->to_string();
      break;
  }
  return std::nullopt;
}

std::optional<Value> read_integer(const json& from) {
  std::int64_t number = 0;
  if (from.is_number_unsigned()) {
    const auto whole = from.get<std::uint64_t>();
    if (whole > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) return std::nullopt;
    number = static_cast<std::int64_t>(whole);
  } else if (from.is_number_integer()) {
    number = from.get<std::int64_t>();
  } else if (from.is_string()) {
    const auto& text = from.get_ref<const std::string&>();
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end) return std::nullopt;
  } else {
    return std::nullopt;
  }
  return number;
}

std::optional<Value> read_real(const json& from) {
  using Double = std::numeric_limits<double>;
  if (from.is_number()) return from.get<double>();
  if (from == "NaN") return Double::quiet_NaN();
  if (from == "Infinity") return Double::infinity();
  if (from == "-Infinity") return -Double::infinity();
  return std::nullopt;
}

/// What other readers of RFC 3339 take, too: a "T", seconds, and an offset that is not left out.
bool is_rfc3339(std::string_view text) {
  if (text.size() < 20 || text[10] != 'T' || text[16] != ':') return false;
  if (text.ends_with('Z')) return true;
  const std::string_view offset = text.substr(text.size() - 6);
  return (offset[0] == '+' || offset[0] == '-') && offset[3] == ':';
}

std::optional<Value> read_text(ColumnType type, const std::string& text) {
  const auto maybe = [](const auto& parsed) {
    return parsed ? std::optional<Value>(*parsed) : std::nullopt;
  };
  switch (type) {
    case ColumnType::text: return text;
    case ColumnType::blob: return maybe(from_base64(text));
    case ColumnType::timestamp:
      return is_rfc3339(text) ? maybe(mapping::parse_timestamp(text)) : std::nullopt;
    case ColumnType::date:
      return text.size() == 10 ? maybe(mapping::parse_date(text)) : std::nullopt;
    case ColumnType::uuid: return maybe(Uuid::parse(text));
    case ColumnType::decimal:
      return text.find_first_of("+eE") == text.npos ? maybe(Decimal::parse(text)) : std::nullopt;
    default: return std::nullopt;
  }
}

std::optional<Value> read(ColumnType type, const json& from) {
  switch (type) {
    case ColumnType::boolean:
      return from.is_boolean() ? std::optional<Value>(from.get<bool>()) : std::nullopt;
    case ColumnType::integer: return read_integer(from);
    case ColumnType::real: return read_real(from);
    default:
      return from.is_string() ? read_text(type, from.get_ref<const std::string&>()) : std::nullopt;
  }
}

const char* expected_of(ColumnType type) {
  switch (type) {
    case ColumnType::boolean: return "true or false";
    case ColumnType::integer: return "an integer of 64 bits";
    case ColumnType::real: return "a number";
    case ColumnType::text: return "a text in UTF-8";
    case ColumnType::blob: return "bytes in base64";
    case ColumnType::timestamp:
      return "a time like 2026-01-31T10:00:00Z, of the years 0001 to 9999";
    case ColumnType::date: return "a date like 2026-01-31, of the years 0001 to 9999";
    case ColumnType::uuid: return "a UUID";
    case ColumnType::decimal: return "a decimal of at most 38 digits, in a string";
  }
  return "";
}

}  // namespace

std::string expected_of(const Column& column) {
  return std::string(expected_of(column.type)) + (column.nullable ? ", or null" : "");
}

ordered_json to_json(const Column& column, const Value& cell, const Path& at) {
  if (column.nullable && std::holds_alternative<Null>(cell)) return nullptr;
  if (auto out = written(column.type, cell)) return *std::move(out);
  throw DocumentError(at.pointer(), expected_of(column));
}

Value from_json(const Column& column, const json& json, const Path& at) {
  if (column.nullable && json.is_null()) return Null{};
  if (auto out = read(column.type, json)) return *std::move(out);
  throw DocumentError(at.pointer(), expected_of(column));
}

}  // namespace rowan::document
