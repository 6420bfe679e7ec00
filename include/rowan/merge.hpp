#pragma once
/// How a copy that was edited elsewhere meets what became of the aggregate meanwhile.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <rowan/errors.hpp>
#include <rowan/value.hpp>

namespace rowan {

/// What happens when the aggregate has moved on since the copy was taken.
enum class Merging {
  reject,     ///< StaleDataError
  by_field,   ///< what one side alone has changed is taken; see docs/offline.md
  overwrite,  ///< it becomes the copy, all of it, whatever it is now; also of a copy of no version
};

/// What happens when it was deleted meanwhile.
enum class IfDeleted {
  reject,     ///< StaleDataError
  resurrect,  ///< it is stored anew, as the copy has it
};

/// Who changed it: the copy that comes back, or those who wrote to the database meanwhile.
enum class Side { mine, theirs };
[[nodiscard]] const char* to_string(Side side) noexcept;

/// One place where both sides have changed something, and not alike.
struct Clash {
  enum class Kind {
    field,  ///< a column, or a value object, an optional or a variant as a whole
    row,    ///< a child that was edited here and removed there, or added twice and not alike
    list,   ///< children as a whole: told apart by their places alone, or two where there is room
            ///< for one, or by MergeRule::always_clash
    order,  ///< of children
  } kind = Kind::field;
  /// JSON pointer (RFC 6901) into the copy's document: below /state, or below /base for a child
  /// that the copy has removed. No two clashes have the same.
  std::string pointer;
  std::string table;                 ///< of the row, or of the list
  KeyValues key;                     ///< of the row; of a list, of its owner
  std::vector<std::string> columns;  ///< of the field
  /// JSON texts; none: no such row.
  std::optional<std::string> base;
  std::optional<std::string> mine;
  std::optional<std::string> theirs;

  friend bool operator==(const Clash&, const Clash&) = default;
};
[[nodiscard]] const char* to_string(Clash::Kind kind) noexcept;

/// Who wins where. Made by MergeConflict::resolution. An answer is good for the clash that was
/// shown and no other: where another aggregate, an edit of the copy or somebody who wrote meanwhile
/// has made another clash of it, it is of no account.
class Resolution {
 public:
  explicit Resolution(std::vector<Clash> clashes);

  /// Throws UsageError where there is no such clash.
  Resolution& take(const std::string& pointer, Side side);
  /// All that are not decided yet.
  Resolution& take_rest(Side side);

  /// None: not decided, or not shown like this.
  [[nodiscard]] std::optional<Side> at(const Clash& clash) const;

 private:
  struct Answer {
    Clash clash;
    std::optional<Side> side;
  };
  std::map<std::string, Answer> answers_;  ///< by pointer
};

/// Both sides have changed the same: somebody has to decide. Nothing was merged. A fresh attempt
/// would meet it again.
class MergeConflict : public Error {
 public:
  MergeConflict(const std::string& place, std::int64_t found, std::vector<Clash> clashes);

  /// All of them.
  [[nodiscard]] const std::vector<Clash>& clashes() const noexcept { return clashes_; }
  /// The version that was found in the database.
  [[nodiscard]] std::int64_t found() const noexcept { return found_; }
  /// For answers, none of them given yet.
  [[nodiscard]] Resolution resolution() const;

 private:
  std::int64_t found_;
  std::vector<Clash> clashes_;
};

}  // namespace rowan
