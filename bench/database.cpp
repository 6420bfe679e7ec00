#include "database.hpp"

#include <stdexcept>

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <rowan/rowan.hpp>

#include "order.hpp"

namespace bench {

std::string connect_string(const std::string& url) {
  const auto scheme = url.find("://");
  if (scheme == url.npos) throw std::invalid_argument("no URL: " + url);
  return url.substr(scheme + 3);
}

std::string to_string(const Sums& sums) {
  return std::to_string(sums.orders) + " orders with " + std::to_string(sums.lines) +
         " lines, quantities " + std::to_string(sums.quantity) + ", versions " +
         std::to_string(sums.version);
}

Database::Database(const std::string& url)
    : is_sqlite_(url.starts_with("sqlite3://")), session_(std::make_unique<soci::session>()) {
  if (is_sqlite_)
    session_->open(soci::sqlite3, connect_string(url));
  else
    session_->open(soci::postgresql, connect_string(url));
  if (is_sqlite_) {
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = NORMAL");
  } else {
    run("SET client_min_messages = error");
  }
  run("DROP TABLE IF EXISTS bench_order_lines");
  run("DROP TABLE IF EXISTS bench_orders");
  rowan::Store(url, rowan::Schema::of<Order>()).create_tables();
  if (!is_sqlite_) {
    run("ALTER TABLE bench_orders SET (autovacuum_enabled = false)");
    run("ALTER TABLE bench_order_lines SET (autovacuum_enabled = false)");
  }
}

Database::~Database() = default;

void Database::run(const char* sql) {
  *session_ << sql;
}

void Database::empty() {
  if (!is_sqlite_) return run("TRUNCATE bench_order_lines, bench_orders");
  run("DELETE FROM bench_order_lines");
  run("DELETE FROM bench_orders");
}

void Database::settle() {
  if (is_sqlite_) run("PRAGMA wal_checkpoint(TRUNCATE)");
}

void Database::analyze() {
  if (is_sqlite_) return;  // it finds rows by their keys alone
  run("VACUUM ANALYZE bench_orders");
  run("VACUUM ANALYZE bench_order_lines");
}

std::int64_t Database::make_stale(std::int64_t n) {
  run("UPDATE bench_orders SET version = version + 1 WHERE id % 10 = 0");
  return n / 10;
}

Sums Database::sums() {
  Sums out;
  *session_ << "SELECT count(*), CAST(coalesce(sum(version), 0) AS bigint) FROM bench_orders",
      soci::into(out.orders), soci::into(out.version);
  *session_ << "SELECT count(*), CAST(coalesce(sum(qty), 0) AS bigint) FROM bench_order_lines",
      soci::into(out.lines), soci::into(out.quantity);
  return out;
}

}  // namespace bench
