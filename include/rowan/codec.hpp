#pragma once
/// Between one C++ value and one column. Covers bool, integers and characters (by number), floating
/// point, std::string, Bytes, enums, sys_time, dates, Uuid, Decimal, std::optional and structs with
/// a single member (typed ids). For your own type, put next to it
///
///     std::string to_column(const Email&);
///     Email from_column(std::type_identity<Email>, std::string);
///
/// For an enum kept by name, put next to it
///
///     constexpr auto enum_names(std::type_identity<Status>) {
///       return std::array{std::pair{Status::draft, "draft"}, std::pair{Status::placed, "placed"}};
///     }

#include <algorithm>
#include <array>
#include <concepts>
#include <exception>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <rowan/value.hpp>

namespace rowan::detail {

/// A cell that cannot be read or written. The engine adds table, column and key and throws it
/// on as DataError.
struct CellError {
  const Value* cell;
  std::string what;  ///< never a value
};

[[noreturn]] void wrong_type(const char* wanted, const Value& got);
[[noreturn]] void does_not_fit(const char* what, const Value& cell);

}  // namespace rowan::detail

namespace rowan::codec {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_sys_time = false;
template <class D>
inline constexpr bool is_sys_time<std::chrono::sys_time<D>> = true;
template <>
inline constexpr bool is_sys_time<std::chrono::sys_days> = false;

template <class T>
concept Calendar = std::same_as<T, std::chrono::sys_days> || std::same_as<T, Date>;

/// The integer as which a character is kept; of an integer, itself. The standard's comparisons of
/// integers take no characters.
template <std::integral T>
using Number = typename std::conditional_t<std::is_signed_v<T>, std::make_signed<T>,
                                           std::make_unsigned<T>>::type;

struct Anything {
  /// Never called: counts aggregate members. Defined all the same, since clang asks for it where T
  /// has no linkage and stands in a std::optional.
  template <class T>
  operator T() const {
    std::terminate();
  }
};

/// struct OrderId { std::int64_t value; } and the like.
template <class T>
concept Wrapper = std::is_aggregate_v<T> && !std::is_empty_v<T> && requires {
  T{Anything{}};
}
&&!requires {
  T{Anything{}, Anything{}};
};

template <class T>
concept Custom = requires(const T& x) {
  to_column(x);
}
&&requires(const T& x) {
  { from_column(std::type_identity<T>{}, to_column(x)) } -> std::convertible_to<T>;
};

template <class T>
concept NamedEnum = std::is_enum_v<T> && requires {
  enum_names(std::type_identity<T>{});
};

template <Wrapper T>
constexpr const auto& unwrap(const T& x) {
  const auto& [inner] = x;
  return inner;
}

template <class T>
using Stored = std::remove_cvref_t<decltype(to_column(std::declval<const T&>()))>;
template <class T>
using Wrapped = std::remove_cvref_t<decltype(unwrap(std::declval<const T&>()))>;

/// Whether a column of T may be NULL: T holds what is none, at whatever depth.
template <class T>
constexpr bool nullable() {
  if constexpr (is_optional<T>)
    return true;
  else if constexpr (Custom<T>)
    return nullable<Stored<T>>();
  else if constexpr (Wrapper<T> && !std::same_as<T, Uuid> && !std::same_as<T, Decimal>)
    return nullable<Wrapped<T>>();
  else
    return false;
}

/// std::optional of what holds none by itself: a NULL would be one as well as the other.
template <class T>
inline constexpr bool twice_nullable = false;
template <class T>
inline constexpr bool twice_nullable<std::optional<T>> = nullable<T>();

template <class T>
constexpr bool storable() {
  if constexpr (is_optional<T>)
    return !twice_nullable<T> && storable<typename T::value_type>();
  else if constexpr (Custom<T>)
    return storable<Stored<T>>();
  else if constexpr (std::is_arithmetic_v<T>)
    return !std::same_as<T, long double> && !std::same_as<T, wchar_t>;
  else if constexpr (std::is_enum_v<T>)
    return storable<std::underlying_type_t<T>>();
  else if constexpr (is_sys_time<T> || Calendar<T>)
    return true;
  else if constexpr (std::same_as<T, std::string> || std::same_as<T, Bytes> ||
                     std::same_as<T, Uuid> || std::same_as<T, Decimal>)
    return true;
  else if constexpr (Wrapper<T>)
    return storable<Wrapped<T>>();
  else
    return false;
}

/// T fits one column.
template <class T>
concept Storable = storable<T>();

template <class T>
constexpr ColumnType type() {
  if constexpr (is_optional<T>)
    return type<typename T::value_type>();
  else if constexpr (Custom<T>)
    return type<Stored<T>>();
  else if constexpr (std::same_as<T, bool>)
    return ColumnType::boolean;
  else if constexpr (std::integral<T>)
    return ColumnType::integer;
  else if constexpr (std::is_enum_v<T>)
    return type<std::underlying_type_t<T>>();
  else if constexpr (std::floating_point<T>)
    return ColumnType::real;
  else if constexpr (std::same_as<T, Bytes>)
    return ColumnType::blob;
  else if constexpr (is_sys_time<T>)
    return ColumnType::timestamp;
  else if constexpr (Calendar<T>)
    return ColumnType::date;
  else if constexpr (std::same_as<T, Uuid>)
    return ColumnType::uuid;
  else if constexpr (std::same_as<T, Decimal>)
    return ColumnType::decimal;
  else if constexpr (std::same_as<T, std::string>)
    return ColumnType::text;
  else
    return type<Wrapped<T>>();
}

/// Whether an instant can be told in ticks of `To` without overflow.
template <class To, class D>
bool fits_clock(std::chrono::sys_time<D> instant) {
  if constexpr (std::ratio_less_equal_v<typename D::period, typename To::period>)
    return true;  // its own ticks, or coarser ones
  else {
    using std::chrono::duration_cast;
    return instant.time_since_epoch() <= duration_cast<D>(To::max()) &&
           instant.time_since_epoch() >= duration_cast<D>(To::min());
  }
}
/// Instants are kept in whole microseconds: finer clocks are rounded down, and what is beyond the
/// range of microseconds becomes the end of it, which no database takes.
template <class D>
Timestamp to_microseconds(std::chrono::sys_time<D> from) {
  if (!fits_clock<std::chrono::microseconds>(from))
    return from.time_since_epoch().count() < 0 ? Timestamp::min() : Timestamp::max();
  return std::chrono::floor<std::chrono::microseconds>(from);
}

template <class T>
void write(const T& from, Value& to) {
  if constexpr (is_optional<T>) {
    if (from)
      write(*from, to);
    else
      to = Null{};
  } else if constexpr (Custom<T>)
    write(to_column(from), to);
  else if constexpr (std::same_as<T, bool>)
    to = from;
  else if constexpr (std::integral<T>) {
    if (!std::in_range<std::int64_t>(static_cast<Number<T>>(from)))
      detail::does_not_fit("an integer beyond 64 bits signed", to);
    to = static_cast<std::int64_t>(from);
  } else if constexpr (std::is_enum_v<T>)
    write(static_cast<std::underlying_type_t<T>>(from), to);
  else if constexpr (std::floating_point<T>)
    to = static_cast<double>(from);
  else if constexpr (is_sys_time<T>)
    to = to_microseconds(from);
  else if constexpr (Calendar<T>) {
    const Date date{from};
    if (!date.ok()) detail::does_not_fit("a date that is not in the calendar", to);
    to = date;
  } else if constexpr (Wrapper<T>)
    write(unwrap(from), to);
  else
    to = from;
}

/// Whether writing `from` would give `stored`; does not allocate, unless to_column does.
template <class T>
bool same(const T& from, const CellView& stored) {
  if constexpr (is_optional<T>)
    return from ? same(*from, stored) : std::holds_alternative<Null>(stored);
  else if constexpr (Custom<T>)
    return same(to_column(from), stored);
  else if constexpr (std::same_as<T, bool>) {
    auto* v = std::get_if<bool>(&stored);
    return v && *v == from;
  } else if constexpr (std::integral<T>) {
    auto* v = std::get_if<std::int64_t>(&stored);
    return v && std::cmp_equal(*v, static_cast<Number<T>>(from));
  } else if constexpr (std::is_enum_v<T>)
    return same(static_cast<std::underlying_type_t<T>>(from), stored);
  else if constexpr (std::floating_point<T>) {
    auto* v = std::get_if<double>(&stored);
    const auto d = static_cast<double>(from);
    return v && (*v == d || (*v != *v && d != d));  // NaN is the same as NaN
  } else if constexpr (is_sys_time<T>) {
    auto* v = std::get_if<Timestamp>(&stored);
    return v && *v == to_microseconds(from);
  } else if constexpr (Calendar<T>) {
    auto* v = std::get_if<Date>(&stored);
    return v && *v == Date{from};
  } else if constexpr (std::same_as<T, std::string>) {
    auto* v = std::get_if<std::string_view>(&stored);
    return v && *v == from;
  } else if constexpr (std::same_as<T, Bytes>) {
    auto* v = std::get_if<std::span<const std::byte>>(&stored);
    return v && std::equal(v->begin(), v->end(), from.begin(), from.end());
  } else if constexpr (Wrapper<T>)
    return same(unwrap(from), stored);
  else {
    auto* v = std::get_if<T>(&stored);
    return v && *v == from;
  }
}

template <class T>
const T& expect(const Value& from, const char* wanted) {
  if (auto* v = std::get_if<T>(&from)) return *v;
  detail::wrong_type(wanted, from);
}

template <class T>
T read(const Value& from) {
  if constexpr (is_optional<T>) {
    if (std::holds_alternative<Null>(from)) return std::nullopt;
    return read<typename T::value_type>(from);
  } else if constexpr (Custom<T>)
    return from_column(std::type_identity<T>{}, read<Stored<T>>(from));
  else if constexpr (std::same_as<T, bool>)
    return expect<bool>(from, "a boolean");
  else if constexpr (std::integral<T>) {
    const auto v = expect<std::int64_t>(from, "an integer");
    if (!std::in_range<Number<T>>(v))
      detail::does_not_fit("an integer beyond the member's range", from);
    return static_cast<T>(v);
  } else if constexpr (std::is_enum_v<T>)
    return static_cast<T>(read<std::underlying_type_t<T>>(from));
  else if constexpr (std::floating_point<T>) {
    const double v = expect<double>(from, "a number");
    if (v - v == 0 && static_cast<T>(v) - static_cast<T>(v) != 0)
      detail::does_not_fit("a number beyond the member's range", from);
    return static_cast<T>(v);
  } else if constexpr (is_sys_time<T>) {
    const auto v = expect<Timestamp>(from, "a timestamp");
    if (!fits_clock<typename T::duration>(v))
      detail::does_not_fit("an instant beyond the member's range", from);
    return std::chrono::time_point_cast<typename T::duration>(v);
  } else if constexpr (Calendar<T>)
    return T{expect<Date>(from, "a date")};
  else if constexpr (std::same_as<T, std::string>)
    return expect<T>(from, "text");
  else if constexpr (std::same_as<T, Bytes>)
    return expect<T>(from, "bytes");
  else if constexpr (std::same_as<T, Uuid>)
    return expect<T>(from, "a UUID");
  else if constexpr (std::same_as<T, Decimal>)
    return expect<T>(from, "an exact decimal");
  else
    return T{read<Wrapped<T>>(from)};
}

/// Whether no two enumerators share a name.
template <NamedEnum E>
constexpr bool names_differ() {
  const auto names = enum_names(std::type_identity<E>{});
  for (auto a = names.begin(); a != names.end(); ++a) {
    const auto& [value, name] = *a;
    for (auto b = names.begin(); b != a; ++b) {
      const auto& [other, other_name] = *b;
      if (std::string_view(name) == other_name) return false;
    }
  }
  return true;
}
/// The names are known while your program compiles.
template <class E>
concept ConstantNames = NamedEnum<E> && requires {
  typename std::bool_constant<names_differ<E>()>;
};

/// The name of an enumerator; none: it is not listed in enum_names.
template <NamedEnum E>
constexpr const char* name_of(E e) {
  for (const auto& [value, name] : enum_names(std::type_identity<E>{}))
    if (value == e) return name;
  return nullptr;
}
template <NamedEnum E>
constexpr std::optional<E> enum_of(std::string_view text) {
  for (const auto& [value, name] : enum_names(std::type_identity<E>{}))
    if (text == name) return value;
  return std::nullopt;
}

}  // namespace rowan::codec
