/// Makes, reads and writes UUIDs: clock and random bits in, 16 bytes out.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>

#include <rowan/uuid.hpp>

namespace rowan {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

/// 64 bits that cannot be guessed from earlier ones; that is why this is not a seeded engine.
std::uint64_t random_bits() {
  thread_local std::random_device device;
  return std::uint64_t{device()} << 32U | device();
}

std::uint64_t unix_milliseconds() {
  using namespace std::chrono;
  const auto since = floor<milliseconds>(system_clock::now()).time_since_epoch().count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(since, 0));
}

/// The UUID of these 128 bits, whose version and variant fields are overwritten.
Uuid with_version(std::uint64_t version, std::uint64_t high, std::uint64_t low) {
  high = (high & ~0xF000ULL) | version << 12U;
  low = (low & ~0ULL >> 2U) | 1ULL << 63U;
  Uuid::Bytes bytes{};
  for (unsigned i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::byte>(high >> (56U - 8U * i));
    bytes[8 + i] = static_cast<std::byte>(low >> (56U - 8U * i));
  }
  return Uuid(bytes);
}

bool hyphen_before(std::size_t byte) {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

/// The value of one hexadecimal digit; above 15 if it is none.
unsigned hex_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return 16;
}

}  // namespace

Uuid Uuid::v7() {
  static std::atomic<std::uint64_t> last{0};
  const std::uint64_t noise = random_bits();
  const std::uint64_t now = unix_milliseconds();
  std::uint64_t seen = last.load(std::memory_order_relaxed);
  std::uint64_t stamp = 0;
  // Relaxed will do: all that is promised lies in the one order in which `last` is changed.
  do {
    stamp = detail::next_stamp(seen, now, noise);
  } while (!last.compare_exchange_weak(seen, stamp, std::memory_order_relaxed));
  return with_version(7, (stamp >> 12U) << 16U | (stamp & 0xFFFU), random_bits());
}

Uuid Uuid::v4() {
  return with_version(4, random_bits(), random_bits());
}

std::optional<Uuid> Uuid::parse(std::string_view text) noexcept {
  if (text.size() != 36) return std::nullopt;
  Bytes bytes{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (hyphen_before(i) && text[at++] != '-') return std::nullopt;
    const unsigned upper = hex_value(text[at++]);
    const unsigned lower = hex_value(text[at++]);
    if (upper > 15 || lower > 15) return std::nullopt;
    bytes[i] = static_cast<std::byte>(upper << 4U | lower);
  }
  return Uuid(bytes);
}

std::string Uuid::to_string() const {
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    if (hyphen_before(i)) text += '-';
    const auto value = std::to_integer<unsigned>(bytes_[i]);
    text += hex_digits[value >> 4U];
    text += hex_digits[value & 15U];
  }
  return text;
}

}  // namespace rowan

std::size_t std::hash<rowan::Uuid>::operator()(const rowan::Uuid& uuid) const noexcept {
  // FNV-1a, because UUIDs from elsewhere need not be random in any part.
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const std::byte byte : uuid.bytes()) {
    hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001B3ULL;
  }
  return static_cast<std::size_t>(hash);
}
