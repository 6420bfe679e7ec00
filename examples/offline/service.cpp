#include "service.hpp"

#include <rowan/etag.hpp>

#include "clash_table.hpp"
#include "order_desk/order_mapping.hpp"

using namespace desk;

namespace offline {

Response get_order(rowan::Store& store, OrderId id) {
  // [get]
  auto work = store.begin();
  const auto copy = work.detach(work.get<Order>(id));
  return {200, rowan::etag(copy), copy.to_json()};
  // [/get]
}

Response put_order(rowan::Store& store, OrderId id, const std::string& document) {
  // [put]
  try {
    static const auto schema = rowan::Schema::of<Order>();
    const auto copy = rowan::Detached<Order>::from_json(schema, document);
    if (copy->id().value != id.value) return {400, "", "this is another order's document"};
    auto work = store.begin();
    const auto order = work.merge(copy, rowan::Merging::by_field);
    work.commit();
    return {200, rowan::etag(order), work.detach(order).to_json()};
  } catch (const rowan::MergeConflict& conflict) {
    return {rowan::http_status(conflict), "", clash_table(conflict.clashes())};
  } catch (const rowan::Error& error) {
    return {rowan::http_status(error), "", error.what()};
  } catch (const std::logic_error& broken) {  // an invariant of the class
    return {422, "", broken.what()};
  }
  // [/put]
}

Response ship_order_to(rowan::Store& store, OrderId id, const std::string& if_match,
                       const Address& address) {
  // [patch]
  try {
    auto work = store.begin();
    auto order = work.get<Order>(id, rowan::if_match(if_match));
    order->ship_to(address);
    work.commit();
    return {200, rowan::etag(order), ""};
  } catch (const rowan::Error& error) {
    return {rowan::http_status(error), "", error.what()};
  }
  // [/patch]
}

}  // namespace offline
