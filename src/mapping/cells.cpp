/// What cells that are NULL or of a wrong type come to, and the functions of the member types that
/// most classes have.

#include <algorithm>

#include <rowan/errors.hpp>
#include <rowan/mapping/cell.hpp>
#include <rowan/mapping/value_object.hpp>

namespace rowan::detail {
namespace {

/// In the order of Value's alternatives.
constexpr const char* alternatives[] = {"NULL",   "a boolean",       "an integer",  "a number",
                                        "text",   "bytes",           "a timestamp", "a date",
                                        "a UUID", "an exact decimal"};
static_assert(std::size(alternatives) == std::variant_size_v<Value::variant>);
static_assert(std::size(alternatives) == std::variant_size_v<CellView::variant>);

}  // namespace

bool all_null(ConstCells cells) {
  return std::all_of(cells.begin(), cells.end(),
                     [](const Value& cell) { return std::holds_alternative<Null>(cell); });
}
bool all_null(CellViews cells) {
  return std::all_of(cells.begin(), cells.end(),
                     [](const CellView& cell) { return std::holds_alternative<Null>(cell); });
}

void fill_null(Cells cells) {
  std::fill(cells.begin(), cells.end(), Value(Null{}));
}

void wrong_type(const char* wanted, const Value& got) {
  if (std::holds_alternative<Null>(got))
    throw CellError{&got, "it is NULL, but the member is not optional"};
  throw CellError{&got, std::string("it holds ") + alternatives[got.index()] +
                            " where the member takes " + wanted};
}

void does_not_fit(const char* what, const Value& cell) {
  throw CellError{&cell, what};
}

void throw_not_this_id() {
  throw DataError("an id of another type than the key's was asked for");
}

template struct CellOps<bool>;
template struct CellOps<int>;
template struct CellOps<unsigned>;
template struct CellOps<std::int64_t>;
template struct CellOps<double>;
template struct CellOps<std::string>;
template struct CellOps<Bytes>;
template struct CellOps<Uuid>;
template struct CellOps<Decimal>;
template struct CellOps<std::optional<int>>;
template struct CellOps<std::optional<std::int64_t>>;
template struct CellOps<std::optional<double>>;
template struct CellOps<std::optional<std::string>>;

}  // namespace rowan::detail
