#include "postgres_array.hpp"

#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

#include "../mapping/calendar_text.hpp"
#include "postgres_bytes.hpp"
#include "postgres_calendar.hpp"
#include "postgres_cell.hpp"
#include "postgres_types.hpp"

namespace rowan::driver {
namespace {

constexpr auto array_types = std::to_array<std::pair<Oid, Oid>>({
    {oid::boolean, 1000},
    {oid::bytea, 1001},
    {oid::int2, 1005},
    {oid::int4, 1007},
    {oid::text, 1009},
    {oid::bpchar, 1014},
    {oid::varchar, 1015},
    {oid::int8, 1016},
    {oid::float4, 1021},
    {oid::float8, 1022},
    {oid::json, 199},
    {oid::timestamp, 1115},
    {oid::date, 1182},
    {oid::timestamptz, 1185},
    {oid::numeric, 1231},
    {oid::uuid, 2951},
    {oid::jsonb, 3807},
});

template <class Integer>
bool put_element(std::string& to, std::int64_t number) {
  if (!std::in_range<Integer>(number)) return false;  // for the server to refuse
  put_number(to, std::int32_t{sizeof(Integer)});
  put_number(to, static_cast<Integer>(number));
  return true;
}

void put_bytes(std::string& to, std::string_view bytes) {
  put_number(to, static_cast<std::int32_t>(bytes.size()));
  to += bytes;
}

bool put_element(std::string& to, Oid type, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    switch (type) {
      case oid::int8: return put_element<std::int64_t>(to, *number);
      case oid::int4: return put_element<std::int32_t>(to, *number);
      case oid::int2: return put_element<std::int16_t>(to, *number);
      default: return false;
    }
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (type != oid::text && type != oid::varchar) return false;
    refuse_nul(*text);
    put_bytes(to, *text);
    return true;
  }
  if (const auto* number = std::get_if<double>(&value)) {
    if (type != oid::float8) return false;
    put_number(to, std::int32_t{sizeof(double)});
    put_number(to, std::bit_cast<std::int64_t>(*number));
    return true;
  }
  if (const auto* truth = std::get_if<bool>(&value)) {
    if (type != oid::boolean) return false;
    put_number(to, std::int32_t{1});
    to += static_cast<char>(*truth ? 1 : 0);
    return true;
  }
  if (const auto* time = std::get_if<Timestamp>(&value)) {
    if ((type != oid::timestamptz && type != oid::timestamp) || !mapping::is_in_calendar(*time))
      return false;
    put_number(to, std::int32_t{sizeof(std::int64_t)});
    put_number(to, std::int64_t{(*time - postgres_epoch).count()});
    return true;
  }
  if (const auto* date = std::get_if<Date>(&value)) {
    if (type != oid::date || !mapping::is_in_calendar(*date)) return false;
    put_number(to, std::int32_t{sizeof(std::int32_t)});
    put_number(to,
               static_cast<std::int32_t>((std::chrono::sys_days(*date) - postgres_epoch).count()));
    return true;
  }
  if (const auto* bytes = std::get_if<Bytes>(&value)) {
    if (type != oid::bytea) return false;
    put_bytes(to, {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    return true;
  }
  if (const auto* uuid = std::get_if<Uuid>(&value)) {
    if (type != oid::uuid) return false;
    const auto& bytes = uuid->bytes();
    put_bytes(to, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    return true;
  }
  return false;
}

/// One dimension, from 1 on (src/backend/utils/adt/arrayfuncs.c, array_recv); empty where a value
/// has no such form.
std::string array_bytes(Oid element, const std::vector<const Value*>& values) {
  std::string out;
  out.reserve(20 + values.size() * 12);
  put_number(out, std::int32_t{1});
  put_number(out, std::int32_t{1});  // there may be NULLs
  put_number(out, static_cast<std::int32_t>(element));
  put_number(out, static_cast<std::int32_t>(values.size()));
  put_number(out, std::int32_t{1});
  for (const Value* value : values) {
    if (std::holds_alternative<Null>(*value))
      put_number(out, std::int32_t{-1});
    else if (!put_element(out, element, *value))
      return {};
  }
  return out;
}

}  // namespace

std::optional<Oid> array_type(Oid element) noexcept {
  for (const auto& [type, array] : array_types)
    if (type == element) return array;
  return {};
}

std::optional<Oid> element_type(Oid array) noexcept {
  for (const auto& [element, type] : array_types)
    if (type == array) return element;
  return {};
}

PostgresArray to_array(Oid element, const std::vector<const Value*>& values) {
  if (std::string bytes = array_bytes(element, values); !bytes.empty())
    return {std::move(bytes), 1};
  return {array_text(values), 0};
}

std::string array_text(const std::vector<const Value*>& values) {
  std::string out = "{";
  for (const Value* value : values) {
    if (out.size() > 1) out += ',';
    if (std::holds_alternative<Null>(*value)) {
      out += "NULL";
      continue;
    }
    out += '"';
    for (const char c : param_text(*value)) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out + '}';
}

}  // namespace rowan::driver
