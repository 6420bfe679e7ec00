#include "check_values.hpp"

#include <chrono>
#include <cmath>
#include <string_view>

#include <rowan/errors.hpp>

#include "../mapping/row_key.hpp"

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

/// RFC 3629, section 4: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto at = [&](std::size_t k) {
      return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U;
    };
    const unsigned first = at(0);
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xC2 ? 0
                               : first < 0xE0 ? 2
                               : first < 0xF0 ? 3
                               : first < 0xF5 ? 4
                                              : 0;
    if (length == 0) return false;
    for (std::size_t k = 1; k < length; ++k)
      if ((at(k) & 0xC0U) != 0x80) return false;
    if (first == 0xE0 && at(1) < 0xA0) return false;
    if (first == 0xED && at(1) > 0x9F) return false;
    if (first == 0xF0 && at(1) < 0x90) return false;
    if (first == 0xF4 && at(1) > 0x8F) return false;
    i += length;
  }
  return true;
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
  return text && !is_utf8(*text) ? "a text that is not UTF-8, which PostgreSQL does not keep"
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
