/// Where a store's address leads, and what is said when that is nowhere.

#include <filesystem>
#include <fstream>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::ConnectionFailed;
using rowan::UsageError;

namespace {

template <class E>
std::string failure_of(const std::string& url) {
  CAPTURE(url);
  const auto error = thrown<E>(
      [&] { rowan::Store store(url, rowan::Schema::of<Order>(), {.driver = usual_driver()}); });
  CHECK_FALSE(has(error.database_message(), "hunter2"));
  return error.what();
}

}  // namespace

TEST_CASE("each store in memory is a database of its own, and lives as long as the store") {
  rowan::Store a("sqlite3://:memory:", rowan::Schema::of<Order>(), {.driver = usual_driver()});
  a.create_tables();
  store_all(a, order(1));
  CHECK_THROWS_AS((void)a.begin().find_all<Order>(rowan::where("colour = 1")), rowan::QueryError);
  CHECK(a.begin().get<Order>({1})->notes.size() == 3);
  rowan::Store b("sqlite3://:memory:", rowan::Schema::of<Order>(), {.driver = usual_driver()});
  CHECK_THROWS_AS(b.check_tables(), rowan::SchemaMismatch);
}

TEST_CASE("a file that cannot be opened is named: Sqlite only") {
  const std::string what = failure_of<ConnectionFailed>("sqlite3://no/such/directory/shop.db");
  CHECK(has(what, "sqlite3://no/such/directory/shop.db"));
}

TEST_CASE("a folder in the place of the file is named, and left as it is: Sqlite only") {
  const std::string path = "contract_folder.db";
  std::filesystem::create_directory(path);
  CHECK(has(failure_of<ConnectionFailed>("sqlite3://" + path), path));
  CHECK(std::filesystem::is_empty(path));
  std::filesystem::remove(path);
}

TEST_CASE("a file that may not be read is named: Sqlite only") {
  const std::string path = "contract_unreadable.db";
  {
    rowan::Store store("sqlite3://" + path, rowan::Schema::of<Order>(), {.driver = usual_driver()});
    store.create_tables();
  }
  std::filesystem::permissions(path, std::filesystem::perms::none);
  if (std::ifstream(path).good())
    MESSAGE("skipped: whoever runs this reads every file");  // as root does
  else
    CHECK(has(failure_of<ConnectionFailed>("sqlite3://" + path), path));
  std::filesystem::remove(path);
}

TEST_CASE("a file that is no database is named, and left as it is: Sqlite only") {
  const std::string path = "contract_not_a_database.db";
  const std::string content = "this is a letter, and no database, however long it may become";
  std::ofstream(path) << content;
  const std::string what = failure_of<ConnectionFailed>("sqlite3://" + path);
  CHECK(has(what, path));
  CHECK_FALSE(has(what, "letter"));
  std::string now;
  std::getline(std::ifstream(path), now);
  CHECK(now == content);
  std::filesystem::remove(path);
}

TEST_CASE("a URL that names no database is refused") {
  for (const char* url : {"", "shop.db", "sqlite3://", "mysql://shop", "postgresql://"}) {
    CAPTURE(url);
    CHECK_THROWS_AS(rowan::Store(url, rowan::Schema::of<Order>()), UsageError);
  }
}

TEST_CASE("what fails to connect never tells its password: Postgres only") {
  const std::string server = std::getenv("ROWAN_TEST_POSTGRES");
  for (const std::string& url :
       {"postgresql://" + server + " dbname=no_such_database password=hunter2",
        "postgresql://" + server + " user=no_such_user password=hunter2",
        "postgresql://" + server + " host=/no/such/directory password=hunter2",
        std::string("postgresql://ann:hunter2@127.0.0.1:1/shop?connect_timeout=2"),
        std::string("postgresql://host=127.0.0.1 port=1 user=ann password='hunter2'")}) {
    const std::string what = failure_of<ConnectionFailed>(url);
    CHECK_FALSE(has(what, "hunter2"));
    CHECK(has(what, "postgresql://"));
  }
  const std::string what =
      failure_of<ConnectionFailed>("postgresql://" + server + " dbname=no_such_database");
  CHECK(has(what, "no_such_database"));
  // What libpq does not understand is not repeated: it may be the password.
  CHECK_FALSE(
      has(failure_of<UsageError>("postgresql://host=127.0.0.1 pass word=hunter2"), "hunter2"));
}

TEST_CASE(
    "a role that is not let in is a ConnectionFailed that does not tell its password: Postgres "
    "only") {
  // The throwaway server trusts whoever may log in, so somebody who may not stands in.
  Database<Postgres> db;
  const std::string role = "locked_out_of_" + db.text("SELECT current_schema()");
  db.execute("SET client_min_messages = warning");
  db.execute("DROP ROLE IF EXISTS " + role);
  db.execute("CREATE ROLE " + role + " NOLOGIN PASSWORD 'other'");
  const std::string server = std::getenv("ROWAN_TEST_POSTGRES");
  const std::string what = failure_of<ConnectionFailed>("postgresql://" + server + " user=" + role +
                                                        " password=hunter2");
  CHECK(has(what, role));
  CHECK_FALSE(has(what, "hunter2"));
  db.execute("DROP ROLE " + role);
}

TEST_CASE("a wrong password is a ConnectionFailed that tells neither password: Postgres only") {
  Database<Postgres> db;
  const std::string server = std::getenv("ROWAN_TEST_POSTGRES");
  // The throwaway server asks the roles of this group for a password; another need not know it.
  if (db.number("SELECT count(*) FROM pg_roles WHERE rolname = 'rowan_with_password'") == 0) {
    MESSAGE("skipped: the server has no role rowan_with_password");
    return;
  }
  const std::string url = "postgresql://" + server + " user=rowan_with_password password=";
  rowan::Store let_in(url + "right", rowan::Schema::of<Order>(), {.driver = usual_driver()});
  const std::string what = failure_of<ConnectionFailed>(url + "hunter2");
  CHECK(has(what, "rowan_with_password"));
  CHECK_FALSE(has(what, "right"));
  CHECK_FALSE(has(failure_of<ConnectionFailed>(url + "''"), "right"));
}
