#include "version_value.hpp"

#include <random>

#include <rowan/errors.hpp>

#include "../mapping/row_key.hpp"

namespace rowan::work {
namespace {

using Assigned = VersionColumn::Assigned;

constexpr int random_bits = VersionColumn::random_bits;
constexpr std::int64_t last_count = (std::int64_t{1} << (63 - random_bits)) - 1;

std::int64_t count_of(const VersionColumn& column, std::int64_t version) noexcept {
  return column.assigned == Assigned::unique ? version >> random_bits : version;
}

/// From the operating system each time: a state of our own would be shared after a fork. To open
/// it takes longer than a small commit.
std::int64_t random() {
  thread_local std::random_device device;
  return static_cast<std::int64_t>(std::uniform_int_distribution<std::uint32_t>()(device));
}

}  // namespace

void check_not_last(const Shape& shape, const KeyValues& key, std::int64_t version) {
  if (shape.version && version >= last_version(*shape.version)) raise_overflow(shape, key);
}

void raise_overflow(const Shape& shape, const KeyValues& key) {
  throw VersionOverflow(mapping::place(shape.table, key) +
                        ": its version has reached the maximum of its member");
}

std::int64_t last_version(const VersionColumn& column) noexcept {
  return column.assigned == Assigned::unique ? last_count << random_bits : column.maximum;
}

std::int64_t next_version(const VersionColumn& column, std::int64_t version) {
  if (column.assigned != Assigned::unique) return version + 1;
  return ((count_of(column, version) + 1) << random_bits) | random();
}

bool is_older_version(const VersionColumn& column, std::int64_t version,
                      std::int64_t other) noexcept {
  return count_of(column, version) < count_of(column, other);
}

}  // namespace rowan::work
