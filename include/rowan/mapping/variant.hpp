#pragma once
/// A std::variant in columns: one that names the alternative, then the columns of each.

#include <memory>
#include <tuple>
#include <variant>

#include <rowan/mapping/value_object.hpp>

namespace rowan {

/// One alternative of a std::variant and the text that names it in the table.
template <class A>
struct When {
  const char* tag;
  ValueObject<A> as;
};
/// when("card", value_object(part("card_last4", &Card::last4)))
template <class A>
When<A> when(const char* tag, ValueObject<A> as) {
  return {tag, std::move(as)};
}
/// An alternative without columns: when<std::monostate>("none")
template <class A>
requires std::is_empty_v<A> && std::default_initializable<A> When<A> when(const char* tag) {
  return {tag,
          {{},
           nullptr,
           [](const void*, const A&, Cells) {},
           [](const void*, ConstCells) { return A{}; },
           [](const void*, const A&, CellViews) { return true; }}};
}

namespace detail {

template <class M, class... A>
struct VariantOps {
  static constexpr bool maybe = codec::is_optional<M>;
  using How = std::tuple<When<A>...>;

  /// Calls f(alternative, its cells) for each.
  template <class Span, class F>
  static void each(const void* how, Span cells, F f) {
    std::size_t first = 1;
    auto one = [&](const auto& w) {
      f(w, cells.subspan(first, w.as.columns.size()));
      first += w.as.columns.size();
    };
    std::apply([&](const When<A>&... w) { (one(w), ...); }, *static_cast<const How*>(how));
  }
  template <class X>
  static auto* held(X& m) {
    if constexpr (maybe)
      return m ? &*m : nullptr;
    else
      return &m;
  }
  static void capture(const void* how, const void* member, Cells to) {
    fill_null(to);
    auto* v = held(*static_cast<const M*>(member));
    if (!v) return;
    each(how, to, [&]<class X>(const When<X>& w, Cells cells) {
      if (auto* a = std::get_if<X>(v)) {
        to[0] = std::string(w.tag);
        w.as.capture(w.as.parts.get(), *a, cells);
      }
    });
  }
  static void restore(const void* how, void* member, ConstCells from) {
    M& m = *static_cast<M*>(member);
    if constexpr (maybe)
      if (std::holds_alternative<Null>(from[0])) return m.reset();
    bool found = false;
    const auto& tag = codec::expect<std::string>(from[0], "the name of an alternative");
    each(how, from, [&]<class X>(const When<X>& w, ConstCells cells) {
      if (w.tag != tag) return;
      m = w.as.restore(w.as.parts.get(), cells);
      found = true;
    });
    if (!found) does_not_fit("none of the mapped alternatives", from[0]);
  }
  /// Also what others have left in the columns of another alternative is a difference: capture
  /// gives NULL there.
  static bool same(const void* how, const void* member, CellViews cells) {
    auto* v = held(*static_cast<const M*>(member));
    auto* tag = std::get_if<std::string_view>(&cells[0]);
    bool equal = v ? tag != nullptr : std::holds_alternative<Null>(cells[0]);
    each(how, cells, [&]<class X>(const When<X>& w, CellViews own) {
      auto* a = v ? std::get_if<X>(v) : nullptr;
      if (a)
        equal = equal && w.tag == *tag && w.as.same(w.as.parts.get(), *a, own);
      else
        equal = equal && all_null(own);
    });
    return equal;
  }
  static constexpr FieldOps ops{capture, restore, same};
};

template <class X, class... A>
inline constexpr bool one_of = (std::same_as<X, A> || ...);

/// M is a std::variant of exactly these alternatives.
template <class M, class... A>
inline constexpr bool covers = false;
template <class... X, class... A>
inline constexpr bool covers<std::variant<X...>, A...> = sizeof...(X) == sizeof...(A) &&
                                                         (one_of<X, A...> && ...);

}  // namespace detail
}  // namespace rowan
