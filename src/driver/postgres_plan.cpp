#include "postgres_plan.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "../sql/transaction_id.hpp"
#include "postgres_array.hpp"
#include "postgres_cell.hpp"
#include "postgres_errors.hpp"
#include "postgres_limits.hpp"

namespace rowan::driver {
namespace {

using Stage = PlanResult::Stage;
using State = PostgresStatements::Entry::State;

/// With fewer, unpacking the arrays costs more than the statements that are spared.
constexpr std::size_t fewest_in_batch = 12;
constexpr std::size_t most_in_batch = 5000;
/// What is sent before answers are read: more would gain nothing, and take memory.
constexpr std::size_t most_bytes = std::size_t{8} << 20U;
constexpr std::size_t most_awaited = 10000;

std::size_t bytes_of(const Statement& statement) {
  std::size_t bytes = 64;
  for (const Value& value : statement.params) {
    bytes += 16;
    if (const auto* text = std::get_if<std::string>(&value)) bytes += text->size();
    if (const auto* blob = std::get_if<Bytes>(&value)) bytes += 2 * blob->size();
  }
  return bytes;
}

/// The server plans no others.
bool is_planned(std::string_view sql) {
  constexpr auto words =
      std::to_array<std::string_view>({"SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "});
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return sql.starts_with(word); });
}

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

bool only_reads(const Plan& plan) {
  return plan.begin && plan.begin->access == Access::read_only;
}

Failure refused(FailureKind kind, const char* code, const char* message) {
  return {.kind = kind, .code = code, .message = message, .constraint = {}};
}

/// The limits, and first of all the transaction's id where it is certain to have one; empty where
/// nothing is asked for.
std::string opening(const Begin& begin) {
  std::string sql;
  const auto add = [&](const std::string& expression) {
    sql += (sql.empty() ? "SELECT " : ", ") + expression;
  };
  if (begin.writes == Begin::Writes::surely) add(sql::id_of_writer());
  if (begin.lock_timeout) add(set_limit("lock_timeout", *begin.lock_timeout));
  if (begin.statement_timeout) add(set_limit("statement_timeout", *begin.statement_timeout));
  return sql;
}

}  // namespace

PostgresPlan::PostgresPlan(PGconn* connection, PostgresStatements& statements, const Plan& plan,
                           Batches batches)
    : connection_(connection), statements_(statements), plan_(plan), batches_(batches) {}

PlanResult PostgresPlan::run() {
  last_answer_ = std::chrono::steady_clock::now();
  if (!plan_.begin && PQtransactionStatus(connection_) == PQTRANS_INTRANS && has_batches())
    undo_ = Undo::to_savepoint;
  result_.outcomes.reserve(plan_.statements.size());
  {
    PostgresPipeline pipeline(connection_);
    learn_types(pipeline);
    if (went_ == Went::well) {
      send_begin(pipeline);
      send_statements(pipeline);
      send_end(pipeline);
      pipeline.sync();
      read_answers(pipeline);
      pipeline.drain();
    }
  }
  // What was not answered was not prepared.
  for (std::size_t i = read_; i < awaited_.size(); ++i)
    if (awaited_[i].what == Await::What::prepare) statements_.lose(awaited_[i].sql);
  result_.complete = went_ == Went::well;
  return std::move(result_);
}

/// An array has to say what it is an array of: the types that the server infers for the parameters
/// of the single statement. It is asked once, and in one trip for the whole plan.
void PostgresPlan::learn_types(PostgresPipeline& to) {
  if (batches_ == Batches::avoided) return;
  std::vector<std::size_t> asked;  // statements of the plan
  for (std::size_t i = 0; i < plan_.statements.size();) {
    const std::size_t count = run_of_batch(i);
    const SqlText& sql = plan_.statements[i].sql;
    const bool is_asked = std::any_of(asked.begin(), asked.end(), [&](std::size_t other) {
      return plan_.statements[other].sql.shares(sql);
    });
    if (count >= fewest_in_batch && !is_asked && !statements_.at(sql).types) {
      asked.push_back(i);
      // Under the same name it could not be prepared again.
      if (!statements_.at(sql).name.empty()) statements_.lose(sql);
      PostgresStatements::Entry& entry = statements_.at(sql);
      to.prepare(entry.name, sql);
      to.describe(entry.name);
    }
    i += count;
  }
  if (asked.empty()) return;
  to.sync();
  for (const std::size_t i : asked) {
    PostgresResult answer = to.next();
    PostgresStatements::Entry& entry = statements_.at(plan_.statements[i].sql);
    if (succeeded(answer)) {
      if (!entry.name.empty()) entry.state = State::prepared;
      answer = to.next();
    }
    if (!succeeded(answer)) {
      // Where no transaction is open nothing is lost, and the statement itself will tell.
      if (!plan_.begin) fail({Await::What::statement, i}, answer);
      break;
    }
    entry.types.emplace();
    for (int p = 0; p < PQnparams(answer.get()); ++p)
      entry.types->push_back(PQparamtype(answer.get(), p));
  }
  to.drain();
}

/// How many from here on can be one batch.
std::size_t PostgresPlan::run_of_batch(std::size_t first) const {
  const auto& batch = plan_.statements[first].batch;
  if (!batch || batches_ == Batches::avoided) return 1;
  std::size_t end = first;
  for (std::size_t bytes = 0; end < plan_.statements.size() && end - first < most_in_batch &&
                              bytes < most_bytes && plan_.statements[end].batch == batch;
       ++end)
    bytes += bytes_of(plan_.statements[end]);
  return end - first;
}

bool PostgresPlan::has_array_types(std::size_t statement) {
  const auto& types = statements_.at(plan_.statements[statement].sql).types;
  return types && types->size() == plan_.statements[statement].params.size() &&
         std::all_of(types->begin(), types->end(),
                     [](Oid type) { return array_type(type).has_value(); });
}

bool PostgresPlan::has_batches() const {
  for (std::size_t i = 0; i < plan_.statements.size();) {
    const std::size_t count = run_of_batch(i);
    if (count >= fewest_in_batch) return true;
    i += count;
  }
  return false;
}

void PostgresPlan::send_begin(PostgresPipeline& to) {
  if (!plan_.begin) {
    if (undo_ == Undo::to_savepoint) {
      to.run("SAVEPOINT rowan_plan");
      awaited_.push_back({Await::What::nothing});
    }
    return;
  }
  result_.stage = Stage::begin;
  to.run(to_sql(*plan_.begin, Backend::postgres));
  awaited_.push_back({Await::What::begin});
  const std::string sql = opening(*plan_.begin);
  if (!sql.empty()) send(to, {Await::What::opening}, sql, {});
}

void PostgresPlan::send_statements(PostgresPipeline& to) {
  std::size_t bytes = 0;
  std::size_t waiting = 0;
  for (std::size_t i = 0; i < plan_.statements.size() && went_ == Went::well;) {
    std::size_t count = run_of_batch(i);
    try {
      if (count >= fewest_in_batch && has_array_types(i)) {
        send_batch(to, i, count);
      } else {
        count = 1;
        const Statement& one = plan_.statements[i];
        const PostgresParams params(one);
        send(to, {Await::What::statement, i}, one.sql, params.wire());
      }
    } catch (const std::out_of_range& unfit) {
      to.ask_for_answers();
      read_answers(to);
      if (went_ == Went::well)
        fail({Await::What::statement, i}, refused(FailureKind::value, "22000", unfit.what()));
      return;
    }
    bytes += count * bytes_of(plan_.statements[i]);
    i += count;
    if (bytes < most_bytes && ++waiting < most_awaited) continue;
    bytes = waiting = 0;
    to.ask_for_answers();
    read_answers(to);
  }
}

/// What has only read can be committed with the rest: nothing hangs on it.
void PostgresPlan::send_end(PostgresPipeline& to) {
  if (went_ == Went::wrong) return;
  if (undo_ == Undo::to_savepoint) {
    to.run("RELEASE SAVEPOINT rowan_plan");
    awaited_.push_back({Await::What::nothing, plan_.statements.size() - 1});
  }
  if (plan_.finish != Plan::Finish::commit) return;
  if (only_reads(plan_)) {
    to.run("COMMIT");
    awaited_.push_back({Await::What::commit});
  } else if (!plan_.begin || plan_.begin->writes == Begin::Writes::maybe) {
    static const SqlText ask("SELECT " + sql::id_if_it_wrote());
    send(to, {Await::What::transaction_id}, ask, {});
  }
}

void PostgresPlan::send_batch(PostgresPipeline& to, std::size_t first, std::size_t count) {
  const Batch& batch = *plan_.statements[first].batch;
  const std::vector<Oid> elements = *statements_.at(plan_.statements[first].sql).types;
  std::vector<PostgresArray> arrays;
  arrays.reserve(elements.size());
  std::vector<const Value*> values(count);
  for (std::size_t p = 0; p < elements.size(); ++p) {
    for (std::size_t i = 0; i < count; ++i) values[i] = &plan_.statements[first + i].params[p];
    arrays.push_back(to_array(elements[p], values));
  }
  const auto add = [&](WireParams& params, std::size_t p) {
    params.values.push_back(arrays[p].bytes.c_str());
    params.lengths.push_back(static_cast<int>(arrays[p].bytes.size()));
    params.formats.push_back(arrays[p].format);
    params.types.push_back(array_type(elements[p]).value_or(0));
  };
  if (!batch.lock.empty()) {
    WireParams params;
    for (const std::size_t p : batch.lock_params) add(params, p);
    send(to, {Await::What::lock, first, count}, batch.lock, params);
  }
  WireParams params;
  for (std::size_t p = 0; p < arrays.size(); ++p) add(params, p);
  send(to, {Await::What::batch, first, count, batch.before}, batch.before, params);
}

void PostgresPlan::send(PostgresPipeline& to, Await await, const SqlText& sql,
                        const WireParams& params) {
  if (!is_planned(sql.str())) {
    to.run(sql, params);
    awaited_.push_back(std::move(await));
    return;
  }
  PostgresStatements::Entry& entry = statements_.at(sql);
  if (entry.name.empty()) {
    to.run(sql, params);
    awaited_.push_back(std::move(await));
    return;
  }
  while (const auto name = statements_.dropped()) {
    to.run("DEALLOCATE " + *name);
    awaited_.push_back({Await::What::nothing, await.first});
  }
  if (entry.state == State::unknown) {
    to.prepare(entry.name, sql, params.types);
    awaited_.push_back({Await::What::prepare, await.first, await.count, sql});
    entry.state = State::prepared;
  }
  to.run_prepared(entry.name, params);
  awaited_.push_back(std::move(await));
}

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
      if (opening(*plan_.begin).empty()) result_.stage = Stage::statement;
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
