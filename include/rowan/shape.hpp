#pragma once
/// The tables an aggregate lives in, as data: a tree of Shapes, root first.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <rowan/value.hpp>

namespace rowan {

/// One column that a member is stored in.
struct Column {
  std::string name;
  ColumnType type = ColumnType::text;
  bool nullable = false;
  std::string references;  ///< table of another aggregate whose key this column holds
};

/// Whether a change of it moves the version of its aggregate.
enum class Moves { version, nothing };

/// What becomes of a field or a list that two sides changed since the state both began with. What
/// one side alone changed is that side's, under every rule.
///
/// A field is merged as one, and so is a list by position alone. In a list with keys each child is
/// merged by itself, its fields by their own rules: the rule of the list is for whole rows, edited
/// by one side and removed by the other, or added by both, and for their order.
enum class MergeRule {
  clash,          ///< changed alike it is that, differently a clash
  mine,           ///< changed differently, mine wins
  theirs,         ///< changed differently, theirs wins
  always_clash,   ///< a clash even when changed alike
  sum_of_deltas,  ///< both changes added to the base; a clash where one is NULL or the sum does not
                  ///< fit. One column of integers or decimals.
  set_union,      ///< what was in the base and neither side removed, and what either added; of rows
                  ///< with keys, what one side edited stays though the other removed it. Lists.
  custom,         ///< what a function makes of base, mine and theirs. Fields.
};

/// The cells of one field on each side in, the merged ones out.
using MergeCells =
    std::function<void(ConstCells base, ConstCells mine, ConstCells theirs, Cells merged)>;

/// Columns [first, first + count) hold one field of the object. A value object
/// takes several; they are compared, merged and written as one.
struct FieldRun {
  std::size_t first = 0;
  std::size_t count = 1;
  Moves moves = Moves::version;
  MergeRule merge = MergeRule::clash;
  std::shared_ptr<const MergeCells> merge_cells = {};  ///< of MergeRule::custom
};

/// The column of a row version.
struct VersionColumn {
  static constexpr int random_bits = 32;  ///< of a unique version, below its count

  std::string name;
  std::int64_t maximum = 0;  ///< of the member that holds it
  enum class Assigned {
    counted,      ///< 1, 2, 3...
    unique,       ///< a count and 32 random bits: no other writer ever gives the same
    by_database,  ///< read back after each write
  } assigned = Assigned::counted;
};

/// How far a key identifies.
enum class KeyScope {
  owner,  ///< unique among the rows of its owner
  table,  ///< unique in the table: a child keeps its identity when it moves to another root
};
/// Where a key comes from.
enum class KeyOrigin { assigned, generated };

/// One table. The columns of `parent`, `version` and `position` are not part of `columns`.
struct Shape {
  std::string table;
  std::vector<Column> columns;  ///< the local key first
  std::vector<FieldRun> fields;
  std::size_t key_width = 0;  ///< columns [0, key_width) are the local key; 0: position, or one row
  KeyScope scope = KeyScope::owner;
  KeyOrigin origin = KeyOrigin::assigned;
  std::optional<VersionColumn> version;
  std::optional<std::string> position;  ///< column of the place in the list
  std::vector<std::string> parent;      ///< columns that name the owning row, root's key first
  std::vector<std::vector<std::size_t>> unique;  ///< columns that no two rows share, as declared
  Moves moves = Moves::version;                  ///< of child tables: whether its rows do
  MergeRule merge = MergeRule::clash;            ///< of child tables: of the list
  enum class Rows { many, one_at_most } rows = Rows::many;  ///< of child tables: of one owner
  std::shared_ptr<const Shape> history;  ///< of roots: one row for each version; null: none is kept
  std::vector<Shape> children;

  /// Names of the columns that make a row unique: the owner's, then the local key or the position.
  [[nodiscard]] std::vector<std::string> key_columns() const;
};

}  // namespace rowan
