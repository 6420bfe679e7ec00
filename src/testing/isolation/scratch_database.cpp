#include "scratch_database.hpp"

#include <algorithm>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <utility>

#include <libpq-fe.h>
#include <soci/soci.h>

#include <rowan/errors.hpp>

#include "../../driver/open.hpp"
#include "../../driver/raise.hpp"
#include "../../driver/soci_handles.hpp"
#include "../../sql/dialect.hpp"
#include "../../sql/tables.hpp"
#include "stepping_connection.hpp"

namespace rowan::testing {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds assumed_by_default{250};
constexpr std::size_t connections_of_an_actor = 4;

/// Nobody else's, also on a server that several programs use.
std::string own_name() {
  std::random_device random;
  std::string out = "rowan_isolation_";
  for (int i = 0; i < 2; ++i) out += std::to_string(random());
  return out;
}

Statement bare(std::string sql) {
  return {.sql = std::move(sql), .params = {}, .columns = {}, .expect = {}};
}

std::string list(const std::vector<std::int64_t>& numbers) {
  std::string out = "'{";
  for (std::size_t i = 0; i < numbers.size(); ++i)
    out += (i ? "," : "") + std::to_string(numbers[i]);
  return out + "}'";
}

}  // namespace

/// A session of ours that no actor uses.
class ScratchDatabase::Control {
 public:
  Control(const std::string& url, const StoreOptions& options)
      : connection_(driver::connect(session_, driver::parse_target(url), options)) {}

  /// A pooler answers for the server, and gives its own number for the session's process.
  void refuse_pooler(const std::string& name) {
    Statement ask = bare("SELECT CAST(pg_backend_pid() AS bigint)");
    ask.columns = {ColumnType::integer};
    const PlanResult result = run({std::move(ask)});
    if (!result.complete) return;
    const auto* process = std::get_if<std::int64_t>(&result.outcomes.front().rows.front().front());
    auto* connection = static_cast<PGconn*>(driver::postgres_connection(session_));
    if (process == nullptr || *process == PQbackendPID(connection)) return;
    throw UsageError(name +
                     " is behind a pooler, where each transaction may have another session; a "
                     "test of isolation needs sessions of its own: name the server itself");
  }

  [[nodiscard]] Connection& connection() { return *connection_; }

  PlanResult run(std::vector<Statement> statements) {
    Plan plan;
    plan.statements = std::move(statements);
    return connection_->run(plan);
  }
  void run_or_raise(std::vector<Statement> statements) {
    const PlanResult result = run(std::move(statements));
    if (result.failure) driver::raise(*result.failure, result.stage, {}, {});
  }

 private:
  soci::session session_;
  std::unique_ptr<Connection> connection_;
};

ScratchDatabase::ScratchDatabase(const TestDatabase& database, Schema schema)
    : database_(database), schema_(std::move(schema)), name_(own_name()) {
  for (const sql::Table& table : sql::tables(schema_))
    if (const std::string& name = table.shape->table; !sql::split(name).schema.empty())
      throw UsageError(name +
                       ": a table that names its schema is not the test's own, and would be "
                       "emptied; give it a mapping without");
  if (database_.backend() == Backend::postgres) {
    Control control(database_.url(), {});
    control.refuse_pooler(database_.name());
    control.run_or_raise({bare("CREATE SCHEMA " + name_)});
  }
  try {
    control_ = std::make_unique<Control>(url(), options());
    store_ = std::make_unique<Store>(url(), schema_, options());
    store_->create_tables();
    find_out_how_to_ask();
  } catch (...) {
    remove();
    throw;
  }
}

ScratchDatabase::~ScratchDatabase() {
  remove();
}

void ScratchDatabase::remove() noexcept {
  store_.reset();
  control_.reset();
  try {
    if (database_.backend() == Backend::postgres) {
      Control(database_.url(), {})
          .run_or_raise({bare("SET client_min_messages = warning"),
                         bare("DROP SCHEMA IF EXISTS " + name_ + " CASCADE")});
      return;
    }
    const auto file = std::filesystem::temp_directory_path() / (name_ + ".db");
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
      std::filesystem::remove(file.string() + suffix);
  } catch (const std::exception&) {
    // It has a name of its own, so it is in nobody's way.
  }
}

std::string ScratchDatabase::schema() const {
  return database_.backend() == Backend::postgres ? name_ : std::string();
}

std::string ScratchDatabase::url() const {
  if (database_.backend() == Backend::postgres) return database_.url();
  return "sqlite3://" + (std::filesystem::temp_directory_path() / (name_ + ".db")).string();
}

/// Nothing of it has to outlast a crash.
StoreOptions ScratchDatabase::options() const {
  StoreOptions out;
  out.journal = database_.journal();
  if (database_.backend() == Backend::postgres)
    out.set_up = {"SET search_path = " + name_, "SET synchronous_commit = off",
                  // Who has to go is ours to say: always the same, and without waiting for a clock.
                  "DO $$ BEGIN PERFORM set_config('deadlock_timeout', '10s', false); "
                  "EXCEPTION WHEN insufficient_privilege THEN NULL; END $$"};
  else
    out.set_up = {"PRAGMA synchronous = OFF"};
  return out;
}

std::unique_ptr<ActorRun> ScratchDatabase::make_actor(int number, const Setting& setting) {
  auto actor = std::make_unique<ActorRun>(number, setting);
  StoreOptions its = options();
  if (database_.backend() == Backend::postgres) its.work.isolation = setting.isolation;
  its.work.transaction = setting.span;
  its.work.versions = setting.versions;
  its.work.retry = Retry{.attempts = Retry{}.attempts, .pause = milliseconds(0)};
  its.connections = connections_of_an_actor;
  // It has the store, so it is there as long as that.
  its.observer = std::shared_ptr<Observer>(std::shared_ptr<void>(), actor.get());
  its.wrap = [&actor = *actor,
              begin = database_.sqlite_begin()](std::unique_ptr<Connection> inner) {
    return step_through(std::move(inner), actor, begin);
  };
  actor->set_store(Store(url(), schema_, std::move(its)));
  return actor;
}

void ScratchDatabase::empty() {
  std::vector<Statement> statements;
  const bool is_sqlite = database_.backend() == Backend::sqlite;
  if (is_sqlite) statements.push_back(bare("PRAGMA defer_foreign_keys = ON"));
  const auto tables = sql::tables(schema_);
  std::string all;
  for (auto table = tables.rbegin(); table != tables.rend(); ++table) {
    const std::string name = named_in(schema(), table->shape->table);
    all += (all.empty() ? "" : ", ") + name;
    if (emptied_ == Emptied::by_delete) statements.push_back(bare("DELETE FROM " + name));
  }
  if (emptied_ == Emptied::by_truncate) statements.push_back(bare("TRUNCATE " + all));
  for (const sql::Table& table : tables) {
    if (table.shape->origin != KeyOrigin::generated) continue;
    const std::string& name = table.shape->table;
    statements.push_back(bare(is_sqlite ? "DELETE FROM sqlite_sequence WHERE name = '" + name + "'"
                                        : "SELECT setval(pg_get_serial_sequence('" +
                                              named_in(schema(), name) + "', '" +
                                              table.shape->columns.front().name + "'), 1, false)"));
  }
  Plan plan{Begin{.lock_timeout = milliseconds(30000)}, std::move(statements),
            Plan::Finish::commit};
  const PlanResult result = control_->connection().run(plan);
  if (result.complete) return;
  control_->connection().rollback();
  const Failure failure = result.failure.value_or(Failure{});
  if (failure.kind != FailureKind::foreign_key || emptied_ == Emptied::by_truncate)
    driver::raise(failure, result.stage, {}, {});
  emptied_ = Emptied::by_truncate;
  empty();
}

void ScratchDatabase::reset(const std::function<void(UnitOfWork&)>& fresh) {
  empty();
  if (!fresh) return;
  UnitOfWork work = store_->begin();
  fresh(work);
  work.commit();
}

std::optional<StoredRows> ScratchDatabase::content() {
  return read_all(control_->connection(), schema_, schema());
}

void ScratchDatabase::find_out_how_to_ask() {
  if (database_.backend() != Backend::postgres) return;
  if (database_.assumed_after() ||
      !control_->run({bare("SELECT pg_isolation_test_session_is_blocked(0, '{}')")}).complete)
    waits_ = Waits::assumed;
}

bool ScratchDatabase::end_wait(const std::vector<std::int64_t>& processes) {
  if (waits_ == Waits::assumed) return false;
  std::vector<Statement> statements;
  for (const std::int64_t process : processes)
    statements.push_back(bare("SELECT pg_cancel_backend(" + std::to_string(process) + ")"));
  return control_->run(std::move(statements)).complete;
}

bool ScratchDatabase::is_blocked(const std::vector<std::int64_t>& processes,
                                 const std::vector<std::int64_t>& others, milliseconds running) {
  if (database_.backend() == Backend::sqlite) return false;  // its connections say so themselves
  if (waits_ == Waits::assumed)
    return running >= database_.assumed_after().value_or(assumed_by_default);
  for (const std::int64_t process : processes) {
    Statement ask = bare("SELECT pg_isolation_test_session_is_blocked(" + std::to_string(process) +
                         ", " + list(others) + ")");
    ask.columns = {ColumnType::boolean};
    const PlanResult result = control_->run({std::move(ask)});
    if (!result.complete)
      throw std::runtime_error("cannot ask the server who waits: " +
                               result.failure.value_or(Failure{}).code);
    const auto* blocked = std::get_if<bool>(&result.outcomes.front().rows.front().front());
    if (blocked != nullptr && *blocked) return true;
  }
  return false;
}

}  // namespace rowan::testing
