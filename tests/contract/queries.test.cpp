/// Loading: by key, by condition, in order, in pages; always a whole aggregate at one moment.

#include <functional>

#include <rowan/soci.hpp>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::DataError;
using rowan::Direction;
using rowan::Isolation;
using rowan::NotFound;
using rowan::QueryError;
using rowan::StaleDataError;
using rowan::Transaction;
using rowan::UsageError;
using rowan::where;

namespace {

enum class Status { draft, placed, shipped };
constexpr auto enum_names(std::type_identity<Status>) {
  return std::array{std::pair{Status::draft, "draft"}, std::pair{Status::placed, "placed"},
                    std::pair{Status::shipped, "shipped"}};
}
enum class Grade : int { bad = 1, good = 2 };

struct ClientId {
  std::int64_t value = 0;
};

struct Job {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string title;
  Status status = Status::draft;
  Grade grade = Grade::bad;
  ClientId client;
  std::optional<std::int64_t> rank;
  std::optional<rowan::Timestamp> due;
};
rowan::Mapping<Job, std::int64_t> mapping_of(std::type_identity<Job>) {
  return rowan::aggregate("jobs", rowan::key("id", &Job::id),
                          rowan::version("version", &Job::version))
      .column("title", &Job::title)
      .column("status", &Job::status, rowan::as_text)
      .column("grade", &Job::grade)
      .column("client_id", &Job::client)
      .column("rank", &Job::rank)
      .column("due", &Job::due);
}

void store_jobs(rowan::Store& store, const std::vector<Job>& jobs) {
  auto work = store.begin();
  for (const Job& job : jobs) work.add(job);
  work.commit();
}

/// Ranks 3, none, 1, 3, none, 2, 1, none of the jobs 1 to 8.
void store_ranked(rowan::Store& store) {
  const std::vector<std::optional<std::int64_t>> ranks{3, {}, 1, 3, {}, 2, 1, {}};
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    Job job;
    job.id = static_cast<std::int64_t>(i) + 1;
    job.title = "job " + std::to_string(job.id);
    job.rank = ranks[i];
    jobs.push_back(job);
  }
  store_jobs(store, jobs);
}

template <class T>
std::vector<std::int64_t> ids(const std::vector<rowan::Ref<T>>& refs) {
  std::vector<std::int64_t> out;
  for (const auto& ref : refs) {
    if constexpr (std::same_as<T, Order>)
      out.push_back(ref->id.value);
    else
      out.push_back(ref->id);
  }
  return out;
}
using Ids = std::vector<std::int64_t>;

/// Somebody else comes in right before a statement is sent that contains some text.
class Meeting {
 public:
  void before(std::string part, std::function<void()> action, int times = 1) {
    part_ = std::move(part);
    action_ = std::move(action);
    times_ = times;
  }
  [[nodiscard]] bool due(const rowan::Statement& statement) const {
    return times_ > 0 && has(statement.sql, part_);
  }
  void happen() {
    --times_;
    action_();
  }
  [[nodiscard]] int left() const { return times_; }

 private:
  std::string part_;
  std::function<void()> action_;
  int times_ = 0;
};

class MeetingConnection final : public rowan::Connection {
 public:
  MeetingConnection(std::unique_ptr<rowan::Connection> inner, std::shared_ptr<Meeting> meeting)
      : inner_(std::move(inner)), meeting_(std::move(meeting)) {}

  [[nodiscard]] rowan::Backend backend() const noexcept override { return inner_->backend(); }
  [[nodiscard]] rowan::PlanResult run(const rowan::Plan& plan) override {
    for (std::size_t i = 0; i < plan.statements.size(); ++i) {
      if (!meeting_->due(plan.statements[i])) continue;
      const auto at = plan.statements.begin() + static_cast<std::ptrdiff_t>(i);
      auto result = inner_->run({plan.begin, {plan.statements.begin(), at}, {}});
      if (!result.complete) return result;
      meeting_->happen();
      auto rest = inner_->run({{}, {at, plan.statements.end()}, plan.finish});
      rest.outcomes.insert(rest.outcomes.begin(), result.outcomes.begin(), result.outcomes.end());
      return rest;
    }
    return inner_->run(plan);
  }
  void rollback() noexcept override { inner_->rollback(); }
  [[nodiscard]] bool clean() const noexcept override { return inner_->clean(); }
  [[nodiscard]] void* session() noexcept override { return inner_->session(); }

 private:
  std::unique_ptr<rowan::Connection> inner_;
  std::shared_ptr<Meeting> meeting_;
};

rowan::StoreOptions with(std::shared_ptr<Meeting> meeting) {
  rowan::StoreOptions options;
  options.wrap = [meeting = std::move(meeting)](std::unique_ptr<rowan::Connection> inner) {
    return std::make_unique<MeetingConnection>(std::move(inner), meeting);
  };
  return options;
}

}  // namespace

// -- by key -------------------------------------------------------------------------

TEST_CASE_TEMPLATE("get gives the aggregate, find may give none, and get says what is missing", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  CHECK(work.get<Order>({1})->lines.size() == 2);
  CHECK(work.find<Order>({1}) == work.get<Order>({1}));
  CHECK(!work.find<Order>({2}));
  CHECK_THROWS_WITH_AS((void)work.get<Order>({2}), "orders 2: there is none", NotFound);
}

TEST_CASE_TEMPLATE("get_all goes along the ids, with one SELECT for each table", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2, 3});
  auto work = store.begin();
  db.log->clear();
  CHECK(ids(work.get_all<Order>({{3}, {1}, {3}, {2}})) == Ids{3, 1, 3, 2});
  CHECK(db.log->sql().size() == 7);  // five tables, between BEGIN and COMMIT
  db.log->clear();
  CHECK(ids(work.get_all<Order>({{2}, {1}})) == Ids{2, 1});
  CHECK(work.get_all<Order>({}).empty());
  CHECK(db.log->sql().empty());  // they are in the unit
}

TEST_CASE_TEMPLATE("get_all names all that are missing", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 3});
  auto work = store.begin();
  CHECK_THROWS_WITH_AS((void)work.get_all<Order>({{4}, {1}, {2}, {3}}),
                       "orders 4, 2: there is none", NotFound);
  CHECK(ids(work.get_all<Order>({{3}, {1}})) == Ids{3, 1});
}

TEST_CASE_TEMPLATE("get_all takes more ids than one statement has room for", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  constexpr std::int64_t count = 1200;
  std::vector<OrderId> all;
  auto writer = store.begin();
  for (std::int64_t i = 1; i <= count; ++i) {
    Order one;
    one.id = {i};
    one.tags = {i};
    writer.add(std::move(one));
    all.push_back({count + 1 - i});
  }
  writer.commit();
  auto work = store.begin();
  const auto loaded = work.get_all<Order>(all);
  REQUIRE(loaded.size() == count);
  CHECK(loaded.front()->tags == Ids{count});
  CHECK(loaded.back()->tags == Ids{1});
}

TEST_CASE_TEMPLATE("what was removed in the unit is found no more", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  work.remove(work.get<Order>({1}));
  CHECK(!work.find<Order>({1}));
  CHECK_THROWS_AS((void)work.get<Order>({1}), NotFound);
  CHECK(ids(work.find_all<Order>()) == Ids{2});
}

// -- by condition ---------------------------------------------------------------------

TEST_CASE_TEMPLATE("a condition binds texts, enums by name and by number, ids, instants, NULL", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Job>();
  const rowan::Timestamp noon{std::chrono::hours(12)};
  store_jobs(store,
             {{1, 0, "a", Status::draft, Grade::bad, {7}, 1, noon},
              {2, 0, "b", Status::placed, Grade::good, {7}, {}, {}},
              {3, 0, "a", Status::placed, Grade::good, {8}, 3, noon + std::chrono::hours(1)}});
  auto work = store.begin();
  const auto found = [&](const rowan::Query& query) {
    return ids(work.template find_all<Job>(query));
  };
  CHECK(found({}) == Ids{1, 2, 3});
  CHECK(found(where("title = ?", "a")) == Ids{1, 3});
  CHECK(found(where("title = ? AND rank > ?", std::string("a"), 1)) == Ids{3});
  CHECK(found(where("status = ?", Status::placed)) == Ids{2, 3});
  CHECK(found(where("grade = ?", Grade::bad)) == Ids{1});
  CHECK(found(where("client_id = ?", ClientId{8})) == Ids{3});
  CHECK(found(where("due > ?", noon)) == Ids{3});
  CHECK(found(where("rank = ?", std::optional<std::int64_t>())).empty());
  CHECK(found(where("rank IS NULL")) == Ids{2});
  CHECK(found(where("title = ? OR title = ? OR id = ?", "x", "b", 3)) == Ids{2, 3});
}

TEST_CASE_TEMPLATE("a value is never taken for SQL", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Job>();
  const std::string attack = "' OR 1=1; DROP TABLE jobs; --";
  store_jobs(store,
             {{1, 0, "a", {}, Grade::bad, {}, {}, {}}, {2, 0, attack, {}, Grade::bad, {}, {}, {}}});
  auto work = store.begin();
  db.log->clear();
  CHECK(ids(work.template find_all<Job>(where("title = ?", attack))) == Ids{2});
  CHECK(ids(work.template find_all<Job>(rowan::Query().order_by("title").limit(5).after(
            "' OR 1=1 --", std::int64_t{0}))) == Ids{2, 1});
  CHECK(work.template count<Job>(where("title = ?", attack)) == 1);
  for (const auto& sql : db.log->sql()) {
    CHECK_FALSE(has(sql, "DROP"));
    CHECK_FALSE(has(sql, "1=1"));
  }
  CHECK(db.number("SELECT count(*) FROM jobs") == 2);
}

TEST_CASE_TEMPLATE(
    "a question mark in a text, a name or a comment is none of ours, and ?? is one of "
    "the program's",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Job>();
  store_jobs(store, {{1, 0, "what?", {}, Grade::bad, {}, {}, {}},
                     {2, 0, "it's ?", {}, Grade::bad, {}, {}, {}}});
  auto work = store.begin();
  const auto found = [&](const rowan::Query& query) {
    return ids(work.template find_all<Job>(query));
  };
  CHECK(found(where("title = 'what?' AND id = ?", 1)) == Ids{1});
  CHECK(found(where("title = 'it''s ?' AND id = ?", 2)) == Ids{2});
  CHECK(found(where("id = ? /* or not? */ AND title <> '?' -- is it?", 1)) == Ids{1});
  CHECK(found(where("-- all of them?\n id > ?", 0)) == Ids{1, 2});
  CHECK(found(where("title = ? -- the end", "what?")) == Ids{1});
  CHECK(work.template count<Job>(where("id = ? -- the end", 1)) == 1);
  if (Database<B>::postgres)
    CHECK(found(where("'{\"a\": 1}'::jsonb ?? 'a' AND id = ?", 2)) == Ids{2});
}

// -- order, limit, place ----------------------------------------------------------------

TEST_CASE_TEMPLATE("without an order the key gives it; with one the key decides between equals", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Job>();
  store_ranked(store);
  auto work = store.begin();
  const auto found = [&](const rowan::Query& query) {
    return ids(work.template find_all<Job>(query));
  };
  CHECK(found({}) == Ids{1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(found(rowan::Query().order_by("id", Direction::descending).limit(3)) == Ids{8, 7, 6});
  CHECK(found(where("rank IS NOT NULL").order_by("rank")) == Ids{3, 7, 6, 1, 4});
  CHECK(found(where("rank IS NOT NULL").order_by("rank", Direction::descending)) ==
        Ids{1, 4, 6, 3, 7});
  CHECK(found(rowan::Query().limit(0)).empty());
}

TEST_CASE_TEMPLATE("NULL comes before every value, and last when descending, on every database", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Job>();
  store_ranked(store);
  auto work = store.begin();
  CHECK(ids(work.template find_all<Job>(rowan::Query().order_by("rank"))) ==
        Ids{2, 5, 8, 3, 7, 6, 1, 4});
  CHECK(ids(work.template find_all<Job>(rowan::Query().order_by("rank", Direction::descending))) ==
        Ids{1, 4, 6, 3, 7, 2, 5, 8});
}

TEST_CASE_TEMPLATE("pages by key go on behind the last row, through ties and NULLs", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Job>();
  store_ranked(store);
  for (const auto direction : {Direction::ascending, Direction::descending})
    for (const std::size_t size : {1U, 2U, 3U, 5U}) {
      CAPTURE(size);
      const auto ordered = rowan::Query().order_by("rank", direction);
      auto work = store.begin();
      const Ids all = ids(work.template find_all<Job>(ordered));
      REQUIRE(all.size() == 8);
      Ids paged;
      auto page = work.template find_all<Job>(ordered.limit(size));
      while (!page.empty()) {
        CHECK(page.size() <= size);
        for (const auto id : ids(page)) paged.push_back(id);
        page = work.template find_all<Job>(
            ordered.limit(size).after(page.back()->rank, page.back()->id));
      }
      CHECK(paged == all);
    }
}

TEST_CASE_TEMPLATE("pages by key work along two columns, texts and instants too", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Job>();
  const rowan::Timestamp noon{std::chrono::hours(12)};
  std::vector<Job> jobs;
  for (std::int64_t i = 1; i <= 9; ++i)
    jobs.push_back({i,
                    0,
                    i % 2 ? "odd" : "even",
                    {},
                    Grade::bad,
                    {},
                    {},
                    i % 3 ? std::optional(noon + std::chrono::microseconds(i / 3)) : std::nullopt});
  store_jobs(store, jobs);
  const auto ordered = rowan::Query().order_by("title", Direction::descending).order_by("due");
  auto work = store.begin();
  const Ids all = ids(work.template find_all<Job>(ordered));
  CHECK(all == Ids{3, 9, 1, 5, 7, 6, 2, 4, 8});
  Ids paged;
  auto page = work.template find_all<Job>(ordered.limit(2));
  while (!page.empty()) {
    for (const auto id : ids(page)) paged.push_back(id);
    const Job& last = *page.back();
    page = work.template find_all<Job>(ordered.limit(2).after(last.title, last.due, last.id));
  }
  CHECK(paged == all);
}

TEST_CASE_TEMPLATE("count counts the rows in the database that a query would find", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Job>();
  store_ranked(store);
  auto work = store.begin();
  CHECK(work.template count<Job>() == 8);
  CHECK(work.template count<Job>(where("rank > ?", 1)) == 3);
  CHECK(work.template count<Job>(rowan::Query().limit(3)) == 3);
  CHECK(work.template count<Job>(rowan::Query().order_by("rank").after(2, 6)) == 2);
  CHECK(work.template count<Job>(where("1 = 0")) == 0);
  Job job;
  job.id = 9;
  work.add(job);
  CHECK(work.template count<Job>() == 8);  // at commit: not written yet
}

// -- for_each -------------------------------------------------------------------------

TEST_CASE_TEMPLATE("for_each visits each once, a page at a time, and drops what was not changed", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Job>();
  constexpr std::int64_t count = 700;
  std::vector<Job> jobs;
  for (std::int64_t i = 1; i <= count; ++i)
    jobs.push_back(
        {i, 0, "job", {}, Grade::bad, {}, i % 5 ? std::optional(i % 7) : std::nullopt, {}});
  store_jobs(store, jobs);

  auto work = store.begin();
  db.log->clear();
  std::vector<rowan::Ref<Job>> seen;
  Ids changed;
  const auto query = rowan::Query().order_by("rank", Direction::descending);
  Ids visited;
  work.template for_each<Job>(query, [&](const rowan::Ref<Job>& ref) {
    visited.push_back(ref->id);
    if (ref->id % 100 == 0) {
      ref->title = "changed";
      changed.push_back(ref->id);
    }
    seen.push_back(ref);
  });
  CHECK(visited.size() == count);
  std::sort(visited.begin(), visited.end());
  CHECK(std::unique(visited.begin(), visited.end()) == visited.end());
  std::size_t selects = 0;
  for (const auto& sql : db.log->sql()) selects += sql.starts_with("SELECT");
  CHECK(selects == 3);  // 256 + 256 + 188
  std::size_t alive = 0;
  for (const auto& ref : seen) {
    try {
      alive += ref->title == "changed";
    } catch (const UsageError&) {
    }
  }
  CHECK(alive == 7);
  CHECK(changed.size() == 7);
  db.log->clear();
  work.commit();
  CHECK(db.writes().size() == 7);
  CHECK(db.number("SELECT count(*) FROM jobs WHERE title = 'changed' AND version = 2") == 7);
}

TEST_CASE_TEMPLATE(
    "a Ref dies with its step of for_each, unless its object was changed, or was in "
    "the unit before",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2, 3, 4});
  auto work = store.begin();
  auto held = work.get<Order>({1});
  std::vector<rowan::Ref<Order>> seen;
  work.template for_each<Order>({}, [&](rowan::Ref<Order> ref) {
    if (!seen.empty() && seen.back().key() != held.key())
      CHECK_THROWS_AS((void)seen.back()->customer, UsageError);
    if (ref->id.value == 4) ref->lines[0].quantity = 9;
    seen.push_back(ref);
  });
  REQUIRE(seen.size() == 4);
  CHECK(seen[0] == held);
  CHECK(held->customer == "Ann");
  CHECK(seen[3]->lines[0].quantity == 9);
  CHECK_THROWS_AS((void)seen[2]->customer, UsageError);
  work.commit();
  CHECK(seen[3]->version == 2);
  CHECK(db.number("SELECT sum(version) FROM orders") == 5);
}

TEST_CASE_TEMPLATE("for_each can remove what it visits, and change what it is ordered by", B,
                   Sqlite, Postgres) {
  for (const auto span : {Transaction::at_commit, Transaction::from_first_read}) {
    Database<B> db;
    rowan::Store store = db.template open<Job>();
    std::vector<Job> jobs;
    for (std::int64_t i = 1; i <= 600; ++i)
      jobs.push_back({i, 0, "job", {}, Grade::bad, {}, i, {}});
    store_jobs(store, jobs);
    rowan::UnitOfWork work = store.begin({.transaction = span});
    std::size_t visits = 0;
    work.template for_each<Job>(rowan::Query().order_by("rank"), [&](const rowan::Ref<Job>& ref) {
      ++visits;
      if (ref->id % 2)
        work.remove(ref);
      else
        *ref->rank = -*ref->rank;
    });
    CHECK(visits == 600);
    work.commit();
    CHECK(db.number("SELECT count(*) FROM jobs") == 300);
    CHECK(db.number("SELECT count(*) FROM jobs WHERE rank < 0 AND version = 2") == 300);
  }
}

TEST_CASE_TEMPLATE("for_each stops at its limit, and at what its visitor throws", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Job>();
  std::vector<Job> jobs;
  for (std::int64_t i = 1; i <= 600; ++i) jobs.push_back({i, 0, "job", {}, Grade::bad, {}, {}, {}});
  store_jobs(store, jobs);
  auto work = store.begin();
  for (const std::size_t limit : {0U, 1U, 256U, 300U, 512U, 1000U}) {
    std::size_t visits = 0;
    work.template for_each<Job>(rowan::Query().limit(limit),
                                [&](const rowan::Ref<Job>&) { ++visits; });
    CHECK(visits == std::min<std::size_t>(limit, 600));
  }
  Ids visited;
  std::vector<rowan::Ref<Job>> seen;
  CHECK_THROWS_AS(work.template for_each<Job>({},
                                              [&](const rowan::Ref<Job>& ref) {
                                                visited.push_back(ref->id);
                                                ref->title = "changed";
                                                seen.push_back(ref);
                                                if (ref->id == 3)
                                                  throw std::runtime_error("enough");
                                              }),
                  std::runtime_error);
  CHECK(visited == Ids{1, 2, 3});
  CHECK(seen[0]->title == "changed");
  work.commit();  // the unit has not failed
  CHECK(db.number("SELECT count(*) FROM jobs WHERE title = 'changed'") == 3);
}

// -- mistakes ---------------------------------------------------------------------------

namespace {

/// A query that is wrong, and what its error must name.
struct Mistake {
  rowan::Query query;
  std::string says;
};

}  // namespace

TEST_CASE_TEMPLATE("a wrong query is a QueryError that says what is wrong, and the unit goes on", B,
                   Sqlite, Postgres) {
  const std::vector<Mistake> mistakes{
      {where("colour = ?", "red"), "colour"},
      {where("titel = ?", "red"), "titel"},
      {where("title = ? AND", "red"), "orders"},
      {where("customer = ?"), "query of orders: the condition has 1 question marks for 0 values"},
      {where("customer = 'a?'", 1),
       "query of orders: the condition has 0 question marks for 1 values"},
      {where("customer = ?", "a", "b"),
       "query of orders: the condition has 1 question marks for 2 values"},
      {rowan::Query().order_by("colour"), "query of orders: no column colour is mapped"},
      {rowan::Query().order_by("version"), "query of orders: no column version is mapped"},
      {rowan::Query().order_by("customer").after(1),
       "query of orders: after() needs 2 values, one for each column of the order and of the key"},
  };
  for (const auto span : {Transaction::at_commit, Transaction::from_first_read}) {
    Database<B> db;
    rowan::Store store = open_orders(db, {1, 2});
    // First thing in a unit, and inside of what it has open.
    for (const bool opened : {false, true}) {
      rowan::UnitOfWork work = store.begin({.transaction = span});
      std::optional<rowan::Ref<Order>> edited;
      if (opened) {
        edited = work.template get<Order>({1});
        (*edited)->remark = "edited";
      }
      for (const Mistake& mistake : mistakes) {
        CAPTURE(mistake.says);
        const auto check = [&](const auto& ask) {
          const auto error = thrown<QueryError>(ask);
          CHECK(has(error.what(), mistake.says));
          CHECK_FALSE(has(error.what(), "red"));
        };
        check([&] { (void)work.template find_all<Order>(mistake.query); });
        if (mistake.query.order().empty())
          check([&] { (void)work.template count<Order>(mistake.query); });
        check(
            [&] { work.template for_each<Order>(mistake.query, [](const rowan::Ref<Order>&) {}); });
        CHECK(work.template count<Order>() == 2);
      }
      auto two = work.template get<Order>({2});
      two->customer += "!";
      work.commit();
      if (edited) CHECK((*edited)->version == 2);
    }
    CHECK(db.text("SELECT customer FROM orders WHERE id = 2") == "Ann!!");
  }
}

TEST_CASE(
    "a value that its column does not take is a DataError, and the open transaction goes on: "
    "Postgres only") {
  Database<Postgres> db;
  rowan::Store store = open_orders(db, {1});
  for (const auto span : {Transaction::at_commit, Transaction::from_first_read}) {
    rowan::UnitOfWork work = store.begin({.transaction = span});
    auto ref = work.get<Order>({1});
    ref->customer += "!";
    CHECK_THROWS_AS((void)work.find_all<Order>(where("id = ?", "secret")), DataError);
    CHECK_THROWS_AS((void)work.find_all<Order>(where("1 / (id - id) = ?", 1)), DataError);
    CHECK_THROWS_AS((void)work.find_all<Order>(rowan::Query().after("secret")), DataError);
    CHECK_THROWS_AS((void)work.find_all<Order>(where("customer = ?", std::string("\0", 1))),
                    QueryError);
    work.commit();
    CHECK(ref->customer == db.text("SELECT customer FROM orders"));
  }
}

TEST_CASE_TEMPLATE("a missing table is named, and the unit goes on", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.open(rowan::Schema::of<Order, Job>());
  db.execute(
      "CREATE TABLE jobs (id bigint PRIMARY KEY, version bigint, title varchar(9), status "
      "varchar(9), grade bigint, client_id bigint, rank bigint, due timestamp)");
  auto work = store.begin();
  const auto error = thrown<QueryError>([&] { (void)work.get<Order>({1}); });
  CHECK(has(error.what(), "there is no table orders"));
  CHECK(!error.sql().empty());
  CHECK(!error.code().empty());
  CHECK(!error.retryable());
  CHECK(work.template find_all<Job>().empty());
}

// -- when queries flush -------------------------------------------------------------------

TEST_CASE_TEMPLATE(
    "queries see what the unit has changed only in one transaction from the first "
    "read on",
    B, Sqlite, Postgres) {
  for (const auto span : {Transaction::at_commit, Transaction::from_first_read}) {
    Database<B> db;
    rowan::Store store = open_orders(db, {1, 2});
    const bool flushes = span == Transaction::from_first_read;
    rowan::UnitOfWork work = store.begin({.transaction = span});
    auto ref = work.get<Order>({1});
    db.log->clear();
    ref->customer = "Bob";
    work.add(order(3, "Bob"));
    CHECK(work.template count<Order>(where("customer = ?", "Bob")) == (flushes ? 2 : 0));
    CHECK(db.writes().empty() == !flushes);
    CHECK(ids(work.template find_all<Order>(where("customer = ?", "Bob"))) ==
          (flushes ? Ids{1, 3} : Ids{}));
    // What is in the unit is found by what its row holds, and given as it is in the unit.
    CHECK(ids(work.template find_all<Order>()) == (flushes ? Ids{1, 2, 3} : Ids{1, 2}));
    CHECK(ref->customer == "Bob");
    CHECK(ref->version == 1);
    work.rollback();
    CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Ann' AND version = 1") == 2);
  }
}

// -- one moment -----------------------------------------------------------------------------

TEST_CASE(
    "a load is one SELECT for each table in one transaction that sees one state: Postgres "
    "only") {
  Database<Postgres> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  db.log->clear();
  (void)work.get<Order>({1});
  CHECK(
      db.log->sql() ==
      Strings{"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
              "SELECT id, customer, remark, version FROM orders WHERE id IN ($1)",
              "SELECT order_id, line_no, quantity, price_amount, price_currency FROM order_lines "
              "WHERE order_id IN ($1) ORDER BY order_id, line_no",
              "SELECT order_id, line_no, reason, percent, pos FROM discounts WHERE order_id IN "
              "($1) ORDER BY order_id, line_no, pos",
              "SELECT order_id, text, pos FROM notes WHERE order_id IN ($1) ORDER BY order_id, pos",
              "SELECT order_id, tag FROM tags WHERE order_id IN ($1) ORDER BY order_id, tag",
              "COMMIT"});
  auto other = store.begin();
  db.log->clear();
  (void)other.find_all<Order>(where("customer = ?", "Ann"));
  const auto sent = db.log->sql();
  REQUIRE(sent.size() == 7);
  CHECK(sent.front() == "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  CHECK(sent.back() == "COMMIT");
}

TEST_CASE("a load is one SELECT for each table in one transaction: Sqlite only") {
  Database<Sqlite> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  db.log->clear();
  (void)work.get<Order>({1});
  const auto sent = db.log->sql();
  REQUIRE(sent.size() == 7);
  CHECK(sent.front() == "BEGIN");
  CHECK(sent.back() == "COMMIT");
}

namespace {

/// Somebody changes root and children of order 1 in one transaction.
void change_order(rowan::Store& store) {
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->customer += "!";
  for (Line& line : ref->lines) line.quantity += 10;
  ref->notes.push_back({"more"});
  work.commit();
}
void remove_order(rowan::Store& store) {
  auto work = store.begin();
  work.remove(work.get<Order>({1}));
  work.commit();
}

/// Root and children are of one version.
void check_whole(const Order& o) {
  const auto changes = static_cast<std::size_t>(o.version - 1);
  CHECK(o.customer == "Ann" + std::string(changes, '!'));
  REQUIRE(o.lines.size() == 2);
  CHECK(o.lines[0].quantity == 2 + 10 * static_cast<int>(changes));
  CHECK(o.lines[1].quantity == 1 + 10 * static_cast<int>(changes));
  CHECK(o.notes.size() == 3 + changes);
}

using Load = void (*)(rowan::UnitOfWork&);
constexpr Load loads[] = {
    [](rowan::UnitOfWork& work) { check_whole(*work.get<Order>({1})); },
    [](rowan::UnitOfWork& work) {
      for (const auto& ref : work.get_all<Order>({{2}, {1}}))
        if (ref->id.value == 1) check_whole(*ref);
    },
    [](rowan::UnitOfWork& work) {
      const auto all = work.find_all<Order>(where("customer LIKE ?", "Ann%"));
      REQUIRE(all.size() == 2);
      check_whole(*all[0]);
    },
    [](rowan::UnitOfWork& work) {
      std::size_t visits = 0;
      work.for_each<Order>({}, [&](const rowan::Ref<Order>& ref) {
        ++visits;
        if (ref->id.value == 1) check_whole(*ref);
      });
      CHECK(visits == 2);
    },
};

}  // namespace

TEST_CASE_TEMPLATE("an aggregate is never torn, whatever is committed while it is read", B, Sqlite,
                   Postgres) {
  struct Way {
    Transaction transaction;
    std::optional<Isolation> isolation;
  };
  for (const Way way : {Way{Transaction::at_commit, {}},
                        Way{Transaction::from_first_read, Isolation::read_committed},
                        Way{Transaction::from_first_read, {}},
                        Way{Transaction::from_first_read, Isolation::repeatable_read}})
    for (const char* moment : {"FROM order_lines", "FROM discounts", "FROM notes", "FROM tags"})
      for (const Load load : loads) {
        CAPTURE(moment);
        Database<B> db;
        const auto meeting = std::make_shared<Meeting>();
        rowan::Store others = open_orders(db, {1, 2});
        rowan::Store store = db.open(rowan::Schema::of<Order>(), with(meeting));
        // On SQLite a unit that may write keeps all others out.
        rowan::UnitOfWork work = store.begin({.transaction = way.transaction,
                                              .isolation = way.isolation,
                                              .access = rowan::Access::read_only});
        meeting->before(moment, [&] { change_order(others); });
        load(work);
        CHECK(meeting->left() == 0);
        CHECK(db.number("SELECT version FROM orders WHERE id = 1") == 2);
      }
}

TEST_CASE("an aggregate that is removed while it is read is whole or gone: Postgres only") {
  for (const auto span : {Transaction::at_commit, Transaction::from_first_read}) {
    Database<Postgres> db;
    const auto meeting = std::make_shared<Meeting>();
    rowan::Store others = db.open<Order>();
    rowan::Store store = db.open(rowan::Schema::of<Order>(), with(meeting));
    const bool one_state = span == Transaction::at_commit;
    const auto again = [&] {
      db.execute("DELETE FROM orders");
      store_all(others, order(1), order(2));
      meeting->before("FROM order_lines", [&] { remove_order(others); });
    };
    again();
    rowan::UnitOfWork work = store.begin({.transaction = span});
    const auto found = work.find<Order>({1});
    CHECK(found.has_value() == one_state);
    if (found) check_whole(**found);
    again();
    rowan::UnitOfWork other = store.begin({.transaction = span});
    const auto all = other.find_all<Order>();
    CHECK(ids(all) == (one_state ? Ids{1, 2} : Ids{2}));
    for (const auto& ref : all) check_whole(*ref);
  }
}

TEST_CASE("what never stands still while it is read is a SerializationFailure: Postgres only") {
  Database<Postgres> db;
  const auto meeting = std::make_shared<Meeting>();
  rowan::Store others = open_orders(db, {1});
  rowan::Store store = db.open(rowan::Schema::of<Order>(), with(meeting));
  rowan::UnitOfWork work = store.begin({.transaction = Transaction::from_first_read});
  meeting->before(
      "FROM order_lines", [&] { change_order(others); }, 1000);
  CHECK_THROWS_WITH_AS((void)work.get<Order>({1}), "orders: kept changing while it was read",
                       rowan::SerializationFailure);
  meeting->before("", {}, 0);
  check_whole(*work.get<Order>({1}));
}

// -- refresh and discard ------------------------------------------------------------------------

TEST_CASE_TEMPLATE("refresh loads the whole aggregate again and drops edits, and the Ref stays", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  const Order* const object = &*ref;
  ref->customer = "edited";
  ref->lines.clear();
  ref->notes.push_back({"edited"});
  ref->remark = "edited";
  change_order(store);
  work.refresh(ref);
  CHECK(&*ref == object);
  CHECK(ref.version() == 2);
  check_whole(*ref);
  CHECK(!ref->remark);
  db.log->clear();
  work.commit();
  CHECK(db.log->sql().empty());
  ref->customer = "Bob";
  work.commit();
  CHECK(ref->version == 3);
}

TEST_CASE_TEMPLATE(
    "refresh of what is gone is a StaleDataError that says deleted, and keeps the edits", B, Sqlite,
    Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  auto other = work.get<Order>({2});
  ref->customer = "edited";
  remove_order(store);
  const auto error = thrown<StaleDataError>([&] { work.refresh(ref); });
  REQUIRE(error.conflicts().size() == 1);
  const auto& conflict = error.conflicts().front();
  CHECK(conflict.kind == rowan::Conflict::Kind::deleted);
  CHECK(conflict.expected == 1);
  CHECK(!conflict.found);
  CHECK(error.concerns(ref));
  CHECK(std::string(error.what()) == "orders 1 was deleted, expected version 1");
  CHECK(store.counters().conflicts == 1);
  CHECK(ref->customer == "edited");
  work.discard(ref);
  other->customer = "Bob";
  work.commit();
  CHECK(other->version == 2);
}

TEST_CASE_TEMPLATE("refresh of what was never stored is refused", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Order>();
  auto work = store.begin();
  auto ref = work.add(order(1));
  CHECK_THROWS_WITH_AS(work.refresh(ref),
                       "orders 1: not in the database, so it cannot be refreshed", UsageError);
  work.commit();
  work.refresh(ref);
  CHECK(ref->version == 1);
}

TEST_CASE_TEMPLATE("what refresh cannot load leaves the object as it was", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->remark = "edited";
  db.execute("UPDATE orders SET customer = 'nobody', version = 2");
  CHECK_THROWS_AS(work.refresh(ref), DataError);
  CHECK(ref->customer == "Ann");
  CHECK(ref->remark == "edited");
  CHECK(ref->lines.size() == 2);
  CHECK(ref->version == 1);
  CHECK_THROWS_AS(work.commit(), StaleDataError);
}

TEST_CASE_TEMPLATE("discard forgets edits, and the Ref is dead", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  auto copy = ref;
  ref->customer = "edited";
  work.discard(ref);
  CHECK_THROWS_AS((void)ref->customer, UsageError);
  CHECK_THROWS_AS((void)*copy, UsageError);
  CHECK_THROWS_AS((void)ref.id(), UsageError);
  CHECK_THROWS_AS(work.refresh(ref), UsageError);
  CHECK_THROWS_AS(work.remove(ref), UsageError);
  CHECK_THROWS_AS(work.touch(ref), UsageError);
  CHECK_THROWS_AS(work.discard(ref), UsageError);
  db.log->clear();
  work.commit();
  CHECK(db.log->sql().empty());
  CHECK(work.get<Order>({1})->customer == "Ann");
}

TEST_CASE_TEMPLATE("what was flushed cannot be discarded before the transaction ends", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  auto ref = work.get<Order>({1});
  ref->customer = "Bob";
  work.flush();
  CHECK_THROWS_AS(work.discard(ref), UsageError);
  work.commit();
  work.discard(ref);
  CHECK(work.get<Order>({1})->customer == "Bob");
}

TEST_CASE_TEMPLATE("a Ref of another unit is refused, and dies with its unit", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1});
  auto work = store.begin();
  std::optional<rowan::Ref<Order>> foreign;
  {
    auto other = store.begin();
    foreign = other.get<Order>({1});
    CHECK_THROWS_AS(work.remove(*foreign), UsageError);
    CHECK_THROWS_AS(work.touch(*foreign), UsageError);
    CHECK_THROWS_AS(work.refresh(*foreign), UsageError);
    CHECK_THROWS_AS(work.discard(*foreign), UsageError);
    auto mine = work.get<Order>({1});  // its arrival is the same, in its own unit
    CHECK_THROWS_AS(work.remove(*foreign), UsageError);
    CHECK(!(mine == *foreign));
    CHECK((*foreign)->customer == "Ann");
  }
  CHECK_THROWS_AS((void)(*foreign)->customer, UsageError);
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders") == 1);
}
