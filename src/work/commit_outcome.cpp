#include "commit_outcome.hpp"

#include <utility>

#include "../sql/history_rows.hpp"
#include "../sql/read_rows.hpp"
#include "../sql/transaction_id.hpp"
#include "database_transaction.hpp"

namespace rowan::work {
namespace {

using Answer = CommitUnknown::Answer;

using Rows = std::vector<std::vector<Value>>;

/// What one reading transaction answers to these, one after the other, each in a state of its own.
std::vector<Rows> ask(const std::shared_ptr<Host>& host, std::vector<Statement> statements) {
  DatabaseTransaction transaction(host);
  const Begin begin{Isolation::read_committed, Access::read_only, {}, {}};
  auto answers = transaction.run_or_raise({begin, std::move(statements), Plan::Finish::commit},
                                          "looking up a COMMIT");
  std::vector<Rows> out;
  for (Outcome& answer : answers) out.push_back(std::move(answer.rows));
  return out;
}

Statement version_now(const Host& host, const Evidence& evidence) {
  return sql::select_versions(host.backend, host.schema.at(evidence.type).shape, {evidence.key});
}
bool shows(const Rows& answer, std::int64_t version) {
  return !answer.empty() && answer.front().back() == Value(version);
}

/// What tells by itself that the transaction was committed.
Statement proof(const Host& host, const Evidence& evidence) {
  if (!evidence.commit) return version_now(host, evidence);
  return sql::select_commit(host.backend, host.schema.at(evidence.type).shape, evidence.key,
                            evidence.version);
}

/// Nobody else gives this unique version, so where it stands it was committed; where another stands
/// somebody may have written over it, or the transaction may still be on its way. A history has
/// each version once: who finds another commit's, there, is not in it.
Answer told(const Evidence& evidence, const Rows& answer) {
  if (!evidence.commit)
    return shows(answer, evidence.version) ? Answer::committed : Answer::unknown;
  if (answer.empty()) return Answer::unknown;
  return answer.front().front() == Value(*evidence.commit) ? Answer::committed
                                                           : Answer::rolled_back;
}

/// Nobody gives the version again that was there before, so where that still stands when nobody is
/// at work any more, nothing was committed.
Answer seen_in_row(const std::shared_ptr<Host>& host, const std::string& process,
                   const Evidence& evidence) {
  if (process.empty() || !evidence.before) return Answer::unknown;
  const auto answers = ask(
      host, {sql::may_be_at_work(process), proof(*host, evidence), version_now(*host, evidence)});
  if (answers[0].front().front() != Value(false)) return Answer::unknown;
  if (const Answer answer = told(evidence, answers[1]); answer != Answer::unknown) return answer;
  return shows(answers[2], *evidence.before) ? Answer::rolled_back : Answer::unknown;
}

Answer status(const std::shared_ptr<Host>& host, const std::string& id) {
  const auto answers = ask(host, {sql::transaction_status(id)});
  const auto* status = std::get_if<std::string>(&answers.front().front().front());
  if (status && *status == "committed") return Answer::committed;
  if (status && *status == "aborted") return Answer::rolled_back;
  return Answer::unknown;
}

}  // namespace

CommitUnknown::Resolver commit_resolver(std::shared_ptr<Host> host, LostSession session,
                                        std::optional<Evidence> evidence) {
  return [host = std::move(host), session = std::move(session), evidence = std::move(evidence)] {
    if (evidence) {
      const auto answers = ask(host, {proof(*host, *evidence)});
      if (const Answer answer = told(*evidence, answers.front()); answer != Answer::unknown)
        return answer;
    }
    if (!session.transaction_id.empty()) return status(host, session.transaction_id);
    return evidence ? seen_in_row(host, session.server_process, *evidence) : Answer::unknown;
  };
}

}  // namespace rowan::work
