#pragma once
/// An order as a web form: what a browser is sent, and what comes back from it.

#include <map>
#include <string>
#include <vector>

#include "service.hpp"

namespace offline {

/// What a browser sends when a form is submitted.
using Fields = std::map<std::string, std::string>;

/// GET: an address to be edited. It carries the document, so the service has to remember nothing;
/// and the clashes that are to be decided, each with what was shown.
[[nodiscard]] std::string order_form(const rowan::Detached<desk::Order>& copy,
                                     const std::vector<rowan::Clash>& clashes = {});

/// POST: stores what was filled in, or answers with the form once more.
[[nodiscard]] Response post_form(rowan::Store& store, const Fields& fields);

}  // namespace offline
