#include "commit_outcome.hpp"

#include <span>
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

/// What may tell by itself whether the transaction was committed; the version now is the last.
std::vector<Statement> proofs(const Host& host, const Evidence& evidence) {
  std::vector<Statement> out;
  if (evidence.commit)
    out.push_back(sql::select_commit(host.backend, host.schema.at(evidence.type).shape,
                                     evidence.key, evidence.version));
  out.push_back(version_now(host, evidence));
  return out;
}

/// A history has each version once: who finds another commit's, there, has not committed. Nobody
/// else gives a unique version, so where it stands it was committed; where another stands somebody
/// may have written over it, or the transaction may still be on its way.
Answer told(const Host& host, const Evidence& evidence, std::span<const Rows> answers) {
  if (evidence.commit && !answers.front().empty())
    return answers.front().front().front() == Value(*evidence.commit) ? Answer::committed
                                                                      : Answer::rolled_back;
  const auto assigned = host.schema.at(evidence.type).shape.version->assigned;
  return assigned == VersionColumn::Assigned::unique && shows(answers.back(), evidence.version)
             ? Answer::committed
             : Answer::unknown;
}

/// Nobody gives the version again that was there before, so where that still stands when nobody is
/// at work any more, nothing was committed.
Answer seen_in_row(const std::shared_ptr<Host>& host, const std::string& process,
                   const Evidence& evidence) {
  if (process.empty() || !evidence.before) return Answer::unknown;
  std::vector<Statement> questions = proofs(*host, evidence);
  questions.insert(questions.begin(), sql::may_be_at_work(process));
  const auto answers = ask(host, std::move(questions));
  if (answers.front().front().front() != Value(false)) return Answer::unknown;
  const Answer answer = told(*host, evidence, std::span(answers).subspan(1));
  if (answer != Answer::unknown) return answer;
  return shows(answers.back(), *evidence.before) ? Answer::rolled_back : Answer::unknown;
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
      const auto answers = ask(host, proofs(*host, *evidence));
      if (const Answer answer = told(*host, *evidence, answers); answer != Answer::unknown)
        return answer;
    }
    if (!session.transaction_id.empty()) return status(host, session.transaction_id);
    return evidence ? seen_in_row(host, session.server_process, *evidence) : Answer::unknown;
  };
}

}  // namespace rowan::work
