/// The fingerprint of a mapping: the same everywhere and always, and another for another meaning.

#include "document/fingerprint.hpp"

#include <functional>
#include <set>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "shapes.hpp"

using namespace rowan;
using namespace rowan::document;

namespace {

std::string changed(const std::function<void(Shape&)>& change) {
  Shape shape = orders();
  change(shape);
  return fingerprint(shape);
}

}  // namespace

TEST_CASE("fingerprints are kept in documents, so they never change") {
  CHECK(fingerprint(orders()) == "27482c5c62430d31");
  CHECK(fingerprint(everything()) == "0bd38fe20e5551e8");
}

TEST_CASE("what a document means is in the fingerprint") {
  const std::vector<std::string> prints{
      fingerprint(orders()),
      changed([](Shape& s) { s.table = "order"; }),
      changed([](Shape& s) { s.columns[1].name = "state"; }),
      changed([](Shape& s) { s.columns[1].type = ColumnType::blob; }),
      changed([](Shape& s) { s.columns[1].nullable = true; }),
      changed([](Shape& s) { s.columns.pop_back(); }),
      changed([](Shape& s) { s.columns.push_back(column("x", ColumnType::text)); }),
      changed([](Shape& s) { s.key_width = 2; }),
      changed([](Shape& s) { s.children.pop_back(); }),
      changed([](Shape& s) { s.children[0].table = "rows"; }),
      changed([](Shape& s) { s.children[0].position = "place"; }),
      changed([](Shape& s) { s.children[0].key_width = 0; }),
      changed([](Shape& s) { s.children[0].children[0].position.reset(); }),
      changed([](Shape& s) { s.children[0].columns[0].type = ColumnType::uuid; }),
      changed([](Shape& s) { s.children.push_back(std::move(s.children[0].children[0])); }),
      changed([](Shape& s) { std::swap(s.children[0].table, s.children[1].table); })};
  CHECK(std::set<std::string>(prints.begin(), prints.end()).size() == prints.size());
}

TEST_CASE("what no document tells is not in the fingerprint") {
  const std::string print = fingerprint(orders());
  CHECK(changed([](Shape& s) { std::swap(s.columns[1], s.columns[2]); }) == print);
  CHECK(changed([](Shape& s) { std::swap(s.children[0], s.children[1]); }) == print);
  CHECK(changed([](Shape& s) { s.version.reset(); }) == print);
  CHECK(changed([](Shape& s) { s.children[0].parent = {"owner"}; }) == print);
  CHECK(changed([](Shape& s) { s.children[0].children[0].position = "pos"; }) == print);
  CHECK(changed([](Shape& s) { s.columns[1].references = "states"; }) == print);
  CHECK(changed([](Shape& s) { s.unique = {{1}}; }) == print);
  CHECK(changed([](Shape& s) { s.fields[1].moves = Moves::nothing; }) == print);
}
