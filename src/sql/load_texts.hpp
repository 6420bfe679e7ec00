#pragma once
/// Keys in, the SELECTs of whole aggregates out: their texts are built once.

#include <cstddef>
#include <map>
#include <memory>
#include <shared_mutex>
#include <utility>
#include <vector>

#include <rowan/connection.hpp>
#include <rowan/shape.hpp>

namespace rowan::sql {

/// Of one schema, which outlives it. Thread-safe.
class LoadTexts {
 public:
  /// As select_roots has it, then as select_children has them.
  [[nodiscard]] std::vector<Statement> select(Backend backend, const Shape& root,
                                              const std::vector<KeyValues>& keys);

 private:
  /// Without values.
  using Statements = std::shared_ptr<const std::vector<Statement>>;
  using Form = std::pair<const Shape*, std::size_t>;  ///< root, number of keys

  [[nodiscard]] Statements find(const Form& form) const;
  Statements keep(const Form& form, std::vector<Statement> statements);

  mutable std::shared_mutex mutex_;
  std::map<Form, Statements> kept_;
};

}  // namespace rowan::sql
