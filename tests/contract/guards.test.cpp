/// Aggregates that were only read, but that a decision depends on: nobody may have moved them.

#include <chrono>
#include <functional>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using namespace std::chrono_literals;
using rowan::Conflict;
using rowan::Isolation;
using rowan::StaleDataError;
using rowan::Transaction;

namespace {

/// Transactions of a unit that others can get in between of.
struct Way {
  Transaction span;
  Isolation level;
};
template <class B>
std::vector<Way> ways() {
  std::vector<Way> out{{Transaction::at_commit, Isolation::standard},
                       {Transaction::at_commit, Isolation::read_committed}};
  // On SQLite a unit that may write holds the write lock from its first read on.
  if (B::backend == rowan::Backend::postgres)
    for (const auto level : {Isolation::standard, Isolation::read_committed,
                             Isolation::repeatable_read, Isolation::serializable})
      out.push_back({Transaction::from_first_read, level});
  return out;
}

void rename(rowan::Store& store, std::int64_t id, const char* name,
            const rowan::WorkOptions& options = {}) {
  auto other = store.begin(options);
  other.get<Product>(id)->name = name;
  other.commit();
}

void check_verify(const StaleDataError& error, Conflict::Kind kind,
                  std::optional<std::int64_t> found) {
  REQUIRE(error.conflicts().size() == 1);
  const Conflict& conflict = error.conflicts().front();
  CHECK(conflict.is<Product>());
  CHECK(conflict.key == key_of({1}));
  CHECK(conflict.operation == Conflict::Operation::verify);
  CHECK(conflict.expectation == Conflict::Expectation::read);
  CHECK(conflict.kind == kind);
  CHECK(conflict.expected == 1);
  CHECK(conflict.found == found);
  CHECK(error.retryable());
}

/// Does something of its own when everything of a commit is sent but COMMIT.
class Pausing final : public rowan::Connection {
 public:
  using Pause = std::function<void()>;
  Pausing(std::unique_ptr<rowan::Connection> inner, std::shared_ptr<Pause> pause)
      : inner_(std::move(inner)), pause_(std::move(pause)) {}
  [[nodiscard]] rowan::Backend backend() const noexcept override { return inner_->backend(); }
  [[nodiscard]] rowan::PlanResult run(const rowan::Plan& plan) override {
    if (!*pause_ || plan.finish != rowan::Plan::Finish::commit || plan.statements.empty())
      return inner_->run(plan);
    rowan::Plan first = plan;
    first.finish = rowan::Plan::Finish::keep_open;
    rowan::PlanResult result = inner_->run(first);
    if (!result.complete) return result;
    const Pause now = std::exchange(*pause_, nullptr);
    now();
    rowan::PlanResult last = inner_->run({{}, {}, rowan::Plan::Finish::commit});
    last.outcomes = std::move(result.outcomes);
    return last;
  }
  void rollback() noexcept override { inner_->rollback(); }
  [[nodiscard]] bool clean() const noexcept override { return inner_->clean(); }
  [[nodiscard]] void* session() noexcept override { return inner_->session(); }

 private:
  std::unique_ptr<rowan::Connection> inner_;
  std::shared_ptr<Pause> pause_;
};

}  // namespace

TEST_CASE_TEMPLATE("a guarded aggregate that has moved fails the commit at every level and span", B,
                   Sqlite, Postgres) {
  for (const Way& way : ways<B>())
    for (const bool removed : {false, true}) {
      CAPTURE(static_cast<int>(way.level));
      CAPTURE(removed);
      Database<B> db;
      rowan::Store store = db.template open<Order, Product>();
      store_all(store, order(1), Product{1, "pen"});
      rowan::UnitOfWork work = store.begin({.transaction = way.span, .isolation = way.level});
      rowan::Ref<Product> product = work.get<Product>(1);
      work.expect_unchanged(product);
      work.get<Order>({1})->remark = product->name;
      if (removed)
        store.transact([](rowan::UnitOfWork& other) { other.remove<Product>(1); });
      else
        rename(store, 1, "ink");
      const auto error = thrown<StaleDataError>([&] { work.commit(); });
      check_verify(error, removed ? Conflict::Kind::deleted : Conflict::Kind::changed,
                   removed ? std::nullopt : std::optional<std::int64_t>(2));
      CHECK(error.concerns(product));
      CHECK(db.number("SELECT version FROM orders") == 1);
    }
}

TEST_CASE_TEMPLATE("what was only read and is not guarded never fails a commit", B, Sqlite,
                   Postgres) {
  for (const Way& way : ways<B>()) {
    if (way.level == Isolation::serializable) continue;  // there the database guards what was read
    CAPTURE(static_cast<int>(way.level));
    Database<B> db;
    rowan::Store store = db.template open<Order, Product>();
    store_all(store, order(1), Product{1, "pen"});
    rowan::UnitOfWork work = store.begin({.transaction = way.span, .isolation = way.level});
    work.get<Order>({1})->remark = work.get<Product>(1)->name;
    rename(store, 1, "ink");
    work.commit();
    CHECK(db.text("SELECT remark FROM orders") == "pen");
    CHECK(store.counters().conflicts == 0);
  }
}

TEST_CASE_TEMPLATE("nobody moves a guarded aggregate between the check and the commit", B, Sqlite,
                   Postgres) {
  for (const Way& way : ways<B>()) {
    CAPTURE(static_cast<int>(way.level));
    Database<B> db;
    const auto pause = std::make_shared<Pausing::Pause>();
    rowan::StoreOptions options;
    options.wrap = [&](std::unique_ptr<rowan::Connection> connection) {
      return std::make_unique<Pausing>(std::move(connection), pause);
    };
    rowan::Store store = db.template open<Product>(std::move(options));
    store_all(store, Product{1, "pen"}, Product{2, "ink"});
    rowan::UnitOfWork work = store.begin({.transaction = way.span, .isolation = way.level});
    work.expect_unchanged(work.get<Product>(1));
    work.get<Product>(2)->name += "!";
    bool paused = false;
    *pause = [&] {
      paused = true;
      CHECK_THROWS_AS(rename(store, 1, "chalk", {.lock_timeout = 10ms}), rowan::LockTimeout);
    };
    work.commit();
    CHECK(paused);
    rename(store, 1, "chalk");
    CHECK(db.text("SELECT name FROM products WHERE id = 1") == "chalk");
  }
}

TEST_CASE("two units may guard one aggregate at a time: Postgres only") {
  Database<Postgres> db;
  const auto pause = std::make_shared<Pausing::Pause>();
  rowan::Store store =
      db.open<Product>({.wrap = [&](std::unique_ptr<rowan::Connection> connection) {
        return std::make_unique<Pausing>(std::move(connection), pause);
      }});
  store_all(store, Product{1, "pen"});
  const auto guard = [&] {
    auto work = store.begin({.lock_timeout = 10ms});
    work.expect_unchanged(work.get<Product>(1));
    work.commit();
  };
  *pause = [&] { CHECK_NOTHROW(guard()); };
  guard();
  CHECK(!*pause);
}

TEST_CASE_TEMPLATE("two units that each read what the other writes do not both commit with guards",
                   B, Sqlite, Postgres) {
  for (const Way& way : ways<B>())
    for (const bool guarded : {false, true}) {
      CAPTURE(static_cast<int>(way.level));
      CAPTURE(guarded);
      Database<B> db;
      rowan::Store store = db.template open<Product>();
      store_all(store, Product{1, "on duty"}, Product{2, "on duty"});
      rowan::UnitOfWork a = store.begin({.transaction = way.span, .isolation = way.level});
      rowan::UnitOfWork b = store.begin({.transaction = way.span, .isolation = way.level});
      const auto leave = [&](rowan::UnitOfWork& work, std::int64_t mine, std::int64_t others) {
        rowan::Ref<Product> other = work.get<Product>(others);
        CHECK(other->name == "on duty");
        if (guarded) work.expect_unchanged(other);
        work.get<Product>(mine)->name = "off duty";
      };
      leave(a, 1, 2);
      leave(b, 2, 1);
      a.commit();
      const bool refused = guarded || way.level == Isolation::serializable;
      if (guarded)
        CHECK_THROWS_AS(b.commit(), StaleDataError);
      else if (refused)
        CHECK_THROWS_AS(b.commit(), rowan::ConcurrencyError);
      else
        b.commit();
      CHECK(db.number("SELECT count(*) FROM products WHERE name = 'on duty'") == (refused ? 1 : 0));
    }
}

TEST_CASE_TEMPLATE("a commit of guards alone checks, and moves nothing", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"}, Product{2, "ink"});
  auto work = store.begin();
  auto product = work.get<Product>(1);
  work.expect_unchanged(product);
  work.expect_unchanged(product);  // once will do
  db.log->clear();
  work.flush();
  CHECK(db.log->sql().empty());  // only a commit checks it
  work.commit();
  const Strings sent = db.log->sql();
  REQUIRE(sent.size() == 3);
  CHECK(sent[0].starts_with("BEGIN"));
  CHECK(sent[1] == db.sql(std::string("SELECT 1 FROM products WHERE id = ? AND version = ?") +
                          (db.postgres ? " FOR SHARE" : "")));
  CHECK(sent[2] == "COMMIT");
  CHECK(product.version() == 1);
  CHECK(db.number("SELECT version FROM products WHERE id = 1") == 1);
  work.expect_unchanged(product);
  rename(store, 1, "chalk");
  check_verify(thrown<StaleDataError>([&] { work.commit(); }), Conflict::Kind::changed, 2);
  work.rollback();
  CHECK_THROWS_AS(work.commit(), StaleDataError);  // a rollback does not end it
  work.rollback();
  work.refresh(product);
  CHECK(product->name == "chalk");
  work.commit();
}

TEST_CASE_TEMPLATE("a guard ends with the next commit", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Product>();
  store_all(store, Product{1, "pen"}, Product{2, "ink"});
  auto work = store.begin();
  work.expect_unchanged(work.get<Product>(1));
  work.commit();
  rename(store, 1, "chalk");
  work.get<Product>(2)->name += "!";
  db.log->clear();
  work.commit();
  CHECK(db.log->sql().size() == 3);  // BEGIN, UPDATE, COMMIT
  CHECK(db.text("SELECT name FROM products WHERE id = 2") == "ink!");
}
