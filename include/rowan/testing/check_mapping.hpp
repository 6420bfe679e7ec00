#pragma once
/// Whether a mapping and the tables of a store keep all that a class holds: samples of it in, what
/// was lost on the way out.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include <rowan/store.hpp>
#include <rowan/testing/check.hpp>

namespace rowan::testing {

struct CheckOptions {
  std::size_t generated = 50;  ///< objects that are made of the samples, other values in them
  std::uint64_t seed = 1;      ///< the same seed and samples make the same objects
};

namespace detail {

/// The class of a root, as far as a check has to know it.
struct Subject {
  std::shared_ptr<const ObjectMap> map;
  bool (*equal)(const void* a, const void* b) = nullptr;       ///< null: it has no ==
  const void* (*add)(UnitOfWork& to, void* object) = nullptr;  ///< the unit's, moved from it
  const void* (*find)(UnitOfWork& in, const Subject&, const void* like) = nullptr;  ///< by id
  void (*remove)(UnitOfWork& in, const Subject&, const void* like) = nullptr;

  template <class T>
  static Subject of(std::shared_ptr<const ObjectMap> map) {
    Subject out;
    out.map = std::move(map);
    if constexpr (std::equality_comparable<T>)
      out.equal = [](const void* a, const void* b) -> bool {
        return *static_cast<const T*>(a) == *static_cast<const T*>(b);
      };
    out.add = [](UnitOfWork& to, void* object) -> const void* {
      return &*to.add(std::move(*static_cast<T*>(object)));
    };
    out.find = [](UnitOfWork& in, const Subject& subject, const void* like) -> const void* {
      const auto found = in.find<T>(subject.id<T>(like));
      return found ? &**found : nullptr;
    };
    out.remove = [](UnitOfWork& in, const Subject& subject, const void* like) {
      in.remove<T>(subject.id<T>(like));
    };
    return out;
  }

 private:
  template <class T>
  IdOf<T> id(const void* of) const {
    rowan::detail::Tracked tracked;
    tracked.map = map;
    tracked.object = const_cast<void*>(of);  // which is only read
    return rowan::detail::IdIn<IdOf<T>>::read(tracked);
  }
};

/// The samples are T's and are not as before afterwards.
[[nodiscard]] Check check_mapping(Store& store, const Subject& subject,
                                  const std::vector<void*>& samples, const CheckOptions& options);

}  // namespace detail

/// Checks that the tables are as the mapping says (Store::check_tables), and that each sample, and
/// each object that is generated of them, is the same
/// - read back from the rows it is written to: cell by cell, and by T's == where it has one, which
///   alone tells of members that are not mapped and of what a to_column of yours leaves out;
/// - loaded in a second unit of work from the database that a first has stored it in;
/// and that a commit of what was loaded writes nothing.
///
/// Generated objects have boundary values of each column's type, NULL where it may be, and lists of
/// up to three rows. A value that the class, its invariant or the database refuses is no fault:
/// another is tried. The names of the columns where nothing but the samples' own values was ever
/// taken become notes, as does all else that was not checked; a sample for each enumerator kept by
/// name, and each alternative of a variant, makes up for it. A value that is kept as another is a
/// fault: also of a column that rounds, whatever your program would store in it.
///
/// One object at a time is stored and removed again, each in a transaction of its own, so the
/// database is one for tests. It is a fault when the key of a sample is taken; nothing that was
/// there is touched. A key that the database generates is not the sample's. A history keeps what
/// was stored. What a sample refers to has to be there if the database insists.
///
/// The store's mapping of T is the one declared next to it. Throws UsageError without a sample, and
/// for a class that is not in the schema of the store; and what any unit of work throws when the
/// database is not to be reached, or is in use by others.
template <rowan::detail::Root T>
[[nodiscard]] Check check_mapping(Store& store, std::vector<T> samples,
                                  const CheckOptions& options = {}) {
  return check_mapping(store, mapping_of(std::type_identity<T>{}), std::move(samples), options);
}
/// The same of a store that has T by this mapping instead.
template <rowan::detail::Root T>
[[nodiscard]] Check check_mapping(Store& store, const Mapping<T, IdOf<T>>& mapping,
                                  std::vector<T> samples, const CheckOptions& options = {}) {
  std::vector<void*> objects;
  for (T& sample : samples) objects.push_back(&sample);
  try {
    const Schema schema = Schema::of(mapping);
    return detail::check_mapping(store, detail::Subject::of<T>(schema.share(typeid(T))), objects,
                                 options);
  } catch (const MappingError& error) {
    return {error.faults(), {}};
  }
}

}  // namespace rowan::testing
