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

/// Nobody else gives this version, so where it stands it was committed. Where another stands
/// somebody may have written over it, or the transaction may still be on its way.
bool stands(const std::shared_ptr<Host>& host, const Evidence& evidence) {
  const Shape& shape = host->schema.at(evidence.type).shape;
  const auto rows = ask(host, sql::select_versions(host->backend, shape, {evidence.key}));
  return !rows.empty() && rows.front().back() == Value(evidence.version);
}

Answer status(const std::shared_ptr<Host>& host, const std::string& id) {
  const auto rows = ask(host, sql::transaction_status(id));
  const auto* status = std::get_if<std::string>(&rows.front().front());
  if (status && *status == "committed") return Answer::committed;
  if (status && *status == "aborted") return Answer::rolled_back;
  return Answer::unknown;
}

}  // namespace

CommitUnknown::Resolver commit_resolver(std::shared_ptr<Host> host, std::string transaction_id,
                                        std::optional<Evidence> evidence) {
  return [host = std::move(host), id = std::move(transaction_id), evidence = std::move(evidence)] {
    if (evidence && stands(host, *evidence)) return Answer::committed;
    return id.empty() ? Answer::unknown : status(host, id);
  };
}

}  // namespace rowan::work
