#pragma once
/// The engine behind a UnitOfWork: entries in, one database transaction out.

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <rowan/unit_of_work.hpp>

#include "../change/merge.hpp"
#include "../document/changes.hpp"
#include "commit_outcome.hpp"
#include "flush_plan.hpp"
#include "load.hpp"
#include "verdict.hpp"

namespace rowan {

class UnitOfWork::Impl {
 public:
  using EntryPtr = std::shared_ptr<work::Entry>;

  Impl(std::shared_ptr<work::Host> host, const work::Settings& settings)
      : host_(std::move(host)), settings_(settings), transaction_(host_) {
    host_->observer->unit({&transaction_, UnitEvent::Kind::began});
  }
  ~Impl();
  /// What hooks are called with; it moves.
  void belongs_to(UnitOfWork& unit) noexcept { unit_ = &unit; }

  [[nodiscard]] const ObjectMap& map_of(std::type_index type) const {
    return host_->schema.at(type);
  }

  // unit.cpp: aggregates come and go
  /// Along `keys`; null for those that are not there, or removed in this unit.
  std::vector<EntryPtr> get(std::type_index type, const std::vector<KeyValues>& keys);
  std::vector<EntryPtr> select(std::type_index type, const Query& query);
  void walk(std::type_index type, Query query, const std::function<void(const TrackedPtr&)>& visit);
  std::size_t count(std::type_index type, const Query& query);
  EntryPtr add(std::type_index type, void* owned);
  void remove(const EntryPtr& entry);
  void touch(const EntryPtr& entry);
  void refresh(const EntryPtr& entry);
  void discard(const EntryPtr& entry);

  // unit_expect.cpp: versions from outside, and aggregates that are only read
  EntryPtr get(std::type_index type, const KeyValues& key, std::int64_t version);
  EntryPtr remove(std::type_index type, const KeyValues& key, std::optional<std::int64_t> version);
  void expect(const EntryPtr& entry, std::int64_t version);
  void expect_unchanged(const EntryPtr& entry);

  // unit_merge.cpp: copies that leave and come back
  detail::Departed detach(const EntryPtr& entry);
  detail::Departed from_json(std::type_index type, std::string_view text,
                             const DocumentLimits& limits);
  EntryPtr merge(const detail::Departed& copy, Merging how, const Resolution* answers,
                 IfDeleted if_deleted);

  // unit_history.cpp: versions that have been
  std::vector<Revision> history(std::type_index type, const KeyValues& key);
  detail::Departed at_version(std::type_index type, const KeyValues& key, std::int64_t version);

  // unit_outcome.cpp: what becomes of the entries
  void rollback() noexcept;

  // unit_write.cpp: what is sent
  void flush();
  void commit();
  /// Calls `write`, during which these stand in for the unit's own.
  void with(Versions versions, const std::function<void()>& write);
  /// Opens the write transaction, unless it is open, and gives what it runs on.
  Connection& open();

  // unit_savepoint.cpp
  void savepoint(const std::function<void()>& work);

  // unit_bulk.cpp
  std::size_t update_all(std::type_index type, const Assignments& set, const Query& where);
  std::size_t remove_all(std::type_index type, const Query& where);
  std::vector<Conflict> update_all(std::type_index type, const Assignments& set,
                                   std::vector<Expected> rows);
  std::vector<Conflict> remove_all(std::type_index type, std::vector<Expected> rows);

 private:
  struct Page {
    std::vector<EntryPtr> entries;
    std::vector<EntryPtr> loaded;  ///< those that were not in the unit before
    std::vector<Value> last;       ///< place of the last row
    std::size_t rows = 0;
  };

  void check_usable() const;
  void check_alive(const work::Entry& entry) const;
  static void check_versioned(const work::Entry& entry, const char* wanted);
  /// Throws UsageError where commit could not check the entry's version any more.
  void check_checkable(const work::Entry& entry) const;
  /// Runs a read; where that ended the open transaction, the unit has failed.
  template <class F>
  auto reading(F&& read) -> decltype(read(std::declval<work::Loader&>()));
  /// What a read of these answers.
  std::vector<Outcome> ask(const ObjectMap& map, std::vector<Statement> statements);
  EntryPtr admit(std::type_index type, sql::RootRow row);
  void take_in(work::Entry& entry, const sql::RootRow& row);
  /// The same for an entry that is in the unit: it stays as it was where the class refuses the row.
  void read_again(work::Entry& entry, const sql::RootRow& row);
  [[nodiscard]] static bool is_stored(const work::Entry& entry, const sql::RootRow& row);
  [[nodiscard]] bool is_outdated(const work::Entry& entry) const;
  [[nodiscard]] bool is_gone(const work::Entry& entry);
  Page page(std::type_index type, const Query& query);
  void flush_before_query();
  void drop(const EntryPtr& entry);

  void check_can_merge(const work::Entry& entry) const;
  /// The object becomes these rows, and the unit is as before where its class refuses them.
  void become(const EntryPtr& entry, const Snapshot& rows, Merging how);
  Snapshot merged(const work::Entry& entry, const detail::Departed& copy, Snapshot mine,
                  const Snapshot& theirs, Merging how, const Resolution* answers);
  EntryPtr resurrect(const detail::Departed& copy, const Snapshot& mine);
  /// `found`: what is there now; none: nothing.
  [[noreturn]] void raise_stale_copy(const detail::Departed& copy,
                                     std::optional<std::int64_t> found);
  [[noreturn]] void raise_stale_copy(std::type_index type, const KeyValues& key,
                                     std::int64_t version, std::optional<std::int64_t> found);
  [[noreturn]] static void raise_clashes(const work::Entry& entry,
                                         const std::vector<change::Clash>& clashes);

  void go_on_from_history(work::ChangeSet& changes);
  void add_history(std::vector<work::Step>& steps, const work::ChangeSet& changes,
                   work::ChangeSet& records);
  std::optional<Snapshot> state_at(const ObjectMap& map, const KeyValues& key, std::int64_t version,
                                   document::MappedSince since);
  std::optional<Snapshot> base_at(const ObjectMap& map, const KeyValues& key, std::int64_t version);

  enum class Hook { before_flush, before_commit, after_commit, after_rollback, progress };
  void check_no_hook(const char* doing) const;
  void call(Hook hook);
  void call_before(Hook hook);
  void report(std::size_t sent, const work::ChangeSet& changes);
  void refuse(const std::string& cause) noexcept;
  void call_after_commit();
  void call_after_rollback() noexcept;
  void count_rollback() noexcept;

  struct Frame;
  void go_back(const Frame& frame, const std::string& cause) noexcept;
  void restore(const Frame& frame);
  /// Whether a root was stale when a statement inside of the innermost savepoint failed. Asks in
  /// the open transaction, since another connection there need not be.
  [[nodiscard]] bool was_stale(const work::ChangeSet& changes);

  std::optional<Conflict> doubt(work::Entry& entry);
  void confirm(const work::ChangeSet& changes);
  const Shape& bulk_root(std::type_index type) const;
  void before_bulk(std::type_index type);
  std::vector<Outcome> run_bulk(const Shape& root, std::vector<Statement> statements);
  [[nodiscard]] EntryPtr listed(std::type_index type, const Expected& row) const;
  std::vector<Outcome> run_list(std::type_index type, const std::vector<Expected>& rows,
                                work::Change::Action action, std::vector<Statement> statements);
  [[nodiscard]] bool holds_any(std::type_index type) const;
  void mark_outrun(std::type_index type, const std::vector<KeyValues>& written);
  void remove_locked(std::type_index type, const std::vector<KeyValues>& keys);
  std::vector<Conflict> conflicts(std::type_index type, const std::vector<Expected>& losers,
                                  Conflict::Operation operation);

  /// What is to be written. Throws StaleDataError rather than say that what was read does not fit.
  work::ChangeSet collect();
  void write(Plan::Finish finish);
  std::vector<Outcome> run(std::vector<work::Step> steps, Plan::Finish finish,
                           const work::ChangeSet& changes);
  [[noreturn]] void fail(const std::vector<work::Step>& steps, const PlanResult& result,
                         const work::ChangeSet& changes);
  /// What every end of a transaction without effect has in common, when it is over.
  void after_failure(const std::string& cause) noexcept;
  /// Runs a plan; an exception ends the transaction, of which the unit has failed if it was open.
  PlanResult send(const Plan& plan, const work::ChangeSet& changes);
  [[noreturn]] void fail_in_doubt(const work::ChangeSet& changes);
  /// Whether a read has ended the transaction that was open: then the unit has failed.
  void after_read(bool was_open, const std::string& cause) noexcept;
  /// Ends the open transaction because of an error, of which the unit has failed from then on.
  void fail_of(const std::string& cause) noexcept;
  std::vector<work::Involved> involved(const work::ChangeSet& changes) const;
  std::vector<work::InvolvedChild> involved_children(const work::ChangeSet& changes) const;
  [[nodiscard]] std::optional<work::Evidence> evidence(const work::ChangeSet& changes) const;
  void assign_key(work::Change& change, const Outcome& answer);
  void read_version(const work::Step& step, const Outcome& answer);
  void prepare(work::ChangeSet& changes, Plan::Finish finish);
  void promote(work::ChangeSet& changes) noexcept;
  std::size_t accept() noexcept;
  void revert() noexcept;
  void revert(work::Entry& entry) noexcept;

  std::shared_ptr<work::Host> host_;
  work::Settings settings_;
  work::DatabaseTransaction transaction_;
  work::IdentityMap entries_;
  UnitOfWork* unit_ = nullptr;
  std::optional<std::string> failed_;                  ///< what the unit failed of
  const int exceptions_ = std::uncaught_exceptions();  ///< that were under way when it began
  UnitFailed::Retry retry_ = UnitFailed::Retry::no;    ///< of that failure, where nobody was told
  enum class Over { no, yes } over_ = Over::no;        ///< a failure that no rollback cures
  std::optional<Hook> in_hook_;
  enum class Wrote { no, yes } wrote_ = Wrote::no;  ///< the open transaction, or it may have
  std::size_t written_in_bulk_ = 0;                 ///< rows, by the open transaction
  std::uint64_t epoch_ = 0;  ///< of transactions from first read: what one read is news to the next
  std::size_t savepoints_ = 0;              ///< that are open
  std::vector<EntryPtr> gone_;              ///< room for what dies of a COMMIT
  std::optional<work::Evidence> recorded_;  ///< what the COMMIT under way writes to a history
};

}  // namespace rowan
