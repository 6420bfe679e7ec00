#include "verdict.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "../driver/raise.hpp"
#include "../mapping/row_key.hpp"
#include "../sql/read_rows.hpp"
#include "../sql/write_rows.hpp"
#include "conflict.hpp"
#include "database_transaction.hpp"
#include "version_value.hpp"

namespace rowan::work {
namespace {

using Purpose = Step::Purpose;

std::string place_of(const change::RowChange& row) {
  return mapping::place(row.shape->table, row.key);
}

/// What the roots are now, read at once and in a transaction of its own.
class Probe {
 public:
  Probe(const std::shared_ptr<Host>& host, const Settings& settings,
        const std::vector<Involved>& involved, const Step* failed) {
    std::map<std::type_index, std::vector<KeyValues>> keys;
    for (const auto& root : involved) keys[root.entry->type].push_back(root.entry->key);
    // In one state: of a root and its child, seen one after the other, the root could seem to
    // stand.
    Plan plan{Begin{Isolation::repeatable_read, Access::read_only, settings.lock_timeout,
                    settings.statement_timeout},
              {},
              Plan::Finish::commit};
    for (const auto& [type, all] : keys)
      for (std::size_t i = 0; i < all.size(); i += sql::keys_at_once) {
        const auto end = std::min(all.size(), i + sql::keys_at_once);
        plan.statements.push_back(
            sql::select_versions(host->backend, host->schema.at(type).shape,
                                 {all.begin() + static_cast<std::ptrdiff_t>(i),
                                  all.begin() + static_cast<std::ptrdiff_t>(end)}));
        types_.push_back(type);
      }
    const bool child = failed && failed->purpose == Purpose::write_child;
    if (child)
      plan.statements.push_back(
          sql::select_version(host->backend, *failed->row->shape, failed->row->key));
    try {
      DatabaseTransaction transaction(host);
      read(transaction.run_or_raise(plan, "probe"), child);
    } catch (const Error&) {
      complete_ = false;  // the first error is the one to tell of
    }
  }

  [[nodiscard]] bool complete() const noexcept { return complete_; }
  /// None: the row is gone.
  [[nodiscard]] std::optional<std::int64_t> version(const Entry& entry) const {
    const auto found = versions_.find({entry.type, entry.key});
    return found == versions_.end() ? std::nullopt : std::optional(found->second);
  }
  /// Of the child that the failed step was about.
  [[nodiscard]] std::optional<std::int64_t> child_version() const { return child_; }

 private:
  static std::int64_t number(const Value& value) {
    const auto* number = std::get_if<std::int64_t>(&value);
    return number ? *number : 0;
  }
  void read(const std::vector<Outcome>& answers, bool child) {
    for (std::size_t i = 0; i < types_.size(); ++i)
      for (const auto& row : answers[i].rows)
        versions_[{types_[i], KeyValues(row.begin(), row.end() - 1)}] = number(row.back());
    if (child && !answers.back().rows.empty()) child_ = number(answers.back().rows[0][0]);
  }

  std::vector<std::type_index> types_;  // along the first statements of the plan
  std::map<std::pair<std::type_index, KeyValues>, std::int64_t> versions_;
  std::optional<std::int64_t> child_;
  bool complete_ = true;
};

Conflict root_conflict(const Involved& root, const Probe& probe) {
  return conflict(*root.entry, root.operation, root.entry->expected, probe.version(*root.entry));
}

/// Whether the root has to be at the version that it is expected at.
bool counts_version(const Involved& root) {
  return is_checked(*root.entry, root.versions) && root.entry->shape().version;
}

/// Read from what this unit had written and has been rolled back: then what is found is no news
/// where it is the version that was last committed, or, as far as that is not known, an older one.
bool is_own_past(const Entry& entry, std::int64_t found) {
  if (entry.basis != Entry::Basis::doubtful) return false;
  const bool known = entry.version != entry.expected;
  return known ? found == entry.version
               : is_older_version(*entry.shape().version, found, entry.expected);
}

std::vector<Conflict> stale_roots(const std::vector<Involved>& involved, const Probe& probe) {
  std::vector<Conflict> out;
  for (const Involved& root : involved) {
    const Entry& entry = *root.entry;
    const auto found = probe.version(entry);
    if (!found || (counts_version(root) && *found != entry.expected && !is_own_past(entry, *found)))
      out.push_back(root_conflict(root, probe));
  }
  return out;
}

/// The root whose row the step was about. A child on its way to another root is still that of the
/// one it leaves.
const Involved* blamed(const std::vector<Involved>& involved, const Step& failed) {
  const Entry& written = *failed.change->entry;
  const KeyValues& row = failed.row->key;
  const auto found = std::find_if(involved.begin(), involved.end(), [&](const Involved& i) {
    const KeyValues& root = i.entry->key;
    if (!failed.row->new_owner) return i.entry.get() == &written;
    return i.entry->type == written.type && root.size() <= row.size() &&
           std::equal(root.begin(), root.end(), row.begin());
  });
  return found == involved.end() ? nullptr : &*found;
}

/// The child of a root that has not moved: somebody wrote past the root.
Conflict child_conflict(const Involved& root, const Step& failed, const Probe& probe) {
  Conflict out = root_conflict(root, probe);
  const bool gone = probe.complete() && !probe.child_version();
  out.kind = gone ? Conflict::Kind::deleted : Conflict::Kind::changed;
  out.table = failed.row->shape->table;
  out.key = failed.row->key;
  out.operation = failed.row->kind == change::RowChange::Kind::remove ? Conflict::Operation::remove
                                                                      : Conflict::Operation::update;
  return out;
}

/// Whether the flush that failed has inserted the row, so that nobody can have moved it.
bool is_new(const Step& step) {
  const auto& rows = step.change->beneath;
  return std::any_of(rows.begin(), rows.end(), [&](const change::RowChange& row) {
    return row.kind == change::RowChange::Kind::insert && row.shape == step.row->shape &&
           row.key == step.row->key;
  });
}

/// If the step is about the row of a child that is not what it was when it was read.
void raise_if_child_moved(Host& host, const std::vector<Involved>& involved, const Step& failed,
                          const Probe& probe, ErrorContext context) {
  if (failed.purpose != Purpose::write_child || is_new(failed)) return;
  if (!failed.statement.expect) return;  // it may be gone
  const Involved* root = blamed(involved, failed);
  if (root && failed.row->kind != change::RowChange::Kind::insert &&
      probe.child_version() != failed.version)
    raise_stale(host, {child_conflict(*root, failed, probe)}, probe.complete(), std::move(context));
}

/// The root that the step was the check of; null: it was none.
const Involved* checked_root(const std::vector<Involved>& involved, const Step& failed) {
  const bool checks =
      failed.purpose == Purpose::write_root || failed.purpose == Purpose::verify_root;
  return checks ? blamed(involved, failed) : nullptr;
}

/// A root in the way of which somebody was, and how it is now cannot be known.
[[noreturn]] void raise_unknown(Host& host, const Involved& root, const Probe& probe,
                                ErrorContext context) {
  Conflict met = root_conflict(root, probe);
  met.kind = Conflict::Kind::changed;  // or gone, for all that is known
  raise_stale(host, {std::move(met)}, false, std::move(context));
}

[[noreturn]] void raise_no_rows(Host& host, const std::vector<Involved>& involved,
                                const Step& failed, const Probe& probe) {
  ErrorContext context{failed.statement.sql, {}, {}};
  const Involved* root = checked_root(involved, failed);
  if (root && !probe.complete()) raise_unknown(host, *root, probe, std::move(context));
  raise_if_child_moved(host, involved, failed, probe, context);
  throw WriteIgnored(
      place_of(*failed.row) +
          (failed.purpose == Purpose::verify_root
               ? ": the row cannot be locked, though nobody else has changed it: a row-level "
                 "policy hides it"
               : ": the write had no effect, though nobody else has changed the row: a trigger, a "
                 "rule or a row-level policy swallowed it"),
      std::move(context));
}

/// A version column that is narrower than its member (22003: out of range), which no plan can know
/// of. What else the statement writes may be out of range too, so a version that is not at the end
/// of such a column is to blame only where nothing else is written.
bool is_overflow(const Step& failed, const Failure& failure) {
  if (failure.code != "22003" || failed.purpose != Purpose::write_root || !failed.change->bumps())
    return false;
  const std::int64_t expected = failed.change->entry->expected;
  return expected == std::numeric_limits<std::int16_t>::max() ||
         expected == std::numeric_limits<std::int32_t>::max() || failed.row->columns.empty();
}

/// Also a constraint may be violated only because a root has been changed since it was read: the
/// unique value that it had is another's now, what it refers to is gone.
bool may_be_a_conflict(FailureKind kind) {
  return kind == FailureKind::serialization || kind == FailureKind::deadlock ||
         kind == FailureKind::unique || kind == FailureKind::foreign_key;
}

}  // namespace

void raise_if_stale(const std::shared_ptr<Host>& host, const Settings& settings,
                    const std::vector<Involved>& involved) {
  if (involved.empty()) return;
  const Probe probe(host, settings, involved, nullptr);
  if (!probe.complete()) return;
  if (auto conflicts = stale_roots(involved, probe); !conflicts.empty())
    raise_stale(*host, std::move(conflicts), true, {});
}

void raise_verdict(const std::shared_ptr<Host>& host, const Settings& settings,
                   const std::vector<Involved>& involved, const Step* failed,
                   const PlanResult& result, CommitUnknown::Resolver resolver) {
  const std::string sql = failed ? failed->statement.sql.str() : std::string();
  const bool no_rows = failed && !result.failure;
  if (no_rows && failed->purpose == Purpose::check_digits)
    throw DataError(place_of(*failed->row) + ", column " +
                        failed->row->shape->columns[failed->column].name +
                        ": an SQLite column of type NUMERIC keeps 15 digits, and this decimal has "
                        "more; a TEXT column keeps them all",
                    {sql, {}, {}});
  if (no_rows && result.outcomes.back().affected > failed->statement.expect.value_or(0))
    throw DataError(place_of(*failed->row) +
                        ": more than one row has this key, which must be unique in its table",
                    {sql, {}, {}});
  const Failure failure = result.failure.value_or(Failure{});
  const bool in_conflict = result.failure && may_be_a_conflict(failure.kind);
  if (no_rows || (in_conflict && !involved.empty())) {
    const Probe probe(host, settings, involved, failed);
    if (probe.complete())
      if (auto conflicts = stale_roots(involved, probe); !conflicts.empty())
        raise_stale(*host, std::move(conflicts), true, {sql, failure.code, failure.message});
    if (no_rows) raise_no_rows(*host, involved, *failed, probe);
    if (failed && failure.kind == FailureKind::serialization && !probe.complete()) {
      const Involved* root = checked_root(involved, *failed);
      if (root && counts_version(*root))
        raise_unknown(*host, *root, probe, {sql, failure.code, failure.message});
    }
    if (failed && probe.complete())
      raise_if_child_moved(*host, involved, *failed, probe, {sql, failure.code, failure.message});
  }
  if (failed && is_overflow(*failed, failure))
    throw VersionOverflow(
        place_of(*failed->row) + ": its version has reached the maximum of its column",
        {sql, failure.code, failure.message});
  driver::raise(failure, result.stage, failed ? place_of(*failed->row) : std::string(), sql,
                std::move(resolver));
}

}  // namespace rowan::work
