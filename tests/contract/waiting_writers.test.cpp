/// Writers that wait for each other's locks: who waited is told the same as who came late, and
/// nobody waits for each other in a circle.

#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "orders.hpp"
#include "waiting.hpp"
#include "ways.hpp"

using namespace contract;
using rowan::StaleDataError;
using rowan::UnitOfWork;

namespace {

/// Commits in a thread of its own; what it is told.
class Committing {
 public:
  explicit Committing(UnitOfWork& unit) : thread_([this, &unit] { commit(unit); }) {}
  Committing(const Committing&) = delete;
  Committing& operator=(const Committing&) = delete;
  ~Committing() { join(); }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

  std::optional<StaleDataError> stale{};
  std::string other{};  // error

 private:
  void commit(UnitOfWork& unit) {
    try {
      unit.commit();
    } catch (const StaleDataError& error) {
      stale = error;
    } catch (const rowan::Error& error) {
      other = error.what();
    }
  }
  std::thread thread_;
};

rowan::WorkOptions patient(const Way& way) {
  rowan::WorkOptions options = way.work();
  options.lock_timeout = std::chrono::seconds(20);
  return options;
}

void edit(UnitOfWork& unit, std::initializer_list<std::int64_t> ids, const std::string& customer) {
  for (const std::int64_t id : ids) unit.get<Order>({id})->customer = customer;
}

}  // namespace

TEST_CASE("who waited for the lock is told the same as who came late: Postgres only") {
  for (const Way& way : ways<Postgres>()) {
    CAPTURE(way.name);
    Database<Postgres> db;
    rowan::Store store = open_orders(db, {1, 2, 3});
    UnitOfWork first = store.begin(patient(way));
    UnitOfWork second = store.begin(patient(way));
    edit(second, {3, 2, 1}, "Cid");
    edit(first, {2, 3}, "Bob");
    first.flush();
    const int holder = process_of(first);
    Committing waiting(second);
    const bool waited = is_waited_for(db, holder);
    first.commit();
    waiting.join();
    REQUIRE(waited);
    CHECK(waiting.other.empty());
    REQUIRE(waiting.stale.has_value());
    REQUIRE(waiting.stale->conflicts().size() == 2);
    for (const rowan::Conflict& conflict : waiting.stale->conflicts()) {
      CHECK(conflict.kind == rowan::Conflict::Kind::changed);
      CHECK(conflict.expected == 1);
      CHECK(conflict.found == 2);
    }
    CHECK(waiting.stale->conflicts()[0].key == key_of({2}));
    CHECK(waiting.stale->conflicts()[1].key == key_of({3}));
    CHECK(db.number("SELECT count(*) FROM orders WHERE customer = 'Cid'") == 0);
  }
}

TEST_CASE("who waited for one that is then rolled back goes on: Postgres only") {
  for (const Way& way : ways<Postgres>()) {
    CAPTURE(way.name);
    Database<Postgres> db;
    rowan::Store store = open_orders(db, {1});
    UnitOfWork first = store.begin(patient(way));
    UnitOfWork second = store.begin(patient(way));
    edit(second, {1}, "Cid");
    edit(first, {1}, "Bob");
    first.flush();
    const int holder = process_of(first);
    Committing waiting(second);
    const bool waited = is_waited_for(db, holder);
    first.rollback();
    waiting.join();
    REQUIRE(waited);
    CHECK(waiting.other.empty());
    CHECK_FALSE(waiting.stale.has_value());
    CHECK(db.text("SELECT customer FROM orders") == "Cid");
    CHECK(db.number("SELECT version FROM orders") == 2);
  }
}

TEST_CASE("units that change the same roots in any order never wait in a circle: Postgres only") {
  for (const Way& way : ways<Postgres>()) {
    CAPTURE(way.name);
    Database<Postgres> db;
    rowan::Store store = open_orders(db, {1, 2});
    for (int round = 0; round < 10; ++round) {
      UnitOfWork a = store.begin(patient(way));
      UnitOfWork b = store.begin(patient(way));
      edit(a, {1, 2}, "a" + std::to_string(round));
      edit(b, {2, 1}, "b" + std::to_string(round));
      Committing left(a);
      Committing right(b);
      left.join();
      right.join();
      CHECK(left.other.empty());
      CHECK(right.other.empty());
      CHECK(left.stale.has_value() != right.stale.has_value());
    }
    CHECK(db.number("SELECT sum(version) FROM orders") == 22);
  }
}

TEST_CASE("what two flushes lock in opposite orders is a Deadlock for one of them: Postgres only") {
  for (const Way& way : ways<Postgres>()) {
    CAPTURE(way.name);
    Database<Postgres> db;
    std::string url = db.url();
    url.insert(url.size() - 1, " -cdeadlock_timeout=20ms");
    rowan::Store plain = open_orders(db, {1, 2});
    rowan::Store store(url, rowan::Schema::of<Order>(), {.driver = usual_driver()});
    UnitOfWork a = store.begin(patient(way));
    UnitOfWork b = store.begin(patient(way));
    edit(a, {1}, "a");
    edit(b, {2}, "b");
    a.flush();
    b.flush();
    edit(a, {2}, "a");
    edit(b, {1}, "b");
    const int holder = process_of(b);
    Committing waiting(a);
    const bool waited = is_waited_for(db, holder);
    Committing closing(b);
    waiting.join();
    closing.join();
    REQUIRE(waited);
    // The one that is chosen may find that the other has been committed by the time it looks.
    CHECK((waiting.stale || closing.stale || has(waiting.other + closing.other, "(40P01)")));
    const bool one =
        (waiting.stale || !waiting.other.empty()) != (closing.stale || !closing.other.empty());
    CHECK(one);
    CHECK(db.number("SELECT sum(version) FROM orders") == 4);
  }
}
