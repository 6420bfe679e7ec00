#include "merge_time.hpp"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <stdexcept>
#include <string>

#include <rowan/rowan.hpp>

#include "order.hpp"

namespace bench {
namespace {

Order order_of(int lines) {
  Order out;
  out.id = 1;
  out.customer = "customer";
  for (int number = 0; number < lines; ++number)
    out.lines.push_back({number, "SKU-" + std::to_string(number), 1, 9.99});
  return out;
}

/// Of each hundred lines one is edited and one removed, and one is added: others on either side.
void change(Order& order, int side) {
  const int lines = static_cast<int>(order.lines.size());
  for (Line& line : order.lines)
    if (line.number % 100 == side) ++line.quantity;
  std::erase_if(order.lines, [&](const Line& line) { return line.number % 100 == 10 + side; });
  for (int i = 0; i < lines / 100; ++i) order.lines.push_back({lines + 2 * i + side, "new", 1, 1});
}

double merge_once(rowan::Store& store, const rowan::Detached<Order>& copy) {
  auto work = store.begin();
  const auto order = work.get<Order>(1);
  const std::clock_t before = std::clock();
  work.merge(copy, rowan::Merging::by_field);
  const std::clock_t after = std::clock();
  if (order->lines.size() != copy->lines.size()) throw std::logic_error("a merge has lost a line");
  return 1000.0 * static_cast<double>(after - before) / CLOCKS_PER_SEC;
}

double milliseconds(int lines, int rounds) {
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<Order>());
  store.create_tables();
  store.transact([&](rowan::UnitOfWork& work) { work.add(order_of(lines)); });
  auto copy = [&] {
    auto work = store.begin();
    return work.detach(work.get<Order>(1));
  }();
  change(*copy, 1);
  store.transact([](rowan::UnitOfWork& work) { change(*work.get<Order>(1), 0); });
  std::vector<double> all;
  for (int round = 0; round < rounds; ++round) all.push_back(merge_once(store, copy));
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

}  // namespace

std::vector<Result> merge_time(int rounds) {
  std::vector<Result> out;
  for (const int lines : {10000, 20000, 40000}) {
    Result& result = out.emplace_back(Result{
        .backend = "memory", .n = lines, .phase = "merge", .name = "merge by field", .unit = "ms"});
    result.rowan.value = milliseconds(lines, rounds);
  }
  return out;
}

}  // namespace bench
