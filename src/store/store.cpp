#include <thread>

#include <rowan/store.hpp>

#include "../sql/adopt_tables.hpp"
#include "../sql/check_tables.hpp"
#include "../sql/create_tables.hpp"
#include "../sql/describe_tables.hpp"
#include "../work/unit.hpp"
#include "pool.hpp"
#include "retry_pause.hpp"

namespace rowan {
namespace {

bool protects_transactions_only(const std::optional<Isolation>& isolation) {
  return isolation == Isolation::repeatable_read || isolation == Isolation::serializable;
}

/// What the unit asks for stands before what its store does.
template <class T>
T choose(const std::optional<T>& unit, const std::optional<T>& store, T otherwise) {
  return unit ? *unit : store.value_or(std::move(otherwise));
}

Transaction span(const WorkOptions& unit, const WorkOptions& store, Isolation isolation) {
  const bool needs_one_transaction = protects_transactions_only(isolation);
  // A level that the unit asks for is more than the span its store would have given it.
  const bool asked = protects_transactions_only(unit.isolation) && !unit.transaction;
  const auto said = asked ? std::nullopt : unit.transaction ? unit.transaction : store.transaction;
  if (!said) return needs_one_transaction ? Transaction::from_first_read : Transaction::at_commit;
  if (*said == Transaction::at_commit && needs_one_transaction)
    throw UsageError(
        "repeatable reads and serializability protect nothing outside one transaction: "
        "ask for Transaction::from_first_read, or for no span");
  return *said;
}

work::Settings settings(const WorkOptions& unit, const WorkOptions& store) {
  work::Settings out;
  out.isolation = choose(unit.isolation, store.isolation, out.isolation);
  out.transaction = span(unit, store, out.isolation);
  out.versions = choose(unit.versions, store.versions, out.versions);
  out.access = choose(unit.access, store.access, out.access);
  out.lock_timeout = choose(unit.lock_timeout, store.lock_timeout, out.lock_timeout);
  out.statement_timeout = unit.statement_timeout ? unit.statement_timeout : store.statement_timeout;
  out.author = unit.author ? unit.author : store.author;
  out.hooks = unit.hooks;
  out.progress = unit.progress ? unit.progress : store.progress;
  return out;
}

}  // namespace

struct Store::Impl {
  std::shared_ptr<work::Host> host;
  WorkOptions work;

  std::vector<Outcome> run(std::vector<Statement> statements, Plan::Finish finish,
                           work::DatabaseTransaction& on, Begin begin) {
    Plan plan{{}, std::move(statements), finish};
    if (!on.open()) plan.begin = begin;
    return on.run_or_raise(plan, {});
  }
};

Store::Store(std::string_view url, Schema schema, StoreOptions options) {
  (void)settings({}, options.work);  // throws for defaults that contradict each other
  auto pool = store::Pool::open(url, options);
  auto host = std::make_shared<work::Host>(
      std::move(schema), pool->backend(), [pool] { return pool->lease(); }, options.observer,
      options.work.hooks);
  impl_ = std::make_shared<Impl>(Impl{std::move(host), options.work});
}

Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

void Store::create_tables() {
  const work::Host& host = *impl_->host;
  work::DatabaseTransaction transaction(impl_->host);
  auto statements = sql::wait_for_turn(host.backend);
  for (auto& statement : sql::create_tables(host.schema, host.backend))
    statements.push_back(std::move(statement));
  impl_->run(std::move(statements), Plan::Finish::commit, transaction,
             settings({}, impl_->work).begin(Begin::Writes::surely));
}

void Store::check_tables() {
  const work::Host& host = *impl_->host;
  work::DatabaseTransaction transaction(impl_->host);
  auto differences = sql::differences(
      host.schema, host.backend,
      impl_->run(sql::describe_tables(host.schema, host.backend), Plan::Finish::commit, transaction,
                 settings({}, impl_->work).begin_reading(host.backend)));
  if (!differences.empty()) throw SchemaMismatch(std::move(differences));
}

void Store::adopt_tables() {
  const work::Host& host = *impl_->host;
  work::DatabaseTransaction transaction(impl_->host);
  const Begin begin = settings({}, impl_->work).begin(Begin::Writes::surely);
  impl_->run(sql::wait_for_turn(host.backend), Plan::Finish::keep_open, transaction, begin);
  const auto described = impl_->run(sql::describe_tables(host.schema, host.backend),
                                    Plan::Finish::keep_open, transaction, begin);
  impl_->run(sql::adopt_tables(host.schema, host.backend, described), Plan::Finish::commit,
             transaction, begin);
}

UnitOfWork Store::begin(const WorkOptions& options) {
  return UnitOfWork(
      std::make_unique<UnitOfWork::Impl>(impl_->host, settings(options, impl_->work)));
}

bool Store::wait_to_retry(const Error& error, int attempt, const WorkOptions& options) {
  const Retry retry = choose(options.retry, impl_->work.retry, Retry{});
  if (!error.retryable() || attempt >= retry.attempts) return false;
  const auto pause = store::retry_pause(retry.pause, attempt);
  ++impl_->host->counted.retries;
  impl_->host->observer->retrying(attempt + 1, error, pause);
  std::this_thread::sleep_for(pause);
  return true;
}

Counters Store::counters() const {
  const auto& counted = impl_->host->counted;
  return {counted.statements, counted.commits, counted.rollbacks,
          counted.conflicts,  counted.retries, counted.loads};
}

}  // namespace rowan
