#pragma once
/// What became of an aggregate from version to version, as a history in its mapping keeps it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <rowan/uuid.hpp>
#include <rowan/value.hpp>

namespace rowan {

/// One committed version of an aggregate.
struct Revision {
  enum class Operation {
    added,
    changed,  ///< also: moved on by touch(), and nothing changed
    removed,  ///< the version that it would have moved on to
  };

  /// One difference from the version before.
  struct Change {
    enum class Kind {
      field,    ///< a column, or a value object, an optional or a variant as a whole
      added,    ///< a row, with all that is beneath it
      removed,  ///< a row, with all that was beneath it
      order,    ///< of children
    } kind = Kind::field;
    std::string table;  ///< of the row, or of the children
    /// Of the row; of an order, of the owner. Integers and booleans are that, all else is text as a
    /// document has it.
    KeyValues key;
    std::vector<std::string> columns;  ///< of the field
    /// JSON texts. None: no such row, an order, or what was stored is what no JSON can hold.
    std::optional<std::string> before;
    std::optional<std::string> after;

    friend bool operator==(const Change&, const Change&) = default;
  };

  std::int64_t version = 0;
  Timestamp changed_at;               ///< when it was written, by the database's clock
  std::optional<std::string> author;  ///< WorkOptions::author of the unit that wrote it
  Operation operation = Operation::changed;
  std::vector<Change> changes;  ///< of `changed`
  Uuid commit_id;               ///< the same for all that was committed with it, and for no other

  friend bool operator==(const Revision&, const Revision&) = default;
};
[[nodiscard]] const char* to_string(Revision::Operation operation) noexcept;
[[nodiscard]] const char* to_string(Revision::Change::Kind kind) noexcept;
/// For a person: "order_lines (42, 1), quantity: 2 -> 5".
[[nodiscard]] std::string to_string(const Revision::Change& change);

}  // namespace rowan
