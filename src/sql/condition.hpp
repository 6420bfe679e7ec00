#pragma once
/// The user's part of a SELECT: a condition with question marks, an order, a place to go on from.

#include <rowan/query.hpp>
#include <rowan/shape.hpp>

#include "text.hpp"

namespace rowan::sql {

/// One column of the total order of a query, the key's included.
struct OrderColumn {
  const Column* column;
  Direction direction;
};

/// The columns a query orders by, then those of the key. Throws QueryError for one not mapped.
[[nodiscard]] std::vector<OrderColumn> total_order(const Shape& root, const Query& query);

/// SQL of the user's with its question marks made placeholders. `what` it is, for messages. Throws
/// QueryError when the values are not as many.
void add_sql(Text& text, const Shape& root, const std::string& what, const std::string& sql,
             const std::vector<Value>& values);

/// " WHERE ...", or nothing. Throws QueryError when the values are not as many as the question
/// marks, or the place to go on from has not a value for each column of the order.
void add_where(Text& text, const Shape& root, const Query& query);

/// " ORDER BY ... LIMIT ...".
void add_order(Text& text, const Shape& root, const Query& query);

}  // namespace rowan::sql
