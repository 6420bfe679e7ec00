#pragma once
/// Everything the library throws. Catch Error for all of it; the types below it are the ones a
/// program can act on. No text holds a value of yours, only names and keys.

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <typeindex>
#include <vector>

#include <rowan/aggregate_root.hpp>
#include <rowan/mapping/value_object.hpp>
#include <rowan/value.hpp>

namespace rowan {

/// Where an error belongs, as far as it is known.
struct ErrorContext {
  std::string sql{};               ///< the statement, without its values
  std::string code{};              ///< SQLSTATE, or SQLite's name of its code
  std::string database_message{};  ///< as the database said it; may hold values
};

/// Base of every error.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, ErrorContext context = {});
  /// The statement that failed; empty when none did.
  [[nodiscard]] const std::string& sql() const noexcept { return context_.sql; }
  /// SQLSTATE, or SQLite's name of its code; empty when the database did not object.
  [[nodiscard]] const std::string& code() const noexcept { return context_.code; }
  /// The database's own words. They may hold values of yours, so what() leaves them out.
  [[nodiscard]] const std::string& database_message() const noexcept {
    return context_.database_message;
  }
  /// Would the whole unit of work, run again from the start, have a fair chance?
  [[nodiscard]] virtual bool retryable() const noexcept { return false; }

 private:
  ErrorContext context_;
};

// -- concurrent writers -------------------------------------------------------

/// Another transaction was in the way: nothing was written, and a fresh attempt may succeed.
class ConcurrencyError : public Error {
 public:
  using Error::Error;
  [[nodiscard]] bool retryable() const noexcept override { return true; }
};

/// One aggregate that was not as the unit of work had read it.
struct Conflict {
  enum class Kind {
    changed,  ///< its version has moved on
    deleted,  ///< this unit of work has seen it, and it is gone
    missing,  ///< it is not there, and this unit of work has never seen it
    ahead,    ///< it is older than expected: a restored backup, another database
  };
  enum class Operation {
    update,
    remove,
    verify,  ///< it was only read: see UnitOfWork::expect_unchanged
  };
  /// Where the expectation came from.
  enum class Expectation {
    read,   ///< the version that this unit of work had read
    given,  ///< one from outside: see UnitOfWork::expect
  };

  std::type_index type;    ///< the class of the root
  std::string table;       ///< of the row that was not as expected: the root's, or a child's
  KeyValues key;           ///< of that row
  std::string root_table;  ///< of the aggregate it belongs to
  KeyValues root_key;
  Operation operation = Operation::update;
  std::int64_t expected = 0;          ///< the root's version as it should have been
  std::optional<std::int64_t> found;  ///< the root's version there now; none: no row
  Kind kind = Kind::changed;
  Expectation expectation = Expectation::read;

  /// Whether the aggregate is a T.
  template <class T>
  [[nodiscard]] bool is() const {
    return type == std::type_index(typeid(T));
  }
  /// The aggregate's id. Throws DataError when Id is not what its key is made of.
  template <class Id>
  [[nodiscard]] Id key_as() const {
    return detail::id_from<Id>(root_key);
  }
};

[[nodiscard]] const char* to_string(Conflict::Kind kind) noexcept;

/// Raised by flush and commit, and by the queries that flush first (find_all, for_each and count
/// with Transaction::from_first_read), when a root is not at the version it was read at:
/// - an UPDATE or DELETE of a root, or of a child that has a version, matched no row;
/// - a child row was gone though its root had not moved: somebody wrote past Rowan;
/// - the database refused a root's statement because of a concurrent transaction (SQLSTATE 40001
///   or 40P01, SQLITE_BUSY_SNAPSHOT), and the root has moved indeed;
/// and by refresh, when the aggregate is gone.
/// Nothing was written. Same content on every database and at every isolation level.
class StaleDataError : public ConcurrencyError {
 public:
  StaleDataError(std::vector<Conflict> conflicts, bool complete, ErrorContext context);

  /// All of them, in order of (table, key).
  [[nodiscard]] const std::vector<Conflict>& conflicts() const noexcept { return conflicts_; }
  /// False when the others could not be asked for (connection lost): then only the one that was
  /// met is here, without the version found.
  [[nodiscard]] bool complete() const noexcept { return complete_; }
  /// False where an expectation came from outside: a fresh attempt would meet it again.
  [[nodiscard]] bool retryable() const noexcept override;
  /// Whether this aggregate is among them.
  template <class T>
  [[nodiscard]] bool concerns(const Ref<T>& aggregate) const {
    for (const Conflict& c : conflicts_)
      if (c.is<T>() && c.root_key == aggregate.key()) return true;
    return false;
  }

 private:
  std::vector<Conflict> conflicts_;
  bool complete_;
};

/// The database refused because of a concurrent transaction and no root can be blamed: SQLSTATE
/// 40001, also at COMMIT; SQLITE_BUSY_SNAPSHOT.
class SerializationFailure : public ConcurrencyError {
 public:
  using ConcurrencyError::ConcurrencyError;
};
/// Two transactions waited for each other and this one was chosen to end: SQLSTATE 40P01.
class Deadlock : public ConcurrencyError {
 public:
  using ConcurrencyError::ConcurrencyError;
};
/// A lock was not to be had in time: SQLSTATE 55P03; SQLITE_BUSY, SQLITE_LOCKED.
class LockTimeout : public ConcurrencyError {
 public:
  using ConcurrencyError::ConcurrencyError;
};

// -- what the database refused --------------------------------------------------

/// A constraint was violated: SQLSTATE class 23, SQLITE_CONSTRAINT. Nothing was written.
class ConstraintViolation : public Error {
 public:
  enum class Kind { unique, foreign_key, not_null, check };
  ConstraintViolation(Kind kind, std::string constraint, const std::string& message,
                      ErrorContext context);
  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  /// As the database names it: a constraint (PostgreSQL) or columns (SQLite); may be empty.
  [[nodiscard]] const std::string& constraint() const noexcept { return constraint_; }

 private:
  Kind kind_;
  std::string constraint_;
};

/// A write had no effect although the version is the one expected: a trigger or a row-level
/// policy swallowed it. Nothing was written; trying again will not help.
class WriteIgnored : public Error {
 public:
  using Error::Error;
};

/// A write met a read-only unit, transaction, server or file: SQLSTATE 25006, SQLITE_READONLY.
class ReadOnly : public Error {
 public:
  using Error::Error;
};

/// The statement timeout passed: SQLSTATE 57014, SQLITE_INTERRUPT.
class StatementTimeout : public Error {
 public:
  using Error::Error;
};

/// The database could not carry on: disk full, out of memory, too many connections.
class ResourcesExhausted : public Error {
 public:
  using Error::Error;
};

/// Any other refusal: an unknown column in a filter, bad syntax, missing privileges.
class QueryError : public Error {
 public:
  using Error::Error;
};

// -- connections ----------------------------------------------------------------

/// No connection could be made: wrong address or password, unreadable file, all connections of
/// the store in use for too long.
class ConnectionFailed : public Error {
 public:
  using Error::Error;
};
/// The connection broke before COMMIT was sent: nothing was written.
class ConnectionLost : public Error {
 public:
  using Error::Error;
  [[nodiscard]] bool retryable() const noexcept override { return true; }
};
/// The connection broke while COMMIT was under way, or the server answered it with an error of its
/// own (SQLSTATE classes XX and 58), or an exception came in between, which is nested in it then:
/// it may have happened or not. Never retried.
/// The unit of work is over: whoever committed it again could do everything twice.
class CommitUnknown : public Error {
 public:
  enum class Answer {
    committed,
    rolled_back,
    unknown,  ///< not to be found out now: the server still works on it, or has forgotten it
  };
  using Resolver = std::function<Answer()>;
  CommitUnknown(const std::string& message, ErrorContext context, Resolver resolver);

  /// Asks on another connection of the store whether the transaction was committed: by a unique
  /// version that the unit wrote; on PostgreSQL by the transaction's id, which it remembers for
  /// about two thousand million transactions (manual, 9.27.9, txid_status), and where the id had
  /// not arrived, by whether the session's process is gone. May be called again after `unknown`.
  /// Throws ConnectionFailed while the database is not to be reached.
  [[nodiscard]] Answer resolve() const { return resolver_(); }

 private:
  Resolver resolver_;
};
[[nodiscard]] const char* to_string(CommitUnknown::Answer answer) noexcept;

// -- the program and its data -----------------------------------------------------

/// There is no aggregate with this id.
class NotFound : public Error {
 public:
  using Error::Error;
};
/// What the database holds does not fit the mapping, or what an object holds does not fit the
/// database: NULL in a member that is not optional, an integer beyond its member's range, an
/// enumerator's name that is not known, NUL in a text for PostgreSQL. Names table, column and key.
class DataError : public Error {
 public:
  using Error::Error;
};
/// A JSON document of an aggregate is not one of this mapping, or what is to become a document does
/// not fit into one. what() says where and what was expected there, and no value of the document.
class DocumentError : public Error {
 public:
  DocumentError(std::string pointer, const std::string& expected);
  /// RFC 6901; empty: the whole document.
  [[nodiscard]] const std::string& pointer() const noexcept { return pointer_; }

 private:
  std::string pointer_;
};
/// What came from outside does not say which version it is about, or says none that ever was.
class PreconditionError : public Error {
 public:
  enum class Kind {
    required,  ///< no version is named: a document without one, no If-Match, or one for any version
    failed,    ///< If-Match holds no tag of ours, or several
  };
  PreconditionError(Kind kind, const std::string& message) : Error(message), kind_(kind) {}
  [[nodiscard]] Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};
/// The version has reached the maximum of its member, or of a column that is narrower than that.
/// Nothing was written.
class VersionOverflow : public Error {
 public:
  using Error::Error;
};
/// The mapping contradicts itself; thrown when a Schema is made, listing all faults.
class MappingError : public Error {
 public:
  explicit MappingError(std::vector<std::string> faults);
  [[nodiscard]] const std::vector<std::string>& faults() const noexcept { return faults_; }

 private:
  std::vector<std::string> faults_;
};
/// The tables are not as the mapping says; thrown by check_tables, listing all differences.
class SchemaMismatch : public Error {
 public:
  explicit SchemaMismatch(std::vector<std::string> differences);
  [[nodiscard]] const std::vector<std::string>& differences() const noexcept {
    return differences_;
  }

 private:
  std::vector<std::string> differences_;
};
/// The program asked for what makes no sense: a Ref used after discard, one aggregate added
/// twice, a version member changed by hand, options that contradict each other.
class UsageError : public Error {
 public:
  using Error::Error;
};
/// Everything is committed, but a hook that was called afterwards threw; see Hooks::after_commit.
class AfterCommitError : public Error {
 public:
  AfterCommitError(const std::string& message, std::exception_ptr cause);
  /// What the hook threw; never null.
  [[nodiscard]] const std::exception_ptr& cause() const noexcept { return cause_; }

 private:
  std::exception_ptr cause_;
};
/// The unit of work failed before and was not rolled back since. what() repeats the first cause.
/// retryable() where the unit could not tell it when it happened: when the way back to a savepoint
/// was lost to something that a fresh attempt can cure, while an error of yours was on its way.
class UnitFailed : public UsageError {
 public:
  enum class Retry { no, yes };
  explicit UnitFailed(const std::string& what, Retry retry = Retry::no)
      : UsageError(what), retry_(retry) {}
  [[nodiscard]] bool retryable() const noexcept override { return retry_ == Retry::yes; }

 private:
  Retry retry_;
};

}  // namespace rowan
