// expect: rowan: a value of this type is in no one column: bind its parts
/// A struct of two members as the value of a condition in; what to bind instead out.

#include <cstdint>
#include <string>

#include <rowan/query.hpp>

struct Money {
  std::int64_t cents = 0;
  std::string currency;
};

auto free_of_charge() {
  return rowan::where("total = ?", Money{});
}
