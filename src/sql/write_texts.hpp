#pragma once
/// How a row is written in, the text of the statement out: built once for all that are alike.

#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include <rowan/connection.hpp>
#include <rowan/shape.hpp>

namespace rowan::sql {

/// All that the text of a write depends on.
struct WriteForm {
  enum class Kind : std::uint8_t { insert, update, remove, lock } kind;
  const Shape* shape;
  std::span<const std::size_t> columns{};
  std::span<const std::size_t> withheld{};
  std::uint32_t options = 0;  ///< whatever else, packed by who writes

  [[nodiscard]] std::size_t hash() const noexcept;
  friend bool operator==(const WriteForm& a, const WriteForm& b) noexcept;
};

struct WriteText {
  SqlText sql;
  std::shared_ptr<const Batch> batch;  ///< null: such statements are sent one by one
};

/// Of one schema, which outlives it. Thread-safe.
class WriteTexts {
 public:
  struct Kept {
    std::vector<std::size_t> columns;
    std::vector<std::size_t> withheld;
    WriteForm form;
    WriteText text;
  };
  using Pointer = std::shared_ptr<const Kept>;

  /// Null: it was not kept yet.
  [[nodiscard]] Pointer find(const WriteForm& form) const;
  Pointer keep(const WriteForm& form, WriteText text);

 private:
  /// A program writes few combinations of columns; one that writes all there are must not fill the
  /// memory with their texts.
  static constexpr std::size_t capacity = 10000;

  mutable std::shared_mutex mutex_;
  std::unordered_multimap<std::size_t, Pointer> texts_;
};

}  // namespace rowan::sql
