/// Values meant to break something in bulk assignments: written as they are, or refused and nothing
/// is written.

#include <chrono>
#include <limits>
#include <string>

#include "box.hpp"
#include "database.hpp"
#include "hostile_texts.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::Query;
using rowan::set;
using rowan::Timestamp;
using rowan::where;

namespace {

/// Sets the value of two boxes in both forms, where each either is what is read back, or is
/// refused; then nothing has changed, and the unit can be rolled back and used.
template <class B, class T>
void check_set(const std::vector<T>& values) {
  Database<B> db;
  rowan::Store store = db.template open<Box<T>>();
  store_all(store, Box<T>{1, T{}}, Box<T>{2, T{}});
  for (std::size_t i = 0; i < values.size(); ++i) {
    CAPTURE(i);
    auto work = store.begin();
    const auto one = work.template get<Box<T>>(1);
    const T before = one->value;
    const auto version = one.version();
    try {
      const auto written =
          work.template update_all<Box<T>>(set("value = ?", values[i]), where("id = 1"));
      CHECK(written == 1);
      const auto lost =
          work.template update_all<Box<T>>(set("value = ?", values[i]), {{2, version}});
      CHECK(lost.empty());
      work.commit();
      auto fresh = store.begin();
      for (const auto& ref : fresh.template find_all<Box<T>>()) {
        CHECK(equal<T>(ref->value, values[i]));
        CHECK(ref.version() == version + 1);
      }
    } catch (const rowan::Error& error) {
      INFO(std::string(error.what()));
      CHECK(has(error.what(), "boxes"));
      CHECK_FALSE(has(error.what(), "secret"));
      work.rollback();
      auto fresh = store.begin();
      for (const auto& ref : fresh.template find_all<Box<T>>()) {
        CHECK(equal<T>(ref->value, before));
        CHECK(ref.version() == version);
      }
      CHECK(work.template update_all<Box<T>>(set("value = ?", before), Query()) == 2);
      work.commit();
    }
  }
}

}  // namespace

TEST_CASE_TEMPLATE("a bulk statement sets hostile texts, or refuses them", B, Sqlite, Postgres) {
  auto texts = hostile_texts();
  for (const auto& text : broken_texts()) texts.push_back("secret" + text);
  texts.emplace_back("secret\0b", 8);
  texts.emplace_back(10'000'000, '\'');
  check_set<B, std::string>(texts);
}

TEST_CASE_TEMPLATE("a bulk statement sets extreme numbers, or refuses them", B, Sqlite, Postgres) {
  using D = std::numeric_limits<double>;
  check_set<B, double>({D::infinity(), -D::infinity(), D::max(), D::lowest(), D::denorm_min(), -0.0,
                        D::quiet_NaN()});
  using I = std::numeric_limits<std::int64_t>;
  check_set<B, std::int64_t>({I::min(), I::max()});
  check_set<B, std::int16_t>({std::numeric_limits<std::int16_t>::min()});
  check_set<B, rowan::Decimal>(
      {rowan::Decimal(std::string(38, '9')), rowan::Decimal("-0." + std::string(37, '0') + "1")});
}

TEST_CASE_TEMPLATE("a bulk statement sets times and dates of the years 1 to 9999, or refuses them",
                   B, Sqlite, Postgres) {
  using namespace std::chrono;
  check_set<B, Timestamp>({Timestamp(sys_days(year(1) / 1 / 1)),
                           Timestamp(sys_days(year(10000) / 1 / 1)) - microseconds(1),
                           Timestamp(sys_days(year(10000) / 1 / 1)), Timestamp::min(),
                           Timestamp::max()});
}

TEST_CASE_TEMPLATE("a number beyond its member's range is refused when it is read, not cut", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Box<std::int16_t>>();
  store_all(store, Box<std::int16_t>{1, 5});
  auto work = store.begin();
  work.template update_all<Box<std::int16_t>>(set("value = ?", std::int64_t{70000}), Query());
  work.commit();
  const auto error =
      thrown<rowan::DataError>([&] { (void)store.begin().template get<Box<std::int16_t>>(1); });
  CHECK(has(error.what(), "boxes 1, column value: "));
  CHECK_FALSE(has(error.what(), "70000"));
}
