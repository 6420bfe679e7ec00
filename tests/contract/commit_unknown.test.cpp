/// A connection that breaks while COMMIT is under way, and how to find out what became of it.

#include <functional>
#include <optional>

#include <rowan/soci.hpp>

#include "database.hpp"
#include "failing_stores.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::CommitUnknown;
using rowan::FailureKind;
using rowan::testing::Fail;
using rowan::testing::Script;
using Answer = rowan::CommitUnknown::Answer;

namespace {

/// A root whose versions are unique.
struct Letter {
  std::int64_t id = 0;
  std::string text;
};
rowan::Mapping<Letter, std::int64_t> mapping_of(std::type_identity<Letter>) {
  return rowan::aggregate("letters", rowan::key("id", &Letter::id),
                          rowan::version("version", rowan::unique_versions))
      .column("text", &Letter::text);
}

/// A store that fails by its script, with a product and a letter in it.
template <class B>
struct Shop {
  Database<B> db;
  std::shared_ptr<Script> script = std::make_shared<Script>();
  rowan::Store store = db.template open<Product, Letter>(failing(db, script));

  Shop() { store_all(store, Product{1, "pen"}, Letter{1, "old"}); }

  /// What committing `unit` throws when its COMMIT, behind so many operations, is lost.
  CommitUnknown lost(rowan::UnitOfWork& unit, std::size_t before, Fail when) {
    script->fail_at(before + 1, FailureKind::connection_lost, when);
    auto error = thrown<CommitUnknown>([&] { unit.commit(); });
    CHECK(script->operations() == before + 1);
    CHECK_FALSE(error.retryable());
    script->count();
    return error;
  }
  static constexpr bool postgres = Database<B>::postgres;
};

constexpr std::size_t begin_and_update = 2;

Answer as(Fail when) {
  return when == Fail::after ? Answer::committed : Answer::rolled_back;
}

}  // namespace

TEST_CASE_TEMPLATE("the transaction's id tells what became of a lost COMMIT, where there is one", B,
                   Sqlite, Postgres) {
  for (const Fail when : {Fail::before, Fail::after}) {
    CAPTURE(static_cast<int>(when));
    Shop<B> shop;
    std::optional<CommitUnknown> error;
    {
      auto work = shop.store.begin();
      work.template get<Product>(1)->name = "ink";
      error = shop.lost(work, begin_and_update, when);
    }
    CHECK(shop.db.text("SELECT name FROM products") == (when == Fail::after ? "ink" : "pen"));
    const Answer expected = shop.postgres ? as(when) : Answer::unknown;
    CHECK(error->resolve() == expected);
    CHECK(error->resolve() == expected);  // it may be asked again
    CHECK(std::string(rowan::to_string(expected)) == (!shop.postgres        ? "unknown"
                                                      : when == Fail::after ? "committed"
                                                                            : "rolled back"));
    store_all(shop.store, Product{2, "chalk"});
    shop.store.transact([](rowan::UnitOfWork& other) { other.get<Product>(1)->name = "new"; });
    CHECK(error->resolve() == expected);  // also after others have written
  }
}

TEST_CASE_TEMPLATE("a lost COMMIT is looked up however the transaction was begun", B, Sqlite,
                   Postgres) {
  rowan::WorkOptions options;
  std::size_t before = 0;
  std::function<void(rowan::UnitOfWork&)> write = [](rowan::UnitOfWork& work) {
    work.get<Product>(1)->name = "ink";
  };
  SUBCASE("at commit") {
    before = begin_and_update;
  }
  SUBCASE("from the first read") {
    options.transaction = rowan::Transaction::from_first_read;
    before = 1;
  }
  SUBCASE("serializable") {
    options.isolation = rowan::Isolation::serializable;
    before = 1;
  }
  SUBCASE("with a flush") {
    write = [](rowan::UnitOfWork& work) {
      work.get<Product>(1)->name = "ink";
      work.flush();
    };
  }
  SUBCASE("with a bulk statement") {
    write = [](rowan::UnitOfWork& work) {
      work.update_all<Product>(rowan::set("name = 'ink'"), rowan::Query());
    };
  }
  SUBCASE("with a savepoint") {
    write = [](rowan::UnitOfWork& work) {
      auto ref = work.get<Product>(1);
      work.savepoint([&] { ref->name = "ink"; });
    };
  }
  SUBCASE("with SQL of one's own") {
    write = [](rowan::UnitOfWork& work) {
      rowan::session(work) << "UPDATE products SET name = 'ink'";
    };
  }
  for (const Fail when : {Fail::before, Fail::after}) {
    CAPTURE(static_cast<int>(when));
    Shop<B> shop;
    auto work = shop.store.begin(options);
    write(work);
    CHECK(shop.lost(work, before, when).resolve() == (shop.postgres ? as(when) : Answer::unknown));
    CHECK(shop.db.text("SELECT name FROM products") == (when == Fail::after ? "ink" : "pen"));
  }
}

TEST_CASE_TEMPLATE("a unique version that stands says on every database that it was committed", B,
                   Sqlite, Postgres) {
  std::size_t before = begin_and_update;
  std::function<void(rowan::UnitOfWork&)> write = [](rowan::UnitOfWork& work) {
    work.get<Letter>(1)->text = "new";
  };
  SUBCASE("changed") {}
  SUBCASE("added") {
    write = [](rowan::UnitOfWork& work) { work.add(Letter{2, "new"}); };
  }
  SUBCASE("beside one whose versions are counted") {
    write = [](rowan::UnitOfWork& work) {
      work.get<Product>(1)->name = "ink";
      work.get<Letter>(1)->text = "new";
    };
    ++before;
  }
  SUBCASE("flushed before") {
    write = [](rowan::UnitOfWork& work) {
      work.get<Letter>(1)->text = "new";
      work.flush();
    };
    before = 0;
  }
  SUBCASE("flushed before, and another behind") {
    write = [](rowan::UnitOfWork& work) {
      work.get<Letter>(1)->text = "new";
      work.flush();
      work.add(Product{3, "chalk"});
    };
    before = 1;
  }
  for (const Fail when : {Fail::before, Fail::after}) {
    CAPTURE(static_cast<int>(when));
    Shop<B> shop;
    auto work = shop.store.begin();
    write(work);
    const auto error = shop.lost(work, before, when);
    CHECK(error.resolve() == (shop.postgres || when == Fail::after ? as(when) : Answer::unknown));
    CHECK(shop.db.number("SELECT count(*) FROM letters WHERE text = 'new'") ==
          (when == Fail::after ? 1 : 0));
  }
}

TEST_CASE("PostgreSQL tells of a session that was ended within COMMIT that it was rolled back") {
  Database<Postgres> db;
  rowan::Store store = db.open<Product, Letter>();
  store_all(store, Product{1, "pen"}, Letter{1, "old"});
  db.execute(
      "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
      "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$");
  for (const char* table : {"products", "letters"})
    db.execute("CREATE CONSTRAINT TRIGGER at_commit AFTER UPDATE ON " + std::string(table) +
               " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()");
  for (const auto span : {rowan::Transaction::at_commit, rowan::Transaction::from_first_read}) {
    auto work = store.begin({.transaction = span});
    work.get<Product>(1)->name = "ink";
    CHECK(thrown<CommitUnknown>([&] { work.commit(); }).resolve() == Answer::rolled_back);
    auto other = store.begin({.transaction = span});
    other.get<Letter>(1)->text = "new";
    CHECK(thrown<CommitUnknown>([&] { other.commit(); }).resolve() == Answer::rolled_back);
  }
  CHECK(db.text("SELECT name FROM products") == "pen");
}

TEST_CASE_TEMPLATE("a unique version that others have written over says nothing", B, Sqlite,
                   Postgres) {
  Shop<B> shop;
  auto work = shop.store.begin();
  work.template get<Letter>(1)->text = "new";
  const auto error = shop.lost(work, begin_and_update, Fail::after);
  shop.store.transact([](rowan::UnitOfWork& other) { other.get<Letter>(1)->text = "newer"; });
  CHECK(error.resolve() == (shop.postgres ? Answer::committed : Answer::unknown));
}

TEST_CASE_TEMPLATE(
    "the answer can be asked for when unit and store are gone, and again after the "
    "database was not to be reached",
    B, Sqlite, Postgres) {
  Shop<B> shop;
  std::optional<CommitUnknown> error;
  {
    auto work = shop.store.begin();
    work.template get<Letter>(1)->text = "new";
    error = shop.lost(work, begin_and_update, Fail::after);
  }
  { const rowan::Store gone = std::move(shop.store); }
  shop.script->fail_at(1, FailureKind::connection_lost);
  CHECK_THROWS_AS((void)error->resolve(), rowan::Error);
  CHECK(error->resolve() == Answer::committed);
}
