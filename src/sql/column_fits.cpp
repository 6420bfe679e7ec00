#include "column_fits.hpp"

#include <algorithm>
#include <initializer_list>
#include <limits>

namespace rowan::sql {
namespace {

enum class Affinity { integer, text, blob, real, numeric };

/// sqlite.org/datatype3.html, 3.1, in its order. `declared` is in upper case.
Affinity affinity(std::string_view declared) {
  const auto has = [&](std::string_view part) { return declared.find(part) != declared.npos; };
  if (has("INT")) return Affinity::integer;
  if (has("CHAR") || has("CLOB") || has("TEXT")) return Affinity::text;
  if (has("BLOB") || declared.empty()) return Affinity::blob;
  if (has("REAL") || has("FLOA") || has("DOUB")) return Affinity::real;
  return Affinity::numeric;
}

bool fits_sqlite(ColumnType mapped, std::string declared) {
  for (char& c : declared)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (declared.empty() || declared == "ANY") return true;  // keep what they are given
  const auto has = [&](std::string_view part) { return declared.find(part) != declared.npos; };
  const Affinity a = affinity(declared);
  const bool text = a == Affinity::text;
  // Numeric affinity leaves a text alone that does not look like a number, as those for these do;
  // any other text may ("2020" would become 2020, and "1.50" 1.5).
  const bool calendar = has("DATE") || has("TIME");
  switch (mapped) {
    case ColumnType::boolean:
    case ColumnType::integer: return a == Affinity::integer || a == Affinity::numeric;
    case ColumnType::real: return a == Affinity::real || a == Affinity::numeric;
    case ColumnType::text: return text;
    case ColumnType::blob: return a == Affinity::blob || has("BINARY");
    case ColumnType::timestamp:
    case ColumnType::date: return text || calendar;
    case ColumnType::uuid:
      return text || calendar || has("UUID") || has("GUID") || declared == "UNIQUEIDENTIFIER";
    case ColumnType::decimal: return text || a == Affinity::numeric;
  }
  return false;
}

bool fits_postgres(ColumnType mapped, const ColumnFacts& column) {
  const auto is = [&](std::initializer_list<std::string_view> types) {
    return std::find(types.begin(), types.end(), column.type) != types.end();
  };
  switch (mapped) {
    case ColumnType::boolean: return is({"boolean"});
    case ColumnType::integer: return is({"smallint", "integer", "bigint"});
    case ColumnType::real: return is({"real", "double precision"});
    case ColumnType::text: return column.textual || is({"json", "jsonb", "xml"});
    case ColumnType::blob: return is({"bytea"});
    case ColumnType::timestamp:
      return is({"timestamp with time zone", "timestamp without time zone"});
    case ColumnType::date: return is({"date", "timestamp without time zone"});
    case ColumnType::uuid: return is({"uuid"});
    case ColumnType::decimal: return is({"numeric"});
  }
  return false;
}

}  // namespace

std::int64_t largest_integer(std::string_view type) noexcept {
  if (type == "smallint") return std::numeric_limits<std::int16_t>::max();
  if (type == "integer") return std::numeric_limits<std::int32_t>::max();
  return std::numeric_limits<std::int64_t>::max();
}

bool fits(Backend backend, ColumnType mapped, const ColumnFacts& column) {
  return backend == Backend::sqlite ? fits_sqlite(mapped, column.type)
                                    : fits_postgres(mapped, column);
}

}  // namespace rowan::sql
