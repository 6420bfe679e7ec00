#include "postgres_pipeline.hpp"

#include <poll.h>

namespace rowan::driver {

bool succeeded(const PostgresResult& result) noexcept {
  const ExecStatusType status = PQresultStatus(result.get());
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

PostgresPipeline::PostgresPipeline(PGconn* connection) : connection_(connection) {
  PQsetnonblocking(connection_, 1);
  PQenterPipelineMode(connection_);
}

PostgresPipeline::~PostgresPipeline() {
  // Without a sync, as after an exception, the server might keep its answers, and we wait for them.
  if (synced_ == Synced::no) sync();
  drain();
  PQexitPipelineMode(connection_);
  PQsetnonblocking(connection_, 0);
}

void PostgresPipeline::run(const std::string& sql, const WireParams& params) {
  sent(PQsendQueryParams(connection_, sql.c_str(), params.size(),
                         params.types.empty() ? nullptr : params.types.data(), params.values.data(),
                         params.lengths.empty() ? nullptr : params.lengths.data(),
                         params.formats.empty() ? nullptr : params.formats.data(), 0));
}

void PostgresPipeline::prepare(const std::string& name, const std::string& sql,
                               const std::vector<Oid>& types) {
  sent(PQsendPrepare(connection_, name.c_str(), sql.c_str(), static_cast<int>(types.size()),
                     types.data()));
}

void PostgresPipeline::describe(const std::string& name) {
  sent(PQsendDescribePrepared(connection_, name.c_str()));
}

void PostgresPipeline::run_prepared(const std::string& name, const WireParams& params,
                                    Form answer) {
  sent(PQsendQueryPrepared(connection_, name.c_str(), params.size(), params.values.data(),
                           params.lengths.empty() ? nullptr : params.lengths.data(),
                           params.formats.empty() ? nullptr : params.formats.data(),
                           static_cast<int>(answer)));
}

void PostgresPipeline::sync() {
  sent(PQpipelineSync(connection_));
  synced_ = Synced::yes;
}

void PostgresPipeline::ask_for_answers() {
  sent(PQsendFlushRequest(connection_));
}

void PostgresPipeline::sent(int done) {
  constexpr std::size_t at_once = 64;
  synced_ = Synced::no;
  if (done != 1)
    missed_ = Missed::some;
  else if (++unsent_ >= at_once)
    flush();
}

void PostgresPipeline::flush() {
  unsent_ = 0;
  while (PQflush(connection_) == 1) {
    pollfd socket{PQsocket(connection_), POLLIN | POLLOUT, 0};
    if (poll(&socket, 1, -1) < 0) continue;  // interrupted
    if ((socket.revents & (POLLIN | POLLERR | POLLHUP)) != 0 && PQconsumeInput(connection_) == 0)
      return;
  }
}

PostgresResult PostgresPipeline::next() {
  flush();
  PGresult* result = PQgetResult(connection_);
  // Behind the answer to each statement stands a NULL.
  if (result == nullptr) result = PQgetResult(connection_);
  return PostgresResult(result);
}

void PostgresPipeline::drain() {
  for (PostgresResult result = next(); result; result = next())
    if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) return;
}

}  // namespace rowan::driver
