/// Statements that SOCI would garble, and what it is given in their place.

#include "driver/soci_text.hpp"

#include <string>

#include <doctest/doctest.h>

using rowan::driver::soci_text;
using rowan::driver::SociText;

namespace {

/// What SOCI's own reading of the text leaves of it (4.0.3 and 4.1, prepare() of its PostgreSQL
/// statements): outside of quotes a colon begins the name of a parameter, unless it is doubled or
/// before a '='.
std::string as_soci_sends(const std::string& sql) {
  std::string out;
  char quote = 0;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const char c = sql[i];
    if (quote == 0 && c == ':' && i + 1 < sql.size() && (sql[i + 1] == ':' || sql[i + 1] == '=')) {
      out += sql.substr(i++, 2);
      continue;
    }
    if (quote == 0 && c == ':') return "SOCI found a parameter";
    if (c == quote)
      quote = 0;
    else if (quote == 0 && (c == '\'' || c == '"'))
      quote = c;
    out += c;
  }
  return out;
}

/// The text as the server gets it, by way of SOCI.
std::string sent(const std::string& sql) {
  const SociText text = soci_text(sql);
  CHECK(text.holds == SociText::Holds::one_statement);
  return as_soci_sends(text.sql);
}

SociText::Holds holds(const std::string& sql) {
  return soci_text(sql).holds;
}

}  // namespace

TEST_CASE("a statement without anything that SOCI would garble is passed on as it is") {
  for (const std::string sql :
       {"SELECT 1", "UPDATE t SET a = $1, b = $12 WHERE id = $2::bigint AND c::text = $3",
        "SELECT 'it''s 10:30', \"a:b\", 'x\\', $1", "SELECT f(a := $1)", "SELECT U&'d\\0061:t'",
        "SELECT '{}'::jsonb ? $1 -- no colon", "SELECT /*+ SeqScan(t) */ a FROM t",
        "SELECT a$b$c, t$1 FROM t WHERE $1", "SELECT caf\xC3\xA9$x$ FROM t", "SELECT 1 ;  "}) {
    CAPTURE(sql);
    CHECK(sent(sql) == sql);
  }
}

TEST_CASE("texts that SOCI does not know as such are spelt as it does") {
  CHECK(sent("SELECT $$a:b$$, $1") == "SELECT 'a:b', $1");
  CHECK(sent("SELECT $x$it's $$ :y$x$ || $1") == "SELECT 'it''s $$ :y' || $1");
  CHECK(sent("SELECT E'it\\'s :a', $1") == "SELECT E'it''s :a', $1");
  CHECK(sent("SELECT e'a\\\\', ':b'") == "SELECT e'a\\\\', ':b'");
  CHECK(sent("SELECT E'a''\\':b', $1") == "SELECT E'a'''':b', $1");
  // A name that ends in e is no prefix, and there a backslash is itself.
  CHECK(sent("SELECT DATE'2020-01-01', date'\\'") == "SELECT DATE'2020-01-01', date'\\'");
}

TEST_CASE("comments with quotes or colons are left out") {
  CHECK(sent("SELECT 1 -- it's: so\n+ 2") == "SELECT 1  + 2");
  CHECK(sent("SELECT /* a /* b:c */ d' */ 1") == "SELECT   1");
  CHECK(sent("SELECT '--', 1 /* \" */") == "SELECT '--', 1  ");
}

TEST_CASE("a colon that is neither of a cast nor of an assignment cannot be sent") {
  CHECK(holds("SELECT a[1:2] FROM t") == SociText::Holds::a_bare_colon);
  CHECK(holds("SELECT :name") == SociText::Holds::a_bare_colon);
  CHECK(holds("SELECT a[1::int:2] FROM t") == SociText::Holds::a_bare_colon);
}

TEST_CASE("more than one statement is told, wherever there are semicolons") {
  CHECK(holds("SELECT 1; DROP TABLE t") == SociText::Holds::more);
  CHECK(holds("SELECT ';'; ; SELECT 2") == SociText::Holds::more);
  CHECK(holds("") == SociText::Holds::more);
  CHECK(holds(" -- nothing") == SociText::Holds::more);
  CHECK(holds("SELECT ';', \";\", $$;a$$, E'\\';b' /* ; */ -- ; c") ==
        SociText::Holds::one_statement);
  CHECK(holds("SELECT 1; -- that's all\n ;") == SociText::Holds::one_statement);
}

TEST_CASE("a text that does not end is read to the end of the statement") {
  for (const std::string sql :
       {"SELECT 'a", "SELECT \"a", "SELECT E'a\\", "SELECT $x$a", "SELECT $x",
        "SELECT /* a: /* b */", "SELECT 1 -- a:", "SELECT E'"}) {
    CAPTURE(sql);
    (void)soci_text(sql);
  }
}
