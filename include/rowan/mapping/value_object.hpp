#pragma once
/// A value object in columns: read through its parts, made again by T{parts...}, so that its
/// constructor keeps guarding it.

#include <functional>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include <rowan/codec.hpp>
#include <rowan/field.hpp>
#include <rowan/fwd.hpp>
#include <rowan/mapping/cell.hpp>
#include <rowan/mapping/name.hpp>
#include <rowan/shape.hpp>

namespace rowan {

/// One part of a value object: a data member or a const getter, in one column, or in several
/// when it is a value object itself.
template <class T, class G>
struct Part {
  Prefix name;
  G get;
  Kept kept = Kept::by_number;
  using type = std::remove_cvref_t<std::invoke_result_t<G, const T&>>;
};

template <class T, class M>
constexpr Part<T, M T::*> part(Prefix name, M T::*get) {
  return {name, get};
}
/// An enum kept by name, or std::optional of one.
template <class T, class M>
constexpr Part<T, M T::*> part(Prefix name, M T::*get, AsText) {
  detail::check_named<typename Part<T, M T::*>::type>();
  return {name, get, Kept::by_name};
}

template <class T>
struct ValueObject {
  std::vector<Column> columns;
  std::shared_ptr<const void> parts;
  void (*capture)(const void* parts, const T& from, Cells to);
  T (*restore)(const void* parts, ConstCells from);
  bool (*same)(const void* parts, const T& object, CellViews as);
  /// Columns of optional parts that are all NULL when they are there, too: a fault of the mapping.
  std::vector<FieldRun> hollow = {};
};

template <class T>
ValueObject<T> value_object_of() {
  static_assert(
      requires {
        { value_of(std::type_identity<T>{}) } -> std::same_as<ValueObject<T>>;
      },
      "rowan: this fits no column and is no value object yet: give it to_column/from_column, or "
      "declare `rowan::ValueObject<T> value_of(std::type_identity<T>)` next to its class");
  return value_of(std::type_identity<T>{});
}

namespace detail {

[[nodiscard]] bool all_null(ConstCells cells);
[[nodiscard]] bool all_null(CellViews cells);
void fill_null(Cells cells);
[[nodiscard]] std::vector<Column> with_prefix(const std::string& prefix,
                                              const std::vector<Column>& columns, bool nullable);
[[nodiscard]] Column column(std::string name, ColumnType type, bool nullable,
                            std::string references = {});
[[nodiscard]] bool all_nullable(const std::vector<Column>& columns);
/// The hollow runs of what begins at column `first`.
void add_hollow(std::vector<FieldRun>& to, std::size_t first, const std::vector<FieldRun>& inner);

/// How a member of type M, a value object or std::optional of one, lies in a run of cells.
template <class M>
struct ValueRun {
  static constexpr bool maybe = codec::is_optional<M>;
  using V = PlainType<M>;
  ValueObject<V> as;

  [[nodiscard]] std::size_t width() const { return as.columns.size(); }
  void capture(const M& from, Cells to) const {
    if constexpr (maybe) {
      if (!from) return fill_null(to);
      as.capture(as.parts.get(), *from, to);
    } else
      as.capture(as.parts.get(), from, to);
  }
  [[nodiscard]] M restore(ConstCells from) const {
    if constexpr (maybe)
      if (all_null(from)) return std::nullopt;
    return as.restore(as.parts.get(), from);
  }
  [[nodiscard]] bool same(const M& object, CellViews cells) const {
    if constexpr (maybe)
      return object ? !all_null(cells) && as.same(as.parts.get(), *object, cells) : all_null(cells);
    else
      return as.same(as.parts.get(), object, cells);
  }
};
/// The same of a member that takes one cell.
template <class M>
struct CellRun {
  static constexpr std::size_t width() { return 1; }
  static void capture(const M& from, Cells to) { codec::write(from, to[0]); }
  static M restore(ConstCells from) { return codec::read<M>(from[0]); }
  static bool same(const M& object, CellViews as) { return codec::same(object, as[0]); }
};

/// The same of an enum that has names.
template <class M>
struct EnumRun {
  Kept kept;
  static constexpr std::size_t width() { return 1; }
  void capture(const M& from, Cells to) const {
    if (kept == Kept::by_number) return CellRun<M>::capture(from, to);
    NameOps<M>::capture(nullptr, &from, to);
  }
  [[nodiscard]] M restore(ConstCells from) const {
    if (kept == Kept::by_number) return CellRun<M>::restore(from);
    M out{};
    NameOps<M>::restore(nullptr, &out, from);
    return out;
  }
  [[nodiscard]] bool same(const M& object, CellViews as) const {
    return kept == Kept::by_number ? CellRun<M>::same(object, as)
                                   : NameOps<M>::same(nullptr, &object, as);
  }
};

template <class M>
inline constexpr bool named = codec::NamedEnum<PlainType<M>>;
template <class M>
using Run = std::conditional_t<named<M>, EnumRun<M>,
                               std::conditional_t<codec::Storable<M>, CellRun<M>, ValueRun<M>>>;

/// A part together with how it lies in its columns.
template <class T, class G>
struct PlacedPart {
  using M = typename Part<T, G>::type;
  Part<T, G> part;
  Run<M> run;

  explicit PlacedPart(const Part<T, G>& p) : part(p), run(make(p)) {}

  void add_columns(std::vector<Column>& to, std::vector<FieldRun>& hollow) const {
    if constexpr (codec::Storable<M>)
      to.push_back(column(part.name.str(),
                          part.kept == Kept::by_name ? ColumnType::text : codec::type<M>(),
                          codec::nullable<M>()));
    else {
      add_hollow(hollow, to.size(), run.as.hollow);
      if (codec::is_optional<M> && all_nullable(run.as.columns))
        hollow.push_back({to.size(), run.as.columns.size()});
      for (auto& c : with_prefix(part.name.str(), run.as.columns, codec::is_optional<M>))
        to.push_back(std::move(c));
    }
  }

 private:
  static Run<M> make(const Part<T, G>& p) {
    static_assert(!codec::twice_nullable<M>,
                  "rowan: this type holds none by itself, so std::optional of it would have two "
                  "that are NULL");
    if constexpr (named<M>)
      return {p.kept};
    else if constexpr (codec::Storable<M>)
      return {};
    else
      return {value_object_of<PlainType<M>>()};
  }
};

}  // namespace detail

/// value_object(part("amount", &Money::cents), part("currency", &Money::currency))
template <class T, class... G>
ValueObject<T> value_object(Part<T, G>... parts) {
  static_assert(
      requires { T{std::declval<typename Part<T, G>::type>()...}; },
      "rowan: T{parts...} must compile: list the parts in the order its constructor takes them");
  using Parts = std::tuple<detail::PlacedPart<T, G>...>;
  auto placed = std::make_shared<const Parts>(detail::PlacedPart<T, G>(parts)...);
  std::vector<Column> columns;
  std::vector<FieldRun> hollow;
  std::apply([&](const auto&... p) { (p.add_columns(columns, hollow), ...); }, *placed);
  return {std::move(columns),
          std::move(placed),
          [](const void* how, const T& from, Cells to) {
            std::size_t i = 0;
            auto one = [&](const auto& p) {
              p.run.capture(std::invoke(p.part.get, from), to.subspan(i, p.run.width()));
              i += p.run.width();
            };
            std::apply([&](const auto&... p) { (one(p), ...); }, *static_cast<const Parts*>(how));
          },
          [](const void* how, ConstCells from) {
            std::size_t i = 0;
            auto one = [&](const auto& p) {
              const auto cells = from.subspan(i, p.run.width());
              i += p.run.width();
              return p.run.restore(cells);
            };
            return std::apply([&](const auto&... p) { return T{one(p)...}; },
                              *static_cast<const Parts*>(how));
          },
          [](const void* how, const T& object, CellViews as) {
            std::size_t i = 0;
            auto one = [&](const auto& p) {
              const auto cells = as.subspan(i, p.run.width());
              i += p.run.width();
              return p.run.same(std::invoke(p.part.get, object), cells);
            };
            return std::apply([&](const auto&... p) { return (one(p) && ...); },
                              *static_cast<const Parts*>(how));
          },
          std::move(hollow)};
}

namespace detail {

/// A member that is a value object, or std::optional of one.
template <class M>
struct ValueOps {
  static const ValueRun<M>& run(const void* how) { return *static_cast<const ValueRun<M>*>(how); }
  static void capture(const void* how, const void* member, Cells to) {
    run(how).capture(*static_cast<const M*>(member), to);
  }
  static void restore(const void* how, void* member, ConstCells from) {
    *static_cast<M*>(member) = run(how).restore(from);
  }
  static bool same(const void* how, const void* member, CellViews as) {
    return run(how).same(*static_cast<const M*>(member), as);
  }
  static constexpr FieldOps ops{capture, restore, same};
};

template <class Id>
inline constexpr bool is_tuple = false;
template <class... M>
inline constexpr bool is_tuple<std::tuple<M...>> = true;

/// A member of a key; an enum by name where the key keeps it so. Throws CellError.
template <class M>
M key_part_from(const Value& cell) {
  if constexpr (codec::NamedEnum<M>)
    if (std::holds_alternative<std::string>(cell))
      return EnumRun<M>{Kept::by_name}.restore(ConstCells(&cell, 1));
  return codec::read<M>(cell);
}

/// A key, made again from its cells. Throws CellError.
template <class Id>
Id id_from_cells(ConstCells cells) {
  if constexpr (is_tuple<Id>) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return Id{key_part_from<std::tuple_element_t<I, Id>>(cells[I])...};
    }
    (std::make_index_sequence<std::tuple_size_v<Id>>{});
  } else if constexpr (codec::Storable<Id>)
    return key_part_from<Id>(cells[0]);
  else {
    const auto as = value_object_of<Id>();
    return as.restore(as.parts.get(), cells);
  }
}
/// The same, with a DataError where the cells are not an Id's.
[[noreturn]] void throw_not_this_id();
template <class Id>
Id id_from(ConstCells cells) {
  try {
    return id_from_cells<Id>(cells);
  } catch (const CellError&) {
    throw_not_this_id();
  }
}

}  // namespace detail
}  // namespace rowan
