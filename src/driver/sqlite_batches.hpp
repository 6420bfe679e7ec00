#pragma once
/// Statements of one text in, one statement of SQLite that does them all out.

#include <cstddef>
#include <map>
#include <memory>
#include <utility>

#include <rowan/connection.hpp>

namespace rowan::driver {

class SqliteBatches {
 public:
  /// How many statements from `first` on go as one: one of few sizes, so that there are few texts.
  [[nodiscard]] static std::size_t size_at(const Plan& plan, std::size_t first) noexcept;

  /// The text for so many.
  [[nodiscard]] const SqlText& text(const std::shared_ptr<const Batch>& batch, std::size_t count);

 private:
  static constexpr std::size_t capacity = 200;

  std::map<std::pair<std::shared_ptr<const Batch>, std::size_t>, SqlText> texts_;
};

}  // namespace rowan::driver
