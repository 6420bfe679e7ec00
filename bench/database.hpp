#pragma once
/// The database that is worked on, seen from beside: made, emptied, tidied up, summed up.

#include <cstdint>
#include <memory>
#include <string>

namespace soci {
class session;
}

namespace bench {

struct Sums {
  long long orders = 0;
  long long lines = 0;
  long long quantity = 0;
  long long version = 0;

  friend bool operator==(const Sums&, const Sums&) = default;
};
[[nodiscard]] std::string to_string(const Sums& sums);

class Database {
 public:
  /// Drops the tables bench_orders and bench_order_lines, and has Rowan make them anew.
  explicit Database(const std::string& url);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  [[nodiscard]] bool is_sqlite() const noexcept { return is_sqlite_; }
  void empty();
  /// Before something is timed: what others left to be done is done.
  void settle();
  /// After many rows were written: what the planner knows of them is not left to chance.
  void analyze();
  /// Moves the version of every tenth order on. How many.
  std::int64_t make_stale(std::int64_t n);
  [[nodiscard]] Sums sums();

 private:
  void run(const char* sql);

  bool is_sqlite_;
  std::unique_ptr<soci::session> session_;
};

/// What stands behind "sqlite3://" or "postgresql://".
[[nodiscard]] std::string connect_string(const std::string& url);

}  // namespace bench
