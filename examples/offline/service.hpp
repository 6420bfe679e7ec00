#pragma once
/// What a web service does with requests for orders, without the web.

#include <string>

#include <rowan/rowan.hpp>

#include "order_desk/order.hpp"

namespace offline {

struct Response {
  int status = 200;
  std::string etag;
  std::string body;
};

/// GET: the order as a document, for a form to be filled in.
[[nodiscard]] Response get_order(rowan::Store& store, desk::OrderId id);

/// PUT: the document as the form has left it.
[[nodiscard]] Response put_order(rowan::Store& store, desk::OrderId id,
                                 const std::string& document);

/// PATCH of one thing, with If-Match: nothing but the version has to come back.
[[nodiscard]] Response ship_order_to(rowan::Store& store, desk::OrderId id,
                                     const std::string& if_match, const desk::Address& address);

}  // namespace offline
