// expect: rowan: after its key a root needs version(...) of its own class, or `unversioned`
// expect: says_version<rowan::Version<Customer, long
/// A root of orders with a customer's version in; the class that version is of out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Customer {
  std::int64_t version = 0;
};
struct Order {
  std::int64_t id = 0;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Customer::version));
}
