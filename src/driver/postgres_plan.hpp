#pragma once
/// A plan on its way through a pipeline: sent as one, then judged in order.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <rowan/connection.hpp>

#include "postgres_pipeline.hpp"
#include "postgres_statements.hpp"

namespace rowan::driver {

class PostgresPlan {
 public:
  enum class Batches {
    sent,     ///< where there are enough statements of one text
    avoided,  ///< each statement by itself, so that it is known which of them fails
  };

  enum class Commit {
    in_same_trip,  ///< where nothing has to be judged by the client first
    in_trip_of_own
  };

  PostgresPlan(PGconn* connection, PostgresStatements& statements, const Plan& plan,
               Batches batches, Commit commit);

  /// BEGIN, the statements, and COMMIT where it went along: see sent_commit(). Any other COMMIT is
  /// left to be sent; until then `complete` says that all went well so far.
  [[nodiscard]] PlanResult run();

  /// Takes back what a plan that began no transaction has done so far.
  static constexpr const char* back_to_begin =
      "ROLLBACK TO SAVEPOINT rowan_plan; RELEASE SAVEPOINT rowan_plan";

  /// Whether COMMIT was sent with the rest: of what only reads, or can fail by itself.
  [[nodiscard]] bool sent_commit() const noexcept { return commit_ == SentCommit::yes; }
  /// Whether what failed was a batch, of which only the first statement is named.
  [[nodiscard]] bool failed_in_batch() const noexcept { return in_batch_ == InBatch::yes; }
  /// Whether the server no longer has a statement that it had prepared, or has it otherwise.
  [[nodiscard]] bool met_stale_statement() const noexcept { return stale_ == Stale::yes; }
  /// Whether the server has refused a statement as it was guarded, which it may take as it is.
  [[nodiscard]] bool met_unguardable() const noexcept { return refused_ == GuardRefused::yes; }

 private:
  /// An answer that is waited for.
  struct Await {
    enum class What {
      nothing,
      prepare,
      describe,
      begin,
      opening,
      lock,
      statement,
      batch,
      transaction_id,
      commit
    } what;
    std::size_t first = 0;  ///< statement of the plan
    std::size_t count = 1;
    SqlText sql{};  ///< that is prepared, or sent as a batch
    enum class Types { known, learned } types = Types::known;  ///< of the columns it answers
    enum class Guarded { no, yes } guarded = Guarded::no;      ///< see driver::guarded
  };

  void learn_types(PostgresPipeline& to);
  void send_begin(PostgresPipeline& to);
  void send_statements(PostgresPipeline& to);
  void send_one(PostgresPipeline& to, std::size_t statement);
  void check_sent(const PostgresPipeline& to, std::size_t statement);
  void send_end(PostgresPipeline& to);
  void send_batch(PostgresPipeline& to, std::size_t first, std::size_t count);
  void send(PostgresPipeline& to, Await await, const SqlText& sql, const WireParams& params);
  [[nodiscard]] Form form_of_answer(Await& await, const PostgresStatements::Entry& entry) const;
  [[nodiscard]] std::size_t run_of_batch(std::size_t first) const;
  [[nodiscard]] const std::vector<Oid>* types_of_arrays(const Statement& statement);
  [[nodiscard]] bool has_array_types(std::size_t statement);
  [[nodiscard]] bool has_batches() const;
  [[nodiscard]] bool judges_itself() const;

  void read_answers(PostgresPipeline& from);
  void read(const Await& await, const PostgresResult& answer);
  void read_rows(const Await& await, const PostgresResult& answer);
  void read_batch(const Await& await, const PostgresResult& answer);
  void judge(std::size_t statement);
  void look_for_doubt();
  void fail(const Await& await, Failure failure);
  void fail(const Await& await, const PostgresResult& answer);

  PGconn* connection_;
  PostgresStatements& statements_;
  const Plan& plan_;
  Batches batches_;
  std::vector<Await> awaited_;
  std::size_t read_ = 0;  ///< of them
  std::chrono::steady_clock::time_point last_answer_;
  PlanResult result_;
  enum class Judge { client, server } judge_ = Judge::client;  ///< of the rows that were met
  enum class SentCommit { no, yes } commit_ = SentCommit::no;
  enum class Opening { none, sent } opening_ = Opening::none;
  enum class Undo { with_transaction, to_savepoint } undo_ = Undo::with_transaction;
  enum class Went { well, wrong } went_ = Went::well;
  enum class InBatch { no, yes } in_batch_ = InBatch::no;
  enum class Stale { no, yes } stale_ = Stale::no;
  enum class GuardRefused { no, yes } refused_ = GuardRefused::no;
  std::optional<Await::What> failed_;  ///< what the failure was an answer to
};

}  // namespace rowan::driver
