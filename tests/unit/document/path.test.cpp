/// Pointers of RFC 6901.

#include "document/path.hpp"

#include <array>

#include <doctest/doctest.h>

using namespace rowan::document;

TEST_CASE("a pointer is made of names and places") {
  CHECK(pointer({}) == "");
  const std::array<Step, 4> steps{"state", "lines", std::size_t{12}, "quantity"};
  CHECK(pointer(steps) == "/state/lines/12/quantity");
  const Path root;
  const Path state(root, "state");
  CHECK(Path(Path(state, std::size_t{0}), "a").pointer() == "/state/0/a");
  CHECK(root.pointer() == "");
}

TEST_CASE("what parts a pointer is escaped in it") {
  const std::array<Step, 3> steps{"a/b", "m~n", ""};
  CHECK(pointer(steps) == "/a~1b/m~0n/");
  CHECK(pointer(std::array<Step, 1>{"~1/"}) == "/~01~1");
}
