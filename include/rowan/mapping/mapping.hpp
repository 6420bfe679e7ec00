#pragma once
/// A class and its table: `aggregate(...)` for a root, `child(...)` for what lives beneath it.

#include <concepts>
#include <initializer_list>
#include <limits>
#include <type_traits>
#include <utility>

#include <rowan/aggregate_root.hpp>
#include <rowan/field.hpp>
#include <rowan/fwd.hpp>
#include <rowan/mapping/cell.hpp>
#include <rowan/mapping/key.hpp>
#include <rowan/mapping/list.hpp>
#include <rowan/mapping/name.hpp>
#include <rowan/mapping/value_object.hpp>
#include <rowan/mapping/variant.hpp>

namespace rowan {

namespace detail {

void add_field(ObjectMap& map, std::vector<Column> columns, Field field);
/// Notes a fault where the member is not mapped.
void leave_unversioned(ObjectMap& map, const MemberAddress& member);
void add_unique(ObjectMap& map, const std::vector<MemberAddress>& members);
void add_list(ObjectMap& map, MemberAddress member, const ListOps& ops, ObjectMap element);
/// Notes a fault where two alternatives of a variant are named alike.
void check_tags(ObjectMap& map, const std::string& kind, std::initializer_list<const char*> tags);
[[nodiscard]] bool all_nullable(const std::vector<Column>& columns);
[[nodiscard]] std::string names(const std::vector<Column>& columns);

struct MappingAccess;

}  // namespace detail

/// How T is stored. A value: build it in one .cpp file and only declare it elsewhere.
/// Id is the type of a root's key, void for children.
template <class T, class Id>
class Mapping {
 public:
  /// Whose members are mapped: T, where T has any.
  using Owner = std::conditional_t<std::is_class_v<T>, T, Self>;

  /// One member, one column.
  template <class M>
  Mapping&& column(Name name, M Owner::*member) && {
    return std::move(*this).template cell<M>(name, {}, MemberAddress::of(member));
  }
  template <class M>
  Mapping&& column(Name name, M Owner::*member, References to) && {
    return std::move(*this).template cell<M>(name, to.table.str(), MemberAddress::of(member));
  }
  /// The element itself, in a list of plain values.
  Mapping&& column(Name name, Self) && {
    return std::move(*this).template cell<T>(name, {}, MemberAddress::self());
  }
  Mapping&& column(Name name, Self, References to) && {
    return std::move(*this).template cell<T>(name, to.table.str(), MemberAddress::self());
  }

  /// An enum kept by name, or std::optional of one.
  template <class M>
  Mapping&& column(Name name, M Owner::*member, AsText) && {
    using E = detail::PlainType<M>;
    static_assert(codec::NamedEnum<E>,
                  "rowan: as_text needs `constexpr auto enum_names(std::type_identity<E>)`, an "
                  "array of pairs of enumerator and name, next to the enum");
    if constexpr (codec::NamedEnum<E>)
      add({detail::column(name.str(), ColumnType::text, codec::is_optional<M>)},
          Field{MemberAddress::of(member), &detail::NameOps<M>::ops, {}});
    return std::move(*this);
  }

  /// A value object in several columns, each named prefix + part. std::optional: all NULL.
  template <class M>
  Mapping&& value(Prefix prefix, M Owner::*member) && {
    return std::move(*this).value(prefix, member, value_object_of<detail::PlainType<M>>());
  }
  template <class M, class V>
  Mapping&& value(Prefix prefix, M Owner::*member, ValueObject<V> as) && {
    static_assert(std::same_as<detail::PlainType<M>, V>,
                  "rowan: this value object describes another type than the member's");
    return std::move(*this).place(prefix, MemberAddress::of(member),
                                  detail::ValueRun<M>{std::move(as)});
  }
  /// The element itself, in a list of value objects.
  Mapping&& value(Prefix prefix, Self) && {
    return std::move(*this).place(prefix, MemberAddress::self(),
                                  detail::ValueRun<T>{value_object_of<T>()});
  }

  /// A std::variant, or std::optional of one: a column naming the alternative, then the columns
  /// of each.
  template <class M, class... A>
  Mapping&& one_of(Name kind, M Owner::*member, When<A>... alternatives) && {
    return std::move(*this).template choose<M>(kind, MemberAddress::of(member),
                                               std::move(alternatives)...);
  }
  /// The element itself, in a list of variants.
  template <class... A>
  Mapping&& one_of(Name kind, Self, When<A>... alternatives) && {
    return std::move(*this).template choose<T>(kind, MemberAddress::self(),
                                               std::move(alternatives)...);
  }

  /// Rows of another table that live and die with this one: a std::vector, or a std::optional
  /// for one at most.
  template <class C>
  requires detail::is_list<C> Mapping &&
      children(C Owner::*member, Mapping<typename C::value_type> child) && {
    detail::add_list(map_, MemberAddress::of(member), detail::Listing<C>::ops,
                     std::move(child.map_));
    return std::move(*this);
  }

  /// Members mapped before, columns or children, that are written but do not move the version:
  /// counters, time stamps, what nobody decides upon. A write of them alone still says
  /// `WHERE version = ?`, so it is never made on top of a versioned state that was not read. Two
  /// who append to one unversioned list tell their rows apart by keys of their own: by position
  /// both would take the same.
  template <class... M>
  Mapping&& unversioned(M Owner::*... members) && {
    (detail::leave_unversioned(map_, MemberAddress::of(members)), ...);
    return std::move(*this);
  }

  /// Members mapped before whose values no two rows of the table share (of a child: no two of one
  /// owner). create_tables makes the constraint, and rows that hand such a value on to each other
  /// are written in an order, or in two steps, that never breaks it.
  template <class... M>
  Mapping&& unique(M Owner::*... members) && {
    detail::add_unique(map_, {MemberAddress::of(members)...});
    return std::move(*this);
  }

  /// Called after each load and before each write; throws to refuse.
  template <void (Owner::*Check)() const>
  Mapping&& invariant() && {
    map_.check = [](const void* object) { (static_cast<const T*>(object)->*Check)(); };
    return std::move(*this);
  }

  /// How to make a T to load into, when it has no default constructor or a private one:
  /// .made_by([] { return Order{}; })
  template <class F>
  requires std::is_empty_v<F> && std::same_as<std::invoke_result_t<F>, T> Mapping &&
      made_by(F make) && {
    map_.make = reinterpret_cast<void (*)()>(static_cast<T (*)()>(make));
    return std::move(*this);
  }

  [[nodiscard]] const ObjectMap& map() const { return map_; }

 private:
  template <class, class>
  friend class Mapping;
  friend struct detail::MappingAccess;

  explicit Mapping(Name table) {
    map_.shape.table = table.str();
    if constexpr (std::default_initializable<T>)
      map_.make = reinterpret_cast<void (*)()>(static_cast<T (*)()>([] { return T{}; }));
    map_.create = [](void (*make)()) -> void* { return new T(reinterpret_cast<T (*)()>(make)()); };
    map_.destroy = [](void* object) { delete static_cast<T*>(object); };
  }

  template <class M>
  Mapping&& cell(Name name, std::string references, MemberAddress at) && {
    static_assert(!codec::twice_nullable<M>,
                  "rowan: this type holds none by itself, so std::optional of it would have two "
                  "that are NULL");
    static_assert(codec::Storable<M> || codec::twice_nullable<M>,
                  "rowan: this member does not fit one column: give its type "
                  "to_column/from_column, map it with .value(), or map it with .children()");
    if constexpr (codec::Storable<M>)
      add({detail::column(name.str(), codec::type<M>(), codec::nullable<M>(),
                          std::move(references))},
          Field{at, &detail::CellOps<M>::ops, {}});
    return std::move(*this);
  }
  template <class M>
  Mapping&& place(Prefix prefix, MemberAddress at, detail::ValueRun<M> run) && {
    auto columns = detail::with_prefix(prefix.str(), run.as.columns, codec::is_optional<M>);
    if (codec::is_optional<M> && detail::all_nullable(run.as.columns))
      map_.faults.push_back(map_.shape.table + ": the optional value object at " +
                            detail::names(columns) +
                            " has optional parts only, so an empty one and none are the same");
    add(std::move(columns), Field{at, &detail::ValueOps<M>::ops,
                                  std::make_shared<const detail::ValueRun<M>>(std::move(run))});
    return std::move(*this);
  }
  template <class M, class... A>
  Mapping&& choose(Name kind, MemberAddress at, When<A>... alternatives) && {
    static_assert(detail::covers<detail::PlainType<M>, A...>,
                  "rowan: one_of needs a std::variant and one when(...) for each alternative");
    std::vector<Column> columns{
        detail::column(kind.str(), ColumnType::text, codec::is_optional<M>)};
    for (auto* more : {&alternatives.as.columns...})
      for (Column c : *more) {
        c.nullable = true;
        columns.push_back(std::move(c));
      }
    detail::check_tags(map_, kind.str(), {alternatives.tag...});
    add(std::move(columns),
        Field{at, &detail::VariantOps<M, A...>::ops,
              std::make_shared<const std::tuple<When<A>...>>(std::move(alternatives)...)});
    return std::move(*this);
  }
  void add(std::vector<Column> columns, Field field) {
    detail::add_field(map_, std::move(columns), std::move(field));
  }

  ObjectMap map_;
};

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
  template <class T, class Id, class... M>
  static void add_key(Mapping<T, Id>& to, const std::tuple<KeyPart<T, M>...>& parts) {
    std::apply([&](const auto&... part) { (add_key_part(to, part), ...); }, parts);
    close_key(to.map_);
  }
  template <class T, class Id>
  static void add_key(Mapping<T, Id>& to, const SelfKey& key) {
    check_key_type<T>();
    (void)std::move(to).column(key.name, self);
    close_key(to.map_);
  }

  template <class T, class Id, class M>
  static void set_version(Mapping<T, Id>& to, const Version<T, M>& version) {
    static_assert(std::integral<M> && !std::same_as<M, bool> && sizeof(M) >= 2,
                  "rowan: a version is an integer of at least 16 bits");
    set_version(to.map_, version.name.str(),
                std::in_range<std::int64_t>(std::numeric_limits<M>::max())
                    ? static_cast<std::int64_t>(std::numeric_limits<M>::max())
                    : std::numeric_limits<std::int64_t>::max(),
                version.assigned);
    to.map_.version = Field{MemberAddress::of(version.member), &CellOps<M>::ops, {}};
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
  template <class T, class Id, class M>
  static void add_key_part(Mapping<T, Id>& to, const KeyPart<T, M>& part) {
    check_key_type<M>();
    if constexpr (codec::Storable<M>)
      (void)std::move(to).column(part.name, part.member);
    else {
      auto run = ValueRun<M>{value_object_of<M>()};
      auto columns = with_prefix(part.name.str(), run.as.columns, false);
      add_field(to.map_, std::move(columns),
                Field{MemberAddress::of(part.member), &ValueOps<M>::ops,
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
template <class T, class M>
inline constexpr bool says_version<Version<T, M>, T> = true;

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

}  // namespace detail

/// The root of an aggregate: its table, its key, and its version (or `unversioned`, said aloud).
template <class T, class... M, class V = detail::Unsaid>
Mapping<T, typename detail::IdOfKey<T, M...>::type> aggregate(Name table, Key<T, M...> key,
                                                              V version = {}) {
  return detail::make_root<T, typename detail::IdOfKey<T, M...>::type>(table, key.parts, version);
}
template <class T, class M, class V = detail::Unsaid>
Mapping<T, M> aggregate(Name table, GeneratedKey<T, M> key, V version = {}) {
  static_assert(codec::Storable<M> && codec::type<M>() == ColumnType::integer,
                "rowan: a generated key is one integer column");
  auto out = detail::make_root<T, M>(table, std::tuple{key.part}, version);
  detail::MappingAccess::map(out).shape.origin = KeyOrigin::generated;
  return out;
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
  else
    MappingAccess::set_version(to, more);
}
template <class More, class T>
inline constexpr bool follows_key =
    std::same_as<More, Position> || std::same_as<More, OuterVersion>;
template <class T, class M>
inline constexpr bool follows_key<Version<T, M>, T> = true;
}  // namespace detail

/// Children with an id of their own, unique among their siblings. May be followed by
/// position(...), which makes their order state, and by version(...), which gives each row a
/// version besides the root's.
template <class T, class... M, std::size_t N, class... More>
requires(detail::follows_key<More, T>&&...) Mapping<T> child(Name table, Parent<N> parent,
                                                             Key<T, M...> key, More... more) {
  auto out = detail::make_child<T>(table, parent);
  detail::MappingAccess::add_key(out, key.parts);
  (detail::add_to_child(out, more), ...);
  return out;
}
/// Children whose id is unique in their table: one that moves to another root is one UPDATE.
template <class T, class... M, std::size_t N, class... More>
requires(detail::follows_key<More, T>&&...) Mapping<T> child(Name table, Parent<N> parent,
                                                             TableKey<T, M...> key, More... more) {
  auto out = child(table, parent, Key<T, M...>{key.parts}, more...);
  detail::MappingAccess::map(out).shape.scope = KeyScope::table;
  return out;
}
/// A list of plain values, each its own key: child<TrackId>("playlist_track", ..., key("id", self))
template <class T, std::size_t N>
Mapping<T> child(Name table, Parent<N> parent, SelfKey key) {
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

}  // namespace rowan
