#include "sqlite_batches.hpp"

#include <string>

namespace rowan::driver {
namespace {

/// More gain nothing, and less do not outweigh the second text.
constexpr std::size_t large = 64;
constexpr std::size_t small = 8;
/// Values of one statement; SQLite takes 32766 (https://sqlite.org/limits.html).
constexpr std::size_t most_values = 8000;

}  // namespace

std::size_t SqliteBatches::size_at(const Plan& plan, std::size_t first) noexcept {
  const Statement& one = plan.statements[first];
  if (!one.batch || !one.expect || one.params.empty()) return 1;
  std::size_t end = first + 1;
  while (end < plan.statements.size() && end - first < large &&
         plan.statements[end].batch == one.batch && plan.statements[end].expect)
    ++end;
  for (const std::size_t size : {large, small})
    if (end - first >= size && size * one.params.size() <= most_values) return size;
  return 1;
}

const SqlText& SqliteBatches::text(const std::shared_ptr<const Batch>& batch, std::size_t count) {
  if (texts_.size() >= capacity) texts_.clear();
  const auto [found, is_new] = texts_.try_emplace({batch, count});
  if (is_new) {
    std::string sql = batch->before;
    for (std::size_t i = 0; i < count; ++i) sql += (i ? ", " : "") + batch->row;
    found->second = SqlText(sql + batch->after);
  }
  return found->second;
}

}  // namespace rowan::driver
