#include "postgres_statements.hpp"

#include <utility>

namespace rowan::driver {

PostgresStatements::Entry& PostgresStatements::at(const std::string& sql) {
  if (const auto found = by_sql_.find(sql); found != by_sql_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return entries_.front();
  }
  if (entries_.size() == capacity) {
    Entry& last = entries_.back();
    if (last.state == Entry::State::prepared) dropped_.push_back(std::move(last.name));
    by_sql_.erase(last.sql);
    entries_.pop_back();
  }
  entries_.push_front(
      {sql, mode_ == Statements::prepared ? "rowan_" + std::to_string(next_++) : std::string()});
  by_sql_.emplace(entries_.front().sql, entries_.begin());
  return entries_.front();
}

PostgresStatements::Entry* PostgresStatements::find(const std::string& sql) {
  const auto found = by_sql_.find(sql);
  return found == by_sql_.end() ? nullptr : &*found->second;
}

std::optional<std::string> PostgresStatements::dropped() {
  if (dropped_.empty()) return {};
  std::string name = std::move(dropped_.back());
  dropped_.pop_back();
  return name;
}

void PostgresStatements::lose(const std::string& sql) {
  const auto found = by_sql_.find(sql);
  if (found == by_sql_.end()) return;
  const auto entry = found->second;
  by_sql_.erase(found);
  entries_.erase(entry);
}

void PostgresStatements::lose_all() {
  by_sql_.clear();
  entries_.clear();
  dropped_.clear();
}

}  // namespace rowan::driver
