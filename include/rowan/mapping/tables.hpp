#pragma once
/// A class and its table: `aggregate(...)` for a root, `child(...)` for what lives beneath it.

#include <concepts>
#include <limits>
#include <tuple>
#include <type_traits>
#include <utility>

#include <rowan/mapping/mapping.hpp>

namespace rowan {

namespace detail {

struct MappingAccess {
  template <class T, class Id = void>
  static Mapping<T, Id> make(Name table) {
    return Mapping<T, Id>(table);
  }
  template <class T, class Id>
  static ObjectMap& map(Mapping<T, Id>& m) {
    return m.map_;
  }
  template <class T, class Id, class C, class... M>
  static void add_key(Mapping<T, Id>& to, const std::tuple<KeyPart<C, M>...>& parts) {
    std::apply([&](const auto&... part) { (add_key_part(to, part), ...); }, parts);
    close_key(to.map_);
  }
  template <class T, class Id, Kept kept>
  static void add_key(Mapping<T, Id>& to, const SelfKey<kept>& key) {
    check_key_type<T>();
    if constexpr (kept == Kept::by_name)
      (void)std::move(to).column(key.name, self, as_text);
    else
      (void)std::move(to).column(key.name, self);
    close_key(to.map_);
  }

  template <class T, class Id, class C, class M>
  static void set_version(Mapping<T, Id>& to, const Version<C, M>& version) {
    static_assert(std::integral<M> && !std::same_as<M, bool> && sizeof(M) >= 2,
                  "rowan: a version is an integer of at least 16 bits");
    set_version(to.map_, version.name.str(),
                std::in_range<std::int64_t>(std::numeric_limits<M>::max())
                    ? static_cast<std::int64_t>(std::numeric_limits<M>::max())
                    : std::numeric_limits<std::int64_t>::max(),
                version.assigned);
    to.map_.version = Field{to.at(version.member), &CellOps<M>::ops, {}};
  }
  template <class T, class Id>
  static void set_version(Mapping<T, Id>& to, const OuterVersion& version) {
    set_version(to.map_, version.name.str(), std::numeric_limits<std::int64_t>::max(),
                version.assigned);
  }

 private:
  /// A NULL finds no row; a number that a conversion may round need not find its row again.
  template <class M>
  static constexpr void check_key_type() {
    static_assert(!codec::nullable<M>(), "rowan: a key is never optional");
    if constexpr (codec::Storable<M>)
      static_assert(codec::type<M>() != ColumnType::real,
                    "rowan: a key is never a floating point number");
  }
  template <class T, class Id, class C, class M>
  static void add_key_part(Mapping<T, Id>& to, const KeyPart<C, M>& part) {
    check_key_type<M>();
    if constexpr (named<M>)
      if (part.kept == Kept::by_name)
        return (void)std::move(to).column(part.name, part.member, as_text);
    if constexpr (codec::Storable<M>)
      (void)std::move(to).column(part.name, part.member);
    else {
      auto run = ValueRun<M>{value_object_of<M>()};
      auto columns = with_prefix(part.name.str(), run.as.columns, false);
      add_field(to.map_, std::move(columns),
                Field{to.at(part.member), &ValueOps<M>::ops,
                      std::make_shared<const ValueRun<M>>(std::move(run))});
    }
  }
  static void close_key(ObjectMap& map) {
    for (const Column& column : map.shape.columns)  // what only a value object knows of its parts
      if (column.type == ColumnType::real)
        map.faults.push_back(map.shape.table + ", column " + column.name +
                             ": a key is never a floating point number");
    map.key_fields = map.fields.size();
    map.shape.key_width = map.shape.columns.size();
  }
  static void set_version(ObjectMap& map, std::string name, std::int64_t maximum,
                          VersionColumn::Assigned assigned) {
    map.shape.version = {std::move(name), maximum, assigned};
  }
};

/// What stands where a root's version is missing: refused, in words.
struct Unsaid {};

template <class V, class T>
inline constexpr bool says_version = std::same_as<V, OuterVersion> || std::same_as<V, Unversioned>;
template <class C, class M, class T>
inline constexpr bool says_version<Version<C, M>, T> = HasMembersOf<T, C>;

template <class T, class Id, class K, class V>
Mapping<T, Id> make_root(Name table, const K& parts, const V& version) {
  static_assert(
      says_version<V, T>,
      "rowan: after its key a root needs version(...) of its own class, or `unversioned`");
  auto out = MappingAccess::make<T, Id>(table);
  MappingAccess::add_key(out, parts);
  if constexpr (says_version<V, T> && !std::same_as<V, Unversioned>)
    MappingAccess::set_version(out, version);
  return out;
}

/// The class that is mapped: the one that is named, else the one the key is of.
template <class T, class C>
using Mapped = std::conditional_t<std::is_void_v<T>, C, T>;

template <class... Given>
inline constexpr bool never = false;
}  // namespace detail

/// The root of an aggregate: its table, its key, and its version (or `unversioned`, said aloud).
/// aggregate<T>(...) where the key is a member of a base class of T.
template <class T = void, class C, class... M, class V = detail::Unsaid>
auto aggregate(Name table, Key<C, M...> key, V version = {})
    -> Mapping<detail::Mapped<T, C>, typename detail::IdOfKey<C, M...>::type> {
  return detail::make_root<detail::Mapped<T, C>, typename detail::IdOfKey<C, M...>::type>(
      table, key.parts, version);
}
template <class T = void, class C, class M, class V = detail::Unsaid>
Mapping<detail::Mapped<T, C>, M> aggregate(Name table, GeneratedKey<C, M> key, V version = {}) {
  static_assert(codec::Storable<M> && codec::type<M>() == ColumnType::integer,
                "rowan: a generated key is one integer column");
  auto out = detail::make_root<detail::Mapped<T, C>, M>(table, std::tuple{key.part}, version);
  detail::MappingAccess::map(out).shape.origin = KeyOrigin::generated;
  return out;
}
template <class T = void, class K, class V, class W, class... More>
void aggregate(Name, const K&, const V&, const W&, const More&...) {
  static_assert(detail::never<K>,
                "rowan: after its key a root has one version(...) or `unversioned`, and no more");
}

namespace detail {
template <class T, std::size_t N>
Mapping<T> make_child(Name table, const Parent<N>& parent) {
  auto out = MappingAccess::make<T>(table);
  for (const Name& name : parent.columns)
    MappingAccess::map(out).shape.parent.push_back(name.str());
  return out;
}
template <class T, class More>
void add_to_child(Mapping<T>& to, const More& more) {
  if constexpr (std::same_as<More, Position>)
    MappingAccess::map(to).shape.position = more.name.str();
  else if constexpr (says_version<More, T>)
    MappingAccess::set_version(to, more);
}
/// What may follow the key of a child T: a position and a version, each once.
template <class T, class... More>
constexpr void check_what_follows() {
  constexpr std::size_t positions = (std::size_t{std::same_as<More, Position>} + ... + 0);
  constexpr bool fit = ((std::same_as<More, Position> ||
                         (says_version<More, T> && !std::same_as<More, Unversioned>)) &&
                        ...);
  static_assert(fit,
                "rowan: after its key a child has position(...), version(...) of its own class, "
                "or nothing");
  static_assert(!fit || (positions <= 1 && sizeof...(More) - positions <= 1),
                "rowan: position(...) and version(...) are said once each");
}
template <class>
inline constexpr bool is_parent = false;
template <std::size_t N>
inline constexpr bool is_parent<Parent<N>> = true;
}  // namespace detail

/// Children with an id of their own, unique among their siblings. May be followed by
/// position(...), which makes their order state, and by version(...), which gives each row a
/// version besides the root's. child<T>(...) where the key is a member of a base class of T.
template <class T = void, class C, class... M, std::size_t N, class... More>
auto child(Name table, Parent<N> parent, Key<C, M...> key, More... more)
    -> Mapping<detail::Mapped<T, C>> {
  detail::check_what_follows<detail::Mapped<T, C>, More...>();
  auto out = detail::make_child<detail::Mapped<T, C>>(table, parent);
  detail::MappingAccess::add_key(out, key.parts);
  (detail::add_to_child(out, more), ...);
  return out;
}
/// Children whose id is unique in their table: one that moves to another root is one UPDATE.
template <class T = void, class C, class... M, std::size_t N, class... More>
auto child(Name table, Parent<N> parent, TableKey<C, M...> key, More... more)
    -> Mapping<detail::Mapped<T, C>> {
  auto out = child<T>(table, parent, Key<C, M...>{key.parts}, more...);
  detail::MappingAccess::map(out).shape.scope = KeyScope::table;
  return out;
}
/// A list of plain values, each its own key: child<TrackId>("playlist_track", ..., key("id", self))
template <class T, std::size_t N, Kept kept, class... More>
Mapping<T> child(Name table, Parent<N> parent, SelfKey<kept> key, More...) {
  static_assert(sizeof...(More) == 0,
                "rowan: nothing follows the key of plain values: they are told apart by "
                "key(..., self) or by position(...), and have no version");
  auto out = detail::make_child<T>(table, parent);
  detail::MappingAccess::add_key(out, key);
  return out;
}
/// Children told apart by position.
template <class T, std::size_t N>
Mapping<T> child(Name table, Parent<N> parent, Position position) {
  auto out = detail::make_child<T>(table, parent);
  detail::add_to_child(out, position);
  return out;
}
/// One child at most, in a std::optional.
template <class T, std::size_t N>
Mapping<T> child(Name table, Parent<N> parent) {
  return detail::make_child<T>(table, parent);
}
template <class T = void, class First, class... More>
requires(!detail::is_parent<First>) void child(Name, const First&, const More&...) {
  static_assert(detail::never<First>,
                "rowan: after its table a child has parent(...), the columns of its owner's key");
}

}  // namespace rowan
