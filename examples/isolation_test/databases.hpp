#pragma once
/// Where the tests of the example run: SQLite always, and PostgreSQL if ROWAN_TEST_POSTGRES says
/// where one is, as libpq's keywords: "host=/tmp dbname=test".

#include <cstdlib>
#include <string>

#include <rowan/testing/matrix.hpp>

namespace bank {

// [databases]
inline rowan::testing::Matrix databases() {
  using rowan::testing::TestDatabase;
  rowan::testing::Matrix out;
  out.on(TestDatabase::sqlite());
  if (const char* keywords = std::getenv("ROWAN_TEST_POSTGRES"))
    out.on(TestDatabase::postgres("postgresql://" + std::string(keywords)));
  return out;
}
// [/databases]

}  // namespace bank
