/// Whatever meets a conflict first tells of all there are: what was changed, removed, guarded and
/// expected, in random mixtures.

#include <random>
#include <set>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::set;
using rowan::StaleDataError;
using rowan::UnitOfWork;

namespace {

constexpr std::int64_t count = 6;
using Numbers = std::set<std::int64_t>;

struct Mixture {
  Numbers written;  ///< by the unit
  Numbers watched;  ///< guarded, or expected at a version
  Numbers moved;    ///< by another
};

Numbers both(const Numbers& a, const Numbers& b) {
  Numbers out;
  for (const std::int64_t id : a)
    if (b.contains(id)) out.insert(id);
  return out;
}

/// Does something to each product of the unit, and something else to each of another.
Mixture mix(UnitOfWork& work, rowan::Store& store, std::mt19937& random) {
  Mixture out;
  const auto one_of = [&](std::uint32_t n) { return random() % n; };
  for (std::int64_t id = 1; id <= count; ++id) {
    auto ref = work.get<Product>(id);
    switch (one_of(6)) {
      case 0:
        ref->name = "mine";
        out.written.insert(id);
        break;
      case 1:
        work.remove(ref);
        out.written.insert(id);
        break;
      case 2:
        work.expect_unchanged(ref);
        out.watched.insert(id);
        break;
      case 3:
        work.expect(ref, 1);
        out.watched.insert(id);
        break;
      default: break;
    }
  }
  store.transact([&](UnitOfWork& other) {
    out.moved.clear();
    for (std::int64_t id = 1; id <= count; ++id) {
      const auto what = one_of(4);
      if (what > 1) continue;
      out.moved.insert(id);
      if (what == 0)
        other.get<Product>(id)->name = "theirs";
      else
        other.remove(other.get<Product>(id));
    }
  });
  return out;
}

struct Trial {
  const char* name;
  void (*go)(UnitOfWork&);
  enum class Watches { no, yes } watches;  ///< whether it fails of what is only watched
};

const Trial trials[] = {
    {"commit", [](UnitOfWork& work) { work.commit(); }, Trial::Watches::yes},
    {"flush", [](UnitOfWork& work) { work.flush(); }, Trial::Watches::no},
    {"savepoint", [](UnitOfWork& work) { work.savepoint([] {}); }, Trial::Watches::no},
    {"update_all of a condition",
     [](UnitOfWork& work) {
       (void)work.update_all<Product>(set("name = 'all'"), rowan::where("id > 100"));
     },
     Trial::Watches::yes},
    {"remove_all of a list",
     [](UnitOfWork& work) {
       (void)work.remove_all<Product>({{std::int64_t{100}, 1}});
     },
     Trial::Watches::yes},
};

}  // namespace

TEST_CASE_TEMPLATE("whatever meets a conflict first tells of all there are", B, Sqlite, Postgres) {
  int met = 0;
  for (const Trial& trial : trials)
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(trial.name);
      CAPTURE(seed);
      std::mt19937 random(seed);
      Database<B> db;
      rowan::Store store = db.template open<Product>();
      for (std::int64_t id = 1; id <= count; ++id) store_all(store, Product{id, "pen"});
      auto work = store.begin(
          {.transaction = rowan::Transaction::at_commit, .isolation = rowan::Isolation::standard});
      const Mixture mixture = mix(work, store, random);
      Numbers expected = both(mixture.written, mixture.moved);
      const Numbers watched = both(mixture.watched, mixture.moved);
      if (trial.watches == Trial::Watches::no && expected.empty()) continue;
      expected.insert(watched.begin(), watched.end());
      if (expected.empty()) continue;
      const auto error = thrown<StaleDataError>([&] { trial.go(work); });
      ++met;
      CHECK(error.complete());
      Numbers told;
      for (const auto& conflict : error.conflicts())
        told.insert(conflict.template key_as<std::int64_t>());
      CHECK(told == expected);
    }
  CHECK(met > 30);
}
