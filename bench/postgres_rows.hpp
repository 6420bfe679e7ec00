#pragma once
/// Rows of PostgreSQL's as orders and lines.

#include "order_data.hpp"
#include "postgres_binary.hpp"

namespace bench {

constexpr const char* begin_reading = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// id, customer, status, note, version
inline void read_root(const PGresult* rows, int row, Order& order) {
  order.id = integer(rows, row, 0);
  order.customer = text(rows, row, 1);
  order.status = static_cast<int>(integer(rows, row, 2));
  if (PQgetisnull(rows, row, 3) == 0) order.note = text(rows, row, 3);
  order.version = integer(rows, row, 4);
}

/// line_no, sku, qty, price
inline Line read_line(const PGresult* rows, int row, int first = 0) {
  return {static_cast<int>(integer(rows, row, first)), text(rows, row, first + 1),
          static_cast<int>(integer(rows, row, first + 2)), real(rows, row, first + 3)};
}

/// Of one order.
inline void read_lines(const PGresult* rows, Order& order) {
  order.lines.reserve(lines_per_order);
  for (int row = 0; row < PQntuples(rows); ++row) order.lines.push_back(read_line(rows, row));
}

}  // namespace bench
