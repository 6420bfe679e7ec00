/// What is written is read back as the same cells: of each type, generated, with their extremes.

#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include <doctest/doctest.h>

#include <rowan/errors.hpp>

#include "document/fingerprint.hpp"
#include "mapping/row_key.hpp"
#include "shapes.hpp"

using namespace rowan;
using namespace rowan::document;
using namespace std::chrono;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp first_time = sys_days{1y / January / 1};
constexpr Timestamp last_time = Timestamp{sys_days{year{10000} / January / 1}} - 1us;

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t end) { return random_() % end; }

  Value cell(const Column& column) {
    if (column.nullable && below(3) == 0) return Null{};
    switch (column.type) {
      case ColumnType::boolean: return below(2) == 0;
      case ColumnType::integer: return integer();
      case ColumnType::real: return real();
      case ColumnType::text: return text();
      case ColumnType::blob: return blob();
      case ColumnType::timestamp: return time();
      case ColumnType::date: return Date{floor<days>(time())};
      case ColumnType::uuid: return uuid();
      case ColumnType::decimal: return decimal();
    }
    return Null{};
  }

 private:
  template <class T, std::size_t N>
  T one_of(const std::array<T, N>& some) {
    return some[below(N)];
  }

  std::int64_t integer() {
    using Limits = std::numeric_limits<std::int64_t>;
    constexpr std::int64_t exact = std::int64_t{1} << 53;
    if (below(2) == 0)
      return one_of(std::array{std::int64_t{0}, std::int64_t{-1}, exact - 1, exact, exact + 1,
                               1 - exact, -exact, -exact - 1, Limits::min(), Limits::max()});
    return static_cast<std::int64_t>(random_()) >> below(64);
  }

  double real() {
    using Limits = std::numeric_limits<double>;
    if (below(2) == 0)
      return one_of(std::array{0.0, -0.0, 1.0, 0.1, Limits::min(), Limits::max(), Limits::lowest(),
                               Limits::denorm_min(), Limits::epsilon(), Limits::infinity(),
                               -Limits::infinity(), Limits::quiet_NaN(), 9007199254740993.0, 1e23});
    return std::bit_cast<double>(random_());
  }

  std::string text() {
    static const std::array<std::string, 14> parts{"",
                                                   "a",
                                                   "\"",
                                                   "\\",
                                                   "/",
                                                   std::string(1, '\0'),
                                                   "\n",
                                                   "\x7f",
                                                   "\xc3\xa9",
                                                   "\xe2\x80\xa8",
                                                   "\xed\x9f\xbf",
                                                   "\xef\xbf\xbf",
                                                   "\xf0\x9f\x8c\xbf",
                                                   "\xf4\x8f\xbf\xbf"};
    std::string out;
    for (std::size_t i = below(6); i > 0; --i) out += one_of(parts);
    return out;
  }

  Bytes blob() {
    Bytes out(below(9));
    for (std::byte& byte : out) byte = static_cast<std::byte>(random_());
    return out;
  }

  Timestamp time() {
    if (below(4) == 0) return one_of(std::array{first_time, last_time, Timestamp{}});
    const auto span = static_cast<std::size_t>((last_time - first_time).count());
    const Timestamp out = first_time + microseconds{static_cast<std::int64_t>(below(span))};
    return below(2) == 0 ? out : Timestamp{floor<seconds>(out)};
  }

  Uuid uuid() {
    Uuid::Bytes bytes{};
    if (below(4) > 0)
      for (std::byte& byte : bytes) byte = static_cast<std::byte>(random_());
    return Uuid(bytes);
  }

  Decimal decimal() {
    std::string digits = below(2) == 0 ? "-" : "";
    const std::size_t scale = below(38);
    for (std::size_t i = below(38 - scale) + 1; i > 0; --i)
      digits += static_cast<char>('0' + below(10));
    if (scale > 0) digits += '.';
    for (std::size_t i = scale; i > 0; --i) digits += static_cast<char>('0' + below(10));
    return Decimal(digits);
  }

  std::mt19937_64 random_;
};

Snapshot row(const Shape& shape, Generator& cells) {
  Snapshot out;
  for (const Column& column : shape.columns) out.row.push_back(cells.cell(column));
  mapping::spell_key(Cells(out.row).first(shape.key_width));
  for (const Shape& child : shape.children) {
    const bool single = child.key_width == 0 && !child.position;
    std::vector<Snapshot> rows;
    for (std::size_t i = cells.below(single ? 2 : 5); i > 0; --i) {
      rows.push_back(row(child, cells));
      rows.back().position = static_cast<std::int64_t>(rows.size() - 1);
    }
    out.children.push_back(std::move(rows));
  }
  return out;
}

Document document_of(const Shape& shape, Generator& cells) {
  Document out;
  out.state = row(shape, cells);
  out.key.assign(out.state->row.begin(),
                 out.state->row.begin() + static_cast<std::ptrdiff_t>(shape.key_width));
  out.fingerprint = fingerprint(shape);
  if (cells.below(2) == 0) out.version = std::get<std::string>(cells.cell(shape.columns[1]));
  if (cells.below(2) == 0) {
    out.base = row(shape, cells);
    std::copy(out.key.begin(), out.key.end(), out.base->row.begin());
  }
  return out;
}

/// Bit by bit but for what is one value in all: NaN has one text.
bool identical(const Value& a, const Value& b) {
  const auto* x = std::get_if<double>(&a);
  const auto* y = std::get_if<double>(&b);
  if (x && y && !std::isnan(*x))
    return std::bit_cast<std::uint64_t>(*x) == std::bit_cast<std::uint64_t>(*y);
  const auto* p = std::get_if<Decimal>(&a);
  const auto* q = std::get_if<Decimal>(&b);
  return same_cell(a, b) && (!p || p->scale() == q->scale());
}

}  // namespace

TEST_CASE("documents of every type of column are read back as they were") {
  const std::uint64_t seed = std::random_device{}();
  CAPTURE(seed);
  Generator cells(seed);
  const Shape shape = everything();
  for (int i = 0; i < 300; ++i) {
    const Document document = document_of(shape, cells);
    for (const Layout layout : {Layout::compact, Layout::indented}) {
      const std::string text = write(shape, document, layout);
      CAPTURE(text);
      const Document again = read(shape, text);
      REQUIRE(same(document, again));
      REQUIRE(write(shape, again, layout) == text);
      const auto& rows = document.state->children[0];
      for (std::size_t r = 0; r < rows.size(); ++r)
        REQUIRE(std::equal(rows[r].row.begin(), rows[r].row.end(),
                           again.state->children[0][r].row.begin(), identical));
    }
  }
}

TEST_CASE("a document is written in the order of its mapping, on one line or on many") {
  const Snapshot line{{std::int64_t{1}, std::int64_t{2}}, 3, 0, {{}}};
  const Snapshot state{{std::int64_t{42}, std::string("open"), 1.5}, 7, 0, {{line}, {}}};
  const Document document{{std::int64_t{42}}, "7", {}, state, {}};
  CHECK(write(orders(), document) ==
        R"({"type":"orders","key":{"id":42},"version":"7","schema":")" + fingerprint(orders()) +
            R"(","state":{"id":42,"status":"open","weight":1.5,"lines":[{"no":1,"quantity":2,)"
            R"("discounts":[]}],"note":null}})");
  CHECK(write(orders(), {document.key, {}, {}, state, state}, Layout::indented)
            .starts_with("{\n  \"type\": \"orders\",\n  \"key\": {\n    \"id\": 42\n  },\n"));
}

TEST_CASE("what could not be read back is not written") {
  const Snapshot line{{std::int64_t{1}, std::int64_t{2}}, 0, 0, {{}}};
  const Snapshot good{{std::int64_t{42}, std::string("open"), 1.5}, 0, 0, {{line}, {}}};
  const KeyValues key{std::int64_t{42}};
  const auto refusal = [&](const Document& document) -> std::string {
    try {
      (void)write(orders(), document);
      return "";
    } catch (const DocumentError& error) {
      return error.what();
    }
  };
  CHECK(refusal({key, {}, {}, good, {}}) == "");
  CHECK(refusal({{}, {}, {}, good, {}}) ==
        "document, /key: expected one value for each column of the key");
  CHECK(refusal({key, {}, {}, {}, good}) == "document, /state: expected a state");
  CHECK(refusal({{std::int64_t{43}}, {}, {}, good, {}}) ==
        "document, /state/id: expected the key of the document");
  CHECK(refusal({key, "\xff", {}, good, {}}) == "document, /version: expected a text in UTF-8");
  Snapshot bad = good;
  bad.children[0].push_back(line);
  CHECK(refusal({key, {}, {}, good, bad}) ==
        "document, /base/lines/1: expected a key that no row before it in the list has");
  bad = good;
  bad.row[1] = std::string("\xff");
  CHECK(refusal({key, {}, {}, bad, {}}) == "document, /state/status: expected a text in UTF-8");
  bad = good;
  bad.children[0][0].row[1] = Null{};
  CHECK(refusal({key, {}, {}, bad, {}}) ==
        "document, /state/lines/0/quantity: expected an integer of 64 bits");
}

TEST_CASE("names that are not UTF-8 make no document") {
  const Shape shape = table("t\xe9", {column("id", ColumnType::integer)}, 1);
  const Document document{{std::int64_t{1}}, {}, {}, Snapshot{{std::int64_t{1}}, 0, 0, {}}, {}};
  CHECK_THROWS_WITH_AS((void)write(shape, document),
                       "document: expected tables and columns whose names are UTF-8",
                       DocumentError);
}

TEST_CASE("a list that has the name of a column goes by another") {
  Shape root = table("t",
                     {column("id", ColumnType::integer), column("a", ColumnType::text),
                      column("a[]", ColumnType::text)},
                     1);
  Shape list = table("a", {}, 0);
  list.position = "place";
  root.children = {list};
  const Document document{
      {std::int64_t{1}},
      {},
      fingerprint(root),
      Snapshot{{std::int64_t{1}, std::string(), std::string()}, 0, 0, {{Snapshot{}}}},
      {}};
  const std::string text = write(root, document);
  CHECK(text.find(R"("a":"","a[]":"","a[][]":[{}])") != text.npos);
  CHECK(same(read(root, text), document));
}
