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
/// Notes a fault for each run of columns that tells nothing apart.
void note_hollow(ObjectMap& map, const std::vector<Column>& columns,
                 const std::vector<FieldRun>& hollow);
void note_shared_name(ObjectMap& map, const std::string& column);

struct MappingAccess;

/// C is T or a base of it that all of its members can be reached through.
template <class T, class C>
concept HasMembersOf = std::is_class_v<T> && std::convertible_to<int C::*, int T::*>;

template <class F, class T>
inline constexpr bool is_inherited_check = false;
template <class C, class T>
inline constexpr bool is_inherited_check<void (C::*)() const, T> =
    !std::same_as<C, T> && HasMembersOf<T, C>;
template <class C, class T>
inline constexpr bool is_inherited_check<void (C::*)() const noexcept, T> =
    is_inherited_check<void (C::*)() const, T>;
template <class F, class T>
concept InheritedCheck = is_inherited_check<F, T>;

}  // namespace detail

/// How T is stored. A value: build it in one .cpp file and only declare it elsewhere.
/// Id is the type of a root's key, void for children.
template <class T, class Id>
class Mapping {
 public:
  /// Whose members are mapped: T, where T has any.
  using Owner = std::conditional_t<std::is_class_v<T>, T, Self>;

  /// One member, one column.
  template <class M, class C>
  Mapping&& column(Name name, M C::*member) && {
    return std::move(*this).template cell<M>(name, {}, at(member));
  }
  template <class M, class C>
  Mapping&& column(Name name, M C::*member, References to) && {
    return std::move(*this).template cell<M>(name, to.table.str(), at(member));
  }
  /// The element itself, in a list of plain values.
  Mapping&& column(Name name, Self) && {
    return std::move(*this).template cell<T>(name, {}, MemberAddress::self());
  }
  Mapping&& column(Name name, Self, References to) && {
    return std::move(*this).template cell<T>(name, to.table.str(), MemberAddress::self());
  }

  /// An enum kept by name, or std::optional of one.
  template <class M, class C>
  Mapping&& column(Name name, M C::*member, AsText) && {
    return std::move(*this).template named<M>(name, {}, at(member));
  }
  template <class M, class C>
  Mapping&& column(Name name, M C::*member, AsText, References to) && {
    return std::move(*this).template named<M>(name, to.table.str(), at(member));
  }
  /// The element itself, in a list of enums.
  Mapping&& column(Name name, Self, AsText) && {
    return std::move(*this).template named<T>(name, {}, MemberAddress::self());
  }

  /// A value object in several columns, each named prefix + part. std::optional: all NULL.
  template <class M, class C>
  Mapping&& value(Prefix prefix, M C::*member) && {
    return std::move(*this).value(prefix, member, value_object_of<detail::PlainType<M>>());
  }
  template <class M, class C, class V>
  Mapping&& value(Prefix prefix, M C::*member, ValueObject<V> as) && {
    static_assert(std::same_as<detail::PlainType<M>, V>,
                  "rowan: this value object describes another type than the member's");
    return std::move(*this).place(prefix, at(member), detail::ValueRun<M>{std::move(as)});
  }
  /// The element itself, in a list of value objects.
  Mapping&& value(Prefix prefix, Self) && {
    return std::move(*this).place(prefix, MemberAddress::self(),
                                  detail::ValueRun<T>{value_object_of<T>()});
  }

  /// A std::variant, or std::optional of one: a column naming the alternative, then the columns
  /// of each.
  template <class M, class C, class... A>
  Mapping&& one_of(Name kind, M C::*member, When<A>... alternatives) && {
    return std::move(*this).template choose<M>(kind, at(member), std::move(alternatives)...);
  }
  /// The element itself, in a list of variants.
  template <class... A>
  Mapping&& one_of(Name kind, Self, When<A>... alternatives) && {
    return std::move(*this).template choose<T>(kind, MemberAddress::self(),
                                               std::move(alternatives)...);
  }

  /// Rows of another table that live and die with this one: a std::vector, or a std::optional
  /// for one at most.
  template <class M, class C, class E, class EId>
  Mapping&& children(M C::*member, Mapping<E, EId> child) && {
    static_assert(!std::same_as<M, std::vector<bool>>,
                  "rowan: std::vector<bool> holds no bool that could be loaded into: take another "
                  "type of elements");
    static_assert(detail::is_list<M> || std::same_as<M, std::vector<bool>>,
                  "rowan: children are in a std::vector, or in a std::optional for one at most");
    static_assert(std::is_void_v<EId>,
                  "rowan: this is the mapping of a root; children have one of child(...)");
    if constexpr (detail::is_list<M>) {
      static_assert(std::same_as<typename M::value_type, E>,
                    "rowan: this is the mapping of another class than that of the children");
      detail::add_list(map_, at(member), detail::Listing<M>::ops, std::move(child.map_));
    }
    return std::move(*this);
  }

  /// Members mapped before, columns or children, that are written but do not move the version:
  /// counters, time stamps, what nobody decides upon. A write of them alone still says
  /// `WHERE version = ?`, so it is never made on top of a versioned state that was not read. Two
  /// who append to one unversioned list tell their rows apart by keys of their own: by position
  /// both would take the same.
  template <class... M, class... C>
  Mapping&& unversioned(M C::*... members) && {
    static_assert(sizeof...(M) > 0, "rowan: unversioned(...) takes members");
    (detail::leave_unversioned(map_, at(members)), ...);
    return std::move(*this);
  }

  /// Members mapped before whose values no two rows of the table share (of a child: no two of one
  /// owner). create_tables makes the constraint, and rows that hand such a value on to each other
  /// are written in an order, or in two steps, that never breaks it.
  template <class... M, class... C>
  Mapping&& unique(M C::*... members) && {
    static_assert(sizeof...(M) > 0, "rowan: unique(...) takes members");
    detail::add_unique(map_, {at(members)...});
    return std::move(*this);
  }

  /// Called after each load and before each write; throws to refuse.
  template <void (Owner::*Check)() const>
  Mapping&& invariant() && {
    map_.check = [](const void* object) { (static_cast<const T*>(object)->*Check)(); };
    return std::move(*this);
  }
  /// The same of a base class.
  template <auto Check>
  requires detail::InheritedCheck<decltype(Check), T> Mapping && invariant() && {
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

  /// Where a member of T, or of a base of it, lies.
  template <class M, class C>
  static MemberAddress at(M C::*member) {
    constexpr bool mine = detail::HasMembersOf<T, C>;
    static_assert(mine,
                  "rowan: this is a member of another class than the one that is mapped; where the "
                  "key is a member of a base class, say aggregate<T>(...) or child<T>(...)");
    static_assert(std::is_object_v<M>, "rowan: what is mapped is a data member");
    static_assert(!std::is_const_v<M>, "rowan: a const member cannot be loaded into");
    if constexpr (mine && std::is_object_v<M>) {
      M T::*own = member;
      return MemberAddress::of(own);
    } else
      return {};
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
  Mapping&& named(Name name, std::string references, MemberAddress at) && {
    detail::check_named<M>();
    if constexpr (detail::named<M>) {
      if (!codec::names_differ<detail::PlainType<M>>()) detail::note_shared_name(map_, name.str());
      add({detail::column(name.str(), ColumnType::text, codec::is_optional<M>,
                          std::move(references))},
          Field{at, &detail::NameOps<M>::ops, {}});
    }
    return std::move(*this);
  }
  template <class M>
  Mapping&& place(Prefix prefix, MemberAddress at, detail::ValueRun<M> run) && {
    auto columns = detail::with_prefix(prefix.str(), run.as.columns, codec::is_optional<M>);
    auto hollow = run.as.hollow;
    if (codec::is_optional<M> && detail::all_nullable(run.as.columns))
      hollow.push_back({0, columns.size()});
    detail::note_hollow(map_, columns, hollow);
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
    std::vector<FieldRun> hollow;
    const auto add_columns = [&](const auto& as) {
      detail::add_hollow(hollow, columns.size(), as.hollow);
      for (Column c : as.columns) {
        c.nullable = true;
        columns.push_back(std::move(c));
      }
    };
    (add_columns(alternatives.as), ...);
    detail::note_hollow(map_, columns, hollow);
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

}  // namespace detail

namespace detail {
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
