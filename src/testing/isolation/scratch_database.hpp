#pragma once
/// A database that is set up for runs: tables of its own, made and removed; put back before each.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <rowan/schema.hpp>
#include <rowan/store.hpp>
#include <rowan/testing/test_database.hpp>

#include "actor_run.hpp"
#include "stored_rows.hpp"

namespace rowan::testing {

class ScratchDatabase {
 public:
  /// Makes the tables. Throws ConnectionFailed and QueryError; UsageError for a mapping whose table
  /// names its schema, and behind a pooler, where each transaction may have another session: what
  /// is emptied before each run would not be ours.
  ScratchDatabase(const TestDatabase& database, Schema schema);
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;
  ~ScratchDatabase();

  /// An actor with a store of its own.
  [[nodiscard]] std::unique_ptr<ActorRun> make_actor(int number, const Setting& setting);

  /// Empties the tables and stores what `fresh` does.
  void reset(const std::function<void(UnitOfWork&)>& fresh);
  /// None: somebody has locked the tables.
  [[nodiscard]] std::optional<StoredRows> content();
  /// Of what is committed, for invariants.
  [[nodiscard]] UnitOfWork look() { return store_->begin({.access = Access::read_only}); }

  [[nodiscard]] bool are_waits_asked() const noexcept { return waits_ == Waits::asked; }
  /// Whether one of these processes of the server waits for one of `others`; where that cannot be
  /// asked, whether it has run for too long.
  [[nodiscard]] bool is_blocked(const std::vector<std::int64_t>& processes,
                                const std::vector<std::int64_t>& others,
                                std::chrono::milliseconds running);
  /// Ends the statements of these processes; false: it is not known which of them waits.
  [[nodiscard]] bool end_wait(const std::vector<std::int64_t>& processes);

 private:
  class Control;

  [[nodiscard]] StoreOptions options() const;
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::string schema() const;  ///< that the tables are in; empty: SQLite has none
  void find_out_how_to_ask();
  void empty();
  void remove() noexcept;

  TestDatabase database_;
  Schema schema_;
  std::string name_;  ///< of the file, or of the schema
  std::unique_ptr<Control> control_;
  std::unique_ptr<Store> store_;
  enum class Waits { asked, assumed } waits_ = Waits::asked;
  enum class Emptied { by_delete, by_truncate } emptied_ = Emptied::by_delete;
};

}  // namespace rowan::testing
