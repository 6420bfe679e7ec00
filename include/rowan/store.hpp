#pragma once
/// A database and the aggregates kept in it. Open one for the whole program.

#include <concepts>
#include <functional>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

#include <rowan/observer.hpp>
#include <rowan/options.hpp>
#include <rowan/schema.hpp>
#include <rowan/unit_of_work.hpp>

namespace rowan {

/// Thread-safe. Units of work keep what they need of it, so they may outlive it.
class Store {
 public:
  /// "sqlite3://shop.db", "sqlite3://:memory:", "postgresql://user@host/db",
  /// "postgresql://host=/tmp dbname=shop". Opens one connection at once. Throws ConnectionFailed
  /// when that is not to be had and UsageError for a URL that names no database.
  Store(std::string_view url, Schema schema, StoreOptions options = {});
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  /// Creates the tables that are not there yet, in one transaction. Throws QueryError.
  void create_tables();
  /// Throws one SchemaMismatch with every difference between the mappings and the database.
  void check_tables();
  /// Adds the version column to tables that lack it, every row at version 1, in one transaction;
  /// touches nothing else. Throws SchemaMismatch when a table is missing.
  void adopt_tables();

  /// A new unit of work. Throws UsageError for options that contradict each other: repeatable
  /// reads and serializability protect nothing outside one transaction, so they cannot be had
  /// with Transaction::at_commit.
  [[nodiscard]] UnitOfWork begin(const WorkOptions& options = {});

  /// Runs `work` in a unit of work and commits; again from the start, on a fresh one, when it
  /// failed for a reason that a fresh attempt can cure (Error::retryable). Returns what `work`
  /// returns, or throws what the last attempt threw.
  template <std::invocable<UnitOfWork&> F>
  auto transact(F&& work, const WorkOptions& options = {}) {
    using Result = std::invoke_result_t<F&, UnitOfWork&>;
    for (int attempt = 1;; ++attempt) {
      try {
        UnitOfWork unit = begin(options);
        if constexpr (std::is_void_v<Result>) {
          std::invoke(work, unit);
          return unit.commit();
        } else {
          Result result = std::invoke(work, unit);
          unit.commit();
          return result;
        }
      } catch (const Error& error) {
        if (!wait_to_retry(error, attempt, options)) throw;
      }
    }
  }

  /// Every version of the aggregate with this id, as UnitOfWork::history tells it.
  template <detail::Root T>
  [[nodiscard]] std::vector<Revision> history(const IdOf<T>& id) {
    return begin({.access = Access::read_only}).history<T>(id);
  }

  [[nodiscard]] Counters counters() const;

  struct Impl;

 private:
  /// False when there is to be no further attempt.
  bool wait_to_retry(const Error& error, int attempt, const WorkOptions& options);

  std::shared_ptr<Impl> impl_;
};

}  // namespace rowan
