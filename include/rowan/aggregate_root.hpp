#pragma once
/// What the unit of work asks of a type: a declared mapping, from which the id type follows.

#include <type_traits>

#include <rowan/fwd.hpp>

namespace rowan {

namespace detail {
template <class M>
struct RootOf;
template <class T, class Id>
requires(!std::is_void_v<Id>) struct RootOf<Mapping<T, Id>> {
  using id = Id;
};
}  // namespace detail

/// T is the root of an aggregate: `rowan::Mapping<T, Id> mapping_of(std::type_identity<T>)`
/// is declared next to it.
template <class T>
concept AggregateRoot = requires {
  typename detail::RootOf<decltype(mapping_of(std::type_identity<T>{}))>::id;
};

/// The type of T's key; std::tuple of the parts when several members make it. Not constrained, so
/// that a compiler that looks here first still says that mapping_of is missing.
template <class T>
using IdOf = typename detail::RootOf<decltype(mapping_of(std::type_identity<T>{}))>::id;

}  // namespace rowan
