// expect: rowan: this member does not fit one column: give its type to_column/from_column
// expect: map it with .value(), or map it with .children()
/// A std::map in one column in; the three ways to map it out.

#include <cstdint>
#include <map>
#include <string>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::map<std::string, int> stock;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version))
      .column("stock", &Order::stock);
}
