#pragma once
/// Bound values as the texts that libpq sends, and cells from the texts that it answers.

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <rowan/value.hpp>

namespace rowan::driver {

/// The values of one statement in the form of PQexecParams, without types: the server infers them
/// from where the values stand.
class PostgresParams {
 public:
  /// Borrows `values`. Throws std::out_of_range for what PostgreSQL cannot hold, or what libpq
  /// would cut off: a text with NUL, a time or date outside the years 0001 to 9999.
  explicit PostgresParams(const std::vector<Value>& values);

  [[nodiscard]] int size() const noexcept { return static_cast<int>(pointers_.size()); }
  [[nodiscard]] const char* const* data() const noexcept { return pointers_.data(); }

 private:
  std::deque<std::string> texts_;
  std::vector<const char*> pointers_;
};

/// The cell that PostgreSQL spells `text`, as `type`; what does not fit exactly stays a text.
[[nodiscard]] Value read_cell(std::string_view text, ColumnType type);

}  // namespace rowan::driver
