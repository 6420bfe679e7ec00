#pragma once
/// What two units of work can do to each other: one reads and edits, the other is committed, then
/// the first one commits.

#include <functional>
#include <string>
#include <vector>

#include <rowan/soci.hpp>

#include "orders.hpp"
#include "ways.hpp"

namespace contract {

struct Scenario {
  std::string theirs_is;
  std::string mine_is;
  std::function<void(rowan::Store&)> theirs;
  std::function<void(rowan::UnitOfWork&)> mine;
  /// Of the StaleDataError, where there is one: table, key, kind, operation, versions.
  Strings conflicts;
  rowan::Versions versions = rowan::Versions::check;
  /// What mine does last, after theirs; what it is told, if that is worth a word.
  std::function<std::string(rowan::UnitOfWork&)> last{};
  /// Instead of theirs: written, and not yet committed when mine commits.
  std::function<void(rowan::UnitOfWork&)> held{};
};

/// A root whose versions no two writers give alike.
struct Leaflet {
  std::int64_t id = 0;
  std::string text;
};
inline rowan::Mapping<Leaflet, std::int64_t> mapping_of(std::type_identity<Leaflet>) {
  return rowan::aggregate("leaflets", rowan::key("id", &Leaflet::id),
                          rowan::version("version", rowan::unique_versions))
      .column("text", &Leaflet::text);
}

/// A root whose children have versions too, and can move to another root.
struct Sheet {
  std::int64_t id = 0;
  std::string text;
};
struct Folder {
  std::int64_t id = 0;
  std::vector<Sheet> sheets;
};
inline rowan::Mapping<Folder, std::int64_t> mapping_of(std::type_identity<Folder>) {
  using rowan::child, rowan::key, rowan::parent, rowan::version;
  return rowan::aggregate("folders", key("id", &Folder::id), version("version"))
      .children(&Folder::sheets,
                child("sheets", parent("folder"), key("id", &Sheet::id, rowan::unique_in_table),
                      version("version"))
                    .column("text", &Sheet::text));
}

/// Orders 1 to 3, a leaflet, and folders 1 and 2 with sheet 7 in the first; all of nobody in
/// particular.
template <class B>
rowan::Store open_scene(Database<B>& db, const Way& way) {
  rowan::Store store = db.template open<Order, Leaflet, Folder>(way.store());
  store_all(store, order(1), order(2), order(3), Leaflet{1, "Ann"}, Folder{1, {{7, "old"}}},
            Folder{2, {}});
  return store;
}

namespace scene {

using rowan::Store, rowan::UnitOfWork;

template <class F>
void commit(Store& others, F&& work) {
  UnitOfWork unit = others.begin();
  work(unit);
  unit.commit();
}
inline void edit(UnitOfWork& mine, std::int64_t id) {
  mine.get<Order>({id})->customer = "mine";
}
inline void edit_all(UnitOfWork& mine) {
  for (const std::int64_t id : {3, 1, 2}) edit(mine, id);
}
inline void change(Store& others, std::int64_t id) {
  commit(others, [&](UnitOfWork& unit) { unit.get<Order>({id})->customer = "theirs"; });
}
inline void remove(Store& others, std::int64_t id) {
  commit(others, [&](UnitOfWork& unit) { unit.remove<Order>({id}); });
}

inline void edit_one(UnitOfWork& mine) {
  edit(mine, 1);
}
inline void edit_line(UnitOfWork& mine) {
  mine.get<Order>({1})->lines[1].quantity = 9;
}
inline void add_line(UnitOfWork& mine) {
  mine.get<Order>({1})->lines.push_back({3, 9, {}, {{"mine", 1}}});
}
inline void remove_one(UnitOfWork& mine) {
  mine.remove(mine.get<Order>({1}));
}
inline void remove_one_by_id(UnitOfWork& mine) {
  mine.remove<Order>({1});
}
inline void guard_one(UnitOfWork& mine) {
  mine.expect_unchanged(mine.get<Order>({1}));
  edit(mine, 2);
}
inline void expect_one(UnitOfWork& mine) {
  mine.get<Order>({1}, rowan::Expect{1})->customer = "mine";
}
inline void add_four(UnitOfWork& mine) {
  (void)mine.get<Order>({1});
  mine.add(order(4, "mine"));
}
inline void read_one(UnitOfWork& mine) {
  (void)mine.get<Order>({1});
  edit(mine, 2);
}
inline void read_two(UnitOfWork& mine) {
  (void)mine.get<Order>({2});
}
inline void edit_sheet(UnitOfWork& mine) {
  mine.get<Folder>(1)->sheets[0].text = "mine";
}
inline std::string update_list(UnitOfWork& mine) {
  const auto lost = mine.update_all<Order>(rowan::set("customer = ?", "mine"),
                                           {{OrderId{1}, 1}, {OrderId{2}, 1}});
  return lost.empty() ? "" : "`update_all` returns 1, the rest of yours is committed";
}

inline void change_one(Store& others) {
  change(others, 1);
}
inline void change_line(Store& others) {
  commit(others, [](UnitOfWork& unit) { unit.get<Order>({1})->lines[0].quantity = 7; });
}
inline void delete_line(Store& others) {
  commit(others, [](UnitOfWork& unit) {
    rowan::session(unit) << "DELETE FROM order_lines WHERE order_id = 1 AND line_no = 2";
  });
}
template <class F>
void execute(Store& others, F&& sql) {
  commit(others, [&](UnitOfWork& unit) { rowan::session(unit) << sql; });
}
inline void set_back_one(Store& others) {
  execute(others, "UPDATE orders SET version = 0 WHERE id = 1");
}
inline void change_sheet_alone(Store& others) {
  execute(others, "UPDATE sheets SET version = version + 1");
}
inline void move_sheet(Store& others) {
  commit(others, [](UnitOfWork& unit) {
    auto from = unit.get<Folder>(1);
    unit.get<Folder>(2)->sheets.push_back(from->sheets[0]);
    from->sheets.clear();
  });
}
inline void move_sheet_alone(Store& others) {
  execute(others, "UPDATE sheets SET folder = 2");
}
inline void delete_one(Store& others) {
  remove(others, 1);
}
inline void store_anew(Store& others) {
  remove(others, 1);
  store_all(others, order(1, "theirs"));
}
inline void store_leaflet_anew(Store& others) {
  commit(others, [](UnitOfWork& unit) { unit.remove<Leaflet>(1); });
  store_all(others, Leaflet{1, "theirs"});
}
inline void change_first_and_delete_third(Store& others) {
  change(others, 1);
  remove(others, 3);
}
inline void read_two_and_change_one(Store& others) {
  UnitOfWork unit = others.begin({.isolation = rowan::Isolation::serializable});
  (void)unit.get<Order>({2});
  unit.get<Order>({1})->customer = "theirs";
  unit.commit();
}

}  // namespace scene

inline std::vector<Scenario> scenarios() {
  using namespace scene;
  const auto ignore = rowan::Versions::ignore;
  return {
      {"changed it",
       "changed it",
       change_one,
       edit_one,
       {"orders 1 changed, on update, expected 1, found 2"}},
      {"changed a child of it",
       "changed another child of it",
       change_line,
       edit_line,
       {"orders 1 changed, on update, expected 1, found 2"}},
      {"changed it",
       "removed it",
       change_one,
       remove_one,
       {"orders 1 changed, on remove, expected 1, found 2"}},
      {"changed it",
       "only read it, with `expect_unchanged`",
       change_one,
       guard_one,
       {"orders 1 changed, on verify, expected 1, found 2"}},
      {"changed it",
       "changed it, with the version `Expect`ed from outside",
       change_one,
       expect_one,
       {"orders 1 changed, on update, expected 1 (given), found 2"}},
      {"deleted it",
       "changed it",
       delete_one,
       edit_one,
       {"orders 1 deleted, on update, expected 1, found none"}},
      {"deleted it",
       "added a child to it",
       delete_one,
       add_line,
       {"orders 1 deleted, on update, expected 1, found none"}},
      {"deleted it",
       "removed it",
       delete_one,
       remove_one,
       {"orders 1 deleted, on remove, expected 1, found none"}},
      {"deleted it",
       "only read it, with `expect_unchanged`",
       delete_one,
       guard_one,
       {"orders 1 deleted, on verify, expected 1, found none"}},
      {"changed the second of three",
       "changed all three",
       [](Store& others) { change(others, 2); },
       edit_all,
       {"orders 2 changed, on update, expected 1, found 2"}},
      {"changed the first of three and deleted the third",
       "changed all three",
       change_first_and_delete_third,
       edit_all,
       {"orders 1 changed, on update, expected 1, found 2",
        "orders 3 deleted, on update, expected 1, found none"}},
      {"deleted a child's row with SQL, and left the root alone",
       "changed that child",
       delete_line,
       edit_line,
       {"order_lines (1, 2) of orders 1 deleted, on update, expected 1, found 1"}},
      {"deleted it and stored it anew, with `unique_versions`",
       "changed it",
       store_leaflet_anew,
       [](UnitOfWork& mine) { mine.get<Leaflet>(1)->text = "mine"; },
       {"leaflets 1 changed, on update, expected a unique version, found another"}},
      {"deleted it and stored it anew, with versions that count",
       "changed it",
       store_anew,
       edit_one,
       {}},
      {"added one with the same key",
       "added it",
       [](Store& others) { store_all(others, order(4, "theirs")); },
       add_four,
       {}},
      {"changed it, and read what yours changed",
       "only read it, without `expect_unchanged`",
       read_two_and_change_one,
       read_one,
       {}},
      {"changed it", "removed it by its id", change_one, remove_one_by_id, {}},
      {"changed it", "changed it, with `Versions::ignore`", change_one, edit_one, {}, ignore},
      {"deleted it",
       "changed it, with `Versions::ignore`",
       delete_one,
       edit_one,
       {"orders 1 deleted, on update, expected 1, found none"},
       ignore},
      {"put back an older state of it, with SQL",
       "changed it",
       set_back_one,
       edit_one,
       {"orders 1 ahead, on update, expected 1, found 0"}},
      {"changed a child's row and its own version with SQL, and left the root alone",
       "changed that child",
       change_sheet_alone,
       edit_sheet,
       {"sheets (1, 7) of folders 1 changed, on update, expected 1, found 1"}},
      {"moved a child of it to another root",
       "changed that child",
       move_sheet,
       edit_sheet,
       {"folders 1 changed, on update, expected 1, found 2"}},
      {"moved a child of it to another root with SQL, and left both roots alone",
       "changed that child",
       move_sheet_alone,
       edit_sheet,
       {"sheets (1, 7) of folders 1 deleted, on update, expected 1, found 1"}},
      {"changed the first of two",
       "`update_all` of a list of both, with the versions known",
       change_one,
       read_two,
       {"orders 1 changed, on update, expected 1 (given), found 2"},
       rowan::Versions::check,
       update_list},
      {"changed it, and is not committed yet",
       "changed it",
       {},
       edit_one,
       {},
       rowan::Versions::check,
       {},
       edit_one},
  };
}

}  // namespace contract
