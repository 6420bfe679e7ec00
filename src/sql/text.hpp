#pragma once
/// The pieces that statements are put together from.

#include <rowan/connection.hpp>

#include "dialect.hpp"

namespace rowan::sql {

/// A statement in the making: text, and values in the order their placeholders appear.
class Text {
 public:
  explicit Text(Backend backend) : backend_(backend) {}

  Text& operator<<(std::string_view sql) {
    statement_.sql += sql;
    return *this;
  }
  Text& name(std::string_view column) { return *this << quoted(column); }
  Text& table(std::string_view table) { return *this << quoted_table(table); }
  Text& bind(Value value) {
    statement_.params.push_back(std::move(value));
    return *this << placeholder(backend_, statement_.params.size());
  }
  /// "a = ? AND b = ?"
  Text& equal(const std::vector<std::string>& columns, ConstCells values) {
    for (std::size_t i = 0; i < columns.size(); ++i)
      ((*this << (i ? " AND " : "")).name(columns[i]) << " = ").bind(values[i]);
    return *this;
  }

  /// "a, b"
  Text& names(const std::vector<std::string>& columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) (*this << (i ? ", " : "")).name(columns[i]);
    return *this;
  }

  [[nodiscard]] Backend backend() const noexcept { return backend_; }
  [[nodiscard]] Statement expecting(std::size_t rows) && {
    statement_.expect = rows;
    return std::move(statement_);
  }
  [[nodiscard]] Statement answering(std::vector<ColumnType> columns) && {
    statement_.columns = std::move(columns);
    return std::move(statement_);
  }

 private:
  Backend backend_;
  Statement statement_;
};

}  // namespace rowan::sql
