// expect: rowan: after its key a root has one version(...) or `unversioned`, and no more
/// A root that has a version and is unversioned in; that it says one of both out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
};

auto orders() {
  return rowan::aggregate("orders", key("id", &Order::id), version("version", &Order::version),
                          rowan::unversioned);
}
