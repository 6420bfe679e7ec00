#pragma once
/// One unit of work of the fault loop: without a failure, with one, and with transact.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "fault_bench.hpp"
#include "fault_kinds.hpp"
#include "fault_workloads.hpp"

namespace contract {

/// What comes of a workload in which nothing fails.
struct Plain {
  std::size_t until_commit = 0;  ///< operations before commit() is called
  std::size_t operations = 0;
  Strings sql;          ///< of each operation
  std::string after;    ///< what the database holds then
  std::string memory;   ///< what the unit holds then
  std::string without;  ///< in the database, if it was rolled back first and one aggregate left out
  std::string late;     ///< the same, once somebody else has changed that one
};

template <class B>
Plain run_plain(FaultBench<B>& on, const Workload& workload) {
  Plain out;
  on.reset();
  {
    auto unit = on.store.begin(workload.options);
    Hands hands(unit);
    on.script->count();
    on.db.log->clear();
    workload.edit(hands);
    out.until_commit = on.script->operations();
    unit.commit();
    out.operations = on.script->operations();
    out.sql = on.db.log->sql();
    // The failing connection's own question, which is no operation.
    std::erase_if(out.sql, [](const std::string& sql) { return has(sql, "_if_assigned"); });
    REQUIRE(out.sql.size() == out.operations);
    on.check_memory(hands);
    out.memory = on.memory(hands);
    CHECK(on.commits == 1);
  }
  out.after = on.contents();
  CHECK(out.after != on.before);
  on.reset();
  std::string change;
  {
    auto unit = on.store.begin(workload.options);
    Hands hands(unit);
    workload.edit(hands);
    unit.rollback();
    on.check_versions(hands);
    hands.discard_one();
    unit.commit();
    on.check_memory(hands);
    change = hands.change_of_another();
  }
  out.without = on.contents();
  on.db.execute(change);
  out.late = on.contents();
  return out;
}

/// One unit of work whose n-th operation fails.
template <class B>
class Failing {
 public:
  Failing(FaultBench<B>& on, const Workload& workload, const Plain& plain)
      : on_(on), workload_(workload), plain_(plain), unit_(begin()), hands_(unit_) {}

  void run(const Fault& fault, std::size_t n) {
    on_.script->fail_at(n, fault.kind, fault.when);
    on_.db.log->clear();
    bool in_commit = false;
    try {
      workload_.edit(hands_);
      in_commit = true;
      unit_.commit();
      FAIL("nothing was thrown");
    } catch (const rowan::Error& error) {
      error_ = name_of(error);
      is_retryable_ = error.retryable();
      what_ = error.what();
      if (const auto* unknown = dynamic_cast<const rowan::CommitUnknown*>(&error))
        unknown_ = *unknown;
    }
    on_.script->count();
    has_failed_ = rolled_back() ? in_commit || had_written(n)
                                : in_commit && !begins_a_write(plain_.sql[n - 1]);
    CHECK(on_.commits == 0);
    holds_all_ = unknown_ && fault.when == rowan::testing::Fail::after;
    CHECK(on_.contents() == (holds_all_ ? plain_.after : on_.before));
    if (!holds_all_) on_.check_versions(hands_);
  }

  /// Everything once more in the same unit, after a rollback.
  void go_on() {
    unit_.rollback();
    on_.check_versions(hands_);
    workload_.edit(hands_);
    unit_.commit();
    CHECK(on_.contents() == plain_.after);
    CHECK(on_.memory(hands_) == plain_.memory);
    on_.check_versions(hands_);
    CHECK(on_.commits == 1);
  }

  /// All but one aggregate, after a rollback.
  void go_on_without_one() {
    unit_.rollback();
    hands_.discard_one();
    unit_.commit();
    CHECK(on_.contents() == plain_.without);
    on_.check_memory(hands_);
  }

  /// Without a rollback: the unit has failed where it was to write and its transaction was rolled
  /// back, or a hook threw what the database said, and then it refuses; else it commits what is in
  /// memory.
  void just_commit() {
    if (!has_failed_) {
      CHECK_NOTHROW(unit_.commit());
      on_.check_memory(hands_);
      return;
    }
    const auto again = thrown<rowan::UnitFailed>([&] { unit_.commit(); });
    CHECK(has(again.what(), what_));
    CHECK(on_.contents() == on_.before);
    on_.check_versions(hands_);
  }

  /// Nothing more to be had from it but the truth.
  void is_over() {
    for (int i = 0; i < 2; ++i) {
      CHECK_THROWS_AS(unit_.commit(), rowan::UnitFailed);
      CHECK_THROWS_AS(workload_.edit(hands_), rowan::UnitFailed);
      unit_.rollback();
    }
    CHECK(on_.contents() == (holds_all_ ? plain_.after : on_.before));
    using Answer = rowan::CommitUnknown::Answer;
    const Answer truth = holds_all_ ? Answer::committed : Answer::rolled_back;
    const Answer answer = unknown_->resolve();
    // SQLite keeps no ids of transactions, but a unique version that stands says enough.
    const bool known = on_.db.postgres || (holds_all_ && !hands_.dinners.empty());
    CHECK(answer == (known ? truth : Answer::unknown));
  }

  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] bool is_retryable() const { return is_retryable_; }
  [[nodiscard]] bool is_unknown() const { return unknown_.has_value(); }
  [[nodiscard]] bool holds_all() const { return holds_all_; }

 private:
  rowan::UnitOfWork begin() {
    on_.reset();
    return on_.store.begin(workload_.options);
  }

  static bool begins_a_write(const std::string& sql) {
    return sql.starts_with("BEGIN") &&
           (Database<B>::postgres ? !has(sql, "READ ONLY") : sql != "BEGIN");
  }
  /// Whether one of the first n operations writes.
  [[nodiscard]] bool had_written(std::size_t n) const {
    const auto reads = [](const std::string& sql) {
      return sql.starts_with("SELECT") || sql.starts_with("BEGIN") || sql.starts_with("COMMIT");
    };
    return !std::all_of(plain_.sql.begin(), plain_.sql.begin() + std::ptrdiff_t(n), reads);
  }
  /// Whether the transaction that was to write was, since the log was last cleared.
  [[nodiscard]] bool rolled_back() const {
    const Strings sent = on_.db.log->sql();
    const auto begun = std::ranges::find_if(sent, begins_a_write);
    return std::find(begun, sent.end(), "ROLLBACK") != sent.end();
  }

  FaultBench<B>& on_;
  const Workload& workload_;
  const Plain& plain_;
  rowan::UnitOfWork unit_;
  Hands hands_;
  std::string error_;
  std::string what_;
  bool is_retryable_ = false;
  bool has_failed_ = false;
  std::optional<rowan::CommitUnknown> unknown_;
  bool holds_all_ = false;
};

/// Whether transact starts again; then it has to come to the end, else to nothing.
template <class B>
bool is_retried(FaultBench<B>& on, const Workload& workload, const Plain& plain, const Fault& fault,
                std::size_t n) {
  on.reset();
  int runs = 0;
  on.script->fail_at(n, fault.kind, fault.when);
  try {
    on.store.transact(
        [&](rowan::UnitOfWork& unit) {
          ++runs;
          Hands hands(unit);
          workload.edit(hands);
        },
        workload.options);
    CHECK(runs == 2);
    CHECK(on.contents() == plain.after);
    return true;
  } catch (const rowan::Error&) {
    CHECK(runs == 1);
    return false;
  }
}

}  // namespace contract
