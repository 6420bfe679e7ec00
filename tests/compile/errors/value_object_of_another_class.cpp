// expect: rowan: this value object describes another type than the member's
/// The description of another value object than the member's in; that it is one out.

#include <string>

#include <rowan/mapping.hpp>

struct Money {
  long cents = 0;
  std::string currency;
};
struct Address {
  std::string street;
  std::string city;
};
struct Order {
  int id = 0;
  Address ship_to;
};

auto orders() {
  return rowan::aggregate("orders", rowan::key("id", &Order::id), rowan::version("version"))
      .value("ship_", &Order::ship_to,
             rowan::value_object(rowan::part("cents", &Money::cents),
                                 rowan::part("currency", &Money::currency)));
}
