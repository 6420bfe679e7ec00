#include "load_texts.hpp"

#include <iterator>
#include <mutex>

#include "check_values.hpp"
#include "read_rows.hpp"

namespace rowan::sql {
namespace {

std::vector<Statement> build(Backend backend, const Shape& root,
                             const std::vector<KeyValues>& keys) {
  std::vector<Statement> out = select_children(backend, root, keys);
  out.insert(out.begin(), select_roots(backend, root, keys));
  return out;
}

/// All of the statements of a load take the same values.
std::vector<Value> values_of(const std::vector<KeyValues>& keys) {
  std::vector<Value> out;
  out.reserve(keys.size() * keys.front().size());
  for (const KeyValues& key : keys) out.insert(out.end(), key.begin(), key.end());
  return out;
}

}  // namespace

std::vector<Statement> LoadTexts::select(Backend backend, const Shape& root,
                                         const std::vector<KeyValues>& keys) {
  // Other numbers of keys come seldom twice.
  if (keys.size() != 1 && keys.size() != keys_at_once) return build(backend, root, keys);
  for (const KeyValues& key : keys) check_key(backend, root, key);
  const Form form{&root, keys.size()};
  Statements kept = find(form);
  if (!kept) kept = keep(form, build(backend, root, keys));
  std::vector<Statement> out = *kept;
  const bool as_array = go_as_array(backend, keys.front().size(), keys.size());
  for (Statement& statement : out)
    if (as_array)
      statement.arrays.push_back(values_of(keys));
    else
      statement.params = values_of(keys);
  return out;
}

LoadTexts::Statements LoadTexts::find(const Form& form) const {
  const std::shared_lock lock(mutex_);
  const auto found = kept_.find(form);
  return found == kept_.end() ? nullptr : found->second;
}

LoadTexts::Statements LoadTexts::keep(const Form& form, std::vector<Statement> statements) {
  for (Statement& statement : statements) {
    statement.params.clear();
    statement.arrays.clear();
  }
  auto kept = std::make_shared<const std::vector<Statement>>(std::move(statements));
  const std::unique_lock lock(mutex_);
  kept_.insert_or_assign(form, kept);
  return kept;
}

}  // namespace rowan::sql
