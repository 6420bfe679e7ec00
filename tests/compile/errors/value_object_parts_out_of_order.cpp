// expect: rowan: T{parts...} must compile: list the parts in the order its constructor takes them
/// The currency before the amount in, where the constructor takes the amount first; the rule out.

#include <cstdint>
#include <string>
#include <utility>

#include <rowan/mapping.hpp>

using rowan::part, rowan::value_object;

class Money {
 public:
  Money(std::int64_t cents, std::string currency) : cents_(cents), currency_(std::move(currency)) {}
  std::int64_t cents() const { return cents_; }
  const std::string& currency() const { return currency_; }

 private:
  std::int64_t cents_;
  std::string currency_;
};

rowan::ValueObject<Money> value_of(std::type_identity<Money>) {
  return value_object(part("currency", &Money::currency), part("amount", &Money::cents));
}
