#pragma once
/// Bound values as the texts that libpq sends, and cells from the texts that it answers.

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <rowan/connection.hpp>

#include "postgres_pipeline.hpp"

namespace rowan::driver {

/// The values of one statement, as texts without types: the server infers them from where the
/// values stand. Arrays go in binary where it is known what it has inferred.
class PostgresParams {
 public:
  /// Borrows the statement's values. Throws std::out_of_range for what PostgreSQL cannot hold, or
  /// what libpq would cut off: a text with NUL, a time or date outside the years 0001 to 9999.
  /// `types`: of the parameters; null: they are not known.
  explicit PostgresParams(const Statement& statement, const std::vector<Oid>* types = nullptr);

  [[nodiscard]] const WireParams& wire() const noexcept { return wire_; }

 private:
  void add(const Value& value);
  void add(const std::vector<Value>& array, Oid type);

  std::deque<std::string> texts_;
  WireParams wire_;
};

/// Any value but NULL. Throws as PostgresParams.
[[nodiscard]] std::string param_text(const Value& value);

/// libpq reads a text up to its first NUL, and would store the beginning. Throws
/// std::out_of_range.
void refuse_nul(std::string_view text);

/// The cell that PostgreSQL spells `text`, as `type`; what does not fit exactly stays a text.
[[nodiscard]] Value read_cell(std::string_view text, ColumnType type);

}  // namespace rowan::driver
