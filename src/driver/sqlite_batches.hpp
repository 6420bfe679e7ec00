#pragma once
/// Statements of one text in, one statement of SQLite that does them all out.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <tuple>

#include <rowan/connection.hpp>

namespace rowan::driver {

/// Rows that are deleted by what they are the rows of and their numbers: of each owner the same
/// ones, without a gap, so that as many rows as there are numbers can only be these.
struct SqliteRuns {
  std::size_t owners = 0;  ///< none: the statements are of another kind
  std::size_t length = 0;  ///< of one owner's
  std::int64_t first = 0;
  std::int64_t last = 0;

  [[nodiscard]] std::size_t rows() const noexcept { return owners * length; }
};

/// Those that the statements begin with.
[[nodiscard]] SqliteRuns runs_in(std::span<const Statement> statements) noexcept;

class SqliteBatches {
 public:
  /// How many statements from `first` on go as one: one of few sizes, so that there are few texts.
  [[nodiscard]] static std::size_t size_at(const Plan& plan, std::size_t first) noexcept;

  /// The text for so many.
  [[nodiscard]] const SqlText& text(const std::shared_ptr<const Batch>& batch, std::size_t count);
  /// The text for runs of so many owners.
  [[nodiscard]] const SqlText& text_of_runs(const std::shared_ptr<const Batch>& batch,
                                            std::size_t owners);

 private:
  static constexpr std::size_t capacity = 200;

  enum class Kind { rows, runs };
  using Key = std::tuple<std::shared_ptr<const Batch>, Kind, std::size_t>;
  /// `make` builds it.
  template <class Make>
  const SqlText& keep(const Key& key, Make make);

  std::map<Key, SqlText> texts_;
};

}  // namespace rowan::driver
