// expect: rowan: a generated key is one integer column
/// A text that the database is to number in; that it numbers integers out.

#include <string>

#include <rowan/mapping.hpp>

struct Order {
  std::string id;
};

auto orders() {
  return rowan::aggregate("orders", rowan::key("id", &Order::id, rowan::generated),
                          rowan::version("version"));
}
