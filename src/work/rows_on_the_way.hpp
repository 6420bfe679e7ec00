#pragma once
/// The write of a child that has to be opened in, the rows that it leads over out.

#include <deque>

#include "write_order.hpp"

namespace rowan::work {

class RowsOnTheWay {
 public:
  RowsOnTheWay() = default;
  RowsOnTheWay(const RowsOnTheWay&) = delete;
  RowsOnTheWay& operator=(const RowsOnTheWay&) = delete;

  /// Before all else: with NULL in its parked columns, or removed if it is inserted anew.
  const change::RowChange& first(const Write& write);
  /// In its turn: with NULL in its withheld columns.
  const change::RowChange& in_turn(const Write& write);
  /// Last of all: an update of the withheld columns that does not count.
  const change::RowChange& last(const Write& write);

 private:
  const change::RowChange& keep(change::RowChange row) {
    return rows_.emplace_back(std::move(row));
  }
  Snapshot* keep(const Snapshot& state);
  Snapshot* with_null(const Snapshot& state, const std::vector<std::size_t>& columns);

  std::deque<change::RowChange> rows_;  // steps point into it
  std::deque<Snapshot> states_;
};

}  // namespace rowan::work
