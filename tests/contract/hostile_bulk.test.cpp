/// Values meant to break something in bulk assignments: which are written as they are, and which
/// are refused.

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

/// Two boxes, whose value is set in both forms of a bulk statement.
template <class B, class T>
class Boxes {
 public:
  Boxes() { store_all(store_, Box<T>{1, T{}}, Box<T>{2, T{}}); }

  /// Each is what is read back.
  void check_set(const std::vector<T>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      CAPTURE(i);
      auto work = store_.begin();
      CHECK(by_condition(work, values[i]) == 1);
      CHECK(by_list(work, values[i]).empty());
      work.commit();
      ++version_;
      check_all(values[i]);
      value_ = values[i];
    }
  }
  /// Each is an E; then nothing has changed, and the unit can be rolled back and used.
  template <class E = rowan::DataError>
  void check_refused(const std::vector<T>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      CAPTURE(i);
      auto work = store_.begin();
      const auto check = [&](const E& error) {
        CHECK(has(error.what(), "boxes"));
        CHECK_FALSE(has(error.what(), "secret"));
        work.rollback();
        check_all(value_);
      };
      check(thrown<E>([&] { (void)by_condition(work, values[i]); }));
      check(thrown<E>([&] { (void)by_list(work, values[i]); }));
      CHECK(work.template update_all<Box<T>>(set("value = ?", value_), Query()) == 2);
      work.commit();
      ++version_;
    }
  }
  /// What only one of the databases takes.
  void check_set_or_refused(rowan::Backend takes, const std::vector<T>& values) {
    if (B::backend == takes)
      check_set(values);
    else
      check_refused(values);
  }

 private:
  std::size_t by_condition(rowan::UnitOfWork& work, const T& value) {
    return work.template update_all<Box<T>>(set("value = ?", value), where("id = 1"));
  }
  auto by_list(rowan::UnitOfWork& work, const T& value) {
    return work.template update_all<Box<T>>(set("value = ?", value), {{2, version_}});
  }
  void check_all(const T& value) {
    auto fresh = store_.begin();
    for (const auto& ref : fresh.template find_all<Box<T>>()) {
      CHECK(equal<T>(ref->value, value));
      CHECK(ref.version() == version_);
    }
  }

  Database<B> db_;
  rowan::Store store_ = db_.template open<Box<T>>();
  std::int64_t version_ = 1;
  T value_{};
};

constexpr auto sqlite = rowan::Backend::sqlite;
constexpr auto postgres = rowan::Backend::postgres;

}  // namespace

TEST_CASE_TEMPLATE(
    "a bulk statement sets hostile texts, or refuses those that its database cannot have", B,
    Sqlite, Postgres) {
  Boxes<B, std::string> boxes;
  boxes.check_set(hostile_texts());
  boxes.check_set({std::string(10'000'000, '\'')});
  std::vector<std::string> broken;
  for (const auto& text : broken_texts()) broken.push_back("secret" + text);
  boxes.check_set_or_refused(sqlite, broken);
  const std::vector<std::string> nul{std::string("secret\0b", 8)};
  if (B::backend == sqlite)
    boxes.check_set(nul);
  else
    boxes.template check_refused<rowan::Error>(nul);
}

TEST_CASE_TEMPLATE("a bulk statement sets extreme numbers, and on SQLite refuses a NaN", B, Sqlite,
                   Postgres) {
  using D = std::numeric_limits<double>;
  Boxes<B, double> boxes;
  boxes.check_set({D::infinity(), -D::infinity(), D::max(), D::lowest(), D::denorm_min(), -0.0});
  boxes.check_set_or_refused(postgres, {D::quiet_NaN()});
  using I = std::numeric_limits<std::int64_t>;
  Boxes<B, std::int64_t>().check_set({I::min(), I::max()});
  Boxes<B, std::int16_t>().check_set({std::numeric_limits<std::int16_t>::min()});
  Boxes<B, rowan::Decimal>().check_set(
      {rowan::Decimal(std::string(38, '9')), rowan::Decimal("-0." + std::string(37, '0') + "1")});
}

TEST_CASE_TEMPLATE("a bulk statement sets times of the years 1 to 9999, and refuses others", B,
                   Sqlite, Postgres) {
  using namespace std::chrono;
  Boxes<B, Timestamp> boxes;
  boxes.check_set({Timestamp(sys_days(year(1) / 1 / 1)),
                   Timestamp(sys_days(year(10000) / 1 / 1)) - microseconds(1)});
  boxes.check_refused(
      {Timestamp(sys_days(year(10000) / 1 / 1)), Timestamp::min(), Timestamp::max()});
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
