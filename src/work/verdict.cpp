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
        const std::vector<Involved>& involved, const std::vector<InvolvedChild>& children) {
    std::map<std::type_index, std::vector<KeyValues>> keys;
    for (const auto& root : involved) keys[root.entry->type].push_back(root.entry->key);
    // In one state: of a root and its child, seen one after the other, the root could seem to
    // stand.
    Plan plan{Begin{Isolation::repeatable_read, Access::read_only, settings.lock_timeout,
                    settings.statement_timeout},
              {},
              Plan::Finish::commit};
    for (const auto& [type, all] : keys)
      for (const auto& some : sql::in_batches(all)) {
        plan.statements.push_back(
            sql::select_versions(host->backend, host->schema.at(type).shape, some));
        types_.push_back(type);
      }
    for (const InvolvedChild& child : children)
      plan.statements.push_back(
          sql::select_version(host->backend, *child.row->shape, child.row->key));
    try {
      DatabaseTransaction transaction(host);
      read(transaction.run_or_raise(plan, "probe"));
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
  /// Of the child in this place. None: its row is gone.
  [[nodiscard]] std::optional<std::int64_t> child_version(std::size_t place) const {
    return children_[place];
  }

 private:
  static std::int64_t number(const Value& value) {
    const auto* number = std::get_if<std::int64_t>(&value);
    return number ? *number : 0;
  }
  void read(const std::vector<Outcome>& answers) {
    for (std::size_t i = 0; i < types_.size(); ++i)
      for (const auto& row : answers[i].rows)
        versions_[{types_[i], KeyValues(row.begin(), row.end() - 1)}] = number(row.back());
    for (std::size_t i = types_.size(); i < answers.size(); ++i) {
      const auto& rows = answers[i].rows;
      children_.push_back(rows.empty() ? std::nullopt : std::optional(number(rows[0][0])));
    }
  }

  std::vector<std::type_index> types_;  // along the first statements of the plan
  std::map<std::pair<std::type_index, KeyValues>, std::int64_t> versions_;
  std::vector<std::optional<std::int64_t>> children_;
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

/// The root that the row is of, which the change of `written` writes. A child on its way to another
/// root is still that of the one it leaves.
const Involved* blamed(const std::vector<Involved>& involved, const Entry& written,
                       const change::RowChange& row) {
  const auto found = std::find_if(involved.begin(), involved.end(), [&](const Involved& i) {
    const KeyValues& root = i.entry->key;
    if (!row.new_owner) return i.entry.get() == &written;
    return i.entry->type == written.type && root.size() <= row.key.size() &&
           std::equal(root.begin(), root.end(), row.key.begin());
  });
  return found == involved.end() ? nullptr : &*found;
}

/// The child of a root that has not moved: somebody wrote past the root.
Conflict child_conflict(const Involved& root, const change::RowChange& row, bool gone,
                        const Probe& probe) {
  Conflict out = root_conflict(root, probe);
  out.kind = gone ? Conflict::Kind::deleted : Conflict::Kind::changed;
  out.table = row.shape->table;
  out.key = row.key;
  out.operation = row.kind == change::RowChange::Kind::remove ? Conflict::Operation::remove
                                                              : Conflict::Operation::update;
  return out;
}

/// Where the row of a child stopped it: all children that are not what they were when they were
/// read. Where they could not be asked for: the one that was met, if it is certain to be one.
std::vector<Conflict> moved_children(const std::vector<Involved>& involved,
                                     const std::vector<InvolvedChild>& children, const Step& failed,
                                     const Probe& probe, bool certain) {
  std::vector<Conflict> out;
  for (std::size_t i = 0; i < children.size(); ++i) {
    const change::RowChange& row = *children[i].row;
    const Involved* root = blamed(involved, *children[i].entry, row);
    if (!root) continue;
    if (!probe.complete()) {
      if (certain && failed.change->entry == children[i].entry && failed.row->shape == row.shape &&
          failed.row->key == row.key)
        out.push_back(child_conflict(*root, row, false, probe));
    } else if (const auto found = probe.child_version(i);
               !found || (children[i].version && *found != *children[i].version)) {
      out.push_back(child_conflict(*root, row, !found, probe));
    }
  }
  return out;
}

/// The root that the step was the check of; null: it was none.
const Involved* checked_root(const std::vector<Involved>& involved, const Step& failed) {
  const bool checks =
      failed.purpose == Purpose::write_root || failed.purpose == Purpose::verify_root;
  return checks ? blamed(involved, *failed.change->entry, *failed.row) : nullptr;
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
  throw WriteIgnored(
      place_of(*failed.row) +
          (failed.purpose == Purpose::verify_root
               ? ": the row cannot be locked, though nobody else has changed it: a row-level "
                 "policy hides it"
               : ": the write had no effect, though nobody else has changed the row: a trigger, a "
                 "rule or a row-level policy swallowed it"),
      std::move(context));
}

bool is_at_an_end(std::int64_t version) {
  return version == std::numeric_limits<std::int16_t>::max() ||
         version == std::numeric_limits<std::int32_t>::max();
}

/// A version column that is narrower than its member (22003: out of range), which no plan can know
/// of. What else the statement writes may be out of range too, so a version that is not at the end
/// of such a column is to blame only where nothing else is written.
bool is_overflow(const Step& failed, const Failure& failure) {
  if (failure.code != "22003") return false;
  switch (failed.purpose) {
    case Purpose::write_root:
      return failed.change->bumps() &&
             (is_at_an_end(failed.change->entry->expected) || failed.row->columns.empty());
    case Purpose::insert_root: return is_at_an_end(failed.change->version - 1);
    case Purpose::write_child:
      return failed.row->moves == Moves::version && is_at_an_end(failed.version);
    case Purpose::write_many: return is_at_an_end(failed.version);
    default: return false;
  }
}

/// Whether a history has the version that was to be written, because somebody else has written it.
/// (A key that the database has given twice is nobody's to blame.)
bool is_written_before(const Step& failed, const Failure& failure) {
  if (failed.purpose != Purpose::record || failure.kind != FailureKind::unique) return false;
  const Entry& entry = *failed.change->entry;
  return entry.state != EntryState::added ||
         !entry.key.empty();  // those given are withdrawn by now
}

Conflict conflict_with_history(const Step& record) {
  const Entry& entry = *record.change->entry;
  const bool removes = entry.state == EntryState::removed;
  return conflict(entry, removes ? Conflict::Operation::remove : Conflict::Operation::update,
                  entry.expected, std::get<std::int64_t>(record.row->key.back()));
}

/// Also a constraint may be violated only because a root has been changed since it was read: the
/// unique value that it had is another's now, what it refers to is gone.
bool may_be_a_conflict(FailureKind kind) {
  return kind == FailureKind::serialization || kind == FailureKind::deadlock ||
         kind == FailureKind::unique || kind == FailureKind::foreign_key;
}

}  // namespace

void raise_if_stale(const std::shared_ptr<Host>& host, const Settings& settings,
                    const std::vector<Involved>& involved, std::vector<Conflict> conflicts) {
  if (involved.empty() && conflicts.empty()) return;
  const Probe probe(host, settings, involved, {});
  const auto is_known = [&](const Conflict& conflict) {
    return std::any_of(conflicts.begin(), conflicts.end(), [&](const Conflict& known) {
      return known.type == conflict.type && known.key == conflict.key;
    });
  };
  if (probe.complete())
    for (Conflict& conflict : stale_roots(involved, probe))
      if (!is_known(conflict)) conflicts.push_back(std::move(conflict));
  if (!conflicts.empty()) raise_stale(*host, std::move(conflicts), probe.complete(), {});
}

void raise_verdict(const std::shared_ptr<Host>& host, const Settings& settings,
                   const std::vector<Involved>& involved,
                   const std::vector<InvolvedChild>& children, const Step* failed,
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
    const bool of_child = failed && failed->purpose == Purpose::write_child;
    const Probe probe(host, settings, involved, of_child ? children : std::vector<InvolvedChild>());
    const ErrorContext context{sql, failure.code, failure.message};
    if (probe.complete())
      if (auto conflicts = stale_roots(involved, probe); !conflicts.empty())
        raise_stale(*host, std::move(conflicts), true, context);
    if (of_child)
      if (auto conflicts = moved_children(involved, children, *failed, probe, no_rows);
          !conflicts.empty())
        raise_stale(*host, std::move(conflicts), probe.complete(), context);
    if (no_rows) raise_no_rows(*host, involved, *failed, probe);
    if (failed && failure.kind == FailureKind::serialization && !probe.complete()) {
      const Involved* root = checked_root(involved, *failed);
      if (root && counts_version(*root)) raise_unknown(*host, *root, probe, context);
    }
  }
  if (failed && is_written_before(*failed, failure))
    raise_stale(*host, {conflict_with_history(*failed)}, true,
                {sql, failure.code, failure.message});
  if (failed && is_overflow(*failed, failure))
    throw VersionOverflow(
        place_of(*failed->row) + ": its version has reached the maximum of its column",
        {sql, failure.code, failure.message});
  driver::raise(failure, result.stage, failed ? place_of(*failed->row) : std::string(), sql,
                std::move(resolver));
}

}  // namespace rowan::work
