#include "record_reader.hpp"

#include <algorithm>
#include <exception>

#include <rowan/errors.hpp>

#include "../mapping/row_key.hpp"

namespace rowan::work {

using mapping::HistoryColumn;

RecordReader::RecordReader(const Shape& root, const KeyValues& key, const Value& version)
    : root_(root), row_(key) {
  row_.push_back(version);
}

const std::string& RecordReader::name(HistoryColumn column) const {
  return mapping::column_of(column, *root_.history).name;
}

std::string RecordReader::where(const std::string& column) const {
  return mapping::place(root_.history->table, row_) + ", column " + column + ": ";
}

template <class T>
const T& RecordReader::get(const Value& cell, const std::string& column) const {
  if (const T* value = std::get_if<T>(&cell)) return *value;
  throw DataError(where(column) + "not what a history has there");
}

Revision::Operation RecordReader::operation(const std::string& text) const {
  using Operation = Revision::Operation;
  for (const Operation known : {Operation::added, Operation::changed, Operation::removed})
    if (text == to_string(known)) return known;
  throw DataError(where(name(HistoryColumn::operation)) + "no operation of this name");
}

template <class F>
std::invoke_result_t<F&> RecordReader::read(HistoryColumn column, F&& text) const {
  try {
    return text();
  } catch (const DocumentError& error) {
    std::throw_with_nested(DataError(where(name(column)) + error.what()));
  }
}

Revision RecordReader::revision(const std::vector<Value>& cells) const {
  Revision out;
  out.version = get<std::int64_t>(cells[0], root_.version->name);
  out.changed_at = get<Timestamp>(cells[1], name(HistoryColumn::changed_at));
  if (!std::holds_alternative<Null>(cells[2]))
    out.author = get<std::string>(cells[2], name(HistoryColumn::author));
  out.operation = operation(get<std::string>(cells[3], name(HistoryColumn::operation)));
  const auto& changes = get<std::string>(cells[4], name(HistoryColumn::changes));
  out.changes = read(HistoryColumn::changes, [&] { return document::read_changes(changes); });
  out.commit_id = get<Uuid>(cells[5], name(HistoryColumn::commit_id));
  return out;
}

Snapshot RecordReader::state(const Value& cell, document::MappedSince since) const {
  const auto& text = get<std::string>(cell, name(HistoryColumn::state));
  return read(HistoryColumn::state, [&] {
    Snapshot out = document::read_state(root_, text, since);
    if (!std::equal(row_.begin(), row_.end() - 1, out.row.begin()))
      throw DocumentError("", "the state of this aggregate");
    return out;
  });
}

}  // namespace rowan::work
