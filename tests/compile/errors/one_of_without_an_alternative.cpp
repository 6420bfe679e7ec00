// expect: rowan: one_of needs a std::variant and one when(...) for each alternative
/// A std::variant of two alternatives and one when(...) in; the rule out.

#include <cstdint>
#include <string>
#include <variant>

#include <rowan/mapping.hpp>

using rowan::key, rowan::part, rowan::value_object, rowan::version, rowan::when;

struct Card {
  std::string last4;
};
struct Transfer {
  std::string iban;
};
struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::variant<Card, Transfer> payment;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version))
      .one_of("paid_by", &Order::payment, when("card", value_object(part("last4", &Card::last4))));
}
