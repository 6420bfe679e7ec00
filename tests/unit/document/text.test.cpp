/// Parts of documents, printed by themselves.

#include "document/text.hpp"

#include <string>

#include <doctest/doctest.h>

#include <rowan/errors.hpp>

#include "refused.hpp"

using namespace rowan;
using namespace rowan::document;

TEST_CASE("a field of one column is its value, and one of several an object") {
  Shape shape = table("orders",
                      {column("id", ColumnType::integer), column("street", ColumnType::text),
                       nullable("city", ColumnType::text)},
                      1);
  shape.fields = {{0, 1}, {1, 2}};
  const KeyValues cells{std::int64_t{7}, std::string("Main St"), Null{}};
  CHECK(text(shape, shape.fields[0], ConstCells(cells).first(1)) == "7");
  CHECK(text(shape, shape.fields[1], ConstCells(cells).subspan(1)) ==
        R"({"street":"Main St","city":null})");
  const KeyValues wrong{std::string("\xff"), Null{}};
  CHECK_THROWS_WITH_AS((void)text(shape, shape.fields[1], wrong),
                       "document, /street: expected a text in UTF-8", DocumentError);
}

TEST_CASE("rows are printed as they are in a document") {
  const Document document = read(orders(), with_state(std::string(good_state)));
  CHECK(text(orders(), *document.state) == good_state);
  const Shape lines = orders().children[0];
  CHECK(text(lines, document.state->children[0]) ==
        R"([{"no":1,"quantity":2,"discounts":[{"percent":"2.50"}]},)"
        R"({"no":2,"quantity":3,"discounts":[]}])");
  CHECK(text(lines, document.state->children[0][1]) == R"({"no":2,"quantity":3,"discounts":[]})");
}
