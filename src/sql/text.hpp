#pragma once
/// The pieces that statements are put together from.

#include <rowan/connection.hpp>

#include "dialect.hpp"

namespace rowan::sql {

/// A statement in the making: text, and values in the order their placeholders appear. Where the
/// text is known from another row it only takes the values.
class Text {
 public:
  enum class Values {
    bound,     ///< placeholders
    of_batch,  ///< e.rowan_1, e.rowan_2...: the columns of many rows
  };

  explicit Text(Backend backend, Values values = Values::bound)
      : backend_(backend), values_(values) {}
  Text(Backend backend, SqlText known) : backend_(backend), known_(Known::yes) {
    statement_.sql = std::move(known);
  }

  [[nodiscard]] bool is_known() const noexcept { return known_ == Known::yes; }

  Text& operator<<(std::string_view sql) {
    if (!is_known()) sql_ += sql;
    return *this;
  }
  Text& name(std::string_view column) { return is_known() ? *this : *this << quoted(column); }
  Text& table(std::string_view table) { return is_known() ? *this : *this << quoted_table(table); }
  Text& bind(const Value& value) {
    statement_.params.push_back(value);
    if (is_known()) return *this;
    const std::size_t n = statement_.params.size();
    return *this << (values_ == Values::bound ? placeholder(backend_, n)
                                              : "e.rowan_" + std::to_string(n));
  }
  /// All of these values in the place of one.
  Text& bind_array(std::vector<Value> values) {
    statement_.arrays.push_back(std::move(values));
    return *this << placeholder(backend_, statement_.arrays.size());
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
  [[nodiscard]] const std::string& sql() const noexcept { return sql_; }
  [[nodiscard]] std::size_t bound() const noexcept { return statement_.params.size(); }
  void reserve(std::size_t values) { statement_.params.reserve(values); }

  [[nodiscard]] Statement expecting(std::size_t rows) && {
    statement_.expect = rows;
    return std::move(*this).made();
  }
  [[nodiscard]] Statement answering(std::vector<ColumnType> columns) && {
    statement_.columns = std::move(columns);
    return std::move(*this).made();
  }

 private:
  [[nodiscard]] Statement made() && {
    if (!is_known()) statement_.sql = SqlText(std::move(sql_));
    return std::move(statement_);
  }

  Backend backend_;
  Values values_ = Values::bound;
  enum class Known { no, yes } known_ = Known::no;
  std::string sql_;
  Statement statement_;
};

}  // namespace rowan::sql
