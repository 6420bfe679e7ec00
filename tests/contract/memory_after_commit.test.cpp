/// Once COMMIT has been sent a unit of work needs no memory any more, so it cannot fail of it.

#include <cstdlib>
#include <memory>
#include <new>

#include "database.hpp"
#include "orders.hpp"
#include "passing_connection.hpp"

using namespace contract;

namespace {

/// Of this thread, since COMMIT was answered.
thread_local bool counts = false;
thread_local int allocations = 0;

/// Counts from the answer to a COMMIT on.
class Committing final : public PassingConnection {
 public:
  using PassingConnection::PassingConnection;
  [[nodiscard]] rowan::PlanResult run(const rowan::Plan& plan) override {
    rowan::PlanResult result = PassingConnection::run(plan);
    allocations = 0;
    counts = plan.finish == rowan::Plan::Finish::commit;
    return result;
  }
};

int allocations_of_commit(rowan::UnitOfWork& work) {
  work.commit();
  counts = false;
  return allocations;
}

}  // namespace

// Not inlined: g++ would take the free for that of another allocation.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (counts) ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

TEST_CASE_TEMPLATE("a commit allocates nothing once it is certain", B, Sqlite, Postgres) {
  Database<B> db;
  rowan::StoreOptions options;
  options.wrap = [](std::unique_ptr<rowan::Connection> inner) {
    return std::make_unique<Committing>(std::move(inner));
  };
  rowan::Store store = db.template open<Order>(std::move(options));
  rowan::UnitOfWork work = store.begin();
  rowan::Ref<Order> ref = work.add(order(1));
  CHECK(allocations_of_commit(work) == 0);
  CHECK(ref.version() == 1);
  ref->customer = "Bob";
  ref->lines.pop_back();
  work.touch(ref);
  CHECK(allocations_of_commit(work) == 0);
  CHECK(ref.version() == 2);
  work.remove(ref);
  work.add(order(1, "Cid"));
  CHECK(allocations_of_commit(work) == 0);
  CHECK(db.number("SELECT version FROM orders") == 3);
}
