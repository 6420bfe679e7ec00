/// Order, limit and place: the same on every database, through ties and NULLs.

#include <chrono>

#include "database.hpp"
#include "jobs.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Direction;
using rowan::where;

namespace {

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

}  // namespace

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
