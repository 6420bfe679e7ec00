#include "root_order.hpp"

#include "dependency_order.hpp"

namespace rowan::work {

void References::add(const Shape& shape, const KeyValues& local_key, std::size_t number) {
  if (local_key.size() == 1) rows_[{shape.table, local_key.front()}] = number;
}

void References::each(const Shape& shape, const Snapshot& row,
                      const std::function<void(std::size_t, std::size_t)>& found) const {
  if (rows_.empty()) return;
  for (std::size_t c = 0; c < shape.columns.size(); ++c) {
    if (shape.columns[c].references.empty()) continue;
    const auto target = rows_.find({shape.columns[c].references, row.row[c]});
    if (target != rows_.end()) found(c, target->second);
  }
}

std::vector<Change*> root_order(const std::vector<Change*>& roots,
                                const std::function<const Snapshot&(const Change&)>& row,
                                const std::function<void(Change&, std::size_t)>& on_cut) {
  References references;
  for (std::size_t i = 0; i < roots.size(); ++i)
    references.add(roots[i]->entry->shape(), roots[i]->entry->key, i);
  const auto dependencies = [&](std::size_t i) {
    std::vector<Dependency> out;
    const Shape& shape = roots[i]->entry->shape();
    references.each(shape, row(*roots[i]), [&](std::size_t column, std::size_t target) {
      const bool nullable = shape.columns[column].nullable;
      out.push_back(
          {target, column, nullable ? Dependency::Cut::may_be : Dependency::Cut::must_not_be});
    });
    return out;
  };
  const auto cut = [&](std::size_t i, const Dependency& d) { on_cut(*roots[i], d.column); };
  std::vector<Change*> out;
  for (const std::size_t i : dependency_order(roots.size(), dependencies, cut))
    out.push_back(roots[i]);
  return out;
}

}  // namespace rowan::work
