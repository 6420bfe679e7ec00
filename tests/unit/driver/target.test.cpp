/// URLs: which are taken, what SOCI is told, what a message may show of them.

#include "driver/target.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <libpq-fe.h>
#include <soci/version.h>

#include <rowan/errors.hpp>

using namespace rowan;
using namespace rowan::driver;

namespace {

/// An option as libpq understands it from a connection string; "" if it is not given.
std::string option(const std::string& connect, std::string_view keyword) {
  char* message = nullptr;
  PQconninfoOption* options = PQconninfoParse(connect.c_str(), &message);
  PQfreemem(message);
  REQUIRE(options != nullptr);
  std::string value;
  for (const PQconninfoOption* each = options; each->keyword != nullptr; ++each)
    if (each->keyword == keyword && each->val != nullptr) value = each->val;
  PQconninfoFree(options);
  return value;
}

std::string refusal(std::string_view url) {
  try {
    (void)parse_target(url);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("the URL of an SQLite file gives its name as it stands") {
  const Target target = parse_target("sqlite3:///var/lib/my shop.db");

  CHECK(target.backend == Backend::sqlite);
  CHECK(target.storage == Storage::lasting);
  CHECK(target.connect == "/var/lib/my shop.db");
  CHECK(target.label == "sqlite3:///var/lib/my shop.db");
}

TEST_CASE("databases in memory are known for what they are") {
  CHECK(parse_target("sqlite3://:memory:").storage == Storage::in_memory);
  CHECK(parse_target("sqlite3://file::memory:").storage == Storage::in_memory);
  CHECK(parse_target("sqlite3://file:shop?mode=memory").storage == Storage::in_memory);
  CHECK(parse_target("sqlite3://memory.db").storage == Storage::lasting);
}

TEST_CASE("a file name with '=' is quoted for SOCI, which would take it for options") {
  CHECK(parse_target("sqlite3://a=b c.db").connect == "dbname=\"a=b c.db\"");
  CHECK(refusal("sqlite3://a=\"b\".db") != "");
}

TEST_CASE("a PostgreSQL URI becomes parameters that SOCI passes on whole") {
  const Target target =
      parse_target("postgresql://ann:s%3Dcret@db.example:5433/my%20shop?sslmode=require");

  CHECK(target.backend == Backend::postgres);
  // SOCI 4.0 takes the text apart at each blank, 4.1 does not inside quotation marks.
  if constexpr (SOCI_VERSION < 400100) CHECK(target.connect.find(' ') == std::string::npos);
  CHECK(option(target.connect, "host") == "db.example");
  CHECK(option(target.connect, "port") == "5433");
  CHECK(option(target.connect, "user") == "ann");
  CHECK(option(target.connect, "password") == "s=cret");
  CHECK(option(target.connect, "dbname") == "my shop");
  CHECK(option(target.connect, "sslmode") == "require");
  CHECK(option(target.connect, "client_encoding") == "UTF8");
  CHECK(option(target.connect, "fallback_application_name") == "rowan");
}

TEST_CASE("a PostgreSQL keyword string means the same behind either scheme") {
  for (const char* url : {"postgresql://host=/tmp dbname='my shop' application_name=till",
                          "postgres://host=/tmp dbname='my shop' application_name=till"}) {
    const Target target = parse_target(url);
    CHECK(option(target.connect, "host") == "/tmp");
    CHECK(option(target.connect, "dbname") == "my shop");
    CHECK(option(target.connect, "application_name") == "till");
  }
}

TEST_CASE("a label names the database and never the password") {
  const Target target = parse_target("postgresql://ann:s3cret@db.example/shop");

  CHECK(target.label == "postgresql://user=ann dbname=shop host=db.example");
  CHECK(target.password == "s3cret");
}

TEST_CASE("what is no URL of a database is refused without repeating it") {
  for (const std::string url :
       {"", "shop.db", "sqlite://shop.db", "sqlite3://", "sqlite3:shop.db",
        "mysql://s3cret@host/db", "postgresql://", "postgresql:ann:s3cret@host",
        "postgresql://host=/tmp s3cret", "postgresql://ann:s3cret@[host/x",
        "postgresql://host=/tmp nonsense=s3cret", "postgresql://ann:s3cret@host/db?nonsense=1"}) {
    CAPTURE(url);
    const std::string message = refusal(url);
    CHECK(message != "");
    CHECK(message.find("s3cret") == std::string::npos);
  }
}

TEST_CASE("keywords for SOCI 4.1 are quoted so that libpq gets each value back") {
  CHECK(keywords_of({{"host", "/tmp"}, {"dbname", "my shop"}}) == "host='/tmp' dbname='my shop'");
  CHECK(keywords_of({{"password", "it's"}}) == "password=\"it's\"");
  CHECK(keywords_of({{"password", "a\\b"}}) == "password='a\\\\b'");
  CHECK(keywords_of({{"password", "'\""}}) == "");
}

TEST_CASE("a URI of parameters keeps every character of a value") {
  const std::string value = "a b&c=d%20'\"\\/?#\xC3\xA9";

  CHECK(option(uri_of({{"password", value}}), "password") == value);
}
