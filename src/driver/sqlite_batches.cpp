#include "sqlite_batches.hpp"

#include <string>

namespace rowan::driver {
namespace {

/// More gain nothing, and less do not outweigh the second text.
constexpr std::size_t large = 64;
constexpr std::size_t small = 8;
/// Values of one statement; SQLite takes 32766 (https://sqlite.org/limits.html).
constexpr std::size_t most_values = 8000;

/// With commas in between.
std::string repeated(const std::string& part, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += (i ? ", " : "") + part;
  return out;
}

/// Null: it is no number.
const std::int64_t* number_of(const Statement& statement) noexcept {
  return statement.params.size() == 2 ? std::get_if<std::int64_t>(&statement.params[1]) : nullptr;
}

bool goes_with(const Statement& next, const Statement& one) noexcept {
  return next.batch == one.batch && next.expect == one.expect;
}

/// The rows of one owner that the statements begin with.
SqliteRuns run_in(std::span<const Statement> statements) noexcept {
  const Statement& one = statements.front();
  const std::int64_t* first = number_of(one);
  if (!first) return {};
  SqliteRuns out{1, 1, *first, *first};
  for (const Statement& next : statements.subspan(1)) {
    const std::int64_t* number = number_of(next);
    if (!goes_with(next, one) || !number || next.params[0] != one.params[0]) break;
    const bool falls = *number < out.first && *number + 1 == out.first;
    const bool rises = *number > out.last && *number - 1 == out.last;
    if (!falls && !rises) break;
    (falls ? out.first : out.last) = *number;
    ++out.length;
  }
  return out;
}

}  // namespace

SqliteRuns runs_in(std::span<const Statement> statements) noexcept {
  const Statement& one = statements.front();
  if (!one.batch || one.batch->run_before.empty() || one.expect != std::size_t{1}) return {};
  SqliteRuns out = run_in(statements);
  if (out.length < 2) return {};
  auto rest = statements.subspan(out.length);
  for (const Value* owner = &one.params[0]; out.owners < large && !rest.empty(); ++out.owners) {
    if (!goes_with(rest.front(), one)) break;
    const SqliteRuns next = run_in(rest);
    // They come from the last to the first; in their order none comes twice.
    if (next.length != out.length || next.first != out.first || !(rest.front().params[0] < *owner))
      break;
    owner = &rest.front().params[0];
    rest = rest.subspan(next.length);
  }
  if (out.owners < large) out.owners = out.owners < small ? 1 : small;
  return out.rows() < small ? SqliteRuns() : out;
}

std::size_t SqliteBatches::size_at(const Plan& plan, std::size_t first) noexcept {
  const Statement& one = plan.statements[first];
  if (!one.batch || !one.expect || one.params.empty()) return 1;
  if (const auto runs = runs_in(std::span(plan.statements).subspan(first)); runs.owners > 0)
    return runs.rows();
  std::size_t end = first + 1;
  while (end < plan.statements.size() && end - first < large &&
         plan.statements[end].batch == one.batch && plan.statements[end].expect)
    ++end;
  for (const std::size_t size : {large, small})
    if (end - first >= size && size * one.params.size() <= most_values) return size;
  return 1;
}

template <class Make>
const SqlText& SqliteBatches::keep(const Key& key, Make make) {
  if (texts_.size() >= capacity) texts_.clear();
  const auto [found, is_new] = texts_.try_emplace(key);
  if (is_new) found->second = make();
  return found->second;
}

const SqlText& SqliteBatches::text(const std::shared_ptr<const Batch>& batch, std::size_t count) {
  return keep({batch, Kind::rows, count},
              [&] { return batch->before + repeated(batch->row, count) + batch->after; });
}

const SqlText& SqliteBatches::text_of_runs(const std::shared_ptr<const Batch>& batch,
                                           std::size_t owners) {
  return keep({batch, Kind::runs, owners},
              [&] { return batch->run_before + repeated("?", owners) + batch->run_after; });
}

}  // namespace rowan::driver
