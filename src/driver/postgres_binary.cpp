#include "postgres_binary.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "postgres_bytes.hpp"
#include "postgres_calendar.hpp"
#include "postgres_cell.hpp"
#include "postgres_numeric.hpp"
#include "postgres_types.hpp"

namespace rowan::driver {
namespace {

Value integer(std::int64_t number, ColumnType as) {
  return as == ColumnType::integer ? Value(number) : read_cell(std::to_string(number), as);
}

/// NaNs are all one, as they are in text.
Value real(std::string_view bytes) {
  const auto number = std::bit_cast<double>(number_of<std::int64_t>(bytes));
  return std::isnan(number) ? std::numeric_limits<double>::quiet_NaN() : number;
}

Value numeric(std::string_view bytes, ColumnType as) {
  if (as == ColumnType::decimal)
    if (const auto number = short_numeric(bytes)) return *number;
  return read_cell(numeric_text(bytes), as);
}

Value uuid(std::string_view bytes, ColumnType as) {
  Uuid::Bytes out{};
  std::transform(bytes.begin(), bytes.begin() + std::ssize(out), out.begin(),
                 [](char byte) { return static_cast<std::byte>(byte); });
  const Uuid id(out);
  return as == ColumnType::uuid ? Value(id) : read_cell(id.to_string(), as);
}

Value blob(std::string_view bytes) {
  const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
  return Bytes(first, first + bytes.size());
}

}  // namespace

bool is_read_binary(Oid type, ColumnType as) noexcept {
  switch (type) {
    // The text of these is the same in every session, and we can spell it.
    case oid::boolean:
    case oid::int2:
    case oid::int4:
    case oid::int8:
    case oid::numeric:
    case oid::uuid:
    // These are texts in their binary form too.
    case oid::text:
    case oid::varchar:
    case oid::bpchar:
    case oid::name:
    case oid::json: return true;
    // Settings say how the text of these is: extra_float_digits, bytea_output, DateStyle. Not so
    // real: its shortest text is not the text of the double that it is.
    case oid::float8: return as == ColumnType::real;
    case oid::bytea: return as == ColumnType::blob;
    case oid::timestamp:
    case oid::timestamptz: return as == ColumnType::timestamp;
    case oid::date: return as == ColumnType::date;
    default: return false;
  }
}

Value read_binary(std::string_view bytes, Oid type, ColumnType as) {
  switch (type) {
    case oid::int2: return integer(number_of<std::int16_t>(bytes), as);
    case oid::int4: return integer(number_of<std::int32_t>(bytes), as);
    case oid::int8: return integer(number_of<std::int64_t>(bytes), as);
    case oid::float8: return real(bytes);
    case oid::boolean: {
      const bool truth = bytes.front() != 0;
      return as == ColumnType::boolean ? Value(truth) : read_cell(truth ? "t" : "f", as);
    }
    case oid::numeric: return numeric(bytes, as);
    case oid::uuid: return uuid(bytes, as);
    case oid::bytea: return blob(bytes);
    case oid::timestamp: return timestamp_of(number_of<std::int64_t>(bytes), Zone::none);
    case oid::timestamptz: return timestamp_of(number_of<std::int64_t>(bytes), Zone::utc);
    case oid::date: return date_of(number_of<std::int32_t>(bytes));
    default: return as == ColumnType::text ? Value(std::string(bytes)) : read_cell(bytes, as);
  }
}

}  // namespace rowan::driver
