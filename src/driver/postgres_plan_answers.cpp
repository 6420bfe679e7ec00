/// A plan's answers read, in the order they were asked for.

#include <charconv>
#include <string_view>
#include <utility>

#include "postgres_cell.hpp"
#include "postgres_errors.hpp"
#include "postgres_plan.hpp"

namespace rowan::driver {
namespace {

using Stage = PlanResult::Stage;

/// The rows that a statement changed, by its command tag; 0 for one that changes none.
std::size_t changed_rows(const PostgresResult& answer) {
  const std::string_view text = PQcmdTuples(answer.get());
  std::size_t rows = 0;
  std::from_chars(text.data(), text.data() + text.size(), rows);
  return rows;
}

std::string_view cell(const PostgresResult& answer, int row, int column) {
  return {PQgetvalue(answer.get(), row, column),
          static_cast<std::size_t>(PQgetlength(answer.get(), row, column))};
}

std::string first_cell(const PostgresResult& answer) {
  return PQntuples(answer.get()) > 0 ? std::string(cell(answer, 0, 0)) : std::string();
}

std::vector<Value> read_row(const PostgresResult& answer, int row,
                            const std::vector<ColumnType>& columns) {
  std::vector<Value> cells;
  cells.reserve(columns.size());
  int column = 0;
  for (const ColumnType type : columns) {
    if (PQgetisnull(answer.get(), row, column) != 0)
      cells.emplace_back(Null{});
    else
      cells.push_back(read_cell(cell(answer, row, column), type));
    ++column;
  }
  return cells;
}

Failure refused(FailureKind kind, const char* code, const char* message) {
  return {.kind = kind, .code = code, .message = message, .constraint = {}};
}

}  // namespace

/// All that are waited for, up to the first that is not as it has to be.
void PostgresPlan::read_answers(PostgresPipeline& from) {
  for (; read_ < awaited_.size() && went_ == Went::well; ++read_) {
    const PostgresResult answer = from.next();
    if (!succeeded(answer)) {
      fail(awaited_[read_], answer);
      return;
    }
    read(awaited_[read_], answer);
  }
}

void PostgresPlan::read(const Await& await, const PostgresResult& answer) {
  using What = Await::What;
  const auto now = std::chrono::steady_clock::now();
  const auto took = now - last_answer_;
  // The server answers a trip at its end, so the wait is that of the first statement in it. What is
  // sent only for a statement's sake is counted with it.
  const bool is_for_another = await.what == What::nothing || await.what == What::prepare ||
                              await.what == What::lock || await.what == What::begin ||
                              await.what == What::opening;
  if (!is_for_another || plan_.statements.empty()) last_answer_ = now;
  switch (await.what) {
    case What::nothing:
    case What::prepare:
    case What::lock: return;
    case What::begin:
      if (opening_ == Opening::none) result_.stage = Stage::statement;
      if (plan_.statements.empty()) result_.begin_took = took;
      return;
    case What::opening:
      result_.stage = Stage::statement;
      if (plan_.statements.empty()) result_.begin_took += took;
      if (plan_.begin->writes == Begin::Writes::surely) result_.transaction_id = first_cell(answer);
      return;
    case What::transaction_id: result_.transaction_id = first_cell(answer); return;
    case What::commit:
      result_.commit_took = took;
      if (PQcmdStatus(answer.get()) != std::string_view("COMMIT"))
        fail(await, refused(FailureKind::aborted, "25P02", "COMMIT was answered with ROLLBACK"));
      return;
    case What::batch:
      read_batch(await, answer);
      if (!result_.outcomes.empty() && await.first < result_.outcomes.size())
        result_.outcomes[await.first].took = took;
      return;
    case What::statement: break;
  }
  const Statement& statement = plan_.statements[await.first];
  Outcome& outcome = result_.outcomes.emplace_back();
  outcome.took = took;
  const bool answers_rows = PQresultStatus(answer.get()) == PGRES_TUPLES_OK;
  const int rows = PQntuples(answer.get());
  outcome.affected = answers_rows ? static_cast<std::size_t>(rows) : changed_rows(answer);
  if (static_cast<std::size_t>(PQnfields(answer.get())) < statement.columns.size()) {
    result_.outcomes.pop_back();
    fail(await, refused(FailureKind::refused, "42P10",
                        "the statement answers fewer columns than are read"));
    return;
  }
  if (!statement.columns.empty()) {
    outcome.rows.reserve(outcome.affected);
    for (int row = 0; row < rows; ++row)
      outcome.rows.push_back(read_row(answer, row, statement.columns));
  }
  judge(await.first);
}

void PostgresPlan::read_batch(const Await& await, const PostgresResult& answer) {
  const Batch& batch = *plan_.statements[await.first].batch;
  result_.outcomes.resize(await.first + await.count);
  if (batch.answers == Batch::Answers::places) {
    for (int row = 0; row < PQntuples(answer.get()); ++row) {
      const std::string_view text = cell(answer, row, 0);
      std::size_t place = 0;
      std::from_chars(text.data(), text.data() + text.size(), place);
      ++result_.outcomes[await.first + place - 1].affected;
    }
  } else if (changed_rows(answer) == await.count) {
    for (std::size_t i = 0; i < await.count; ++i) result_.outcomes[await.first + i].affected = 1;
  } else {
    in_batch_ = InBatch::yes;
  }
  for (std::size_t i = 0; i < await.count; ++i)
    result_.outcomes[await.first + i].sent = i == 0 ? await.sql : SqlText();
  for (std::size_t i = 0; i < await.count && went_ == Went::well; ++i) judge(await.first + i);
}

/// Whether the statement met the rows that it expects; else the plan ends with it.
void PostgresPlan::judge(std::size_t statement) {
  const auto& expect = plan_.statements[statement].expect;
  if (!expect || result_.outcomes[statement].affected == *expect) return;
  went_ = Went::wrong;
  result_.outcomes.resize(statement + 1);
}

void PostgresPlan::fail(const Await& await, const PostgresResult& answer) {
  Failure failure = postgres_failure(connection_, answer.get());
  // "cached plan must not change result type"; "prepared statement does not exist". A statement
  // that was not there before has no such errors.
  if (failure.code == "0A000" || failure.code == "26000") stale_ = Stale::yes;
  fail(await, std::move(failure));
}

void PostgresPlan::fail(const Await& await, Failure failure) {
  using What = Await::What;
  went_ = Went::wrong;
  if (await.what == What::lock || await.what == What::batch) in_batch_ = InBatch::yes;
  const bool is_end = await.what == What::transaction_id || await.what == What::commit;
  if (result_.stage != Stage::begin && !is_end) result_.outcomes.resize(await.first + 1);
  result_.failure = std::move(failure);
}

}  // namespace rowan::driver
