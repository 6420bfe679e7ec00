#include "commit_outcome.hpp"

#include <utility>

#include "../sql/read_rows.hpp"
#include "../sql/transaction_id.hpp"
#include "database_transaction.hpp"

namespace rowan::work {
namespace {

using Answer = CommitUnknown::Answer;

/// What a reading transaction of its own answers to this one statement.
std::vector<std::vector<Value>> ask(const std::shared_ptr<Host>& host, Statement statement) {
  DatabaseTransaction transaction(host);
  const Begin begin{Isolation::read_committed, Access::read_only, {}, {}};
  auto answers = transaction.run_or_raise({begin, {std::move(statement)}, Plan::Finish::commit},
                                          "looking up a COMMIT");
  return std::move(answers.front().rows);
}

/// The version of the root; none: it is not there.
std::optional<Value> version_now(const std::shared_ptr<Host>& host, const Evidence& evidence) {
  const Shape& shape = host->schema.at(evidence.type).shape;
  const auto rows = ask(host, sql::select_versions(host->backend, shape, {evidence.key}));
  if (rows.empty()) return {};
  return rows.front().back();
}

/// Nobody else gives this version, so where it stands it was committed. Where another stands
/// somebody may have written over it, or the transaction may still be on its way.
bool stands(const std::shared_ptr<Host>& host, const Evidence& evidence) {
  return version_now(host, evidence) == Value(evidence.version);
}

/// Nobody gives the version again that was there before, so where that still stands when nobody is
/// at work any more, nothing was committed. Asked in this order, each in a state of its own.
Answer seen_in_row(const std::shared_ptr<Host>& host, int process, const Evidence& evidence) {
  if (process == 0 || !evidence.before) return Answer::unknown;
  if (ask(host, sql::may_be_at_work(process)).front().front() != Value(false))
    return Answer::unknown;
  const auto version = version_now(host, evidence);
  if (version == Value(evidence.version)) return Answer::committed;
  return version == Value(*evidence.before) ? Answer::rolled_back : Answer::unknown;
}

Answer status(const std::shared_ptr<Host>& host, const std::string& id) {
  const auto rows = ask(host, sql::transaction_status(id));
  const auto* status = std::get_if<std::string>(&rows.front().front());
  if (status && *status == "committed") return Answer::committed;
  if (status && *status == "aborted") return Answer::rolled_back;
  return Answer::unknown;
}

}  // namespace

CommitUnknown::Resolver commit_resolver(std::shared_ptr<Host> host, LostSession session,
                                        std::optional<Evidence> evidence) {
  return [host = std::move(host), session = std::move(session), evidence = std::move(evidence)] {
    if (evidence && stands(host, *evidence)) return Answer::committed;
    if (!session.transaction_id.empty()) return status(host, session.transaction_id);
    return evidence ? seen_in_row(host, session.server_process, *evidence) : Answer::unknown;
  };
}

}  // namespace rowan::work
