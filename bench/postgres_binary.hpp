#pragma once
/// Values as PostgreSQL sends and takes them in binary: numbers begin with their highest byte, an
/// array with its dimensions (src/include/utils/array.h and array_recv in PostgreSQL's sources).

#include <array>
#include <bit>
#include <climits>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include <libpq-fe.h>

namespace bench {

template <std::unsigned_integral U>
void put(char* to, U value) {
  for (std::size_t i = 0; i < sizeof value; ++i)
    to[i] = static_cast<char>(value >> (CHAR_BIT * (sizeof value - 1 - i)));
}

inline std::int64_t integer(const PGresult* rows, int row, int column) {
  const char* bytes = PQgetvalue(rows, row, column);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i)
    value = value << CHAR_BIT | static_cast<unsigned char>(bytes[i]);
  return static_cast<std::int64_t>(value);
}
inline double real(const PGresult* rows, int row, int column) {
  return std::bit_cast<double>(integer(rows, row, column));
}
inline std::string text(const PGresult* rows, int row, int column) {
  return {PQgetvalue(rows, row, column), static_cast<std::size_t>(PQgetlength(rows, row, column))};
}

/// What fills one bigint[], double precision[] or text[].
class Array {
 public:
  enum class Of : std::uint32_t { bigint = 20, text = 25, real = 701 };  // pg_type.oid

  Array(Of type, std::size_t size, std::size_t bytes_each = 8) {
    bytes_.reserve(header + size * (4 + bytes_each));
    for (const std::uint32_t word :
         {1U, 0U, static_cast<std::uint32_t>(type), static_cast<std::uint32_t>(size), 1U})
      append(word);
  }
  void add(std::int64_t value) {
    append(std::uint32_t{8});
    append(static_cast<std::uint64_t>(value));
  }
  void add(double value) {
    append(std::uint32_t{8});
    append(std::bit_cast<std::uint64_t>(value));
  }
  void add(std::string_view value) {
    append(static_cast<std::uint32_t>(value.size()));
    bytes_ += value;
  }
  void add_null() {
    append(~std::uint32_t{0});
    bytes_[7] = 1;  // there is a null
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  static constexpr std::size_t header = 20;
  template <class U>
  void append(U value) {
    char bytes[sizeof value];
    put(bytes, value);
    bytes_.append(bytes, sizeof value);
  }
  std::string bytes_;
};

/// Those of one statement, in their order. Texts and arrays are not copied.
class Params {
 public:
  Params() = default;
  Params(const Params&) = delete;
  Params& operator=(const Params&) = delete;

  Params& add(std::int64_t value) { return number(static_cast<std::uint64_t>(value)); }
  Params& add(double value) { return number(std::bit_cast<std::uint64_t>(value)); }
  Params& add(const std::string& value) {
    return bytes(value.data(), static_cast<int>(value.size()));
  }
  Params& add(const Array& value) { return add(value.bytes()); }
  Params& add_null() { return bytes(nullptr, 0); }

  [[nodiscard]] int size() const { return static_cast<int>(size_); }
  [[nodiscard]] const char* const* values() const { return values_.data(); }
  [[nodiscard]] const int* lengths() const { return lengths_.data(); }
  [[nodiscard]] static const int* formats() {
    static constexpr std::array<int, most> binary{1, 1, 1, 1, 1, 1};
    return binary.data();
  }

 private:
  static constexpr std::size_t most = 6;
  Params& number(std::uint64_t value) {
    char* to = numbers_.at(size_).data();
    put(to, value);
    return bytes(to, sizeof value);
  }
  Params& bytes(const char* value, int length) {
    values_.at(size_) = value;
    lengths_.at(size_++) = length;
    return *this;
  }

  std::size_t size_ = 0;
  std::array<std::array<char, 8>, most> numbers_{};
  std::array<const char*, most> values_{};
  std::array<int, most> lengths_{};
};

}  // namespace bench
