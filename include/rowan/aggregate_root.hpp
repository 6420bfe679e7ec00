#pragma once
/// What the unit of work asks of a type: a declared mapping, from which the id type follows.

#include <concepts>
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

namespace detail {

/// Refuses any other T in words, where a concept would only drop a function from those that fit.
template <class T>
constexpr bool is_root() {
  constexpr bool is_mapped = requires {
    mapping_of(std::type_identity<T>{});
  };
  static_assert(is_mapped,
                "rowan: declare `rowan::Mapping<T, Id> mapping_of(std::type_identity<T>)` next to "
                "this class");
  static_assert(!is_mapped || AggregateRoot<T>,
                "rowan: this is a child: it is loaded and stored with its root");
  return AggregateRoot<T>;
}
template <class T>
concept Root = is_root<T>();

template <class T, bool = is_root<T>()>
struct RootId;
template <class T>
struct RootId<T, true> {
  using type = typename RootOf<decltype(mapping_of(std::type_identity<T>{}))>::id;
};

}  // namespace detail

/// The type of T's key; std::tuple of the parts when several members make it.
template <class T>
using IdOf = typename detail::RootId<T>::type;

namespace detail {

template <class I, class T>
concept NoIdOf = Root<T> && !std::convertible_to<const I&, IdOf<T>>;

}  // namespace detail

}  // namespace rowan
