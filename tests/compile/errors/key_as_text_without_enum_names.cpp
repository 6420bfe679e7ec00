// expect: rowan: as_text needs `constexpr auto enum_names(std::type_identity<E>)`
/// A number as a key by name in; what to declare out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id, rowan::as_text), version("version"));
}
