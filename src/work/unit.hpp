#pragma once
/// The engine behind a UnitOfWork: entries in, one database transaction out.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <rowan/unit_of_work.hpp>

#include "flush_plan.hpp"
#include "load.hpp"
#include "verdict.hpp"

namespace rowan {

class UnitOfWork::Impl {
 public:
  using EntryPtr = std::shared_ptr<work::Entry>;

  Impl(std::shared_ptr<work::Host> host, const work::Settings& settings)
      : host_(std::move(host)), settings_(settings), transaction_(host_) {}
  ~Impl();

  [[nodiscard]] const ObjectMap& map_of(std::type_index type) const {
    return host_->schema.at(type);
  }

  /// Along `keys`; null for those that are not there, or removed in this unit.
  std::vector<EntryPtr> get(std::type_index type, const std::vector<KeyValues>& keys);
  std::vector<EntryPtr> select(std::type_index type, const Query& query);
  void walk(std::type_index type, Query query, const std::function<void(const Entry&)>& visit);
  std::size_t count(std::type_index type, const Query& query);

  EntryPtr add(std::type_index type, void* owned);
  void remove(const EntryPtr& entry);
  void touch(const EntryPtr& entry);
  void refresh(const EntryPtr& entry);
  void discard(const EntryPtr& entry);

  void flush(std::optional<Versions> versions);
  void commit(std::optional<Versions> versions);
  void rollback() noexcept;
  /// Opens the write transaction, unless it is open, and gives what it runs on.
  Connection& open();

 private:
  struct Page {
    std::vector<EntryPtr> entries;
    std::vector<EntryPtr> loaded;  ///< those that were not in the unit before
    std::vector<Value> last;       ///< place of the last row
    std::size_t rows = 0;
  };

  void check_usable() const;
  void check_alive(const work::Entry& entry) const;
  /// Runs a read; where that ended the open transaction, the unit has failed.
  template <class F>
  auto reading(F&& read) -> decltype(read(std::declval<work::Loader&>()));
  EntryPtr admit(std::type_index type, sql::RootRow row);
  Page page(std::type_index type, const Query& query);
  void flush_before_query();
  void drop(const EntryPtr& entry);

  void write(Plan::Finish finish, Versions versions);
  void run(std::vector<work::Step>& steps, Plan::Finish finish, Versions versions,
           const work::ChangeSet& changes);
  [[noreturn]] void fail(const std::vector<work::Step>& steps, const PlanResult& result,
                         Versions versions, const work::ChangeSet& changes);
  std::vector<work::Involved> involved(const work::ChangeSet& changes) const;
  static void remember(work::Entry& entry);
  void assign_key(work::Change& change, const Outcome& answer);
  static void read_version(work::Change& change, const Outcome& answer);
  void promote(work::ChangeSet& changes);
  void accept() noexcept;
  void revert() noexcept;

  std::shared_ptr<work::Host> host_;
  work::Settings settings_;
  work::DatabaseTransaction transaction_;
  work::IdentityMap entries_;
  std::optional<std::string> failed_;  ///< what the unit failed of
};

}  // namespace rowan
