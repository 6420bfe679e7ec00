/// Copies of objects, by way of their rows.

#include <algorithm>
#include <charconv>
#include <memory>

#include <rowan/detached.hpp>
#include <rowan/errors.hpp>

#include "../mapping/capture.hpp"
#include "document.hpp"
#include "json_schema.hpp"

namespace rowan::detail {
namespace {

void* make(const ObjectMap& map, const Snapshot& rows, std::int64_t version) {
  std::unique_ptr<void, void (*)(void*)> object(map.create(map.make), map.destroy);
  mapping::restore(map, rows, object.get());
  mapping::show_root_version(map, version, object.get());
  return object.release();
}

/// In the one spelling in which it was sent; 0: it was not.
std::int64_t version_of(const Shape& shape, const std::optional<std::string>& sent) {
  if (!shape.version)
    throw UsageError(shape.table + ": mapped unversioned, so there are no copies of it");
  if (!sent) return 0;
  const std::string& token = *sent;
  std::int64_t version = 0;
  std::from_chars(token.data(), token.data() + token.size(), version);
  if (version <= 0 || version > shape.version->maximum || std::to_string(version) != token)
    throw DocumentError("/version", "a version, as it was sent");
  return version;
}

bool same(const Snapshot& a, const Snapshot& b) {
  return std::equal(a.row.begin(), a.row.end(), b.row.begin(), b.row.end(), same_cell) &&
         std::equal(a.children.begin(), a.children.end(), b.children.begin(), b.children.end(),
                    [](const auto& x, const auto& y) {
                      return std::equal(x.begin(), x.end(), y.begin(), y.end(), same);
                    });
}

}  // namespace

Departed::Departed(std::type_index type, std::shared_ptr<const ObjectMap> map, const Snapshot& rows,
                   KeyValues key, std::int64_t version, std::shared_ptr<const Snapshot> base)
    : type_(type),
      map_(std::move(map)),
      key_(std::move(key)),
      version_(version),
      base_(std::move(base)) {
  object_ = make(*map_, rows, version);
}

Departed::Departed(const Departed& other)
    : Departed(other.type_, other.map_, other.rows(), other.key_, other.version_, other.base_) {}

Departed::Departed(Departed&& other) noexcept
    : type_(other.type_),
      map_(other.map_),
      object_(std::exchange(other.object_, nullptr)),
      key_(std::move(other.key_)),
      version_(other.version_),
      base_(std::move(other.base_)) {}

Departed& Departed::operator=(Departed other) noexcept {
  std::swap(type_, other.type_);
  std::swap(map_, other.map_);
  std::swap(object_, other.object_);
  std::swap(key_, other.key_);
  std::swap(version_, other.version_);
  std::swap(base_, other.base_);
  return *this;
}

Departed::~Departed() {
  if (object_ != nullptr) map_->destroy(object_);
}

void* Departed::object() const {
  if (object_ == nullptr)
    throw UsageError(map_->shape.table + ": this copy was moved from, and holds nothing");
  return object_;
}

Snapshot Departed::rows() const {
  return mapping::capture(*map_, object());
}

std::string Departed::to_json() const {
  document::Document out;
  out.state = rows();
  out.key = key_;
  if (version_ != 0) out.version = std::to_string(version_);
  if (base_) out.base = *base_;
  return document::write(map_->shape, out);
}

Departed Departed::from_json(std::type_index type, std::shared_ptr<const ObjectMap> map,
                             std::string_view text, const DocumentLimits& limits,
                             const BaseSource& base_at) {
  const Shape& shape = map->shape;
  document::BaseSource source;
  if (base_at)
    source = [&](const KeyValues& key, const std::optional<std::string>& version) {
      if (!version) throw DocumentError("/version", "a version, as it was sent");
      return base_at(key, version_of(shape, version));
    };
  document::Document read = document::read(shape, text, limits, source);
  const std::int64_t version = version_of(shape, read.version);
  std::shared_ptr<const Snapshot> base;
  if (read.base) base = std::make_shared<const Snapshot>(*std::move(read.base));
  try {
    return {type,    std::move(map), read.state.value(), std::move(read.key),
            version, std::move(base)};
  } catch (const DataError& error) {
    // What fits its column may still not fit its member.
    std::throw_with_nested(
        DocumentError("/state", std::string("what its class takes; ") + error.what()));
  }
}

std::string Departed::json_schema(const ObjectMap& map) {
  return document::json_schema(map.shape);
}

bool operator==(const Departed& a, const Departed& b) {
  return a.type_ == b.type_ && a.key_ == b.key_ && a.version_ == b.version_ &&
         same(a.rows(), b.rows()) &&
         (a.base_ == b.base_ || (a.base_ && b.base_ && same(*a.base_, *b.base_)));
}

}  // namespace rowan::detail
