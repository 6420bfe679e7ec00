/// Roots without a version: the last writer wins, and what is read is whole all the same.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "orders.hpp"
#include "passing_connection.hpp"
#include "ways.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::StaleDataError;
using rowan::UnitOfWork;

namespace {

struct Drawer {
  std::int64_t id = 0;
  std::string label;
  double weight = 0;
  std::vector<Note> notes;
};
rowan::Mapping<Drawer, std::int64_t> mapping_of(std::type_identity<Drawer>) {
  return rowan::aggregate("drawers", rowan::key("id", &Drawer::id), rowan::unversioned)
      .column("label", &Drawer::label)
      .column("weight", &Drawer::weight)
      .children(&Drawer::notes, rowan::child<Note>("drawer_notes", rowan::parent("drawer_id"),
                                                   rowan::position("pos"))
                                    .column("text", &Note::text));
}

Drawer drawer(std::int64_t id) {
  return {id, "a", 1.5, {{"a"}, {"a"}}};
}

/// Somebody else changes all of it.
void change(rowan::Store& store, const std::string& to) {
  store.transact([&](UnitOfWork& other) {
    auto ref = other.get<Drawer>(1);
    ref->label = to;
    ref->notes = {{to}};
  });
}

/// Somebody else comes in before the n-th statement about the notes is sent.
class Interrupted final : public PassingConnection {
 public:
  struct Meeting {
    int at = 0;  ///< none
    std::function<void()> happens;
  };
  Interrupted(std::unique_ptr<rowan::Connection> inner, std::shared_ptr<Meeting> meeting)
      : PassingConnection(std::move(inner)), meeting_(std::move(meeting)) {}

  [[nodiscard]] rowan::PlanResult run(const rowan::Plan& plan) override {
    for (std::size_t i = 0; i < plan.statements.size(); ++i) {
      if (!has(plan.statements[i].sql, "FROM drawer_notes") || --meeting_->at != 0) continue;
      const auto at = plan.statements.begin() + static_cast<std::ptrdiff_t>(i);
      auto result = PassingConnection::run({plan.begin, {plan.statements.begin(), at}, {}});
      meeting_->happens();
      auto rest = PassingConnection::run({{}, {at, plan.statements.end()}, plan.finish});
      rest.outcomes.insert(rest.outcomes.begin(), result.outcomes.begin(), result.outcomes.end());
      return rest;
    }
    return PassingConnection::run(plan);
  }

 private:
  std::shared_ptr<Meeting> meeting_;
};

}  // namespace

TEST_CASE_TEMPLATE("a root without a version is read in one state, whoever comes in between", B,
                   Sqlite, Postgres) {
  const std::function<void(UnitOfWork&)> loads[] = {
      [](UnitOfWork& work) { (void)work.get<Drawer>(1); },
      [](UnitOfWork& work) {
        (void)work.get_all<Drawer>({2, 1});
      },
      [](UnitOfWork& work) { (void)work.find_all<Drawer>(); },
      [](UnitOfWork& work) { work.refresh(work.get<Drawer>(1)); }};
  for (const Way& way : open_ways<B>())
    for (const auto& load : loads)
      for (const int at : {1, 2, 3}) {
        CAPTURE(way.name);
        CAPTURE(at);
        Database<B> db;
        const auto meeting = std::make_shared<Interrupted::Meeting>();
        rowan::StoreOptions options = way.store();
        options.wrap = [&](std::unique_ptr<rowan::Connection> inner) {
          return std::make_unique<Interrupted>(std::move(inner), meeting);
        };
        rowan::Store others = db.template open<Drawer>(way.store());
        store_all(others, drawer(1), drawer(2));
        rowan::Store store = db.open(rowan::Schema::of<Drawer>(), std::move(options));
        meeting->happens = [&] {
          if (db.postgres || way.journal == rowan::Journal::write_ahead) change(others, "b");
        };
        UnitOfWork work = store.begin(way.work());
        meeting->at = at;
        load(work);
        meeting->at = 0;
        const auto ref = work.get<Drawer>(1);
        for (const Note& note : ref->notes) CHECK(note.text == ref->label);
        CHECK(ref->notes.size() == (ref->label == "a" ? 2 : 1));
      }
}

TEST_CASE(
    "a number that is none does not keep a root without a version from being read: "
    "Postgres only") {
  Database<Postgres> db;
  rowan::Store store = db.open<Drawer>();
  store_all(store, drawer(1));
  db.execute("UPDATE drawers SET weight = 'NaN'");
  UnitOfWork work = store.begin({.transaction = rowan::Transaction::from_first_read});
  CHECK(work.get<Drawer>(1)->notes.size() == 2);
}

TEST_CASE_TEMPLATE("of two who change a root without a version the last wins, by columns", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Drawer>();
  store_all(store, drawer(1));
  UnitOfWork work = store.begin();
  auto ref = work.get<Drawer>(1);
  CHECK(ref.version() == 0);
  change(store, "b");
  ref->weight = 2;
  work.commit();
  CHECK(db.text("SELECT label FROM drawers") == "b");
  ref->label = "c";
  work.commit();
  CHECK(db.text("SELECT label FROM drawers") == "c");
  CHECK(db.number("SELECT count(*) FROM drawers WHERE weight = 2") == 1);
}

TEST_CASE_TEMPLATE("a change beneath a root without a version writes its row alone", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Drawer>();
  store_all(store, drawer(1));
  UnitOfWork work = store.begin();
  auto ref = work.get<Drawer>(1);
  db.log->clear();
  ref->notes[1].text = "z";
  work.commit();
  CHECK(db.writes() ==
        Strings{db.sql("UPDATE drawer_notes SET text = ? WHERE drawer_id = ? AND pos = ?")});
  ref->notes.push_back({"y"});
  work.commit();
  CHECK(db.number("SELECT count(*) FROM drawer_notes") == 3);
}

TEST_CASE_TEMPLATE("a root without a version is removed with all that others put beneath it", B,
                   Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Drawer>();
  store_all(store, drawer(1));
  UnitOfWork work = store.begin();
  auto ref = work.get<Drawer>(1);
  store.transact([](UnitOfWork& other) { other.get<Drawer>(1)->notes.resize(5); });
  work.remove(ref);
  work.commit();
  CHECK(db.number("SELECT count(*) FROM drawers") == 0);
  CHECK(db.number("SELECT count(*) FROM drawer_notes") == 0);
}

TEST_CASE_TEMPLATE("a root without a version that another has deleted is a conflict", B, Sqlite,
                   Postgres) {
  auto operation = Conflict::Operation::update;
  std::function<void(UnitOfWork&, const rowan::Ref<Drawer>&)> edit;
  SUBCASE("changed") {
    edit = [](UnitOfWork&, const rowan::Ref<Drawer>& ref) { ref->label = "mine"; };
  }
  SUBCASE("changed beneath it") {
    edit = [](UnitOfWork&, const rowan::Ref<Drawer>& ref) { ref->notes[0].text = "mine"; };
  }
  SUBCASE("removed") {
    edit = [](UnitOfWork& work, const rowan::Ref<Drawer>& ref) { work.remove(ref); };
    operation = Conflict::Operation::remove;
  }
  for (const Way& way : open_ways<B>()) {
    CAPTURE(way.name);
    Database<B> db;
    rowan::Store store = db.template open<Drawer>(way.store());
    store_all(store, drawer(1));
    UnitOfWork work = store.begin(way.work());
    auto ref = work.get<Drawer>(1);
    store.transact([](UnitOfWork& other) { other.remove(other.get<Drawer>(1)); });
    edit(work, ref);
    const auto error = thrown<StaleDataError>([&] { work.commit(); });
    CHECK(error.complete());
    REQUIRE(error.conflicts().size() == 1);
    CHECK(error.concerns(ref));
    CHECK(error.conflicts().front().kind == Conflict::Kind::deleted);
    CHECK(error.conflicts().front().operation == operation);
    CHECK(db.number("SELECT count(*) FROM drawer_notes") == 0);
    work.rollback();
    work.discard(ref);
    work.commit();
  }
}

TEST_CASE_TEMPLATE(
    "nothing is written beneath a root without a version that is gone, even where no "
    "foreign key says so",
    B, Sqlite, Postgres) {
  Database<B> db;
  db.execute(
      "CREATE TABLE drawers (id bigint PRIMARY KEY, label text NOT NULL, weight double "
      "precision NOT NULL)");
  db.execute(
      "CREATE TABLE drawer_notes (drawer_id bigint NOT NULL, pos bigint NOT NULL, text text "
      "NOT NULL, PRIMARY KEY (drawer_id, pos))");
  rowan::Store store = db.template open<Drawer>();
  store.check_tables();
  store_all(store, drawer(1));
  auto work = store.begin();
  auto ref = work.get<Drawer>(1);
  store.transact([](UnitOfWork& other) { other.remove<Drawer>(1); });
  ref->notes.push_back({"mine"});
  const auto error = thrown<StaleDataError>([&] { work.commit(); });
  REQUIRE(error.conflicts().size() == 1);
  CHECK(error.conflicts().front().kind == Conflict::Kind::deleted);
  CHECK(db.number("SELECT count(*) FROM drawer_notes") == 0);
}
