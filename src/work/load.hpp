#pragma once
/// Keys or a query in, whole aggregates as rows out, each read in one state of the database.

#include <functional>
#include <vector>

#include "../sql/read_rows.hpp"
#include "database_transaction.hpp"

namespace rowan::work {

/// Reads inside the unit's transaction where one is open or Transaction::from_first_read asks for
/// it, else in a short one of its own. After an error that ended the unit's transaction, it is no
/// longer open.
class Loader {
 public:
  Loader(const std::shared_ptr<Host>& host, const Settings& settings, DatabaseTransaction& unit)
      : host_(*host), settings_(settings), unit_(unit), own_(host) {}

  /// Those that are there, in no order.
  std::vector<sql::RootRow> get(const ObjectMap& map, const std::vector<KeyValues>& keys);
  /// Those that match, in the order of the query; rows that are `held` come without children, and
  /// those that were deleted while they were read without a key.
  std::vector<sql::RootRow> select(const ObjectMap& map, const Query& query,
                                   const std::function<bool(const KeyValues&)>& held);
  std::size_t count(const ObjectMap& map, const Query& query);
  /// What these answer, which are about the aggregates of `map`, all in one plan.
  std::vector<Outcome> ask(const ObjectMap& map, std::vector<Statement> statements);

 private:
  [[nodiscard]] bool in_unit() const noexcept {
    return unit_.open() || settings_.transaction == Transaction::from_first_read;
  }
  std::vector<Outcome> run(std::vector<Statement> statements, Plan::Finish finish,
                           const ObjectMap& map);
  std::vector<Outcome> run_query(Statement statement, Plan::Finish finish, const ObjectMap& map,
                                 const Query& query);
  [[nodiscard]] bool may_tear(const ObjectMap& map) const noexcept;
  std::vector<sql::RootRow> read(const ObjectMap& map, const std::vector<KeyValues>& keys);
  /// The observer.
  void tell(const ObjectMap& map, const sql::RootRow& root) const;
  /// The observer, of those with these keys that are not there.
  void tell_missing(const ObjectMap& map, const std::vector<KeyValues>& keys,
                    const std::vector<sql::RootRow>& roots) const;

  Host& host_;
  const Settings& settings_;
  DatabaseTransaction& unit_;
  DatabaseTransaction own_;
};

}  // namespace rowan::work
