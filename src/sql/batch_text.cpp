#include "batch_text.hpp"

#include "tables.hpp"

namespace rowan::sql {
namespace {

/// The n-th value of a row of the batch, from 0.
std::string of_batch(std::size_t n) {
  return "rowan_" + std::to_string(n + 1);
}

/// `each(0)`, `each(1)`...
template <class Each>
std::string listed(std::size_t count, Each each) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += (i ? ", " : "") + each(i);
  return out;
}

/// "unnest($1, $2) WITH ORDINALITY AS e (rowan_1, rowan_2, rowan_place)"
std::string unnested(std::size_t count) {
  return "unnest(" +
         listed(count, [](std::size_t i) { return placeholder(Backend::postgres, i + 1); }) +
         ") WITH ORDINALITY AS e (" + listed(count, of_batch) + ", rowan_place)";
}

/// "WITH e (rowan_1, rowan_2) AS (VALUES "
std::string with_values(std::size_t count) {
  return "WITH e (" + listed(count, of_batch) + ") AS (VALUES ";
}

std::string row_of(std::size_t count) {
  return "(" + listed(count, [](std::size_t) { return std::string("?"); }) + ")";
}

/// "a = e.rowan_2 AND b = e.rowan_3"
std::string matches(const Compared& where, std::size_t first) {
  std::string out;
  for (std::size_t i = 0; i < where.columns.size(); ++i)
    out += (i ? " AND " : "") + quoted(where.columns[i]) + " = e." + of_batch(first + i);
  return out;
}

/// Takes the rows in the order of the batch: LockRows stands above the Sort
/// (https://www.postgresql.org/docs/15/sql-select.html, "The Locking Clause").
std::string locks(const std::string& table, const Compared& where, const std::string& what,
                  const std::string& clause) {
  return "SELECT " + what + " FROM " + quoted_table(table) + ", " + unnested(where.columns.size()) +
         " WHERE " + matches(where, 0) + " ORDER BY e.rowan_place" + clause + " OF " +
         quoted(split(table).table);
}

}  // namespace

Batch insert_many(Backend backend, const std::string& table,
                  const std::vector<std::string>& names) {
  const std::string into = "INSERT INTO " + quoted_table(table) + " (" +
                           listed(names.size(), [&](std::size_t i) { return quoted(names[i]); }) +
                           ")";
  Batch out;
  if (backend == Backend::postgres) {
    out.before =
        into + " SELECT " + listed(names.size(), of_batch) + " FROM " + unnested(names.size());
  } else {
    out.before = into + " VALUES ";
    out.row = row_of(names.size());
  }
  return out;
}

Batch update_many(Backend backend, const std::string& table,
                  const std::function<void(Text&)>& assignments, const Compared& where,
                  bool locked) {
  Text set(backend, Text::Values::of_batch);
  assignments(set);
  const std::size_t count = where.first + where.columns.size();
  const std::string update = "UPDATE " + quoted_table(table) + " SET " + set.sql() + " FROM ";
  Batch out;
  if (backend == Backend::sqlite) {
    out.before = with_values(count);
    out.row = row_of(count);
    out.after = ") " + update + "e WHERE " + matches(where, where.first);
    return out;
  }
  out.before = update + unnested(count) + " WHERE " + matches(where, where.first) +
               " RETURNING e.rowan_place";
  out.answers = Batch::Answers::places;
  if (!locked) return out;
  out.lock =
      "SELECT count(*) FROM (" + locks(table, where, "1", " FOR NO KEY UPDATE") + ") AS locked";
  for (std::size_t i = where.first; i < count; ++i) out.lock_params.push_back(i);
  return out;
}

Batch remove_many(Backend backend, const std::string& table, const Compared& where) {
  const std::size_t count = where.columns.size();
  const std::string from = "DELETE FROM " + quoted_table(table);
  Batch out;
  if (backend == Backend::postgres) {
    out.before = from + " USING " + unnested(count) + " WHERE " + matches(where, 0) +
                 " RETURNING e.rowan_place";
    out.answers = Batch::Answers::places;
    return out;
  }
  out.before = with_values(count);
  out.row = row_of(count);
  out.after = ") " + from + " WHERE (" +
              listed(count, [&](std::size_t i) { return quoted(where.columns[i]); }) +
              ") IN (SELECT " + listed(count, of_batch) + " FROM e)";
  if (count == 2 && where.version == Compared::Version::no) {
    out.run_before = from + " WHERE " + quoted(where.columns[0]) + " IN (";
    // A table that is not STRICT holds 1.5 in a column of integers, too.
    const std::string number = quoted(where.columns[1]);
    out.run_after =
        ") AND " + number + " BETWEEN ? AND ? AND " + number + " = CAST(" + number + " AS INTEGER)";
  }
  return out;
}

Batch lock_many(Backend backend, const std::string& table, const Compared& where,
                const std::string& clause) {
  Batch out;
  if (backend == Backend::sqlite) {
    out.before = with_values(where.columns.size());
    out.row = row_of(where.columns.size());
    // CROSS JOIN keeps SQLite from going through the table instead
    // (sqlite.org/optoverview.html, 6.4).
    out.after =
        ") SELECT 1 FROM e CROSS JOIN " + quoted_table(table) + " WHERE " + matches(where, 0);
    return out;
  }
  out.before = locks(table, where, "e.rowan_place", clause);
  out.answers = Batch::Answers::places;
  return out;
}

}  // namespace rowan::sql
