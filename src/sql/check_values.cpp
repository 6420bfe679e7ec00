#include "check_values.hpp"

#include <chrono>
#include <cmath>

#include <rowan/errors.hpp>

#include "../mapping/row_key.hpp"
#include "../mapping/utf8.hpp"

namespace rowan::sql {
namespace {

[[noreturn]] void refuse(const Shape& shape, const KeyValues& key, const std::string& column,
                         const char* why) {
  throw DataError(mapping::place(shape.table, key) + ", column " + column + ": " + why);
}

/// Whether both databases have a text for it, of four digits for the year.
bool is_in_range(Timestamp time) {
  using namespace std::chrono;
  return time >= sys_days{year{1} / January / 1} && time < sys_days{year{10000} / January / 1};
}
bool is_in_range(Date date) {
  return date.year() >= std::chrono::year{1} && date.year() <= std::chrono::year{9999};
}

}  // namespace

bool holds_nul(const Value& value) noexcept {
  const auto* text = std::get_if<std::string>(&value);
  return text && text->find('\0') != std::string::npos;
}

namespace {

/// Why PostgreSQL would not keep it; null: it would.
const char* fault_of_text(const Value& value) {
  if (holds_nul(value)) return "PostgreSQL keeps no text with a NUL in it";
  const auto* text = std::get_if<std::string>(&value);
  return text && !mapping::is_utf8(*text)
             ? "a text that is not UTF-8, which PostgreSQL does not keep"
             : nullptr;
}

/// Why the database would not keep it; null: it would.
const char* fault_of(Backend backend, const Value& value) {
  if (const auto* time = std::get_if<Timestamp>(&value); time && !is_in_range(*time))
    return "an instant outside the years 1 to 9999";
  if (const auto* date = std::get_if<Date>(&value); date && !is_in_range(*date))
    return "a date outside the years 1 to 9999";
  if (backend == Backend::postgres) return fault_of_text(value);
  const auto* number = std::get_if<double>(&value);
  return number && std::isnan(*number) ? "SQLite keeps no NaN: it makes it NULL" : nullptr;
}

}  // namespace

void check_values(Backend backend, const change::RowChange& row) {
  const Shape& shape = *row.shape;
  for (std::size_t i = 0; i < row.key.size(); ++i)
    if (const char* fault = fault_of(backend, row.key[i]))
      refuse(shape, row.key, shape.key_columns()[i], fault);
  for (const std::size_t c : row.columns)
    if (const char* fault = fault_of(backend, row.after->row[c]))
      refuse(shape, row.key, shape.columns[c].name, fault);
}

void check_key(Backend backend, const Shape& root, const KeyValues& key) {
  for (std::size_t i = 0; i < key.size(); ++i) {
    const std::string& column = root.columns[i].name;
    if (const char* fault = fault_of(backend, key[i])) refuse(root, key, column, fault);
  }
}

}  // namespace rowan::sql
