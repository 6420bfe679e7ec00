#include "check_tables.hpp"

#include <algorithm>

#include "../mapping/history_shape.hpp"
#include "column_fits.hpp"
#include "tables.hpp"

namespace rowan::sql {
namespace {

class Comparison {
 public:
  Comparison(Backend backend, const Table& table, const TableFacts& facts,
             std::vector<std::string>& out)
      : backend_(backend), table_(table), shape_(*table.shape), facts_(facts), out_(out) {}

  void all() {
    if (facts_.columns.empty()) {
      out_.push_back(shape_.table + ": there is no such table");
      return;
    }
    const auto mapped = table_.columns();
    for (const Column& c : mapped) column(c);
    version();
    history();
    for (const ColumnFacts& there : facts_.columns)
      if (there.not_null && !there.supplied && !is_mapped(there, mapped))
        note(there.name, "it is NOT NULL without a default, and the mapping does not have it");
    key();
    unique_values();
  }

 private:
  void note(const std::string& column, const std::string& difference) {
    out_.push_back(shape_.table + ", column " + column + ": " + difference);
  }

  void column(const Column& mapped) {
    const ColumnFacts* there = facts_.find(mapped.name, backend_);
    if (!there) return note(mapped.name, "there is no such column");
    if (!fits(backend_, mapped.type, *there))
      note(mapped.name,
           "its type " + there->type + " does not fit what is mapped, " + to_string(mapped.type));
    if (mapped.nullable && there->not_null)
      note(mapped.name, "it is NOT NULL, but what is mapped may be none");
    if (is_generated_key(mapped)) {
      if (!there->supplied)
        note(mapped.name, "a key that the database is to give, but " + without_source());
    } else if (there->always != ColumnFacts::Always::no) {
      note(mapped.name, there->always == ColumnFacts::Always::identity
                            ? "it is GENERATED ALWAYS AS IDENTITY, so it cannot be written"
                            : "it is GENERATED ALWAYS AS an expression, so it cannot be written");
    }
  }

  bool is_generated_key(const Column& mapped) const {
    return shape_.origin == KeyOrigin::generated && mapped.name == shape_.columns.front().name;
  }

  std::string without_source() const {
    return backend_ == Backend::sqlite ? "it is not the rowid (a sole INTEGER PRIMARY KEY)"
                                       : "it has no default and is no identity";
  }

  void history() {
    if (!table_.recorded) return;
    const std::string& time = mapping::column_of(mapping::HistoryColumn::changed_at, shape_).name;
    if (const ColumnFacts* there = facts_.find(time, backend_); there && !there->supplied)
      note(time, "the time of a version, which the database is to give, but it has no default");
    const VersionColumn& version = *table_.recorded->version;
    if (const ColumnFacts* there = facts_.find(version.name, backend_))
      wide_enough(*there, version.maximum);
  }

  void wide_enough(const ColumnFacts& version, std::int64_t maximum) {
    if (backend_ == Backend::postgres && largest_integer(version.type) < maximum)
      note(version.name, "its type " + version.type + " is narrower than the version's member");
  }

  void version() {
    if (!shape_.version) return;
    const ColumnFacts* there = facts_.find(shape_.version->name, backend_);
    if (!there) return;
    if (!there->not_null) note(there->name, "a version, but it may be NULL");
    wide_enough(*there, shape_.version->maximum);
    // SQLite checks NOT NULL before any trigger can give a value; PostgreSQL after it.
    if (backend_ == Backend::sqlite && there->not_null && !there->supplied &&
        shape_.version->assigned == VersionColumn::Assigned::by_database)
      note(there->name, "a version that the database is to give, but it has no default");
  }

  bool is_mapped(const ColumnFacts& there, const std::vector<Column>& mapped) const {
    for (const Column& c : mapped)
      if (facts_.find(c.name, backend_) == &there) return true;
    return false;
  }

  /// Of each `unique` of the mapping; a stricter one does as well.
  void unique_values() {
    for (const auto& declared : shape_.unique) {
      std::vector<std::string> columns = shape_.parent;
      std::string names;
      for (const std::size_t c : declared) {
        columns.push_back(shape_.columns[c].name);
        names += (names.empty() ? "" : ", ") + columns.back();
      }
      if (!all_there(columns)) continue;  // said already
      if (!facts_.kept_unique(columns, backend_))
        out_.push_back(shape_.table + ": no unique constraint or index keeps " + names +
                       " unique, as the mapping says it is");
    }
  }

  bool all_there(const std::vector<std::string>& columns) const {
    return std::all_of(columns.begin(), columns.end(),
                       [&](const std::string& name) { return facts_.find(name, backend_); });
  }

  void key() {
    auto columns = shape_.key_columns();
    if (shape_.scope == KeyScope::table)
      columns.erase(columns.begin(),
                    columns.begin() + static_cast<std::ptrdiff_t>(shape_.parent.size()));
    std::string names;
    for (const std::string& name : columns) {
      if (!facts_.find(name, backend_)) return;  // said already
      names += (names.empty() ? "" : ", ") + name;
    }
    if (!facts_.identified_by(columns, backend_))
      out_.push_back(shape_.table + ": no primary key or unique index is on exactly the key (" +
                     names + ")");
  }

  Backend backend_;
  const Table& table_;
  const Shape& shape_;
  const TableFacts& facts_;
  std::vector<std::string>& out_;
};

}  // namespace

std::vector<std::string> differences(const Schema& schema, Backend backend,
                                     const std::vector<Outcome>& described) {
  std::vector<std::string> out;
  const auto all = tables(schema);
  for (std::size_t i = 0; i < all.size(); ++i)
    Comparison(backend, all[i], facts(described, i), out).all();
  return out;
}

}  // namespace rowan::sql
