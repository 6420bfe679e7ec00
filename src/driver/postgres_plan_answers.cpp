/// A plan's answers read, in the order they were asked for.

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "postgres_binary.hpp"
#include "postgres_cell.hpp"
#include "postgres_errors.hpp"
#include "postgres_guard.hpp"
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

std::vector<Oid> types_of(const PostgresResult& answer) {
  std::vector<Oid> types(static_cast<std::size_t>(PQnfields(answer.get())));
  for (std::size_t column = 0; column < types.size(); ++column)
    types[column] = PQftype(answer.get(), static_cast<int>(column));
  return types;
}

std::vector<Oid> types_of_params(const PostgresResult& answer) {
  std::vector<Oid> types(static_cast<std::size_t>(PQnparams(answer.get())));
  for (std::size_t param = 0; param < types.size(); ++param)
    types[param] = PQparamtype(answer.get(), static_cast<int>(param));
  return types;
}

std::vector<Value> read_row(const PostgresResult& answer, int row,
                            const std::vector<ColumnType>& columns, const std::vector<Oid>& types) {
  const Form form = PQbinaryTuples(answer.get()) != 0 ? Form::binary : Form::text;
  std::vector<Value> cells;
  cells.reserve(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const int column = static_cast<int>(i);
    const std::string_view bytes = cell(answer, row, column);
    if (bytes.empty() && PQgetisnull(answer.get(), row, column) != 0)
      cells.emplace_back(Null{});
    else if (form == Form::binary)
      cells.push_back(read_binary(bytes, types[i], columns[i]));
    else
      cells.push_back(read_cell(bytes, columns[i]));
  }
  return cells;
}

/// Of a session that the server has ended, which it says in the place of the statement that it has
/// come to.
bool is_end_of_session(std::string_view sqlstate) {
  constexpr auto codes = std::to_array<std::string_view>(
      {"57P01", "57P02", "57P04", "57P05", "25P03", "25P04"});  // see postgres_errors.cpp
  return std::find(codes.begin(), codes.end(), sqlstate) != codes.end();
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
                              await.what == What::describe || await.what == What::lock ||
                              await.what == What::begin || await.what == What::opening;
  if (!is_for_another || plan_.statements.empty()) last_answer_ = now;
  switch (await.what) {
    case What::nothing:
    case What::prepare:
    case What::lock: return;
    case What::describe:
      if (auto* entry = statements_.find(await.sql); entry != nullptr && !entry->types)
        entry->types = types_of_params(answer);
      return;
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
  Outcome& outcome = result_.outcomes.emplace_back();
  outcome.took = took;
  if (await.guarded == Await::Guarded::yes) outcome.sent = await.sql;
  outcome.affected = PQresultStatus(answer.get()) == PGRES_TUPLES_OK
                         ? static_cast<std::size_t>(PQntuples(answer.get()))
                         : changed_rows(answer);
  if (!plan_.statements[await.first].columns.empty()) read_rows(await, answer);
  if (went_ == Went::well) judge(await.first);
}

void PostgresPlan::read_rows(const Await& await, const PostgresResult& answer) {
  const Statement& statement = plan_.statements[await.first];
  const std::vector<ColumnType>& columns = statement.columns;
  const std::vector<Oid> types = types_of(answer);
  const auto fail_with = [&](const char* code, const char* message) {
    result_.outcomes.pop_back();
    fail(await, refused(FailureKind::refused, code, message));
  };
  if (types.size() < columns.size()) {
    fail_with("42P10", "the statement answers fewer columns than are read");
    return;
  }
  // A pooler may have prepared it anew, on a session that had not heard of it, after the table was
  // altered.
  if (PQbinaryTuples(answer.get()) != 0 &&
      !std::equal(types.begin(), types.end(), columns.begin(), columns.end(), is_read_binary)) {
    fail_with("0A000", "cached plan must not change result type");
    return;
  }
  if (await.types == Await::Types::learned) {
    if (auto* entry = statements_.find(statement.sql); entry != nullptr && !entry->answers)
      entry->answers = types;
  }
  const int rows = PQntuples(answer.get());
  auto& read = result_.outcomes.back().rows;
  read.reserve(static_cast<std::size_t>(rows));
  for (int row = 0; row < rows; ++row) read.push_back(read_row(answer, row, columns, types));
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
  fail(await, postgres_failure(connection_, answer.get()));
}

void PostgresPlan::fail(const Await& await, Failure failure) {
  using What = Await::What;
  went_ = Went::wrong;
  failed_ = await.what;
  const bool is_end = await.what == What::transaction_id || await.what == What::commit;
  const bool is_judged = judge_ == Judge::server && await.what == What::commit;
  if (is_judged) result_.stage = Stage::commit;
  if (result_.stage != Stage::begin && !is_end) {
    result_.outcomes.resize(await.first + 1);
    if (await.what == What::statement && await.guarded == Await::Guarded::yes)
      result_.outcomes.back().sent = await.sql;
  }
  if (const auto met = rows_met(failure)) {
    result_.outcomes.back().affected = *met;
    return;
  }
  // "cached plan must not change result type"; "prepared statement does not exist". A statement
  // that was not there before has no such errors.
  if (await.guarded == Await::Guarded::yes && failure.code == "0A000")
    refused_ = GuardRefused::yes;
  else if (failure.code == "0A000" || failure.code == "26000")
    stale_ = Stale::yes;
  if (await.what == What::lock || await.what == What::batch) in_batch_ = InBatch::yes;
  result_.failure = std::move(failure);
}

/// COMMIT was sent, and something failed before it. It was not executed where the server still has
/// the failed transaction open, where there never was one, or where the server has said which
/// statement it was at when it ended the session. All else may come from in between: a pooler
/// answers what it has heard nothing of with an error of its own.
void PostgresPlan::look_for_doubt() {
  if (result_.stage == Stage::commit) return;
  const PGTransactionStatusType status = PQtransactionStatus(connection_);
  const bool never_begun = failed_ == Await::What::begin && status == PQTRANS_IDLE;
  if (status == PQTRANS_INERROR || never_begun || is_end_of_session(result_.failure->code)) return;
  result_.stage = Stage::commit;
  result_.failure->kind = FailureKind::connection_lost;
}

}  // namespace rowan::driver
