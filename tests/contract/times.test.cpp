/// Instants and dates, to the microsecond, of the years that every database keeps.

#include <chrono>

#include "box.hpp"
#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using namespace std::chrono_literals;
using rowan::DataError;
using rowan::Timestamp;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

TEST_CASE_TEMPLATE("instants survive to the microsecond, from the year 1 to 9999", B, Sqlite,
                   Postgres) {
  using namespace std::chrono;
  const Timestamp first = sys_days{year{1} / 1 / 1};
  const Timestamp last = sys_days{year{9999} / 12 / 31} + 23h + 59min + 59s + 999999us;
  check_survives<B, Timestamp>({Timestamp{}, Timestamp{-1us}, Timestamp{1us}, first, first + 1us,
                                last, sys_days{year{1883} / 11 / 18} + 17h + 3us,
                                sys_days{year{2024} / 2 / 29} + 12h + 100000us});
  check_survives<B, sys_seconds>({sys_seconds{}, sys_seconds{-1s}, sys_seconds{1s}});
  check_survives<B, sys_time<milliseconds>>({sys_time<milliseconds>{1ms}});
  check_survives<B, sys_time<hours>>({sys_time<hours>{-1h}});
}

TEST_CASE_TEMPLATE("an instant of a finer clock is rounded down, and that is no change", B, Sqlite,
                   Postgres) {
  using Fine = std::chrono::sys_time<std::chrono::nanoseconds>;
  Database<B> db;
  rowan::Store store = db.template open<Box<Fine>>();
  auto writer = store.begin();
  auto mine = writer.add(Box<Fine>{1, Fine{1999ns}});
  writer.add(Box<Fine>{2, Fine{-1ns}});
  writer.commit();
  db.log->clear();
  writer.commit();
  CHECK(db.log->sql().empty());
  CHECK(mine->value == Fine{1999ns});
  auto work = store.begin();
  CHECK(work.template get<Box<Fine>>(1)->value == Fine{1us});
  CHECK(work.template get<Box<Fine>>(2)->value == Fine{-1us});
}

TEST_CASE_TEMPLATE("an instant beyond its member's clock is refused when it is loaded", B, Sqlite,
                   Postgres) {
  using Fine = std::chrono::sys_time<std::chrono::nanoseconds>;
  Database<B> db;
  rowan::Store coarse = db.template open<Box<Timestamp>>();
  store_all(coarse, Box<Timestamp>{1, sys_days{year{9999} / 12 / 31}});
  rowan::Store fine = db.open(rowan::Schema::of<Box<Fine>>());
  auto work = fine.begin();
  CHECK(has(thrown<DataError>([&] { (void)work.template get<Box<Fine>>(1); }).what(),
            "an instant beyond the member's range"));
}

TEST_CASE_TEMPLATE("an instant of a coarser clock that is beyond microseconds is refused", B,
                   Sqlite, Postgres) {
  using std::chrono::sys_seconds;
  Database<B> db;
  rowan::Store store = db.template open<Box<sys_seconds>>();
  auto work = store.begin();
  work.add(Box<sys_seconds>{1, sys_seconds::max()});
  CHECK_THROWS_AS(work.commit(), DataError);
}

TEST_CASE_TEMPLATE(
    "an instant or a date that no database keeps is refused with table, column and "
    "key before anything is sent",
    B, Sqlite, Postgres) {
  {
    Database<B> db;
    rowan::Store store = db.template open<Box<Timestamp>>();
    auto work = store.begin();
    auto ref = work.add(Box<Timestamp>{7, sys_days{year{10000} / 1 / 1}});
    CHECK_THROWS_WITH_AS(
        work.commit(), "boxes 7, column value: an instant outside the years 1 to 9999", DataError);
    CHECK(db.log->sql().empty());
    ref->value = sys_days{year{1} / 1 / 1} - 1us;
    CHECK_THROWS_AS(work.commit(), DataError);
    ref->value = Timestamp{};
    work.commit();  // the unit has not failed
  }
  Database<B> db;
  rowan::Store store = db.template open<Box<year_month_day>>();
  auto work = store.begin();
  auto ref = work.add(Box<year_month_day>{7, year{0} / 12 / 31});
  CHECK_THROWS_WITH_AS(work.commit(), "boxes 7, column value: a date outside the years 1 to 9999",
                       DataError);
  ref->value = year{2023} / 2 / 29;
  CHECK_THROWS_WITH_AS(work.commit(), "boxes 7, column value: a date that is not in the calendar",
                       DataError);
  CHECK(db.log->sql().empty());
  ref->value = year{2024} / 2 / 29;
  work.commit();
}

TEST_CASE_TEMPLATE("dates survive, from the year 1 to 9999", B, Sqlite, Postgres) {
  const year_month_day first = year{1} / 1 / 1;
  const year_month_day last = year{9999} / 12 / 31;
  const year_month_day leap = year{2024} / 2 / 29;
  const year_month_day old = year{1582} / 10 / 10;
  check_survives<B, year_month_day>({first, last, leap, old});
  check_survives<B, sys_days>({sys_days{first}, sys_days{last}, sys_days{leap}, sys_days{old}});
}
