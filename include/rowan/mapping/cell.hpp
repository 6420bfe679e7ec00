#pragma once
/// The functions of one member type in one column, shared by all classes that have such a member.

#include <rowan/codec.hpp>
#include <rowan/field.hpp>

namespace rowan::detail {

template <class M>
struct Plain {
  using type = M;
};
template <class M>
struct Plain<std::optional<M>> {
  using type = M;
};
template <class M>
using PlainType = typename Plain<M>::type;

template <class M>
struct CellOps {
  static const M& get(const void* member) { return *static_cast<const M*>(member); }
  static void capture(const void*, const void* member, Cells to) {
    codec::write(get(member), to[0]);
  }
  static void restore(const void*, void* member, ConstCells from) {
    *static_cast<M*>(member) = codec::read<M>(from[0]);
  }
  static bool same(const void*, const void* member, CellViews as) {
    return codec::same(get(member), as[0]);
  }
  static constexpr FieldOps ops{capture, restore, same};
};
extern template struct CellOps<bool>;
extern template struct CellOps<int>;
extern template struct CellOps<unsigned>;
extern template struct CellOps<std::int64_t>;
extern template struct CellOps<double>;
extern template struct CellOps<std::string>;
extern template struct CellOps<Bytes>;
extern template struct CellOps<Uuid>;
extern template struct CellOps<Decimal>;
extern template struct CellOps<std::optional<int>>;
extern template struct CellOps<std::optional<std::int64_t>>;
extern template struct CellOps<std::optional<double>>;
extern template struct CellOps<std::optional<std::string>>;

/// What as_text asks of the type of a member.
template <class M>
constexpr void check_named() {
  using E = PlainType<M>;
  static_assert(codec::NamedEnum<E>,
                "rowan: as_text needs `constexpr auto enum_names(std::type_identity<E>)`, an "
                "array of pairs of enumerator and name, next to the enum");
  if constexpr (codec::ConstantNames<E>)
    static_assert(codec::names_differ<E>(), "rowan: enum_names gives two enumerators one name");
}

/// An enum, or std::optional of one, by name.
template <class M>
struct NameOps {
  static constexpr bool maybe = codec::is_optional<M>;
  static const char* name(const M& m) {
    if constexpr (maybe)
      return m ? codec::name_of(*m) : nullptr;
    else
      return codec::name_of(m);
  }
  static void capture(const void*, const void* member, Cells to) {
    const M& m = *static_cast<const M*>(member);
    if constexpr (maybe)
      if (!m) {
        to[0] = Null{};
        return;
      }
    const char* text = name(m);
    if (!text) does_not_fit("an enumerator that enum_names does not list", to[0]);
    to[0] = std::string(text);
  }
  static void restore(const void*, void* member, ConstCells from) {
    M& m = *static_cast<M*>(member);
    if constexpr (maybe)
      if (std::holds_alternative<Null>(from[0])) return m.reset();
    const auto& text = codec::expect<std::string>(from[0], "the name of an enumerator");
    const auto found = codec::enum_of<PlainType<M>>(text);
    if (!found) does_not_fit("a name that enum_names does not list", from[0]);
    m = *found;
  }
  static bool same(const void*, const void* member, CellViews as) {
    const char* mine = name(*static_cast<const M*>(member));
    auto* text = std::get_if<std::string_view>(&as[0]);
    if (mine) return text && *text == mine;
    if constexpr (maybe)
      return !*static_cast<const M*>(member) && std::holds_alternative<Null>(as[0]);
    else
      return false;  // capture says what is wrong with it
  }
  static constexpr FieldOps ops{capture, restore, same};
};

}  // namespace rowan::detail
