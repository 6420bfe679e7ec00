#pragma once
/// Rows of a history in, revisions and states out.

#include <string>
#include <type_traits>
#include <vector>

#include <rowan/history.hpp>
#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>
#include <rowan/value.hpp>

#include "../document/changes.hpp"
#include "../mapping/history_shape.hpp"

namespace rowan::work {

/// Reads one row, which others may have written too. All throw DataError, which names table, key,
/// version and column, for what a history does not hold.
class RecordReader {
 public:
  /// `root` has the history, and is kept.
  RecordReader(const Shape& root, const KeyValues& key, const Value& version);

  /// Of the answers of select_revisions.
  [[nodiscard]] Revision revision(const std::vector<Value>& cells) const;
  [[nodiscard]] Snapshot state(const Value& cell, document::MappedSince since) const;

 private:
  [[nodiscard]] const std::string& name(mapping::HistoryColumn column) const;
  [[nodiscard]] std::string where(const std::string& column) const;
  template <class T>
  [[nodiscard]] const T& get(const Value& cell, const std::string& column) const;
  [[nodiscard]] Revision::Operation operation(const std::string& text) const;
  template <class F>
  [[nodiscard]] std::invoke_result_t<F&> read(mapping::HistoryColumn column, F&& text) const;

  const Shape& root_;
  KeyValues row_;  // with its version
};

}  // namespace rowan::work
