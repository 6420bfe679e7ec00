#pragma once
/// Which roots to load: a condition in SQL with bound values, an order, a limit, a place to go on.
///
///     work.find_all<Order>(where("status = ? AND placed_at < ?", Status::placed, yesterday)
///                              .order_by("placed_at").limit(50));

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <rowan/codec.hpp>
#include <rowan/errors.hpp>
#include <rowan/mapping/cell.hpp>
#include <rowan/mapping/name.hpp>

namespace rowan {

enum class Direction { ascending, descending };

/// A value; copies are independent. Everything is checked when it is used: an unknown column or
/// a wrong number of values is a QueryError that names it.
class Query {
 public:
  /// All of them.
  Query() = default;
  /// `condition` is SQL over the columns of the root's table; each `?` stands for one of `values`
  /// (`??` for a question mark of your own). It is program text: never put a value into it.
  Query(std::string condition, std::vector<Value> values)
      : condition_(std::move(condition)), values_(std::move(values)) {}

  /// May be repeated; the key comes last by itself, so the order is always total. `column` is a
  /// mapped column of the root.
  [[nodiscard]] Query order_by(Name column, Direction direction = Direction::ascending) const {
    Query out = *this;
    out.order_.push_back({column.str(), direction});
    return out;
  }
  /// At most this many.
  [[nodiscard]] Query limit(std::size_t count) const {
    Query out = *this;
    out.limit_ = count;
    return out;
  }
  /// Only what comes after the row with these values (keyset paging): one for each column of
  /// order_by, then the key. Stays right and fast while rows come and go, unlike an offset.
  template <class... P>
  [[nodiscard]] Query after(const P&... values) const {
    Query out = *this;
    out.after_ = cells(values...);
    return out;
  }

  struct Ordering {
    std::string column;
    Direction direction;
  };
  [[nodiscard]] const std::string& condition() const noexcept { return condition_; }
  [[nodiscard]] const std::vector<Value>& values() const noexcept { return values_; }
  [[nodiscard]] const std::vector<Ordering>& order() const noexcept { return order_; }
  [[nodiscard]] const std::optional<std::size_t>& limit() const noexcept { return limit_; }
  [[nodiscard]] const std::vector<Value>& after() const noexcept { return after_; }
  void set_after(std::vector<Value> values) { after_ = std::move(values); }

  /// Values as they are bound; an enum with enum_names, or std::optional of one, is
  /// bound by name; a null pointer to text, and std::nullopt, are NULL. Throws DataError for one
  /// that no column can hold.
  template <class... P>
  [[nodiscard]] static std::vector<Value> cells(const P&... values) {
    std::vector<Value> out(sizeof...(P));
    std::size_t i = 0;
    try {
      (bind(values, out[i++]), ...);
    } catch (const detail::CellError& error) {
      throw DataError("parameter " + std::to_string(i) + ": " + error.what);
    }
    return out;
  }

 private:
  template <class P>
  static void bind(const P& value, Value& to) {
    if constexpr (codec::is_optional<P>) {
      if (value)
        bind(*value, to);
      else
        to = Null{};
    } else if constexpr (codec::NamedEnum<P>) {
      Cells cell(&to, 1);
      detail::NameOps<P>::capture(nullptr, &value, cell);
    } else if constexpr (std::is_convertible_v<std::decay_t<P>, const char*>) {
      const char* text = value;
      if (text)
        to = std::string(text);
      else
        to = Null{};
    } else if constexpr (codec::Storable<P>)
      codec::write(value, to);
    else if constexpr (std::is_convertible_v<const P&, std::string_view>)
      to = std::string(std::string_view(value));
    else if constexpr (std::is_convertible_v<const P&, Value>)
      to = value;
    else
      static_assert(codec::Storable<P>,
                    "rowan: a value of this type is in no one column: bind its parts, or give it "
                    "to_column/from_column");
  }
  static void bind(std::nullopt_t, Value& to) { to = Null{}; }

  std::string condition_;
  std::vector<Value> values_;
  std::vector<Ordering> order_;
  std::optional<std::size_t> limit_;
  std::vector<Value> after_;
};

/// Roots for which `condition` holds, its `?` bound to `values`.
template <class... P>
[[nodiscard]] Query where(std::string condition, const P&... values) {
  return {std::move(condition), Query::cells(values...)};
}

}  // namespace rowan
