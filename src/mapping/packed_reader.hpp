#pragma once
/// Goes through a Packed: the cells of a row, then its version and its position where the Shape has
/// them, then for each table beneath it a count and so many rows.

#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>

#include <rowan/shape.hpp>

#include "packed.hpp"
#include "packed_cell.hpp"

namespace rowan::mapping {

class PackedReader {
 public:
  explicit PackedReader(const Packed& from) noexcept : at_(from.begin()) {}

  /// What is read next.
  [[nodiscard]] const std::byte* at() const noexcept { return at_; }

  /// Points into the Packed.
  CellView cell() noexcept {
    const auto tag = std::to_integer<unsigned>(*at_++);
    const unsigned upper = tag >> 4U;
    switch (static_cast<CellType>(tag & 15U)) {
      case CellType::null: break;
      case CellType::boolean: return upper != 0;
      case CellType::integer: return unzigzag(rest_of(upper));
      case CellType::real: return plain<double>();
      case CellType::text: {
        const std::size_t size = rest_of(upper);
        return std::string_view(reinterpret_cast<const char*>(run(size)), size);
      }
      case CellType::bytes: {
        const std::size_t size = rest_of(upper);
        return std::span(run(size), size);
      }
      case CellType::timestamp: return plain<Timestamp>();
      case CellType::date: return plain<Date>();
      case CellType::uuid: return plain<Uuid>();
      case CellType::decimal: return plain<Decimal>();
    }
    return Null{};
  }
  /// Whether the next cell is this one. Goes past it if it is.
  bool passes(Null) noexcept { return passes(CellType::null).has_value(); }
  bool passes(std::int64_t number) noexcept {
    const auto upper = passes(CellType::integer);
    return upper && unzigzag(rest_of(*upper)) == number;
  }
  bool passes(double number) noexcept {
    if (!passes(CellType::real)) return false;
    const auto held = plain<double>();
    return held == number || (held != held && number != number);  // as codec::same
  }
  bool passes(std::string_view text) noexcept {
    const auto upper = passes(CellType::text);
    if (!upper) return false;
    const std::size_t size = rest_of(*upper);
    return size == text.size() && std::memcmp(run(size), text.data(), size) == 0;
  }
  std::uint64_t count() noexcept {
    std::uint64_t out = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = std::to_integer<std::uint64_t>(*at_++);
      out |= (byte & 0x7FU) << shift;
      if (byte < 0x80) return out;
    }
  }
  std::int64_t version(const Shape& shape) noexcept {
    return shape.version ? unzigzag(count()) : 0;
  }
  std::int64_t position(const Shape& shape) noexcept {
    return shape.position ? unzigzag(count()) : 0;
  }

 private:
  /// The upper half of its tag, if the next cell is of this type.
  std::optional<unsigned> passes(CellType type) noexcept {
    const auto tag = std::to_integer<unsigned>(*at_);
    if ((tag & 15U) != static_cast<unsigned>(type)) return {};
    ++at_;
    return tag >> 4U;
  }
  std::uint64_t rest_of(unsigned upper) noexcept { return upper == too_much ? count() : upper; }
  const std::byte* run(std::size_t size) noexcept {
    const std::byte* out = at_;
    at_ += size;
    return out;
  }
  template <class T>
  T plain() noexcept {
    static_assert(std::is_trivially_copyable_v<T>);
    T out;
    std::memcpy(&out, run(sizeof out), sizeof out);
    return out;
  }

  const std::byte* at_;
};

}  // namespace rowan::mapping
