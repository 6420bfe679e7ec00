#pragma once
/// One aggregate in a unit of work: the object, what the database holds of it, what is to be done.

#include <cstdint>
#include <memory>
#include <optional>
#include <typeindex>

#include <rowan/field.hpp>
#include <rowan/ref.hpp>
#include <rowan/schema.hpp>
#include <rowan/snapshot.hpp>

#include "../mapping/row_key.hpp"

namespace rowan::work {

enum class EntryState {
  added,    ///< to be inserted
  stored,   ///< in the database, as this transaction sees it
  removed,  ///< to be deleted
  gone,     ///< deleted in this transaction
};

struct Entry : detail::Tracked {
  using State = EntryState;

  Schema schema;  ///< keeps `map` alive for Refs that outlive the unit and its store
  std::type_index type;
  std::uint64_t arrival = 0;  ///< order of arrival in the unit
  State state = State::stored;
  Snapshot stored;                 ///< as last read or written; its order is the object's
  std::int64_t expected = 0;       ///< the version this transaction would find
  std::int64_t first_version = 1;  ///< to be inserted with
  enum class Touched { no, yes } touched = Touched::no;
  enum class Bumped { no, yes } bumped = Bumped::no;  ///< in this transaction

  /// How it stood before the open transaction wrote it; none: not written in it.
  struct Undo {
    State state;
    Snapshot stored;
    std::int64_t expected;
    std::optional<KeyValues> key_members;  ///< where the database gave the key since
  };
  std::optional<Undo> undo;

  /// The removed aggregate whose key it was added under.
  std::shared_ptr<Entry> replaces;

  Entry(const Schema& s, std::type_index t, void* owned) : schema(s), type(t) {
    map = &schema.at(type);
    object = owned;
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  ~Entry() { kill(); }

  /// Destroys the object; its Refs die.
  void kill() noexcept {
    if (object) map->destroy(object);
    object = nullptr;
  }

  [[nodiscard]] const Shape& shape() const noexcept { return map->shape; }
  [[nodiscard]] bool in_database() const noexcept {
    return state == State::stored || state == State::removed;
  }
  /// "orders 42", for messages.
  [[nodiscard]] std::string place() const { return mapping::place(shape().table, key); }
  /// Takes on what is stored under the removed aggregate's key, to overwrite it.
  void take_over(const Entry& removed) {
    state = State::stored;
    stored = removed.stored;
    expected = removed.expected;
    version = removed.version;
    bumped = removed.bumped;
    undo = removed.undo;
    if (undo) undo->state = State::stored;
    touched = Touched::yes;
  }
};

}  // namespace rowan::work
