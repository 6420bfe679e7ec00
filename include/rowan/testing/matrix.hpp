#pragma once
/// Where scenarios are run: the product of databases, levels, spans, versions and guards.
///
///     Matrix().on(TestDatabase::sqlite()).isolation({Isolation::read_committed, ...})

#include <utility>
#include <vector>

#include <rowan/testing/setting.hpp>
#include <rowan/testing/test_database.hpp>

namespace rowan::testing {

/// What is not chained is as a store has it by default. Combinations that a store refuses are left
/// out (Transaction::at_commit above read committed), and so are levels that are one: SQLite's
/// transactions are all serializable.
class Matrix {
 public:
  Matrix& on(TestDatabase database) {
    databases_.push_back(std::move(database));
    return *this;
  }
  Matrix& isolation(std::vector<Isolation> levels) {
    levels_ = std::move(levels);
    return *this;
  }
  /// Not called: the span that a store gives a level, which up to read committed is at commit.
  Matrix& spans(std::vector<Transaction> spans) {
    spans_ = std::move(spans);
    return *this;
  }
  Matrix& versions(std::vector<Versions> versions) {
    versions_ = std::move(versions);
    return *this;
  }
  Matrix& guards(std::vector<Guards> guards) {
    guards_ = std::move(guards);
    return *this;
  }

  [[nodiscard]] const std::vector<TestDatabase>& databases() const noexcept { return databases_; }
  [[nodiscard]] std::vector<Setting> settings(const TestDatabase& database) const;

 private:
  std::vector<TestDatabase> databases_;
  std::vector<Isolation> levels_{Isolation::standard};
  std::vector<Transaction> spans_;
  std::vector<Versions> versions_{Versions::check};
  std::vector<Guards> guards_{Guards::on};
};

}  // namespace rowan::testing
