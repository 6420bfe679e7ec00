#pragma once
/// One aggregate in a unit of work: the object, what the database holds of it, what is to be done.

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <typeindex>

#include <rowan/field.hpp>
#include <rowan/options.hpp>
#include <rowan/ref.hpp>
#include <rowan/schema.hpp>

#include "../mapping/packed.hpp"
#include "../mapping/row_key.hpp"
#include "seldom.hpp"

namespace rowan::work {

enum class EntryState : std::uint8_t {
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

struct Standing;

/// What has become of an aggregate that is not just loaded.
struct Turns {
  std::shared_ptr<Entry> replaces;  ///< removed, and this was added under its key
  std::int64_t first_version = 0;   ///< what its versions go on from when it is inserted
  /// Before the open transaction wrote it; null: it has not.
  std::shared_ptr<const Standing> before;
  Versions versions = Versions::check;   ///< what its first write in it went by
  std::optional<KeyValues> key_members;  ///< where the database has given the key since
};

/// How an aggregate stands between the unit and the database; a copy of it is the way back. There
/// is one for each that is loaded, so it is kept small.
struct Standing {
  mapping::Packed stored;     ///< as last read or written; its order is the object's
  std::int64_t expected = 0;  ///< the version this transaction would find
  Seldom<Turns> turns;
  EntryState state = EntryState::stored;
  enum class Touched : std::uint8_t { no, yes } touched = Touched::no;
  /// In this transaction; of what is added: what was there under its key.
  enum class Bumped : std::uint8_t { no, yes } bumped = Bumped::no;
};

struct Entry : detail::Tracked, Standing {
  using State = EntryState;
  using Guarded = Demands::Guarded;
  using Checked = Demands::Checked;

  std::type_index type;
  static constexpr std::size_t no_slot = std::numeric_limits<std::size_t>::max();
  std::size_t slot = no_slot;  ///< of the identity map that holds it, or has held it
  std::uint64_t epoch = 0;     ///< of the unit when it was read
  Seldom<Demands> demands;

  /// What it was read from.
  enum class Basis : std::uint8_t {
    committed,
    own,       ///< what the open transaction sees after it has written, perhaps that very row
    doubtful,  ///< the same, but that transaction was rolled back
    unread,    ///< nothing: it is known by its key and a version from outside
  } basis = Basis::committed;
  /// Whether update_all or remove_all of this transaction has written it past the object.
  enum class Outrun : std::uint8_t { no, yes } outrun = Outrun::no;

  Entry(const Schema& schema, std::type_index t, void* owned) : type(t) {
    map = schema.share(type);
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
  [[nodiscard]] bool written() const noexcept { return turns->before != nullptr; }
  /// "orders 42", for messages.
  [[nodiscard]] std::string place() const { return mapping::place(shape().table, key); }

  [[nodiscard]] Standing& standing() noexcept { return *this; }
  [[nodiscard]] const Standing& standing() const noexcept { return *this; }
  /// Whether anything but its being there is to be written, as far as is known without the object.
  [[nodiscard]] bool at_rest() const noexcept {
    return object && state == State::stored && !written() && touched == Touched::no;
  }

  /// Before its first write in a transaction.
  void remember() {
    if (!written()) turns.edit().before = std::make_shared<const Standing>(standing());
  }
  void set_replaced(std::shared_ptr<Entry> other) {
    if (other || turns) turns.edit().replaces = std::move(other);
  }
  /// Takes on what is stored under the removed aggregate's key, to overwrite it; and what was asked
  /// of it, except that its version be of no account.
  void take_over(const Entry& removed) {
    const auto replaced = turns->replaces;
    standing() = removed.standing();
    set_replaced(replaced);
    state = State::stored;
    touched = Touched::yes;
    version = removed.version;
    basis = removed.basis;
    outrun = removed.outrun;
    if (removed.demands->demanded) demands.edit().demanded = removed.demands->demanded;
    if (removed.demands->guarded == Guarded::yes) demands.edit().guarded = Guarded::yes;
    if (!written() || turns->before->state == State::added) return;
    Standing old = *turns->before;
    old.state = State::stored;
    turns.edit().before = std::make_shared<const Standing>(std::move(old));
  }
};

}  // namespace rowan::work
