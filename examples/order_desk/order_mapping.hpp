#pragma once
/// What everybody else sees of the mapping of orders.

#include <rowan/fwd.hpp>

#include "order.hpp"

namespace desk {

rowan::Mapping<Order, OrderId> mapping_of(std::type_identity<Order>);

}  // namespace desk
