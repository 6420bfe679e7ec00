/// Runs an SQL script into a new SQLite database, in one transaction.
///
///     chinook_load SCRIPT FILE

#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>

#include <sqlite3.h>

namespace {

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};

void run(sqlite3* database, const std::string& sql) {
  if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    throw std::runtime_error(sqlite3_errmsg(database));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: chinook_load SCRIPT FILE\n";
    return 2;
  }
  try {
    std::stringstream script;
    if (std::ifstream in(argv[1], std::ios::binary); !in || !(script << in.rdbuf()))
      throw std::runtime_error(std::string("cannot read ") + argv[1]);
    std::remove(argv[2]);
    sqlite3* opened = nullptr;
    const int result = sqlite3_open(argv[2], &opened);
    const std::unique_ptr<sqlite3, Close> database(opened);
    if (result != SQLITE_OK) throw std::runtime_error(std::string("cannot open ") + argv[2]);
    std::string sql = script.str();
    if (sql.starts_with("\xEF\xBB\xBF")) sql.erase(0, 3);  // a byte order mark
    run(database.get(), "PRAGMA synchronous = OFF; BEGIN");
    run(database.get(), sql);
    run(database.get(), "COMMIT");
  } catch (const std::exception& error) {
    std::cerr << "chinook_load: " << error.what() << "\n";
    return 1;
  }
}
