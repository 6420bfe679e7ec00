/// Plans on PostgreSQL that go in one trip: what is prepared, what is sent as arrays.

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "on_database.hpp"

using namespace rowan;
using namespace rowan::driver_tests;

namespace {

Open with_items(const std::string& url, const StoreOptions& options = {}) {
  Open open(url, options);
  run(*open.connection, statement("DROP TABLE IF EXISTS items"));
  run(*open.connection,
      statement("CREATE TABLE items (id bigint PRIMARY KEY, version bigint NOT NULL)"));
  run(*open.connection, statement("INSERT INTO items VALUES (1, 1), (2, 1), (3, 1)"));
  return open;
}

std::shared_ptr<const Batch> update_batch() {
  Batch batch;
  batch.before =
      "UPDATE items SET version = version + 1 FROM unnest($1, $2) WITH ORDINALITY AS e (rowan_1, "
      "rowan_2, rowan_place) WHERE id = e.rowan_1 AND version = e.rowan_2 RETURNING e.rowan_place";
  batch.answers = Batch::Answers::places;
  return std::make_shared<const Batch>(std::move(batch));
}

Statement bump(std::int64_t id, std::int64_t version, const std::shared_ptr<const Batch>& batch) {
  Statement out = statement("UPDATE items SET version = version + 1 WHERE id = $1 AND version = $2",
                            {id, version}, {}, std::size_t{1});
  out.batch = batch;
  return out;
}

std::int64_t version(Connection& connection, std::int64_t id) {
  return std::get<std::int64_t>(
      cell(connection, "SELECT version FROM items WHERE id = $1", ColumnType::integer, {id}));
}

}  // namespace

TEST_CASE("Postgres: of statements that are sent as arrays the one that meets no row is told") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open = with_items(*url);
  run(*open.connection, statement("INSERT INTO items SELECT n, 1 FROM generate_series(4, 40) n"));
  const auto batch = update_batch();
  std::vector<Statement> bumps;
  for (std::int64_t id = 1; id <= 40; ++id) bumps.push_back(bump(id, id == 33 ? 2 : 1, batch));

  const PlanResult result = open->run(committed(bumps));

  CHECK_FALSE(result.complete);
  CHECK_FALSE(result.failure);
  CHECK(result.outcomes.size() == 33);
  CHECK(result.outcomes.back().affected == 0);
  CHECK(result.outcomes.front().sent.value_or("").str() == batch->before);
  open->rollback();
  CHECK(version(*open.connection, 1) == 1);

  bumps.erase(bumps.begin() + 32);
  CHECK(open->run(committed(bumps)).complete);
  CHECK(version(*open.connection, 40) == 2);
}

TEST_CASE("Postgres: a prepared statement whose table was altered is prepared anew") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open = with_items(*url);
  const auto read = [&] {
    return open->run(committed({statement("SELECT * FROM items WHERE id = $1", {std::int64_t{1}},
                                          {ColumnType::integer})}));
  };
  CHECK(read().complete);
  run(*open.connection, statement("ALTER TABLE items ADD more text"));
  CHECK(read().complete);

  run(*open.connection, statement("DEALLOCATE ALL"));
  CHECK(read().complete);
}

TEST_CASE(
    "Postgres: within an open transaction that is a serialization failure, which a new one "
    "cures") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open = with_items(*url);
  const Statement read =
      statement("SELECT * FROM items WHERE id = $1", {std::int64_t{1}}, {ColumnType::integer});
  CHECK(open->run(committed({read})).complete);
  CHECK(open->run(begun({statement("DEALLOCATE ALL")})).complete);

  CHECK(failure(open->run(plan({read}))).kind == FailureKind::serialization);

  open->rollback();
  CHECK(open->run(committed({read})).complete);
}

TEST_CASE("Postgres: more statements than are kept make room for each other") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open = with_items(*url);
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 250; ++i) {
      const std::string sql = "SELECT " + std::to_string(i) + " FROM items WHERE id = $1";
      CHECK(cell(*open.connection, sql, ColumnType::integer, {std::int64_t{1}}) ==
            Value(std::int64_t{i}));
    }
  const Value kept =
      cell(*open.connection, "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'rowan%'",
           ColumnType::integer);
  CHECK(std::get<std::int64_t>(kept) <= 201);
}

TEST_CASE("Postgres: more is sent than sockets and buffers hold, and more is answered") {
  const auto url = postgres_url();
  if (!url) return;
  const Open open = with_items(*url);
  const std::string large(1000, 'x');
  std::vector<Statement> statements;
  for (int i = 0; i < 12000; ++i)
    statements.push_back(statement("SELECT $1::text || $2", {large, large}, {ColumnType::text}));

  const PlanResult result = open->run(committed(statements));

  CHECK(result.complete);
  REQUIRE(result.outcomes.size() == statements.size());
  CHECK(result.outcomes.back().rows[0][0] == Value(large + large));
}
