#pragma once
/// One statement for many aggregates: `work.update_all<Order>(set("status = ?", Status::closed),
///                                                            where("placed_at < ?", yesterday));`

#include <string>
#include <utility>
#include <vector>

#include <rowan/query.hpp>

namespace rowan {

/// What UnitOfWork::update_all writes into the root's table: SQL with bound values, as in where().
/// It is program text: never put a value into it. Leave key and version out of it.
struct Assignments {
  std::string text;
  std::vector<Value> values;
};

/// "total = total * ?, status = ?": each `?` stands for one of `values`.
template <class... P>
[[nodiscard]] Assignments set(std::string assignments, const P&... values) {
  return {std::move(assignments), Query::cells(values...)};
}

}  // namespace rowan
