// expect: rowan: as_text needs `constexpr auto enum_names(std::type_identity<E>)`
/// An enum by name, without its names, in; what to declare out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::as_text, rowan::key, rowan::version;

enum class Status { draft, placed };
struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
  Status status = Status::draft;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version))
      .column("status", &Order::status, as_text);
}
