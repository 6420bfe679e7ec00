// expect: rowan: this is a member of another class than the one that is mapped
/// A member of another class in; no such column out.

#include <rowan/mapping.hpp>

struct Customer {
  int number = 0;
};
struct Order {
  int id = 0;
};

auto orders() {
  return rowan::aggregate("orders", rowan::key("id", &Order::id), rowan::version("version"))
      .column("number", &Customer::number);
}
