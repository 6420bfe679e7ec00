#include "adopt_tables.hpp"

#include <rowan/errors.hpp>

#include "dialect.hpp"
#include "tables.hpp"

namespace rowan::sql {

std::vector<Statement> adopt_tables(const Schema& schema, Backend backend,
                                    const std::vector<Outcome>& described) {
  std::vector<Statement> out;
  std::vector<std::string> missing;
  const auto all = tables(schema);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Shape& shape = *all[i].shape;
    const TableFacts there = facts(described, i);
    if (there.columns.empty())
      missing.push_back(shape.table + ": there is no such table");
    else if (shape.version && !there.find(shape.version->name, backend))
      out.push_back({"ALTER TABLE " + quoted_table(shape.table) + " ADD COLUMN " +
                         quoted(shape.version->name) + ' ' +
                         type_name(backend, ColumnType::integer) + " NOT NULL DEFAULT 1",
                     {},
                     {},
                     {}});
  }
  if (!missing.empty()) throw SchemaMismatch(std::move(missing));
  return out;
}

}  // namespace rowan::sql
