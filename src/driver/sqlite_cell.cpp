/// Values to SQLite's five storage classes, and back.

#include "sqlite_cell.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <sqlite3.h>

#include "../mapping/calendar_text.hpp"
#include "value_text.hpp"

namespace rowan::driver {
namespace {

int bind_text(sqlite3_stmt* statement, int position, std::string_view text,
              sqlite3_destructor_type lifetime) {
  return sqlite3_bind_text64(statement, position, text.data(), text.size(), lifetime, SQLITE_UTF8);
}

int bind_blob(sqlite3_stmt* statement, int position, const Bytes& bytes) {
  // A blob without bytes has no address, and a null address is bound as NULL:
  // https://www.sqlite.org/c3ref/bind_blob.html.
  if (bytes.empty()) return sqlite3_bind_zeroblob(statement, position, 0);
  return sqlite3_bind_blob64(statement, position, bytes.data(), bytes.size(), SQLITE_STATIC);
}

int bind_double(sqlite3_stmt* statement, int position, double number) {
  // SQLite stores a NaN as NULL: https://www.sqlite.org/floatingpoint.html.
  if (std::isnan(number)) throw std::out_of_range("SQLite has no NaN");
  return sqlite3_bind_double(statement, position, number);
}

std::string_view text_of(sqlite3_value* cell) {
  const auto* data = reinterpret_cast<const char*>(sqlite3_value_text(cell));
  // A text of no length may have no address either.
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_value_bytes(cell))};
}

Bytes blob_of(sqlite3_value* cell) {
  const auto* data = static_cast<const std::byte*>(sqlite3_value_blob(cell));
  if (data == nullptr) return {};
  return {data, data + sqlite3_value_bytes(cell)};
}

std::optional<Value> from_integer(std::int64_t number, ColumnType type) {
  switch (type) {
    case ColumnType::boolean:
      if (number == 0 || number == 1) return Value(number == 1);
      return {};
    case ColumnType::real: {
      // A NUMERIC column keeps a double that is whole as INTEGER, up to 2^63
      // (https://www.sqlite.org/datatype3.html, 3); an integer that no double was is somebody
      // else's, and would be changed.
      const auto same = static_cast<double>(number);
      if (same >= 0x1p63 || static_cast<std::int64_t>(same) != number) return {};
      return Value(same);
    }
    case ColumnType::decimal: return Value(Decimal(number));
    default: return {};
  }
}

/// Whether SQLite itself makes this double of these digits. It goes by way of a long double
/// (sqlite3AtoF of 3.40), so that of one in some thousand it is not the nearest: 56323.595526178.
bool is_made_of(sqlite3* database, std::string_view digits, double number) {
  sqlite3_stmt* made = nullptr;
  if (sqlite3_prepare_v2(database, "SELECT CAST(? AS REAL)", -1, &made, nullptr) != SQLITE_OK)
    return false;
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> cast(made, &sqlite3_finalize);
  return bind_text(made, 1, digits, SQLITE_STATIC) == SQLITE_OK &&
         sqlite3_step(made) == SQLITE_ROW && sqlite3_column_double(made, 0) == number;
}

std::optional<Value> from_real(sqlite3* database, double number, ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      if (number >= -0x1p63 && number < 0x1p63 && std::trunc(number) == number)
        return Value(static_cast<std::int64_t>(number));
      return {};
    case ColumnType::decimal: {
      // A NUMERIC column of SQLite is a double, and each decimal of up to 15 digits has one of its
      // own: https://www.sqlite.org/floatingpoint.html.
      std::array<char, 40> text;
      const char* end = std::to_chars(text.data(), text.data() + text.size(), number,
                                      std::chars_format::general, 15)
                            .ptr;
      const std::string_view digits(text.data(), static_cast<std::size_t>(end - text.data()));
      if (parse_double(digits) != number && !is_made_of(database, digits, number)) return {};
      const std::optional<Decimal> decimal = Decimal::parse(digits);
      return decimal ? std::optional<Value>(*decimal) : std::nullopt;
    }
    default: return {};
  }
}

template <class T>
std::optional<Value> maybe(const std::optional<T>& parsed) {
  return parsed ? std::optional<Value>(*parsed) : std::nullopt;
}

std::optional<Value> from_text(std::string_view text, ColumnType type) {
  switch (type) {
    case ColumnType::timestamp: return maybe(mapping::parse_timestamp(text));
    case ColumnType::date: return maybe(mapping::parse_date(text));
    case ColumnType::uuid: return maybe(Uuid::parse(text));
    case ColumnType::decimal: return maybe(Decimal::parse(text));
    default: return {};
  }
}

Value from_blob(Bytes bytes, ColumnType type) {
  Uuid::Bytes uuid;
  if (type != ColumnType::uuid || bytes.size() != uuid.size()) return bytes;
  std::memcpy(uuid.data(), bytes.data(), uuid.size());
  return Uuid(uuid);
}

}  // namespace

Value fit(std::int64_t number, ColumnType type) {
  if (type == ColumnType::integer) return number;
  return from_integer(number, type).value_or(number);
}

Value fit(sqlite3* database, double number, ColumnType type) {
  if (type == ColumnType::real) return number;
  return from_real(database, number, type).value_or(number);
}

Value fit(std::string text, ColumnType type) {
  if (type == ColumnType::text) return text;
  if (std::optional<Value> fits = from_text(text, type)) return *std::move(fits);
  return text;
}

Value fit(Bytes bytes, ColumnType type) {
  return from_blob(std::move(bytes), type);
}

int bind_value(sqlite3_stmt* statement, int position, const Value& value) {
  const auto bind = [&](const auto& held) {
    using T = std::decay_t<decltype(held)>;
    if constexpr (std::is_same_v<T, Null>) {
      return sqlite3_bind_null(statement, position);
    } else if constexpr (std::is_same_v<T, bool>) {
      return sqlite3_bind_int(statement, position, held ? 1 : 0);
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
      return sqlite3_bind_int64(statement, position, held);
    } else if constexpr (std::is_same_v<T, double>) {
      return bind_double(statement, position, held);
    } else if constexpr (std::is_same_v<T, std::string>) {
      return bind_text(statement, position, held, SQLITE_STATIC);
    } else if constexpr (std::is_same_v<T, Bytes>) {
      return bind_blob(statement, position, held);
    } else if constexpr (std::is_same_v<T, Timestamp>) {
      return bind_text(statement, position, mapping::timestamp_text(held), SQLITE_TRANSIENT);
    } else if constexpr (std::is_same_v<T, Date>) {
      return bind_text(statement, position, mapping::date_text(held), SQLITE_TRANSIENT);
    } else {
      return bind_text(statement, position, held.to_string(), SQLITE_TRANSIENT);
    }
  };
  return std::visit(bind, static_cast<const Value::variant&>(value));
}

Value read_cell(sqlite3_stmt* statement, int column, ColumnType type) {
  // Found once: each sqlite3_column_* would look for it anew, under the mutex. Nobody else is on
  // the connection, as sqlite3_value_* asks of such a value
  // (https://www.sqlite.org/c3ref/value.html).
  sqlite3_value* cell = sqlite3_column_value(statement, column);
  switch (sqlite3_value_type(cell)) {
    case SQLITE_INTEGER: return fit(sqlite3_value_int64(cell), type);
    case SQLITE_FLOAT: return fit(sqlite3_db_handle(statement), sqlite3_value_double(cell), type);
    case SQLITE_TEXT: return fit(std::string(text_of(cell)), type);
    case SQLITE_BLOB: return fit(blob_of(cell), type);
    default: return Null{};
  }
}

}  // namespace rowan::driver
