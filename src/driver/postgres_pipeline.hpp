#pragma once
/// Statements sent without waiting for the answers to those before them; the answers, in order.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <libpq-fe.h>

namespace rowan::driver {

struct ClearResult {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using PostgresResult = std::unique_ptr<PGresult, ClearResult>;

[[nodiscard]] bool succeeded(const PostgresResult& result) noexcept;

/// Parameters as libpq takes them. What `values` points to must live until they are sent.
struct WireParams {
  std::vector<const char*> values{};  ///< null: NULL
  std::vector<int> lengths{};         ///< of the binary ones
  std::vector<int> formats{};         ///< 0: text, 1: binary; empty: all are text
  std::vector<Oid> types{};           ///< empty: as the server infers them

  [[nodiscard]] int size() const noexcept { return static_cast<int>(values.size()); }
};

/// In which all cells of an answer come: libpq's numbers for them.
enum class Form { text = 0, binary = 1 };

/// libpq's pipeline mode (https://www.postgresql.org/docs/15/libpq-pipeline-mode.html) while it
/// lives. After an error nothing is executed up to the next sync(). The socket does not block: a
/// server that waits for its answers to be read does not read, and a client that waits for it to
/// read would wait forever.
class PostgresPipeline {
 public:
  explicit PostgresPipeline(PGconn* connection);
  PostgresPipeline(const PostgresPipeline&) = delete;
  PostgresPipeline& operator=(const PostgresPipeline&) = delete;
  ~PostgresPipeline();

  // Each of them has one answer.
  void run(const std::string& sql, const WireParams& params = {});
  void prepare(const std::string& name, const std::string& sql, const std::vector<Oid>& types = {});
  void describe(const std::string& name);
  void run_prepared(const std::string& name, const WireParams& params, Form answer);
  /// Ends what can fail together. Its answer says PGRES_PIPELINE_SYNC.
  void sync();
  /// Has the server send the answers to what was sent so far.
  void ask_for_answers();

  /// Whether all went out, or still can. What does not, for want of memory or because the protocol
  /// cannot say it, has no answer, so that those behind it would be taken for another's.
  [[nodiscard]] bool all_sent() const noexcept { return missed_ == Missed::none; }

  /// The next answer; waits for it. Null when the connection is lost.
  [[nodiscard]] PostgresResult next();
  /// Reads the answers up to that of sync(). The last of them: null when the connection is lost.
  void drain();

 private:
  void sent(int done);
  void flush();

  PGconn* connection_;
  std::size_t unsent_ = 0;  ///< statements, since the socket was last looked at
  enum class Synced { yes, no } synced_ = Synced::yes;
  enum class Missed { none, some } missed_ = Missed::none;
};

}  // namespace rowan::driver
