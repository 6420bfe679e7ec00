#pragma once
/// A copy of an aggregate that has left its unit of work, to be edited elsewhere and brought back.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>

#include <rowan/aggregate_root.hpp>
#include <rowan/schema.hpp>
#include <rowan/snapshot.hpp>

namespace rowan {

/// How much of a stranger's document is read, before memory is spent on it.
struct DocumentLimits {
  std::size_t max_bytes = std::size_t{16} << 20U;
  std::optional<std::size_t> max_depth{};  ///< of lists and objects; none: what the mapping takes
  std::size_t max_rows = 100'000;          ///< of base and state together
  std::size_t max_operations = 10'000;     ///< of a patch
};

namespace detail {

/// The state at a version of an aggregate, for a patch that comes without it. None: not known.
using BaseSource =
    std::function<std::optional<Snapshot>(const KeyValues& key, std::int64_t version)>;

/// What every Detached<T> is made of; it owns the object.
class Departed {
 public:
  /// The object that these rows are. `key`: the aggregate's, whatever the rows say later on.
  /// `base`: what was stored; null: not kept. Throws DataError where its class refuses the rows.
  Departed(std::type_index type, std::shared_ptr<const ObjectMap> map, const Snapshot& rows,
           KeyValues key, std::int64_t version, std::shared_ptr<const Snapshot> base);
  Departed(const Departed& other);
  Departed(Departed&& other) noexcept;
  Departed& operator=(Departed other) noexcept;
  ~Departed();

  /// Throws UsageError once it was moved from.
  [[nodiscard]] void* object() const;
  [[nodiscard]] Snapshot rows() const;
  [[nodiscard]] const ObjectMap& map() const { return *map_; }
  [[nodiscard]] std::type_index type() const { return type_; }
  [[nodiscard]] const KeyValues& key() const { return key_; }
  [[nodiscard]] std::int64_t version() const { return version_; }
  [[nodiscard]] const std::shared_ptr<const Snapshot>& base() const { return base_; }
  void forget_base() { base_.reset(); }

  [[nodiscard]] std::string to_json() const;
  [[nodiscard]] static Departed from_json(std::type_index type,
                                          std::shared_ptr<const ObjectMap> map,
                                          std::string_view text, const DocumentLimits& limits,
                                          const BaseSource& base);
  [[nodiscard]] static std::string json_schema(const ObjectMap& map);

  friend bool operator==(const Departed& a, const Departed& b);

 private:
  std::type_index type_;
  std::shared_ptr<const ObjectMap> map_;
  void* object_ = nullptr;
  KeyValues key_;
  std::int64_t version_ = 0;
  std::shared_ptr<const Snapshot> base_;
};

}  // namespace detail

/// An aggregate's state, the version that it is an edition of, and, unless it was left behind, the
/// base: the state as it was stored then, which a merge by field compares with. A value: it may
/// outlive its unit and its store, be copied, and be written to a file. T itself need not be
/// copyable: a copy is made as a load makes one. What a class refuses of its own state, in which it
/// may be while it is edited, cannot be copied and throws DataError. Version members of children
/// are 0 in it.
template <class T>
class Detached {
 public:
  explicit Detached(detail::Departed departed) : departed_(std::move(departed)) {}

  [[nodiscard]] T* operator->() { return object(); }
  [[nodiscard]] const T* operator->() const { return object(); }
  [[nodiscard]] T& operator*() { return *object(); }
  [[nodiscard]] const T& operator*() const { return *object(); }

  /// The version that it is an edition of; 0: a document that did not say.
  [[nodiscard]] std::int64_t version() const { return departed_.version(); }
  [[nodiscard]] bool has_base() const { return departed_.base() != nullptr; }
  /// The same without its base: half the size, for those who merge with Merging::reject alone.
  [[nodiscard]] Detached without_base() && {
    departed_.forget_base();
    return std::move(*this);
  }
  [[nodiscard]] Detached without_base() const& { return Detached(*this).without_base(); }

  /// As a document (docs/offline.md), on one line. Throws DocumentError for a text that is not
  /// UTF-8, DataError for a state that no column takes.
  [[nodiscard]] std::string to_json() const { return departed_.to_json(); }
  /// From a document, whoever wrote it. Throws DocumentError, which names the place in it, for
  /// anything but a document of this class and of this mapping, and for a state that its members
  /// or value objects refuse; the invariant is for merge to check. UsageError where the class is
  /// not in the schema, or mapped unversioned.
  [[nodiscard]] static Detached from_json(const Schema& schema, std::string_view text,
                                          const DocumentLimits& limits = {}) {
    return Detached(
        detail::Departed::from_json(typeid(T), schema.share(typeid(T)), text, limits, {}));
  }

  /// What such a document may be, as JSON Schema (draft 2020-12). Throws UsageError where T is not
  /// in the schema.
  [[nodiscard]] static std::string json_schema(const Schema& schema) {
    return detail::Departed::json_schema(schema.at(typeid(T)));
  }

  /// Whether state, version and base are the same, the order of lists included.
  friend bool operator==(const Detached&, const Detached&) = default;

  [[nodiscard]] const detail::Departed& departed() const noexcept { return departed_; }

 private:
  [[nodiscard]] T* object() const { return static_cast<T*>(departed_.object()); }

  detail::Departed departed_;
};

}  // namespace rowan
