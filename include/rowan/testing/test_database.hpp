#pragma once
/// A database that a test of isolation may have for itself: a file or a schema that it makes, and
/// removes when it is over. What else is there is not touched.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <rowan/connection.hpp>
#include <rowan/options.hpp>

namespace rowan::testing {

/// How a transaction that may write begins on SQLite.
enum class SqliteBegin {
  immediate,  ///< with the write lock, as Rowan's do
  deferred,   ///< as a plain BEGIN does, which Rowan never sends for a unit that may write: the
              ///< lock is taken by the first write, and is refused when somebody has written since
              ///< (https://www.sqlite.org/isolation.html)
};

/// A value: what is to be opened, and how.
class TestDatabase {
 public:
  /// A file of its own in the folder for temporary files. The name is "SQLite", with the journal
  /// and the way to begin where they are not these.
  [[nodiscard]] static TestDatabase sqlite(Journal journal = Journal::write_ahead,
                                           SqliteBegin begin = SqliteBegin::immediate);
  /// A schema of its own in the database that `url` names, as Store takes it. The user needs the
  /// right to create one. It has to be the server itself and no pooler.
  [[nodiscard]] static TestDatabase postgres(std::string_view url);

  /// Takes an actor that has not got on for so long to be waiting for another one, instead of
  /// asking the server: the report says "assumed", and proves nothing. A server that has no
  /// pg_isolation_test_session_is_blocked is never asked; then it is a quarter of a second.
  [[nodiscard]] TestDatabase waits_assumed_after(std::chrono::milliseconds time) const;
  /// What reports call it.
  [[nodiscard]] TestDatabase named(std::string name) const;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] Backend backend() const noexcept { return backend_; }
  [[nodiscard]] const std::string& url() const noexcept { return url_; }  ///< SQLite: empty
  [[nodiscard]] Journal journal() const noexcept { return journal_; }
  [[nodiscard]] SqliteBegin sqlite_begin() const noexcept { return begin_; }
  [[nodiscard]] const std::optional<std::chrono::milliseconds>& assumed_after() const noexcept {
    return assumed_after_;
  }

 private:
  TestDatabase(Backend backend, std::string name) : backend_(backend), name_(std::move(name)) {}

  Backend backend_;
  std::string name_;
  std::string url_;
  Journal journal_ = Journal::as_it_is;
  SqliteBegin begin_ = SqliteBegin::immediate;
  std::optional<std::chrono::milliseconds> assumed_after_;
};

}  // namespace rowan::testing
