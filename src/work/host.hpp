#pragma once
/// What a unit of work needs of its store, shared by all of them.

#include <atomic>
#include <functional>
#include <memory>

#include <rowan/connection.hpp>
#include <rowan/observer.hpp>
#include <rowan/options.hpp>
#include <rowan/schema.hpp>

#include "../sql/load_texts.hpp"
#include "../sql/write_texts.hpp"

namespace rowan::work {

struct Host {
  using Lease = std::function<std::shared_ptr<Connection>()>;

  Host(Schema s, Backend b, Lease l, std::shared_ptr<Observer> o, Hooks h)
      : schema(std::move(s)),
        backend(b),
        lease(std::move(l)),
        observer(o ? std::move(o) : std::make_shared<Observer>()),
        hooks(std::move(h)) {}

  Schema schema;
  Backend backend;
  Lease lease;  ///< a clean connection, given back by letting go of it; throws ConnectionFailed
  std::shared_ptr<Observer> observer;  ///< never null
  Hooks hooks;                         ///< of every unit
  sql::WriteTexts texts;               ///< of the schema's rows
  sql::LoadTexts load_texts;

  struct {
    std::atomic<std::uint64_t> statements{0};
    std::atomic<std::uint64_t> commits{0};
    std::atomic<std::uint64_t> rollbacks{0};
    std::atomic<std::uint64_t> conflicts{0};
    std::atomic<std::uint64_t> retries{0};
    std::atomic<std::uint64_t> loads{0};
  } counted;
};

/// WorkOptions with everything decided.
struct Settings {
  Transaction transaction = Transaction::at_commit;
  Isolation isolation = Isolation::standard;
  Versions versions = Versions::check;
  Access access = Access::read_write;
  std::chrono::milliseconds lock_timeout{5000};
  std::optional<std::chrono::milliseconds> statement_timeout;
  std::optional<std::string> author;
  Hooks hooks;  ///< of this unit alone
  std::function<void(const Progress&)> progress;

  /// Opens the transaction that the unit commits.
  [[nodiscard]] Begin begin(Begin::Writes writes) const {
    return {isolation, access, lock_timeout, statement_timeout, writes};
  }
  /// Opens a transaction that only reads, all of it in one state of the database: PostgreSQL gives
  /// each statement a newer one below REPEATABLE READ
  /// (https://www.postgresql.org/docs/15/transaction-iso.html), SQLite never does.
  [[nodiscard]] Begin begin_reading(Backend backend) const {
    if (backend == Backend::postgres)
      return {Isolation::repeatable_read,
              Access::read_only,
              {},
              statement_timeout,
              Begin::Writes::maybe};
    return {Isolation::standard, Access::read_only, lock_timeout, statement_timeout,
            Begin::Writes::maybe};
  }
};

}  // namespace rowan::work
