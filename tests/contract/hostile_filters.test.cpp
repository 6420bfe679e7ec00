/// Values meant to break something in conditions, in the place of a page and in bulk assignments:
/// which are bound as they are and which are refused, and the unit goes on.

#include <chrono>
#include <cmath>
#include <limits>
#include <string>

#include "database.hpp"
#include "hostile_texts.hpp"
#include "jobs.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Query;
using rowan::set;
using rowan::Timestamp;
using rowan::where;

namespace {

enum class Is { answered, refused };

/// `ask` answers, or throws an E that names the table and not the value; and the unit goes on.
template <class E = rowan::DataError, class F>
void check(Is expected, rowan::UnitOfWork& work, F&& ask) {
  if (expected == Is::answered) {
    CHECK_NOTHROW(ask());
  } else {
    const auto error = thrown<E>(ask);
    CHECK(has(error.what(), "orders"));
    CHECK_FALSE(has(error.what(), "secret"));
    CHECK_FALSE(has(error.sql(), "secret"));
  }
  CHECK(work.count<Order>() == 3);
}

}  // namespace

TEST_CASE_TEMPLATE("a hostile text in a condition finds what it equals", B, Sqlite, Postgres) {
  for (const auto span : {rowan::Transaction::at_commit, rowan::Transaction::from_first_read}) {
    Database<B> db;
    rowan::Store store = db.template open<Order>();
    const auto texts = hostile_texts();
    {
      auto work = store.begin();
      for (std::size_t i = 0; i < texts.size(); ++i)
        work.add(order(static_cast<std::int64_t>(i), texts[i]));
      work.commit();
    }
    rowan::UnitOfWork work = store.begin({.transaction = span});
    for (std::size_t i = 0; i < texts.size(); ++i) {
      CAPTURE(i);
      const Ids found = ids(work.template find_all<Order>(where("customer = ?", texts[i])));
      CHECK(found == Ids{static_cast<std::int64_t>(i)});
      CHECK(work.template count<Order>(where("customer <> ?", texts[i])) == texts.size() - 1);
      const auto behind = rowan::Query().order_by("id").after(std::int64_t(i), std::int64_t(i));
      CHECK(work.template find_all<Order>(behind).size() == texts.size() - 1 - i);
    }
    CHECK(work.template count<Order>(where("customer = ?", std::string(10'000'000, '\''))) == 0);
  }
}

TEST_CASE_TEMPLATE(
    "what no text may be is found nowhere, or refused where the database has no such text, and the "
    "unit goes on",
    B, Sqlite, Postgres) {
  const Is is = Database<B>::postgres ? Is::refused : Is::answered;
  for (const auto span : {rowan::Transaction::at_commit, rowan::Transaction::from_first_read}) {
    Database<B> db;
    rowan::Store store = open_orders(db, {1, 2, 3});
    rowan::UnitOfWork work = store.begin({.transaction = span});
    work.template get<Order>({1})->remark = "edited";
    for (const std::string& end : broken_texts()) {
      const std::string text = "secret" + end;
      check(is, work, [&] {
        const auto found = work.template find_all<Order>(where("customer = ?", text));
        CHECK(found.empty());
      });
      check(is, work, [&] {
        const auto found = work.template count<Order>(where("customer = ?", text));
        CHECK(found == 0);
      });
      check(is, work, [&] {
        (void)work.template find_all<Order>(Query().order_by("customer").after(text, 1));
      });
      check(is, work, [&] {
        work.template for_each<Order>(where("customer = ?", text), [](const auto&) {});
      });
    }
    check(is, work, [&] {
      const auto found =
          work.template count<Order>(where("customer = ?", std::string("secret\0b", 8)));
      CHECK(found == 0);
    });
    work.commit();
    CHECK(db.number("SELECT count(*) FROM orders WHERE remark = 'edited' AND version = 2") == 1);
  }
}

TEST_CASE_TEMPLATE(
    "extreme numbers and times in a condition are compared, or refused where they fit nothing", B,
    Sqlite, Postgres) {
  using D = std::numeric_limits<double>;
  using I = std::numeric_limits<std::int64_t>;
  using namespace std::chrono;
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2, 3});
  auto work = store.begin();
  work.template get<Order>({1})->remark = "edited";
  CHECK(work.template count<Order>(where("id > ?", I::min())) == 3);
  CHECK(work.template count<Order>(where("id > ?", I::max())) == 0);
  CHECK(work.template find_all<Order>(Query().after(I::max())).empty());
  CHECK(work.template find_all<Order>(Query().after(I::min())).size() == 3);
  CHECK(work.template find_all<Order>(Query().limit(0)).empty());
  CHECK(work.template find_all<Order>(Query().limit(std::size_t(I::max()))).size() == 3);
  const auto ask = [&](const std::string& condition, const auto& value, Is is) {
    check(is, work, [&] { (void)work.template count<Order>(where(condition, value)); });
  };
  for (const double number : {D::quiet_NaN(), D::infinity(), -D::infinity(), D::max(), D::lowest(),
                              D::denorm_min(), -0.0}) {
    // PostgreSQL takes the parameter's type from its place, SQLite has no NaN.
    const bool is_nan = std::isnan(number);
    ask("id < ?", number, (db.postgres ? number != 0 : is_nan) ? Is::refused : Is::answered);
    ask("CAST(? AS double precision) > 0", number,
        !db.postgres && is_nan ? Is::refused : Is::answered);
  }
  for (const Timestamp time :
       {Timestamp::min(), Timestamp::max(), Timestamp(sys_days(year(10000) / 1 / 1)),
        Timestamp(sys_days(year(0) / 1 / 1))})
    ask("? < CURRENT_TIMESTAMP", time, Is::refused);
  for (const auto date : {year_month_day(year(10000) / 1 / 1), year_month_day(year(-1) / 1 / 1)})
    ask("? < CURRENT_DATE", date, Is::refused);
  const auto most = Query().limit(std::numeric_limits<std::size_t>::max());
  check(Is::refused, work, [&] { (void)work.template count<Order>(most); });
  check(Is::refused, work, [&] { (void)work.template find_all<Order>(most); });
  work.commit();
  CHECK(db.number("SELECT count(*) FROM orders WHERE remark = 'edited' AND version = 2") == 1);
}

TEST_CASE("a parameter that no column can hold is a DataError without it") {
  using std::chrono::year;
  const auto check = [](const auto& make, const std::string& says) {
    const auto error = thrown<rowan::DataError>(make);
    CHECK(has(error.what(), says));
    CHECK_FALSE(has(error.what(), "1844674407"));
    CHECK_FALSE(has(error.what(), "2023"));
  };
  const auto huge = std::numeric_limits<std::uint64_t>::max();
  check([&] { (void)where("id = ?", huge); }, "parameter 1");
  check([&] { (void)where("id = ? AND id < ?", 1, huge); }, "parameter 2");
  check([] { (void)where("due = ?", year(2023) / 2 / 30); }, "parameter 1");
  check([] { (void)where("status = ?", static_cast<Status>(7)); }, "parameter 1");
  check([&] { (void)set("rank = ?", huge); }, "parameter 1");
  check([&] { (void)Query().after(huge); }, "parameter 1");
}
