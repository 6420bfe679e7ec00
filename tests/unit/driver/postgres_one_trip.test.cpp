/// A commit in one trip on PostgreSQL: the server judges it, and refuses the COMMIT that was sent
/// behind what met no row.

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "on_database.hpp"

using namespace rowan;
using namespace rowan::driver_tests;

namespace {

using Stage = PlanResult::Stage;

/// A connection with a table items of three rows, and a second one to look on with.
struct Items {
  explicit Items(const std::string& url, const StoreOptions& options = {})
      : open(url, options), other(url) {
    tell("DROP TABLE IF EXISTS items CASCADE");
    tell("CREATE TABLE items (id bigint PRIMARY KEY, version bigint NOT NULL)");
    tell("INSERT INTO items VALUES (1, 1), (2, 1), (3, 1)");
  }
  void tell(const std::string& sql) { run(*other.connection, statement(sql)); }
  [[nodiscard]] Value version(std::int64_t id) {
    return cell(*other.connection, "SELECT version FROM items WHERE id = $1", ColumnType::integer,
                {id});
  }
  [[nodiscard]] std::int64_t process() const {
    return std::get<std::int64_t>(
        cell(*open.connection, "SELECT pg_backend_pid()", ColumnType::integer));
  }

  Open open;
  Open other;
};

Statement bump(std::int64_t id, std::int64_t version) {
  return statement("UPDATE items SET version = version + 1 WHERE id = $1 AND version = $2",
                   {id, version}, {}, std::size_t{1});
}
Statement insert(std::int64_t id) {
  return statement("INSERT INTO items VALUES ($1, 1)", {id}, {}, std::size_t{1});
}

/// A transaction of its own, what became of which can be seen in the rows.
Plan in_one_trip(std::vector<Statement> statements) {
  Begin begin;
  begin.writes = Begin::Writes::surely;
  Plan made = committed(std::move(statements), begin);
  made.lookup = Plan::Lookup::written_row;
  return made;
}

bool went_along(const PlanResult& result) {
  return !result.outcomes.empty() && result.outcomes.front().sent &&
         result.outcomes.front().sent->str().starts_with("WITH ");
}

const Value one = std::int64_t{1};
const Value two = std::int64_t{2};

}  // namespace

TEST_CASE("Postgres: COMMIT goes along with statements that each meet their row") {
  const auto url = postgres_url();
  if (!url) return;
  Items items(*url);
  for (std::int64_t n = 1; n <= 3; ++n) {  // also when they are prepared
    const PlanResult result = items.open->run(
        in_one_trip({bump(1, n), insert(10 + n),
                     statement("DELETE FROM items WHERE id = $1", {10 + n}, {}, std::size_t{1})}));
    REQUIRE(result.complete);
    CHECK(went_along(result));
    REQUIRE(result.outcomes.size() == 3);
    for (const Outcome& outcome : result.outcomes) CHECK(outcome.affected == 1);
    CHECK_FALSE(result.transaction_id.empty());
    CHECK(result.server_process.starts_with(std::to_string(items.process()) + "@"));
    CHECK(items.version(1) == Value(n + 1));
    CHECK(items.open->clean());
  }
  CHECK(count(*items.other.connection, "items") == 3);
}

TEST_CASE("Postgres: a COMMIT behind a statement that meets no row is not executed") {
  const auto url = postgres_url();
  if (!url) return;
  Items items(*url);
  for (const auto isolation :
       {Isolation::read_committed, Isolation::repeatable_read, Isolation::serializable}) {
    // What is wrong behind it is not what is told.
    Plan plan = in_one_trip({bump(1, 1), bump(2, 7), insert(3)});
    plan.begin->isolation = isolation;
    for (int again = 0; again < 2; ++again) {
      const PlanResult result = items.open->run(plan);
      CHECK_FALSE(result.complete);
      CHECK_FALSE(result.failure);
      CHECK(result.stage == Stage::statement);
      REQUIRE(result.outcomes.size() == 2);
      CHECK(result.outcomes.front().affected == 1);
      CHECK(result.outcomes.back().affected == 0);
      CHECK_FALSE(items.open->clean());
      items.open->rollback();
      CHECK(items.open->clean());
      CHECK(items.version(1) == one);
    }
  }
}

TEST_CASE("Postgres: a statement that meets two rows where one is expected is not committed") {
  const auto url = postgres_url();
  if (!url) return;
  Items items(*url);
  const PlanResult result = items.open->run(in_one_trip({statement(
      "UPDATE items SET version = 2 WHERE id < $1", {std::int64_t{3}}, {}, std::size_t{1})}));
  CHECK_FALSE(result.complete);
  CHECK_FALSE(result.failure);
  REQUIRE(result.outcomes.size() == 1);
  CHECK(result.outcomes.front().affected == 2);
  items.open->rollback();
  CHECK(items.version(1) == one);
}

TEST_CASE("Postgres: an error of a statement is told as in any other trip") {
  const auto url = postgres_url();
  if (!url) return;
  Items items(*url);
  const PlanResult result = items.open->run(in_one_trip({bump(1, 1), insert(3)}));
  CHECK(failure(result).kind == FailureKind::unique);
  CHECK(failure(result).constraint == "items_pkey");
  CHECK(result.stage == Stage::statement);
  REQUIRE(result.outcomes.size() == 2);
  CHECK(went_along(result));
  CHECK(result.outcomes.back().sent->str().starts_with("WITH "));
  items.open->rollback();
  CHECK(items.version(1) == one);
}

TEST_CASE("Postgres: what libpq cannot send is an error, and nothing behind it is executed") {
  const auto url = postgres_url();
  if (!url) return;
  constexpr std::size_t too_many = 65536;  // the protocol counts parameters in 16 bits
  const Statement unsendable =
      statement("UPDATE items SET version = $1", std::vector<Value>(too_many, one), {}, {});
  for (const auto lookup : {Plan::Lookup::written_row, Plan::Lookup::transaction_id}) {
    Items items(*url);
    Plan plan = in_one_trip({bump(1, 1), unsendable, bump(2, 1)});
    plan.lookup = lookup;
    const PlanResult result = items.open->run(plan);
    CHECK(failure(result).kind == FailureKind::resources);
    CHECK(result.stage != Stage::commit);
    items.open->rollback();
    CHECK(items.open->clean());
    CHECK(items.version(1) == one);
    CHECK(items.version(2) == one);
    CHECK(items.open->run(in_one_trip({bump(1, 1)})).complete);
  }
}

TEST_CASE("Postgres: no trigger's error is taken for a row that was not met") {
  const auto url = postgres_url();
  if (!url) return;
  Items items(*url);
  items.tell(
      "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "RETURN CAST('rowan_1_2' AS integer); END $$");
  items.tell("CREATE TRIGGER refuse BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION refuse()");
  const PlanResult result = items.open->run(in_one_trip({bump(1, 1)}));
  CHECK(failure(result).code == "22P02");
  items.open->rollback();
}

TEST_CASE("Postgres: a trigger that has lost a connection of its own has not lost ours") {
  const auto url = postgres_url();
  if (!url) return;
  Items items(*url);
  items.tell(
      "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "RAISE 'far away' USING ERRCODE = '08006'; END $$");
  items.tell("CREATE TRIGGER refuse BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION refuse()");
  const PlanResult result = items.open->run(in_one_trip({bump(1, 1)}));
  CHECK(failure(result).code == "08006");
  CHECK(result.stage == Stage::statement);
  items.open->rollback();
  CHECK(items.open->clean());
}

TEST_CASE("Postgres: an error of COMMIT itself is told as one, and nothing was written") {
  const auto url = postgres_url();
  if (!url) return;
  Items items(*url);
  items.tell("ALTER TABLE items ADD up bigint REFERENCES items DEFERRABLE INITIALLY DEFERRED");
  const PlanResult result = items.open->run(in_one_trip(
      {bump(1, 1), statement("UPDATE items SET up = 9 WHERE id = 1", {}, {}, std::size_t{1})}));
  CHECK(went_along(result));
  CHECK(failure(result).kind == FailureKind::foreign_key);
  CHECK(result.stage == Stage::commit);
  items.open->rollback();
  CHECK(items.open->clean());
  CHECK(items.version(1) == one);
}

TEST_CASE("Postgres: where a table has rules, which allow no guard, COMMIT goes by itself") {
  const auto url = postgres_url();
  if (!url) return;
  Items items(*url);
  items.tell("CREATE RULE also AS ON UPDATE TO items DO ALSO NOTIFY items");
  for (std::int64_t n = 1; n <= 2; ++n) {
    const PlanResult result = items.open->run(in_one_trip({bump(1, n)}));
    CHECK(result.complete);
    CHECK_FALSE(went_along(result));
    CHECK(items.version(1) == Value(n + 1));
  }
  CHECK(items.open->run(in_one_trip({bump(1, 1)})).outcomes.front().affected == 0);
  items.open->rollback();
  CHECK(items.version(1) == Value(std::int64_t{3}));
  // It has tried that once, and forgets nothing of what it has prepared.
  const auto prepared = [&] { return count(*items.open.connection, "pg_prepared_statements"); };
  const std::int64_t before = prepared();
  for (std::int64_t n = 3; n <= 6; ++n) CHECK(items.open->run(in_one_trip({bump(1, n)})).complete);
  CHECK(prepared() == before);
}

TEST_CASE("Postgres: COMMIT goes by itself where somebody else has to judge") {
  const auto url = postgres_url();
  if (!url) return;
  const auto separately = [](Items& items, const Plan& plan) {
    const PlanResult result = items.open->run(plan);
    CHECK(result.complete);
    CHECK_FALSE(went_along(result));
    CHECK(items.version(1) == two);
  };
  Items items(*url);
  SUBCASE("by its id alone a lost COMMIT could be looked up") {
    Plan plan = in_one_trip({bump(1, 1)});
    plan.lookup = Plan::Lookup::transaction_id;
    separately(items, plan);
  }
  SUBCASE("a statement answers rows") {
    separately(items, in_one_trip({bump(1, 1), statement("SELECT id FROM items WHERE id = 2", {},
                                                         {ColumnType::integer}, std::size_t{1})}));
  }
  SUBCASE("a statement answers rows, however many") {
    separately(items, in_one_trip({bump(1, 1), statement("SELECT id FROM items", {},
                                                         {ColumnType::integer}, {})}));
  }
  SUBCASE("the transaction goes on") {
    REQUIRE(items.open->run(begun({})).complete);
    Plan plan = in_one_trip({bump(1, 1)});
    plan.begin.reset();
    separately(items, plan);
  }
}

TEST_CASE("Postgres: on a sharded server COMMIT goes by itself") {
  const auto url = postgres_url();
  if (!url) return;
  StoreOptions options;
  options.tables = Tables::sharded;
  Items items(*url, options);
  const PlanResult result = items.open->run(in_one_trip({bump(1, 1)}));
  CHECK(result.complete);
  CHECK_FALSE(went_along(result));
}

TEST_CASE("Postgres: a session that the server ends in a statement has left nothing in doubt") {
  const auto url = postgres_url();
  if (!url) return;
  Items items(*url);
  const PlanResult result = items.open->run(
      in_one_trip({bump(1, 1), statement("SELECT pg_terminate_backend(pg_backend_pid())")}));
  CHECK(failure(result).kind == FailureKind::connection_lost);
  CHECK(failure(result).code == "57P01");
  CHECK(result.stage == Stage::statement);
  CHECK(items.version(1) == one);
}
