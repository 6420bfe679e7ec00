#pragma once
/// Which statements a session of PostgreSQL has prepared, and the types of what goes in and out.

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <libpq-fe.h>

#include <rowan/options.hpp>
#include <rowan/sql_text.hpp>

namespace rowan::driver {

/// Parsing and planning a small statement costs the server more than running it, so the last few
/// hundred are kept there, by name.
class PostgresStatements {
 public:
  struct Entry {
    std::string sql;
    std::string name;  ///< empty: it is prepared anew each time, and the server keeps nothing
    enum class State { unknown, prepared } state = State::unknown;
    std::optional<std::vector<Oid>> types{};    ///< of its parameters, once the server has told
    std::optional<std::vector<Oid>> answers{};  ///< the columns' types, once it has answered
    SqlText guarded{};                          ///< see driver::guarded; empty: not made yet
  };

  explicit PostgresStatements(Statements mode) : mode_(mode) {}

  /// The entry for this text, made now if there is none; good until the next call.
  Entry& at(const std::string& sql);
  /// The entry for this text; null: there is none (any more).
  [[nodiscard]] Entry* find(const std::string& sql);
  /// The name of a statement that had to make room, for the server to forget; used up.
  [[nodiscard]] std::optional<std::string> dropped();
  /// It is not known what the server has of this text.
  void lose(const std::string& sql);
  /// After an error that says that the server's statements are not what they were.
  void lose_all();

  static constexpr std::size_t capacity = 200;

 private:
  Statements mode_;
  std::list<Entry> entries_;  ///< the one used last stands first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_sql_;
  std::vector<std::string> dropped_;
  std::size_t next_ = 0;
};

}  // namespace rowan::driver
