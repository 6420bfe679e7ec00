#include "generated_rows.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "../../mapping/capture.hpp"

namespace rowan::testing {
namespace {

constexpr int attempts = 8;         // until something is left as it is
constexpr std::size_t longest = 3;  // list

}  // namespace

void Generator::add_sample(const Snapshot& rows) {
  samples_.push_back(rows);
  collect(map_, rows);
}

void Generator::collect(const ObjectMap& map, const Snapshot& row) {
  rows_[&map].push_back(row);
  for (std::size_t l = 0; l < map.lists.size(); ++l)
    for (const Snapshot& child : row.children[l]) collect(*map.lists[l].element, child);
}

/// Those of samples; where they have none, that of a new object, if it can be written.
const std::vector<Snapshot>& Generator::known_rows(const ObjectMap& map) {
  std::vector<Snapshot>& rows = rows_[&map];
  if (!rows.empty()) return rows;
  try {
    const Object made(map.create(map.make), map.destroy);
    rows.push_back(mapping::capture(map, made.get()));
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    rows.clear();  // a class may be made incomplete
  }
  return rows;
}

Draft Generator::draft() {
  Draft out;
  out.rows = samples_[random_.below(samples_.size())];
  vary_lists(map_, {}, out.rows);
  Snapshot rows = out.rows;
  vary_fields(map_, {}, rows, out.edits);
  return out;
}

std::optional<Snapshot> Generator::rows(const Draft& draft) {
  Snapshot out = draft.rows;
  for (const Edit& edit : draft.edits) {
    Snapshot next = out;
    if (!apply(edit, next)) return {};
    auto taken = round_trip_.of_generated(next, out);
    if (!taken) return {};
    out = std::move(*taken);
  }
  return out;
}

void Generator::vary_lists(const ObjectMap& map, const Path& at, Snapshot& root) {
  for (std::size_t l = 0; l < map.lists.size(); ++l) {
    const List& list = map.lists[l];
    const auto size = [&] { return row_at(root, at).children[l].size(); };
    if (random_.below(2) == 0) {
      const std::size_t wanted = random_.below((list.ops->single ? 1 : longest) + 1);
      while (size() > wanted && remove_row(at, l, root)) {
      }
      while (size() < wanted && add_row(*list.element, at, l, root)) {
      }
    }
    for (std::size_t i = 0; i < size(); ++i) {
      Path child = at;
      child.emplace_back(l, i);
      vary_lists(*list.element, child, root);
    }
  }
}

bool Generator::remove_row(const Path& owner, std::size_t list, Snapshot& root) {
  Snapshot next = root;
  auto& rows = row_at(next, owner).children[list];
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(random_.below(rows.size())));
  auto taken = round_trip_.of_generated(next, root);
  if (!taken) return false;
  root = std::move(*taken);
  return true;
}

bool Generator::add_row(const ObjectMap& map, const Path& owner, std::size_t list, Snapshot& root) {
  const auto& known = known_rows(map);
  if (known.empty()) return false;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    Snapshot next = root;
    auto& rows = row_at(next, owner).children[list];
    Snapshot row = known[random_.below(known.size())];
    if (!tell_apart(map, rows, row)) continue;
    rows.push_back(std::move(row));
    if (auto taken = round_trip_.of_generated(next, root)) {
      root = std::move(*taken);
      return true;
    }
  }
  return false;
}

bool Generator::tell_apart(const ObjectMap& map, const std::vector<Snapshot>& siblings,
                           Snapshot& row) {
  for (const std::size_t c : telling_columns(map.shape)) {
    if (!has(siblings, c, row.row[c])) continue;
    if (tried_.kept(map, c)) return false;
    const auto choice = tried_.next(map, c, random_);
    if (!choice || has(siblings, c, choice->value)) return false;
    row.row[c] = choice->value;
  }
  return true;
}

void Generator::vary_fields(const ObjectMap& map, const Path& at, Snapshot& root,
                            std::vector<Edit>& edits) {
  for (const FieldRun& field : map.shape.fields) {
    if (field.count == 0 || random_.below(2) == 0) continue;
    for (int attempt = 0; attempt < attempts; ++attempt) {
      auto one = edit(map, field);
      if (!one) break;
      one->row = at;
      Snapshot next = root;
      if (!apply(*one, next)) continue;
      auto taken = round_trip_.of_generated(next, root);
      if (!taken) continue;
      root = std::move(*taken);
      edits.push_back(std::move(*one));
      break;
    }
  }
  for (std::size_t l = 0; l < map.lists.size(); ++l)
    for (std::size_t i = 0; i < row_at(root, at).children[l].size(); ++i) {
      Path child = at;
      child.emplace_back(l, i);
      vary_fields(*map.lists[l].element, child, root, edits);
    }
}

std::optional<Edit> Generator::edit(const ObjectMap& map, const FieldRun& field) {
  const std::size_t end = field.first + field.count;
  for (std::size_t c = field.first; c < end; ++c)
    if (tried_.kept(map, c)) return {};
  Edit out;
  out.map = &map;
  out.first = field.first;
  if (const auto& known = rows_[&map]; !known.empty() && random_.below(4) == 0) {
    const auto& row = known[random_.below(known.size())].row;
    out.cells.assign(row.begin() + static_cast<std::ptrdiff_t>(field.first),
                     row.begin() + static_cast<std::ptrdiff_t>(end));
    out.source = Edit::Source::sample;
    return out;
  }
  if (field.count > 1 && random_.below(4) == 0) {  // there or not, all of it
    out.cells.assign(field.count, Null{});
    if (random_.below(2) == 0)
      for (std::size_t i = 0; i < field.count; ++i)
        if (auto choice = tried_.next(map, field.first + i, random_))
          out.cells[i] = std::move(choice->value);
    return out;
  }
  out.first += random_.below(field.count);
  auto choice = tried_.next(map, out.first, random_);
  if (!choice) return {};
  out.choice = choice->number;
  out.cells.push_back(std::move(choice->value));
  return out;
}

void Generator::accept(const Draft& draft) {
  for (const Edit& edit : draft.edits)
    if (edit.source == Edit::Source::generated)
      for (std::size_t i = 0; i < edit.cells.size(); ++i) tried_.accept(*edit.map, edit.first + i);
}

void Generator::refuse(const Edit& edit) {
  if (edit.choice) tried_.refuse(*edit.map, edit.first, *edit.choice);
}

void Generator::note(const ObjectMap& map, Findings& findings) const {
  const auto known = rows_.find(&map);
  if (known == rows_.end() || known->second.empty())
    return findings.note(map.shape.table + ": no row of it was tried, for the samples have none");
  tried_.note(map, findings);
  for (const List& list : map.lists) note(*list.element, findings);
}

}  // namespace rowan::testing
