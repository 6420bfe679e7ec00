#pragma once
/// A member that holds children, std::vector or std::optional, as the engine sees it.

#include <optional>
#include <vector>

#include <rowan/field.hpp>

namespace rowan::detail {

template <class C>
inline constexpr bool is_list = false;
template <class E>
inline constexpr bool is_list<std::vector<E>> = !std::same_as<E, bool>;
template <class E>
inline constexpr bool is_list<std::optional<E>> = true;

template <class C>
struct Listing;

template <class E>
struct Listing<std::vector<E>> {
  using C = std::vector<E>;
  static std::size_t size(const void* list) { return static_cast<const C*>(list)->size(); }
  static const void* at(const void* list, std::size_t i) {
    return &(*static_cast<const C*>(list))[i];
  }
  static void clear(void* list) { static_cast<C*>(list)->clear(); }
  static void reserve(void* list, std::size_t size) { static_cast<C*>(list)->reserve(size); }
  static void* append(void* list, void (*make)()) {
    return &static_cast<C*>(list)->emplace_back(reinterpret_cast<E (*)()>(make)());
  }
  static constexpr ListOps ops{size, at, clear, reserve, append, false};
};

template <class E>
struct Listing<std::optional<E>> {
  using C = std::optional<E>;
  static std::size_t size(const void* list) { return static_cast<const C*>(list)->has_value(); }
  static const void* at(const void* list, std::size_t) { return &**static_cast<const C*>(list); }
  static void clear(void* list) { static_cast<C*>(list)->reset(); }
  static void reserve(void*, std::size_t) {}
  static void* append(void* list, void (*make)()) {
    return &static_cast<C*>(list)->emplace(reinterpret_cast<E (*)()>(make)());
  }
  static constexpr ListOps ops{size, at, clear, reserve, append, true};
};

}  // namespace rowan::detail
