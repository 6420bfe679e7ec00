#pragma once
/// Keys and versions: what a table must have.

#include <tuple>
#include <type_traits>

#include <rowan/codec.hpp>
#include <rowan/mapping/cell.hpp>
#include <rowan/mapping/name.hpp>
#include <rowan/shape.hpp>

namespace rowan {

/// One member of a key with its column; a value object takes the name as its prefix.
template <class T, class M>
struct KeyPart {
  Name name;
  M T::*member;
  Kept kept = Kept::by_number;
};

template <class T, class... M>
struct Key {
  std::tuple<KeyPart<T, M>...> parts;
};
/// Given by the database.
template <class T, class M>
struct GeneratedKey {
  KeyPart<T, M> part;
};
/// Unique in the child's table, not only among its siblings.
template <class T, class... M>
struct TableKey {
  std::tuple<KeyPart<T, M>...> parts;
};
/// The element of a list of plain values is its own key.
template <Kept kept>
struct SelfKey {
  Name name;
};

/// key("id", &Order::id_)
template <class T, class M>
constexpr Key<T, M> key(Name name, M T::*member) {
  return {{KeyPart<T, M>{name, member}}};
}
/// key("warehouse", &Stock::warehouse_, "sku", &Stock::sku_): the id is a std::tuple of both.
template <class T, class A, class B>
constexpr Key<T, A, B> key(Name a, A T::*first, Name b, B T::*second) {
  return {{KeyPart<T, A>{a, first}, KeyPart<T, B>{b, second}}};
}
template <class T, class A, class B, class C>
constexpr Key<T, A, B, C> key(Name a, A T::*first, Name b, B T::*second, Name c, C T::*third) {
  return {{KeyPart<T, A>{a, first}, KeyPart<T, B>{b, second}, KeyPart<T, C>{c, third}}};
}
/// An enum kept by name.
template <class T, class M>
constexpr Key<T, M> key(Name name, M T::*member, AsText) {
  detail::check_named<M>();
  return {{KeyPart<T, M>{name, member, Kept::by_name}}};
}
/// Of any number of members, enums kept by name among them:
/// key(key("country", &Tax::country, as_text), key("year", &Tax::year))
template <class T, class... M>
requires(sizeof...(M) > 1) constexpr Key<T, M...> key(const Key<T, M>&... parts) {
  return {std::tuple_cat(parts.parts...)};
}
template <class A, class B, class C, class... More>
requires(sizeof...(More) > 0) void key(Name, A, Name, B, Name, C, Name, const More&...) {
  static_assert(sizeof...(More) == 0,
                "rowan: a key of more than three members is key(key(...), key(...), ...)");
}
/// The database gives the key where the member is 0 when added.
template <class T, class M>
constexpr GeneratedKey<T, M> key(Name name, M T::*member, Generated) {
  return {{name, member}};
}
template <class T, class M>
constexpr TableKey<T, M> key(Name name, M T::*member, UniqueInTable) {
  return {{KeyPart<T, M>{name, member}}};
}
constexpr SelfKey<Kept::by_number> key(Name name, Self) {
  return {name};
}
constexpr SelfKey<Kept::by_name> key(Name name, Self, AsText) {
  return {name};
}

namespace detail {
template <class T, class... M>
struct IdOfKey {
  using type = std::tuple<M...>;
};
template <class T, class M>
struct IdOfKey<T, M> {
  using type = M;
};
}  // namespace detail

/// The row version: 1 when first stored, one more at each change of any part of the aggregate.
///
/// unique_versions: a count in the upper 31 bits and 32 random ones below it, instead of the count
/// alone. It also tells apart what was deleted and stored anew under the same key, and what two
/// servers gave after a failover, and it lets CommitUnknown::resolve find out what happened. The
/// member has 64 bits.
///
/// assigned_by_database: by a trigger, or for a new row by a default; it is read back after each
/// write.
template <class T, class M>
struct Version {
  Name name;
  M T::*member;
  VersionColumn::Assigned assigned = VersionColumn::Assigned::counted;
};
/// A version kept beside the object, not in it: see Ref::version.
struct OuterVersion {
  Name name;
  VersionColumn::Assigned assigned = VersionColumn::Assigned::counted;
};

template <class T, class M>
constexpr Version<T, M> version(Name name, M T::*member) {
  return {name, member};
}
template <class T, class M>
constexpr Version<T, M> version(Name name, M T::*member, UniqueVersions) {
  return {name, member, VersionColumn::Assigned::unique};
}
template <class T, class M>
constexpr Version<T, M> version(Name name, M T::*member, AssignedByDatabase) {
  return {name, member, VersionColumn::Assigned::by_database};
}
constexpr OuterVersion version(Name name) {
  return {name};
}
constexpr OuterVersion version(Name name, UniqueVersions) {
  return {name, VersionColumn::Assigned::unique};
}
constexpr OuterVersion version(Name name, AssignedByDatabase) {
  return {name, VersionColumn::Assigned::by_database};
}

}  // namespace rowan
