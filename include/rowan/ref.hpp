#pragma once
/// A handle to the one object that stands for an aggregate in a unit of work.

#include <cstdint>
#include <memory>
#include <tuple>
#include <utility>

#include <rowan/aggregate_root.hpp>
#include <rowan/errors.hpp>
#include <rowan/field.hpp>

namespace rowan {

namespace detail {

/// What a Ref leads to. The unit of work owns the object.
struct Tracked {
  std::shared_ptr<const ObjectMap> map;  ///< for Refs that outlive the unit and its store
  void* object = nullptr;                ///< null once discarded
  KeyValues key;                         ///< empty until the database has given it
  std::int64_t version = 0;              ///< last known to be committed; 0: not stored

  [[nodiscard]] void* alive() const {
    if (!object) throw_discarded(*this);
    return object;
  }
  [[noreturn]] static void throw_discarded(const Tracked& tracked);
};

template <class Id>
struct IdIn {
  static Id read(const Tracked& t) {
    return *static_cast<const Id*>(t.map->fields[0].member.in(std::as_const(t.object)));
  }
};
template <class... M>
struct IdIn<std::tuple<M...>> {
  static std::tuple<M...> read(const Tracked& t) {
    const void* object = t.object;
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return std::tuple<M...>(*static_cast<const M*>(t.map->fields[I].member.in(object))...);
    }
    (std::index_sequence_for<M...>{});
  }
};

}  // namespace detail

/// Never null, cheap to copy, leads to the object in O(1). It survives flush, commit, refresh
/// and rollback. It dies
/// - with discard();
/// - with remove() of an aggregate that was added and is not flushed;
/// - with the commit of any other removal;
/// - with its step of for_each, when for_each loaded the aggregate and the step left it unchanged;
/// - with the unit of work.
/// Used after that it throws UsageError; only version() and key() still answer.
template <class T>
class Ref {
 public:
  explicit Ref(std::shared_ptr<detail::Tracked> tracked) : tracked_(std::move(tracked)) {}

  [[nodiscard]] T* operator->() const { return static_cast<T*>(tracked_->alive()); }
  [[nodiscard]] T& operator*() const { return *static_cast<T*>(tracked_->alive()); }

  /// Its id, as the object has it.
  [[nodiscard]] IdOf<T> id() const {
    (void)tracked_->alive();
    return detail::IdIn<IdOf<T>>::read(*tracked_);
  }
  /// The version it was read or last committed at; 0 for one that was never stored.
  [[nodiscard]] std::int64_t version() const { return tracked_->version; }
  /// Its key as Conflict::root_key has it; empty until the database has given it.
  [[nodiscard]] const KeyValues& key() const { return tracked_->key; }

  /// Whether both lead to the same object.
  friend bool operator==(const Ref&, const Ref&) = default;

 private:
  friend class UnitOfWork;
  std::shared_ptr<detail::Tracked> tracked_;
};

}  // namespace rowan
