// expect: rowan: declare `rowan::Mapping<T, Id> mapping_of(std::type_identity<T>)` next to
/// A class nobody declared a mapping of in; the name of the missing function out.

#include <cstdint>

#include <rowan/unit_of_work.hpp>

struct Order {
  std::int64_t id = 0;
};

auto load(rowan::UnitOfWork& unit, std::int64_t id) {
  return unit.get<Order>(id);
}
