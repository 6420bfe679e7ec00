#pragma once
/// One aggregate in a unit of work: the object, what the database holds of it, what is to be done.

#include <cstdint>
#include <memory>
#include <optional>
#include <typeindex>

#include <rowan/field.hpp>
#include <rowan/options.hpp>
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

struct Entry;

/// What the user asks of an aggregate besides what becomes of it.
struct Demands {
  /// The version from outside that it has to be at.
  std::optional<std::int64_t> demanded;
  /// Whether it has to be at its version at commit, though nothing of it is written.
  enum class Guarded { no, yes } guarded = Guarded::no;
  /// Whether its version is of no account: it is removed by its id.
  enum class Checked { no, yes } checked = Checked::yes;
};

/// Of what is not stored.
inline const std::shared_ptr<const Snapshot>& no_snapshot() {
  static const auto none = std::make_shared<const Snapshot>();
  return none;
}

/// How an aggregate stands between the unit and the database; a copy of it is the way back.
struct Standing {
  EntryState state = EntryState::stored;
  /// As last read or written; its order is the object's.
  std::shared_ptr<const Snapshot> stored = no_snapshot();
  std::int64_t expected = 0;       ///< the version this transaction would find
  std::int64_t first_version = 0;  ///< what its versions go on from when it is inserted
  enum class Touched { no, yes } touched = Touched::no;
  /// In this transaction; of what is added: what was there under its key.
  enum class Bumped { no, yes } bumped = Bumped::no;
  Versions versions = Versions::check;  ///< what its first write in it went by
  std::shared_ptr<Entry> replaces;      ///< removed, and this was added under its key

  /// Before the open transaction wrote it; null: it has not.
  std::shared_ptr<const Standing> before;
  std::optional<KeyValues> key_members;  ///< where the database has given the key since
};

struct Entry : detail::Tracked, Standing, Demands {
  using State = EntryState;

  Schema schema;  ///< keeps `map` alive for Refs that outlive the unit and its store
  std::type_index type;
  std::uint64_t arrival = 0;  ///< order of arrival in the unit
  std::uint64_t epoch = 0;    ///< of the unit when it was read

  /// What it was read from.
  enum class Basis {
    committed,
    own,       ///< what the open transaction sees after it has written, perhaps that very row
    doubtful,  ///< the same, but that transaction was rolled back
    unread,    ///< nothing: it is known by its key and a version from outside
  } basis = Basis::committed;
  /// Whether update_all or remove_all of this transaction has written it past the object.
  enum class Outrun { no, yes } outrun = Outrun::no;

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
  /// Written in the open transaction.
  [[nodiscard]] bool written() const noexcept { return before != nullptr; }
  /// "orders 42", for messages.
  [[nodiscard]] std::string place() const { return mapping::place(shape().table, key); }

  [[nodiscard]] Standing& standing() noexcept { return *this; }
  [[nodiscard]] const Standing& standing() const noexcept { return *this; }
  [[nodiscard]] Demands& demands() noexcept { return *this; }
  /// Whether anything but its being there is to be written, as far as is known without the object.
  [[nodiscard]] bool at_rest() const noexcept {
    return object && state == State::stored && !written() && touched == Touched::no;
  }

  /// Before its first write in a transaction.
  void remember() {
    if (!before) before = std::make_shared<const Standing>(standing());
  }
  /// Takes on what is stored under the removed aggregate's key, to overwrite it; and what was asked
  /// of it, except that its version be of no account.
  void take_over(const Entry& removed) {
    const auto replaced = std::move(replaces);
    standing() = removed.standing();
    replaces = replaced;
    state = State::stored;
    touched = Touched::yes;
    version = removed.version;
    basis = removed.basis;
    outrun = removed.outrun;
    if (removed.demanded) demanded = removed.demanded;
    if (removed.guarded == Guarded::yes) guarded = Guarded::yes;
    if (!before || before->state == State::added) return;
    Standing old = *before;
    old.state = State::stored;
    before = std::make_shared<const Standing>(std::move(old));
  }
};

}  // namespace rowan::work
