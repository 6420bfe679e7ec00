#pragma once
/// Shows a test what a store says to its database, and answers in the database's place.
///
///     auto log = std::make_shared<rowan::testing::Log>();
///     rowan::Store store(url, schema, {.wrap = rowan::testing::record(log)});

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rowan/connection.hpp>

namespace rowan::testing {

/// What was sent over all connections of a store, in order. Thread-safe.
class Log {
 public:
  /// Every statement, with BEGIN, COMMIT and ROLLBACK as they are sent.
  [[nodiscard]] std::vector<std::string> sql() const;
  /// INSERT, UPDATE and DELETE only.
  [[nodiscard]] std::vector<std::string> writes() const;
  /// As sql(), with the values that were bound.
  [[nodiscard]] std::vector<Statement> statements() const;
  void clear();

  /// The next statement whose text contains `part` is recorded but not sent, and is said to have
  /// affected so many rows. Several such answers are used in the order they were given.
  void answer_next(std::string part, std::size_t affected);

  /// Adds what was sent.
  void add(Statement statement);
  /// Whether a statement is to be answered by a script.
  [[nodiscard]] bool has_answers() const;
  /// The scripted answer for a statement; it is used up.
  [[nodiscard]] std::optional<std::size_t> take_answer(std::string_view sql);

 private:
  struct Answer {
    std::string part;
    std::size_t affected;
  };

  mutable std::mutex mutex_;
  std::vector<Statement> statements_;
  std::vector<Answer> answers_;
};

/// A connection that writes what it is asked to run into a log, and runs it.
class RecordingConnection final : public Connection {
 public:
  RecordingConnection(std::unique_ptr<Connection> inner, std::shared_ptr<Log> log);
  RecordingConnection(const RecordingConnection&) = delete;
  RecordingConnection& operator=(const RecordingConnection&) = delete;
  ~RecordingConnection() override;

  [[nodiscard]] Backend backend() const noexcept override;
  [[nodiscard]] PlanResult run(const Plan& plan) override;
  void rollback() noexcept override;
  [[nodiscard]] bool clean() const noexcept override;
  [[nodiscard]] void* session() noexcept override;

 private:
  class Recorder;
  std::unique_ptr<Recorder> recorder_;
};

/// For StoreOptions::wrap.
[[nodiscard]] std::function<std::unique_ptr<Connection>(std::unique_ptr<Connection>)> record(
    std::shared_ptr<Log> log);

}  // namespace rowan::testing
