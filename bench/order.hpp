#pragma once
/// The aggregate that is measured, as Rowan and the hand-written code hold it.

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <rowan/fwd.hpp>

namespace bench {

struct Line {
  int number = 0;
  std::string sku;
  int quantity = 0;
  double price = 0;

  friend bool operator==(const Line&, const Line&) = default;
};

struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string customer;
  int status = 0;
  std::optional<std::string> note;
  std::vector<Line> lines;

  friend bool operator==(const Order&, const Order&) = default;
};

rowan::Mapping<Order, std::int64_t> mapping_of(std::type_identity<Order>);
rowan::Mapping<Order, std::int64_t> orders_of_unique_versions();

}  // namespace bench
