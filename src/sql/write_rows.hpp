#pragma once
/// Row changes in, the statements that make them out. Each names the row by its whole key, the
/// root's first, and says how many rows it must meet.

#include <cstdint>
#include <optional>

#include <rowan/connection.hpp>

#include "../change/row_change.hpp"
#include "text.hpp"
#include "write_texts.hpp"

namespace rowan::sql {

/// What becomes of a row's version when the row is written.
struct Guard {
  std::optional<std::int64_t> expected{};  ///< WHERE version = this; none: not checked
  std::optional<std::int64_t> version{};   ///< to set
  enum class Bump {
    none,
    count,  ///< one more than what is there
    set,    ///< `version`; not checked: its random bits below one more than the count there
  } bump = Bump::none;
};

/// A column of a row that is still to be written, and therefore not with the others.
using Withheld = std::vector<std::size_t>;

/// What others may not do to a row until the transaction ends.
enum class Lock {
  share,   ///< write it
  update,  ///< write it, or share it
  remove,  ///< nor refer to it
};

/// Makes statements whose text is built once for all rows that are written alike.
class Writer {
 public:
  /// `texts` is kept, and must outlive it.
  Writer(Backend backend, WriteTexts& texts) : backend_(backend), texts_(texts) {}

  /// `version` is what the row starts at, where it has one. Withheld columns are NULL for now. A
  /// key that is not given yet is answered (RETURNING).
  [[nodiscard]] Statement insert(const change::RowChange& row,
                                 const std::optional<std::int64_t>& version,
                                 const Withheld& withheld = {});
  /// Changed columns, position, new owner. Without any of these it is the bump alone.
  [[nodiscard]] Statement update(const change::RowChange& row, const Guard& guard,
                                 const Withheld& withheld = {});
  [[nodiscard]] Statement remove(const Shape& shape, const KeyValues& key,
                                 const std::optional<std::int64_t>& expected);
  /// Answers one row if the root is there at this version, and locks it. Where no version is
  /// expected the row is that of select_version.
  [[nodiscard]] Statement lock(const Shape& root, const KeyValues& key,
                               const std::optional<std::int64_t>& expected, Lock lock);

 private:
  /// `write` writes the single statement, `many` gives the batch that does the same.
  template <class Write, class Many>
  [[nodiscard]] Statement make(const WriteForm& form, Write write, Many many);

  Backend backend_;
  WriteTexts& texts_;
  WriteTexts::Pointer last_;  ///< most rows are written like the one before
};

/// "version = version + 1", if the row has one that moves.
bool add_version(Text& text, const Shape& shape, const Guard& guard);

/// " WHERE ...", the end of every UPDATE and DELETE of one row: its key and expected version.
void add_row(Text& text, const Shape& shape, const KeyValues& key,
             const std::optional<std::int64_t>& expected);

/// All rows of a child table that belong to a root, however many there are.
[[nodiscard]] Statement remove_all(Backend backend, const Shape& child, const KeyValues& root_key);

/// Answers the row's version, 0 where it has none; no row when it is gone.
[[nodiscard]] Statement select_version(Backend backend, const Shape& shape, const KeyValues& key);

/// For an SQLite column that was given a decimal of more than 15 digits: answers one row if it
/// kept them, none if the column's affinity made it another number
/// (https://sqlite.org/datatype3.html, 3: a text goes into a NUMERIC column as REAL where the first
/// 15 digits survive, and that as INTEGER where it is whole by then, as 123456789012345678.25 is).
[[nodiscard]] Statement kept_digits(const change::RowChange& row, std::size_t column);

}  // namespace rowan::sql
