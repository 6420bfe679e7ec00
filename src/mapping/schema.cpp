/// The mappings of one database: checked when put together, found by class.

#include <cstdlib>
#include <utility>
#if __has_include(<cxxabi.h>)
#include <cxxabi.h>
#endif

#include <rowan/errors.hpp>
#include <rowan/schema.hpp>

#include "faults.hpp"

namespace rowan {
namespace {

/// "class shop::Order", or "this class" where the compiler's name for it cannot be made readable.
std::string readable(std::type_index type) {
  std::string out = "this class";
#if __has_include(<cxxabi.h>)
  int status = 0;
  if (char* name = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status)) {
    out = std::string("class ") + name;
    std::free(name);  // the C++ ABI 3.4: allocated with malloc
  }
#endif
  return out;
}

}  // namespace

Schema::Schema(Maps maps) : maps_(std::make_shared<const Maps>(std::move(maps))) {
  auto faults = mapping::faults(*maps_);
  if (!faults.empty()) throw MappingError(std::move(faults));
}

const ObjectMap& Schema::at(std::type_index type) const {
  for (const auto& [mapped, map] : *maps_)
    if (mapped == type) return map;
  throw UsageError(readable(type) + " is not part of the schema");
}

}  // namespace rowan
