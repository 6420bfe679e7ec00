/// A plan sent: what goes in which trip, and what of it together.

#include "postgres_plan.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "../sql/transaction_id.hpp"
#include "postgres_array.hpp"
#include "postgres_binary.hpp"
#include "postgres_cell.hpp"
#include "postgres_guard.hpp"
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

bool only_reads(const Plan& plan) {
  return plan.begin && plan.begin->access == Access::read_only;
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
                           Batches batches, Commit commit)
    : connection_(connection), statements_(statements), plan_(plan), batches_(batches) {
  if (commit == Commit::in_same_trip && judges_itself()) judge_ = Judge::server;
}

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
  if (judge_ == Judge::server && commit_ == SentCommit::yes && result_.failure) look_for_doubt();
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

/// The types that the server has inferred for the parameters of a statement that it has prepared;
/// null: it has not told yet, or infers them anew each time.
const std::vector<Oid>* PostgresPlan::types_of_arrays(const Statement& statement) {
  if (statement.arrays.empty()) return nullptr;
  const PostgresStatements::Entry* entry = statements_.find(statement.sql);
  return entry != nullptr && entry->state == State::prepared && entry->types ? &*entry->types
                                                                             : nullptr;
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

/// Whether the server can be left to judge it all: the plan is a transaction by itself, nothing of
/// it hangs on an answer, and what became of its COMMIT can be seen in what it wrote.
bool PostgresPlan::judges_itself() const {
  return plan_.begin && plan_.begin->writes == Begin::Writes::surely &&
         plan_.finish == Plan::Finish::commit && plan_.lookup == Plan::Lookup::written_row &&
         !has_batches() &&
         std::all_of(plan_.statements.begin(), plan_.statements.end(), can_be_guarded);
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
  if (sql.empty()) return;
  opening_ = Opening::sent;
  send(to, {Await::What::opening}, sql, {});
  // The sooner the id is here, the less of a lost COMMIT is left to be guessed.
  if (judge_ == Judge::server) to.ask_for_answers();
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
        send_one(to, i);
      }
      check_sent(to, i);
    } catch (const std::out_of_range& unfit) {
      to.ask_for_answers();
      read_answers(to);
      if (went_ == Went::well)
        fail({Await::What::statement, i}, Failure{.kind = FailureKind::value,
                                                  .code = "22000",
                                                  .message = unfit.what(),
                                                  .constraint = {}});
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

/// Nothing that is sent behind it counts, a COMMIT least of all.
void PostgresPlan::check_sent(const PostgresPipeline& to, std::size_t statement) {
  if (to.all_sent() || PQstatus(connection_) != CONNECTION_OK || went_ == Went::wrong) return;
  fail({Await::What::statement, statement}, Failure{.kind = FailureKind::resources,
                                                    .code = "53000",
                                                    .message = PQerrorMessage(connection_),
                                                    .constraint = {}});
}

void PostgresPlan::send_one(PostgresPipeline& to, std::size_t statement) {
  const Statement& one = plan_.statements[statement];
  const PostgresParams params(one, types_of_arrays(one));
  Await await{Await::What::statement, statement};
  if (judge_ == Judge::client || !one.expect) {
    send(to, std::move(await), one.sql, params.wire());
    return;
  }
  auto& guard = statements_.at(one.sql).guarded;
  if (guard.str().empty()) guard = guarded(one.sql);
  await.sql = guard;
  await.guarded = Await::Guarded::yes;
  send(to, std::move(await), SqlText(guard), params.wire());
}

/// What has only read can be committed with the rest, since nothing hangs on it, and what the
/// server judges as well: it does not run a COMMIT behind a statement that failed.
void PostgresPlan::send_end(PostgresPipeline& to) {
  if (went_ == Went::wrong) return;
  if (undo_ == Undo::to_savepoint) {
    to.run("RELEASE SAVEPOINT rowan_plan");
    awaited_.push_back({Await::What::nothing, plan_.statements.size() - 1});
  }
  if (plan_.finish != Plan::Finish::commit) return;
  if (only_reads(plan_) || judge_ == Judge::server) {
    check_sent(to, plan_.statements.size() - 1);
    if (went_ == Went::wrong) return;
    to.run("COMMIT");
    awaited_.push_back({Await::What::commit});
    commit_ = SentCommit::yes;
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
    awaited_.push_back(
        {Await::What::prepare, await.first, await.count, sql, Await::Types::known, await.guarded});
    entry.state = State::prepared;
    if (await.what == Await::What::statement && !plan_.statements[await.first].arrays.empty()) {
      to.describe(entry.name);
      awaited_.push_back({Await::What::describe, await.first, await.count, sql});
    }
  }
  const Form form = form_of_answer(await, entry);
  to.run_prepared(entry.name, params, form);
  awaited_.push_back(std::move(await));
}

/// Binary where all columns are known to be of types that are read so. A statement answers in text
/// the first time, and tells its types with that; as long as it is prepared they stay what they are
/// (src/backend/utils/cache/plancache.c: "cached plan must not change result type").
Form PostgresPlan::form_of_answer(Await& await, const PostgresStatements::Entry& entry) const {
  if (await.what != Await::What::statement) return Form::text;
  const std::vector<ColumnType>& columns = plan_.statements[await.first].columns;
  if (columns.empty()) return Form::text;
  if (!entry.answers) {
    await.types = Await::Types::learned;
    return Form::text;
  }
  return std::equal(entry.answers->begin(), entry.answers->end(), columns.begin(), columns.end(),
                    is_read_binary)
             ? Form::binary
             : Form::text;
}

}  // namespace rowan::driver
