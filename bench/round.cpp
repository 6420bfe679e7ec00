#include "round.hpp"

#include <string>
#include <vector>

#include "failure.hpp"
#include "order_data.hpp"

namespace bench {
namespace {

Sums sums_of_new(std::int64_t n) {
  Sums out;
  for (std::int64_t id = 1; id <= n; ++id) {
    const Order order = make_order(id);
    ++out.orders;
    ++out.version;
    out.lines += static_cast<long long>(order.lines.size());
    for (const Line& line : order.lines) out.quantity += line.quantity;
  }
  return out;
}

class Round {
 public:
  Round(Contestant& contestant, Database& database, const Size& size, const Meter& meter)
      : contestant_(contestant),
        database_(database),
        size_(size),
        meter_(meter),
        ids_(all_ids(size.n)),
        expected_(sums_of_new(size.n)) {}

  Costs run() {
    insert();
    load_and_change();
    conflict();
    one_by_one();
    contestant_.load(ids_);
    measure(Phase::remove, [&] { contestant_.remove(); });
    expected_ = {};
    check("delete");
    return std::move(costs_);
  }

 private:
  void insert() {
    contestant_.clear();
    database_.empty();
    measure(Phase::insert, [&] { contestant_.insert(size_.n); });
    check("insert");
    database_.analyze();
  }

  void load_and_change() {
    measure(Phase::load, [&] { contestant_.load(ids_); });
    check_loaded();
    if (size_.weigh) {
      costs_[Phase::memory].value = static_cast<double>(contestant_.bytes_held(ids_));
      contestant_.load(ids_);
    }
    contestant_.get_ready_for_unchanged();
    measure(Phase::unchanged, [&] { contestant_.commit_unchanged(); });
    measure(Phase::change, [&] { contestant_.change(); });
    expected_.quantity += size_.n;
    expected_.version += size_.n;
    check("change");
  }

  void conflict() {
    contestant_.load(ids_);
    const std::int64_t stale = database_.make_stale(size_.n);
    std::size_t found = 0;
    measure(Phase::conflict, [&] { found = contestant_.change_stale(); });
    require(found == static_cast<std::size_t>(stale),
            "conflict: " + std::to_string(found) + " found of " + std::to_string(stale));
    expected_.version += stale;
    check("conflict");
    database_.analyze();
  }

  void one_by_one() {
    measure(Phase::one_by_one, [&] {
      for (std::int64_t k = 0; k < size_.transactions; ++k)
        contestant_.edit_one(picked_id(k, size_.n));
    });
    expected_.quantity += size_.transactions;
    expected_.version += size_.transactions;
    check("one at a time");
    measure(Phase::unique, [&] {
      for (std::int64_t k = 0; k < size_.transactions; ++k)
        contestant_.edit_one_unique(picked_id(k, size_.n));
    });
    expected_.quantity += size_.transactions;
    expected_.version = database_.sums().version;  // nobody can know them
    check("one, unique version");
  }

  void measure(Phase phase, const std::function<void()>& work) {
    database_.settle();
    costs_[phase] = meter_.cost_of(work);
  }

  void check(const std::string& phase) {
    contestant_.clear();
    const Sums found = database_.sums();
    require(found == expected_,
            phase + ": there are " + to_string(found) + "; expected: " + to_string(expected_));
  }
  void check_loaded() const {
    auto id = ids_.begin();
    contestant_.each([&](const Order& order) {
      require(id != ids_.end(), "load: more than was asked for");
      Order expected = make_order(*id++);
      expected.version = 1;
      require(order == expected, "load: order " + std::to_string(order.id) + " is another");
    });
    require(id == ids_.end(), "load: less than was asked for");
  }

  Contestant& contestant_;
  Database& database_;
  Size size_;
  Meter meter_;
  std::vector<std::int64_t> ids_;
  Sums expected_;
  Costs costs_;
};

}  // namespace

Costs run_round(Contestant& contestant, Database& database, const Size& size, const Meter& meter) {
  return Round(contestant, database, size, meter).run();
}

}  // namespace bench
