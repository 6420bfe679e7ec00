/// Exceptions that are no answer of a database: memory that runs out on the way to it.

#include <memory>
#include <new>

#include "database.hpp"
#include "orders.hpp"
#include "passing_connection.hpp"

using namespace contract;
using rowan::Transaction;
using rowan::UnitFailed;

namespace {

enum class When { never, before, after };

/// Runs out of memory once, before or after it does what it is asked to.
class Forgetful final : public PassingConnection {
 public:
  Forgetful(std::unique_ptr<rowan::Connection> inner, std::shared_ptr<When> when)
      : PassingConnection(std::move(inner)), when_(std::move(when)) {}
  [[nodiscard]] rowan::PlanResult run(const rowan::Plan& plan) override {
    const When now = std::exchange(*when_, When::never);
    if (now == When::before) throw std::bad_alloc();
    rowan::PlanResult result = PassingConnection::run(plan);
    if (now == When::after) throw std::bad_alloc();
    return result;
  }

 private:
  std::shared_ptr<When> when_;
};

struct Stamped {
  std::int64_t id = 0;
  std::string name;
};
rowan::Mapping<Stamped, std::int64_t> mapping_of(std::type_identity<Stamped>) {
  return rowan::aggregate("products", rowan::key("id", &Stamped::id),
                          rowan::version("version", rowan::unique_versions))
      .column("name", &Stamped::name);
}

template <class B, class T = Product>
struct Bench {
  Database<B> db;
  std::shared_ptr<When> when = std::make_shared<When>(When::never);
  rowan::Store store = open();

  rowan::Store open() {
    rowan::StoreOptions options;
    options.wrap = [this](std::unique_ptr<rowan::Connection> inner) {
      return std::make_unique<Forgetful>(std::move(inner), when);
    };
    rowan::Store out = db.template open<T>(std::move(options));
    store_all(out, T{1, "pen"}, T{2, "ink"});
    return out;
  }
};

}  // namespace

TEST_CASE_TEMPLATE("what throws where a transaction begins leaves none, and the unit as it was", B,
                   Sqlite, Postgres) {
  for (const When when : {When::before, When::after})
    for (const auto span : {Transaction::at_commit, Transaction::from_first_read}) {
      CAPTURE(static_cast<int>(when));
      CAPTURE(static_cast<int>(span));
      Bench<B> bench;
      rowan::UnitOfWork work = bench.store.begin({.transaction = span});
      if (span == Transaction::from_first_read) {
        *bench.when = when;
        CHECK_THROWS_AS((void)work.get<Product>(1), std::bad_alloc);
      }
      auto product = work.get<Product>(1);
      product->name = "mine";
      if (span == Transaction::at_commit) {
        *bench.when = when;
        CHECK_THROWS_AS(work.flush(), std::bad_alloc);
      }
      work.flush();
      CHECK(bench.db.text("SELECT name FROM products WHERE id = 1") == "pen");
      work.rollback();
      CHECK(bench.db.text("SELECT name FROM products WHERE id = 1") == "pen");
      work.commit();
      CHECK(bench.db.text("SELECT name FROM products WHERE id = 1") == "mine");
      CHECK(bench.db.number("SELECT version FROM products WHERE id = 1") == 2);
    }
}

TEST_CASE_TEMPLATE("what throws within a transaction ends it, and the unit has failed", B, Sqlite,
                   Postgres) {
  for (const When when : {When::before, When::after})
    for (const bool reads : {false, true}) {
      Bench<B> bench;
      int rollbacks = 0;
      rowan::Hooks hooks;
      hooks.after_rollback = [&](rowan::UnitOfWork&) { ++rollbacks; };
      rowan::UnitOfWork work = bench.store.begin({.hooks = hooks});
      auto product = work.get<Product>(1);
      product->name = "mine";
      work.flush();
      product->name = "mine still";
      *bench.when = when;
      if (reads)
        CHECK_THROWS_AS((void)work.get<Product>(2), std::bad_alloc);
      else
        CHECK_THROWS_AS(work.flush(), std::bad_alloc);
      CHECK_THROWS_AS(work.commit(), UnitFailed);
      CHECK(bench.db.text("SELECT name FROM products WHERE id = 1") == "pen");
      CHECK(rollbacks == 1);
      work.rollback();
      CHECK(rollbacks == 1);
      CHECK(product.version() == 1);
      work.commit();
      CHECK(bench.db.text("SELECT name FROM products WHERE id = 1") == "mine still");
      CHECK(product.version() == 2);
    }
}

TEST_CASE_TEMPLATE(
    "what throws while COMMIT may be under way leaves it unknown, and is never repeated", B, Sqlite,
    Postgres) {
  for (const When when : {When::before, When::after})
    for (const bool flushed : {false, true}) {
      CAPTURE(static_cast<int>(when));
      CAPTURE(flushed);
      Bench<B> bench;
      rowan::UnitOfWork work = bench.store.begin();
      auto product = work.get<Product>(1);
      product->name = "mine";
      if (flushed) work.flush();
      *bench.when = when;
      try {
        work.commit();
        FAIL("nothing was thrown");
      } catch (const rowan::CommitUnknown& error) {
        CHECK_THROWS_AS(std::rethrow_if_nested(error), std::bad_alloc);
        CHECK(error.resolve() == rowan::CommitUnknown::Answer::unknown);
      }
      const bool committed = when == When::after;
      CHECK(bench.db.number("SELECT version FROM products WHERE id = 1") == (committed ? 2 : 1));
      work.rollback();
      CHECK_THROWS_AS(work.commit(), UnitFailed);
    }
}

TEST_CASE_TEMPLATE("a unique version tells whether a COMMIT happened that something threw out of",
                   B, Sqlite, Postgres) {
  for (const When when : {When::before, When::after}) {
    Bench<B, Stamped> bench;
    auto work = bench.store.begin();
    work.template get<Stamped>(1)->name = "mine";
    *bench.when = when;
    const auto error = thrown<rowan::CommitUnknown>([&] { work.commit(); });
    CHECK(error.resolve() == (when == When::after ? rowan::CommitUnknown::Answer::committed
                                                  : rowan::CommitUnknown::Answer::unknown));
  }
}

TEST_CASE_TEMPLATE("what throws out of a COMMIT of reads leaves nothing in doubt", B, Sqlite,
                   Postgres) {
  Bench<B> bench;
  auto work = bench.store.begin({.transaction = Transaction::from_first_read});
  (void)work.template get<Product>(1);
  *bench.when = When::after;
  CHECK_THROWS_AS(work.commit(), std::bad_alloc);
  work.rollback();
  work.template get<Product>(1)->name = "mine";
  work.commit();
  CHECK(bench.db.number("SELECT version FROM products WHERE id = 1") == 2);
}
