#pragma once
/// The URL of a database in, what SOCI and we need to know about it out.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <rowan/connection.hpp>

namespace rowan::driver {

/// Where the data is when all connections are closed.
enum class Storage { lasting, in_memory };

struct Target {
  Backend backend = Backend::sqlite;
  Storage storage = Storage::lasting;
  std::string connect;   ///< SOCI's connection string; may hold the password
  std::string label;     ///< for messages: no password
  std::string password;  ///< so that no message repeats it; empty: none
};

/// "sqlite3://FILE", "sqlite3://:memory:", and "postgresql://" or "postgres://" followed by the
/// rest of a URI or by a libpq keyword string, "host=/tmp dbname=shop". Throws UsageError for all
/// else.
[[nodiscard]] Target parse_target(std::string_view url);

/// libpq's connection options, in order: {"host", "/tmp"}.
using ConnectOptions = std::vector<std::pair<std::string, std::string>>;

/// Options as a URI of parameters only, "postgresql://?host=%2Ftmp", which SOCI passes on as it is.
[[nodiscard]] std::string uri_of(const ConnectOptions& options);

/// Options in the quoting of SOCI 4.1: `host='/tmp'`; empty if it cannot say them.
[[nodiscard]] std::string keywords_of(const ConnectOptions& options);

}  // namespace rowan::driver
