/// Copies that come back as less than a whole document: a patch without its base, no version; and
/// those that overwrite.

#include <rowan/etag.hpp>

#include "papers.hpp"

using namespace contract;
using rowan::Detached;
using rowan::DocumentError;
using rowan::Merging;

namespace {

/// A document of paper 1 of which the last members are `rest`.
template <class T>
std::string document(rowan::Store& store, const std::string& rest) {
  auto work = store.begin();
  const std::string whole = work.detach(work.template get<T>({1})).to_json();
  const auto at = [&](const std::string& member) { return whole.find('"' + member + "\":"); };
  const std::string schema = whole.substr(at("schema"), at("state") - at("schema"));
  return whole.substr(0, at("version")) + schema + rest + '}';
}

}  // namespace

TEST_CASE_TEMPLATE("a patch without its base is for the state at its version", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  const std::string patch =
      document<Paper>(store, R"("version":"1","merge_patch":{"signers":[{"name":"Bob"}]})");
  const auto check = [&](const char* title, std::int64_t version) {
    auto work = store.begin();
    auto copy = work.template from_json<Paper>(patch);
    CHECK(copy.version() == 1);
    CHECK(copy.has_base());
    CHECK(copy->title == "Lease");
    auto merged = work.merge(copy, Merging::by_field);
    CHECK(merged->title == title);
    CHECK(merged->signers == Strings{"Bob"});
    CHECK(merged.version() == version);
  };
  check("Lease", 1);  // what is stored
  rename(store, 1, "Rent");
  check("Rent", 2);  // what was recorded
  const std::string operations =
      document<Paper>(store, R"("version":"2","json_patch":[{"op":"remove","path":"/clauses/0"}])");
  auto work = store.begin();
  auto held = work.template get<Paper>(1);
  held->title = "edited";
  CHECK(work.template from_json<Paper>(operations)->title == "Rent");
  CHECK(work.template from_json<Paper>(operations)->clauses.size() == 1);

  db.execute("DELETE FROM paper_history");
  const auto stale =
      thrown<rowan::StaleDataError>([&] { (void)store.begin().template from_json<Paper>(patch); });
  CHECK(stale.conflicts().front().expected == 1);
  CHECK(stale.conflicts().front().found == 2);
  CHECK_FALSE(stale.retryable());
}

TEST_CASE_TEMPLATE("without a history only what is stored can be patched", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  const std::string patch =
      document<Order>(store, R"("version":"1","merge_patch":{"customer":"Bob"})");
  CHECK(store.begin().template from_json<Order>(patch)->customer == "Bob");
  {
    auto work = store.begin();
    auto one = work.template get<Order>({1});
    one->remark = "flushed";
    work.flush();  // then what the unit has stored is nobody's version yet
    CHECK_THROWS_AS((void)work.template from_json<Order>(patch), rowan::StaleDataError);
  }
  store.transact([](rowan::UnitOfWork& work) { work.get<Order>({1})->remark = "more"; });
  CHECK_THROWS_AS((void)store.begin().template from_json<Order>(patch), rowan::StaleDataError);
  store.transact([](rowan::UnitOfWork& work) { work.remove(work.get<Order>({1})); });
  const auto gone =
      thrown<rowan::StaleDataError>([&] { (void)store.begin().template from_json<Order>(patch); });
  CHECK(gone.conflicts().front().kind == rowan::Conflict::Kind::deleted);
}

TEST_CASE_TEMPLATE("a document without a version is merged by who says that it is to overwrite", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  auto copy = [&] {
    auto work = store.begin();
    const std::string state =
        R"("state":{"id":1,"title":"Mine","fee_amount":null,"fee_currency":null,"readers":3,)"
        R"("clauses":[{"id":12,"text":"all"}],"signers":[]})";
    return work.template from_json<Paper>(document<Paper>(store, state));
  }();
  CHECK(copy.version() == 0);
  CHECK_FALSE(has(copy.to_json(), "\"version\""));
  rename(store, 1, "Rent");
  for (const auto how : {Merging::reject, Merging::by_field}) {
    auto work = store.begin();
    const auto error = thrown<rowan::PreconditionError>([&] { work.merge(copy, how); });
    CHECK(rowan::http_status(error) == 428);
  }
  auto work = store.begin();
  auto merged = work.merge(copy, Merging::overwrite);
  work.commit();
  CHECK(merged.version() == 3);
  auto other = store.begin();
  const auto stored = other.template get<Paper>(1);
  CHECK(stored->title == "Mine");
  CHECK(stored->readers == 3);
  CHECK(stored->clauses.size() == 1);
  CHECK(stored->signers.empty());
  CHECK_THROWS_AS((void)store.begin().template from_json<Paper>(
                      document<Paper>(store, R"("merge_patch":{"title":"x"})")),
                  DocumentError);
}

TEST_CASE_TEMPLATE("a copy that overwrites wins over every version, and transact tries again", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_papers(db, {1});
  auto copy = copy_of(store, 1);
  rename(store, 1, "Rent");
  copy->signers = {"Bob"};
  int attempts = 0;
  store.transact(
      [&](rowan::UnitOfWork& work) {
        work.merge(copy, Merging::overwrite);
        if (++attempts == 1) rename(store, 1, "Rented");
      },
      {.transaction = rowan::Transaction::at_commit, .isolation = rowan::Isolation::standard});
  CHECK(attempts == 2);
  auto other = store.begin();
  const auto stored = other.template get<Paper>(1);
  CHECK(stored->title == "Lease");
  CHECK(stored->signers == Strings{"Bob"});
  remove(store, 1);
  CHECK_THROWS_AS(store.begin().merge(copy, Merging::overwrite), rowan::StaleDataError);
}

TEST_CASE_TEMPLATE("a copy that overwrites is not mixed with what others write before the commit",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto copy = [&] {
    auto work = store.begin();
    return work.detach(work.template get<Order>({1}));
  }();
  copy->remark = "mine";
  auto work = store.begin({.transaction = rowan::Transaction::at_commit,
                           .isolation = rowan::Isolation::standard,
                           .versions = rowan::Versions::ignore});
  work.merge(copy, Merging::overwrite);
  store.transact([](rowan::UnitOfWork& other) { other.get<Order>({1})->tags.push_back(1); });
  const auto stale = thrown<rowan::StaleDataError>([&] { work.commit(); });
  CHECK(stale.retryable());
}

TEST_CASE("limits of the caller hold for a document") {
  Database<Sqlite> db;
  rowan::Store store = open_papers(db, {1});
  auto work = store.begin();
  const std::string whole = work.detach(work.get<Paper>(1)).to_json();
  const auto schema = rowan::Schema::of<Paper>();
  CHECK(Detached<Paper>::from_json(schema, whole, {.max_rows = 8})->clauses.size() == 2);
  CHECK_THROWS_AS((void)Detached<Paper>::from_json(schema, whole, {.max_rows = 7}), DocumentError);
  CHECK_THROWS_AS((void)Detached<Paper>::from_json(schema, whole, {.max_bytes = 100}),
                  DocumentError);
  CHECK_THROWS_AS((void)work.from_json<Paper>(whole, {.max_depth = 2}), DocumentError);
}
