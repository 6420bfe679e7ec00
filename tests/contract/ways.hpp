#pragma once
/// The ways in which a unit of work can be one with its database: journal, span and level.

#include <chrono>
#include <string>
#include <vector>

#include "database.hpp"

namespace contract {

struct Way {
  std::string name;
  rowan::Journal journal;  // SQLite only
  rowan::Transaction span;
  rowan::Isolation level;

  /// On SQLite a unit that may write holds the write lock from its first read on.
  [[nodiscard]] bool keeps_writers_out(rowan::Backend backend) const {
    return backend == rowan::Backend::sqlite && span == rowan::Transaction::from_first_read;
  }
  /// Whoever waits for a lock gives up soon.
  [[nodiscard]] rowan::WorkOptions work() const {
    return {.transaction = span, .isolation = level, .lock_timeout = std::chrono::milliseconds(20)};
  }
  /// Of a store whose units are short, whatever the others are.
  [[nodiscard]] rowan::StoreOptions store() const {
    rowan::StoreOptions options;
    options.journal = journal;
    options.work.lock_timeout = std::chrono::milliseconds(20);
    return options;
  }
};

/// All of a database. PostgreSQL has no upper level at commit: they are from the first read on.
template <class B>
std::vector<Way> ways() {
  using rowan::Isolation, rowan::Journal, rowan::Transaction;
  constexpr auto at_commit = Transaction::at_commit;
  constexpr auto from_read = Transaction::from_first_read;
  if (B::backend == rowan::Backend::sqlite)
    return {
        {"write-ahead, at commit", Journal::write_ahead, at_commit, Isolation::standard},
        {"rollback journal, at commit", Journal::rollback, at_commit, Isolation::standard},
        {"write-ahead, from the first read", Journal::write_ahead, from_read, Isolation::standard},
        {"rollback journal, from the first read", Journal::rollback, from_read,
         Isolation::standard}};
  constexpr auto none = Journal::as_it_is;
  return {{"read committed, at commit", none, at_commit, Isolation::read_committed},
          {"read committed, from the first read", none, from_read, Isolation::read_committed},
          {"repeatable read", none, from_read, Isolation::repeatable_read},
          {"serializable", none, from_read, Isolation::serializable}};
}

/// Those in which others can write between a unit's read and its commit.
template <class B>
std::vector<Way> open_ways() {
  std::vector<Way> out;
  for (const Way& way : ways<B>())
    if (!way.keeps_writers_out(B::backend)) out.push_back(way);
  return out;
}

}  // namespace contract
