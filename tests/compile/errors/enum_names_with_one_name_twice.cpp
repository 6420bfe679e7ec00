// expect: rowan: enum_names gives two enumerators one name
/// Two enumerators with one name in; that they cannot be told apart out.

#include <array>
#include <cstdint>
#include <utility>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

enum class Status { draft, placed };
constexpr auto enum_names(std::type_identity<Status>) {
  return std::array{std::pair{Status::draft, "draft"}, std::pair{Status::placed, "draft"}};
}
struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
  Status status = Status::draft;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version))
      .column("status", &Order::status, rowan::as_text);
}
