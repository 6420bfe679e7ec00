#pragma once
/// PostgreSQL by hand: a connection with prepared statements, one a round trip or in a pipeline.

#include <charconv>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <libpq-fe.h>

#include "failure.hpp"
#include "postgres_binary.hpp"

namespace bench {

struct ClearResult {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Rows = std::unique_ptr<PGresult, ClearResult>;

class PostgresLink {
 public:
  explicit PostgresLink(const std::string& conninfo) : link_(PQconnectdb(conninfo.c_str())) {
    if (PQstatus(link_) != CONNECTION_OK) fail();
  }
  PostgresLink(const PostgresLink&) = delete;
  PostgresLink& operator=(const PostgresLink&) = delete;
  ~PostgresLink() { PQfinish(link_); }

  void prepare(const char* name, const char* sql) {
    (void)checked(PQprepare(link_, name, sql, 0, nullptr));
  }
  void run(const char* sql) { (void)checked(PQexec(link_, sql)); }
  /// A prepared statement, in a round trip of its own.
  [[nodiscard]] Rows run(const char* name, const Params& params) {
    return checked(PQexecPrepared(link_, name, params.size(), params.values(), params.lengths(),
                                  Params::formats(), 1));
  }

  /// From here on there is only what send() sends.
  void enter_pipeline() {
    if (PQenterPipelineMode(link_) == 0) fail();
  }
  /// A prepared statement, without waiting for its answer.
  void send(const char* name, const Params& params = {}) {
    if (PQsendQueryPrepared(link_, name, params.size(), params.values(), params.lengths(),
                            Params::formats(), 1) == 0)
      fail();
  }
  void sync() {
    if (PQpipelineSync(link_) == 0) fail();
  }
  /// The answer to the next statement that was sent.
  [[nodiscard]] Rows next() {
    Rows rows = checked(PQgetResult(link_));
    require(PQgetResult(link_) == nullptr, "one statement has two answers");
    return rows;
  }
  /// That of sync().
  void end_sync() {
    const Rows end(PQgetResult(link_));
    require(PQresultStatus(end.get()) == PGRES_PIPELINE_SYNC, "the pipeline is not at its end");
  }

  /// Changed by the statement.
  [[nodiscard]] static std::size_t count(const Rows& rows) {
    const std::string_view text = PQcmdTuples(rows.get());
    std::size_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  }
  static void require_count(const Rows& rows, std::size_t expected) {
    if (count(rows) != expected) throw Stale();
  }

 private:
  [[noreturn]] void fail() const { throw std::runtime_error(PQerrorMessage(link_)); }
  Rows checked(PGresult* result) const {
    Rows rows(result);
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail();
    return rows;
  }

  PGconn* link_;
};

}  // namespace bench
