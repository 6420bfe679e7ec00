#pragma once
/// The seam between templates and the compiled engine: a Field reads and writes
/// one member of an object as a run of cells. It knows the member's type and
/// where it lies, not whose member it is, so all std::string members of all
/// your classes share one set of functions, compiled in the library.

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <vector>

#include <rowan/shape.hpp>
#include <rowan/snapshot.hpp>

namespace rowan {

/// Finds a member in an object. Holds the member pointer's bytes and the one function that
/// knows both types; that function only returns an address.
class MemberAddress {
 public:
  MemberAddress() = default;

  template <class T, class M>
  static MemberAddress of(M T::*member) {
    static_assert(sizeof(member) <= sizeof(Bytes), "a member pointer of unheard-of size");
    MemberAddress out;
    std::memcpy(out.member_.data(), &member, sizeof(member));
    out.find_ = [](const Bytes& bytes, const void* object) -> const void* {
      M T::*pointer = nullptr;
      std::memcpy(&pointer, bytes.data(), sizeof(pointer));
      return &(static_cast<const T*>(object)->*pointer);
    };
    return out;
  }
  /// The object itself is the member: an element of a list of plain values.
  static MemberAddress self() {
    MemberAddress out;
    out.find_ = [](const Bytes&, const void* object) { return object; };
    return out;
  }

  /// Whether both find the same member.
  friend bool operator==(const MemberAddress&, const MemberAddress&) = default;

  [[nodiscard]] const void* in(const void* object) const { return find_(member_, object); }
  [[nodiscard]] void* in(void* object) const {
    return const_cast<void*>(find_(member_, object));  // the object is not const
  }

 private:
  using Bytes = std::array<std::byte, 2 * sizeof(void*)>;
  alignas(void*) Bytes member_{};
  const void* (*find_)(const Bytes&, const void*) = nullptr;
};

/// The functions of one member type. `how` is what they need besides: the parts of a
/// value object. They throw detail::CellError.
struct FieldOps {
  void (*capture)(const void* how, const void* member, Cells to);
  void (*restore)(const void* how, void* member, ConstCells from);
  bool (*same)(const void* how, const void* member, CellViews as);  ///< never allocates
};

struct Field {
  MemberAddress member;
  const FieldOps* ops = nullptr;
  std::shared_ptr<const void> how;

  void capture(const void* object, Cells to) const {
    ops->capture(how.get(), member.in(object), to);
  }
  void restore(void* object, ConstCells from) const {
    ops->restore(how.get(), member.in(object), from);
  }
  [[nodiscard]] bool same(const void* object, CellViews as) const {
    return ops->same(how.get(), member.in(object), as);
  }
};

/// The functions of one list type; `make` is in truth E (*)().
struct ListOps {
  std::size_t (*size)(const void* list);
  const void* (*at)(const void* list, std::size_t i);
  void (*clear)(void* list);
  void (*reserve)(void* list, std::size_t size);
  void* (*append)(void* list, void (*make)());
  bool single;  ///< std::optional: one element at most
};

struct ObjectMap;

/// A member that holds children: a std::vector of them, or a std::optional.
struct List {
  MemberAddress member;
  const ListOps* ops = nullptr;
  std::shared_ptr<const ObjectMap> element;
};

/// How one class meets one table. `fields` runs along Shape::fields, `lists` along
/// Shape::children; the first `key_fields` fields are the local key.
struct ObjectMap {
  Shape shape;
  std::vector<Field> fields;
  std::size_t key_fields = 0;
  std::vector<List> lists;
  std::optional<Field> version;  ///< the member that shows the version; none: outside the class
  void (*make)() = nullptr;      ///< in truth T (*)()
  void* (*create)(void (*make)()) = nullptr;
  void (*destroy)(void* object) = nullptr;
  void (*check)(const void* object) = nullptr;  ///< throws when an invariant is broken
  std::vector<std::string> faults;              ///< found while it was put together
};

}  // namespace rowan
