#pragma once
/// The mappings of one database, checked as a whole.

#include <map>
#include <memory>
#include <typeindex>

#include <rowan/aggregate_root.hpp>
#include <rowan/field.hpp>
#include <rowan/mapping/mapping.hpp>
#include <rowan/mapping/tables.hpp>

namespace rowan {

/// An immutable value; copies share the mappings.
class Schema {
 public:
  /// The mappings declared next to these classes. Throws MappingError listing every fault.
  template <AggregateRoot... T>
  requires(sizeof...(T) > 0) [[nodiscard]] static Schema of() {
    return of(mapping_of(std::type_identity<T>{})...);
  }
  /// These mappings, where the same classes meet tables named otherwise. Throws MappingError.
  template <class... T, class... Id>
  [[nodiscard]] static Schema of(const Mapping<T, Id>&... mappings) {
    static_assert((!std::is_void_v<Id> && ...),
                  "rowan: a schema is made of aggregates; children belong to their root's mapping");
    Maps maps;
    (maps.emplace_back(typeid(T), mappings.map()), ...);
    return Schema(std::move(maps));
  }

  /// Throws UsageError when the class is not part of the schema.
  [[nodiscard]] const ObjectMap& at(std::type_index type) const;
  /// The same, kept alive by whoever has it.
  [[nodiscard]] std::shared_ptr<const ObjectMap> share(std::type_index type) const {
    return {maps_, &at(type)};
  }
  /// In the order they were given.
  using Maps = std::vector<std::pair<std::type_index, ObjectMap>>;
  [[nodiscard]] const Maps& all() const { return *maps_; }

 private:
  explicit Schema(Maps maps);
  std::shared_ptr<const Maps> maps_;
};

}  // namespace rowan
