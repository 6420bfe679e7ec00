#pragma once
/// A database that fails by a script, what it holds as text, and the way back to how it began.

#include <memory>
#include <string>
#include <utility>

#include <rowan/soci.hpp>

#include "database.hpp"
#include "failing_stores.hpp"
#include "fault_workloads.hpp"
#include "orders.hpp"
#include "triggers.hpp"

namespace contract {

inline std::string spell(const Order& order) {
  std::string out = std::to_string(order.id.value) + order.customer + order.remark.value_or("-");
  for (const Line& line : order.lines) {
    out += " line " + std::to_string(line.number) + " " + std::to_string(line.quantity) +
           line.price.currency + std::to_string(line.price.cents);
    for (const Discount& d : line.discounts) out += d.reason + std::to_string(d.percent);
  }
  for (const Note& note : order.notes) out += " note " + note.text;
  for (const auto tag : order.tags) out += " tag " + std::to_string(tag);
  return out;
}
inline std::string spell(const Dinner& dinner) {
  std::string out = std::to_string(dinner.id);
  for (const Guest& guest : dinner.guests)
    out += " guest " + std::to_string(guest.id) + " " + std::to_string(guest.seat);
  return out;
}

template <class B>
class FaultBench {
 public:
  Database<B> db;
  std::shared_ptr<rowan::testing::Script> script = std::make_shared<rowan::testing::Script>();
  int commits = 0;  ///< calls of after_commit
  rowan::Store store;
  rowan::Store plain;  ///< does not fail
  std::string before;  ///< what the database holds to begin with

  explicit FaultBench(rowan::Journal journal = rowan::Journal::as_it_is)
      : store(open(journal)), plain(db.open(rowan::Schema::of<Order, Dinner>(), on(journal))) {
    if (!db.postgres) db.execute("PRAGMA synchronous = OFF");
    store_all(plain, order(1), order(2), order(3), order(4), order(5), order(6),
              Dinner{1, {{1, 11}, {2, 12}, {3, 13}}}, Dinner{2, {{1, 11}, {2, 12}}});
    std::string again = "DELETE FROM resets";  // all in one statement, for the sake of time
    Strings kept;
    for (const std::string table : tables) {
      db.execute("CREATE TABLE kept_" + table + " AS SELECT * FROM " + table);
      again = "DELETE FROM " + table + "; " + again;
      kept.push_back("INSERT INTO " + table + " SELECT * FROM kept_" + table);
    }
    again += "; " + joined(kept, "; ");
    db.execute("CREATE TABLE resets (number integer)");
    create_trigger(db, "AFTER INSERT ON resets", again, again + "; RETURN NULL");
    select_all_ = select_all();
    if (db.postgres) {  // planned once
      db.execute("PREPARE contents AS " + select_all_);
      select_all_ = "EXECUTE contents";
    }
    before = contents();
  }
  void reset() {
    db.execute("INSERT INTO resets VALUES (1)");
    // Rows that are dead make every later look at the tables slower.
    if (db.postgres && ++resets_ % 64 == 0) db.execute("VACUUM");
    commits = 0;
  }
  /// All rows.
  std::string contents() { return db.text(select_all_); }
  /// Versions in memory are those of the database, which has none of what was never stored.
  void check_versions(const Hands& hands) {
    Strings expected;
    Strings found;
    add_versions("orders", hands.orders, expected, found);
    add_versions("dinners", hands.dinners, expected, found);
    if (!found.empty()) CHECK(db.text("SELECT " + joined(found, " || ")) == joined(expected, ""));
    for (const auto& [id, ref] : hands.orders)
      if (is_alive(ref)) CHECK(ref->version == ref.version());
  }
  /// Objects are what the database holds. They are asked for again, as what was read from a
  /// transaction that was rolled back is read again then.
  void check_memory(const Hands& hands) {
    auto fresh = plain.begin();
    for (const auto& [id, ref] : hands.orders) {
      if (!is_alive(ref)) continue;
      CHECK(hands.unit.get<Order>({id}) == ref);
      CHECK(spell(*ref) == spell(*fresh.get<Order>({id})));
    }
    for (const auto& [id, ref] : hands.dinners) {
      if (!is_alive(ref)) continue;
      CHECK(hands.unit.get<Dinner>(id) == ref);
      CHECK(spell(*ref) == spell(*fresh.get<Dinner>(id)));
    }
    check_versions(hands);
  }
  /// All objects at hand, as text.
  static std::string memory(const Hands& hands) {
    std::string out;
    for (const auto& item : hands.orders)
      if (is_alive(item.second)) out += spell(*item.second) + "\n";
    for (const auto& item : hands.dinners)
      if (is_alive(item.second)) out += spell(*item.second) + "\n";
    return out;
  }

 private:
  static constexpr const char* tables[] = {"orders", "order_lines", "discounts", "notes",
                                           "tags",   "dinners",     "guests"};

  template <class T>
  static bool is_alive(const rowan::Ref<T>& ref) {
    try {
      (void)ref.id();
      return true;
    } catch (const rowan::UsageError&) {
      return false;
    }
  }
  /// The versions that are expected in a table, and an expression for those that are there.
  template <class T>
  static void add_versions(const std::string& table,
                           const std::map<std::int64_t, rowan::Ref<T>>& refs, Strings& expected,
                           Strings& found) {
    std::string ids;
    std::string versions = table;
    for (const auto& [id, ref] : refs) {
      if (!is_alive(ref)) continue;
      ids += (ids.empty() ? "" : ", ") + std::to_string(id);
      if (ref.version() != 0)
        versions += " " + std::to_string(id) + ":" + std::to_string(ref.version());
    }
    if (ids.empty()) return;
    expected.push_back(versions);
    found.push_back(rows_of({table, "id", "version"}, " WHERE id IN (" + ids + ")"));
  }
  static std::string joined(const Strings& parts, const std::string& between) {
    std::string out = parts.front();
    for (std::size_t i = 1; i < parts.size(); ++i) out += between + parts[i];
    return out;
  }
  /// An expression: the rows of a table, whose name comes before its columns, as one text.
  static std::string rows_of(const Strings& columns, const std::string& where = {}) {
    const std::string& table = columns.front();
    const std::string row = joined({columns.begin() + 1, columns.end()}, " || ':' || ");
    return "'" + table + "' || coalesce((SELECT " +
           (Database<B>::postgres ? "string_agg" : "group_concat") +
           "(x, '') FROM (SELECT ' ' || " + row + " AS x FROM " + table + where +
           " ORDER BY 1) AS t), '')";
  }
  /// All rows as one text; of the versions that are unique the part that counts.
  static std::string select_all() {
    Strings rows;
    for (const Strings& columns : std::vector<Strings>{
             {"orders", "id", "version", "customer", "coalesce(remark, '-')"},
             {"order_lines", "order_id", "line_no", "quantity", "price_amount", "price_currency"},
             {"discounts", "order_id", "line_no", "pos", "reason", "percent"},
             {"notes", "order_id", "pos", "text"},
             {"tags", "order_id", "tag"},
             {"dinners", "id", "version / 4294967296"},
             {"guests", "dinner_id", "id", "seat"}})
      rows.push_back(rows_of(columns));
    return "SELECT " + joined(rows, " || '\n' || ");
  }

  int resets_ = 0;
  std::string select_all_;

  static rowan::StoreOptions on(rowan::Journal journal) {
    rowan::StoreOptions options;
    options.journal = journal;
    return options;
  }
  rowan::Store open(rowan::Journal journal) {
    rowan::StoreOptions options = failing(db, script);
    options.journal = journal;
    options.work.retry = rowan::Retry{.attempts = 3, .pause = std::chrono::milliseconds(0)};
    options.work.hooks.after_commit = [this](rowan::UnitOfWork&) { ++commits; };
    options.wrap = [wrap = options.wrap](std::unique_ptr<rowan::Connection> connection) {
      if (connection->backend() == rowan::Backend::sqlite)
        *static_cast<soci::session*>(connection->session()) << "PRAGMA synchronous = OFF";
      return wrap(std::move(connection));
    };
    return db.template open<Order, Dinner>(std::move(options));
  }
};

}  // namespace contract
