/// Versions and errors as HTTP has them.

#include <doctest/doctest.h>

#include <rowan/etag.hpp>

using namespace rowan;
using Kind = PreconditionError::Kind;

namespace {

Kind refused(std::string_view header) {
  try {
    (void)if_match(header);
  } catch (const PreconditionError& error) {
    CHECK(http_status(error) == (error.kind() == Kind::required ? 428 : 412));
    return error.kind();
  }
  FAIL("it was taken: " << std::string(header));
  return Kind::failed;
}

StaleDataError stale(Conflict::Expectation expectation) {
  const Conflict conflict{.type = typeid(int),
                          .table = "orders",
                          .key = {},
                          .root_table = "orders",
                          .root_key = {},
                          .found = {},
                          .expectation = expectation};
  return {{conflict}, true, {}};
}

}  // namespace

TEST_CASE("a version goes out as an entity tag and comes back by If-Match") {
  for (const std::int64_t version : {std::int64_t{1}, std::int64_t{42}, INT64_MAX}) {
    CHECK(if_match(etag(version)).version == version);
    CHECK(if_match("  " + etag(version) + "\t").version == version);
  }
  CHECK(etag(3) == "\"3\"");
}

TEST_CASE("a request without a version is told to name one, and a wrong one fails") {
  for (const char* header : {"", "  ", "*"}) CHECK(refused(header) == Kind::required);
  for (const char* header : {"3", "\"\"", "\"", "\"x\"", "W/\"3\"", "\"3\", \"4\"", "\"-1\"",
                             "\"0\"", "\"3 \"", "\"99999999999999999999\"", "\"3\"x"})
    CHECK(refused(header) == Kind::failed);
}

TEST_CASE("each error has its status") {
  CHECK(http_status(stale(Conflict::Expectation::given)) == 412);
  CHECK(http_status(stale(Conflict::Expectation::read)) == 409);
  CHECK(http_status(MergeConflict("orders 1", 2, {})) == 409);
  CHECK(http_status(NotFound("orders 1: there is none")) == 404);
  CHECK(http_status(DocumentError("/state", "no object")) == 400);
  CHECK(http_status(DataError("x")) == 422);
  CHECK(http_status(ConnectionFailed("x")) == 503);
  CHECK(http_status(UsageError("x")) == 500);
}
