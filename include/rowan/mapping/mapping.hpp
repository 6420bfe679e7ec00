#pragma once
/// How the members of a class meet the columns of its table, and its lists other tables.

#include <concepts>
#include <functional>
#include <initializer_list>
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
/// Notes a fault where the rule does not suit the member, or the member is not mapped.
void set_merging(ObjectMap& map, const MemberAddress& member, MergeRule rule);
/// Merges values of a member by what `field` makes of them: a Field of a value that stands alone.
using MergeValues = std::function<void(const Field& field, ConstCells base, ConstCells mine,
                                       ConstCells theirs, Cells merged)>;
void set_merging(ObjectMap& map, const MemberAddress& member, MergeValues merge);
void add_unique(ObjectMap& map, const std::vector<MemberAddress>& members);
void add_list(ObjectMap& map, MemberAddress member, const ListOps& ops, ObjectMap element);
/// Notes a fault where two alternatives of a variant are named alike.
void check_tags(ObjectMap& map, const std::string& kind, std::initializer_list<const char*> tags);
/// Notes a fault where there is no version that a history could be of.
void set_history(ObjectMap& map, Name table);
/// Notes a fault for each run of columns that tells nothing apart.
void note_hollow(ObjectMap& map, const std::vector<Column>& columns,
                 const std::vector<FieldRun>& hollow);
void note_shared_name(ObjectMap& map, const std::string& column);

struct MappingAccess;

/// F makes one M of those of base, mine and theirs.
template <class F, class M>
concept MergesValues =
    std::copy_constructible<F> && std::is_invocable_r_v<M, const F&, const M&, const M&, const M&>;

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

  /// What becomes of a member mapped before, columns or children, that two sides changed since the
  /// state both began with.
  template <class M, class C>
  Mapping&& merging(M C::*member, MergeRule rule) && {
    detail::set_merging(map_, at(member), rule);
    return std::move(*this);
  }
  /// The same by a function: M merge(const M& base, const M& mine, const M& theirs). It is asked
  /// whenever both sides changed the member, alike or not; what it throws ends the merge. The
  /// member is one in columns, and M has a default constructor.
  template <class M, class C, class F>
  Mapping&& merging(M C::*member, F merge) && {
    constexpr bool merges = detail::MergesValues<F, M>;
    static_assert(merges,
                  "rowan: after its member, merging takes a MergeRule, or a function (base, mine, "
                  "theirs) that takes and gives the member's type");
    static_assert(std::default_initializable<M>,
                  "rowan: a member that a function merges has a default constructor");
    if constexpr (merges && std::default_initializable<M>)
      detail::set_merging(
          map_, at(member),
          [merge = std::move(merge)](const Field& field, ConstCells base, ConstCells mine,
                                     ConstCells theirs, Cells merged) {
            M values[3]{};
            field.restore(&values[0], base);
            field.restore(&values[1], mine);
            field.restore(&values[2], theirs);
            const M value = std::invoke(merge, values[0], values[1], values[2]);
            field.capture(&value, merged);
          });
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

  /// Keeps, in a table of its own, one row for each version that is committed: who wrote it and
  /// when, what changed, and the whole state (docs/history.md). Of roots whose version is counted
  /// or unique.
  Mapping&& history(Name table) && {
    static_assert(!std::is_void_v<Id>,
                  "rowan: a history is of a whole aggregate, so it is said of its root");
    detail::set_history(map_, table);
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

}  // namespace rowan
