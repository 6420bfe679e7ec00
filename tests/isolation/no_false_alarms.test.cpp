/// What differs from run to run without meaning anything is no anomaly.

#include "kit.hpp"

namespace isolation {
namespace {

/// Its key is the database's, its version random.
struct Ticket {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string title;
};
rowan::Mapping<Ticket, std::int64_t> mapping_of(std::type_identity<Ticket>) {
  return rowan::aggregate("tickets", rowan::key("id", &Ticket::id, rowan::generated),
                          rowan::version("version", &Ticket::version, rowan::unique_versions))
      .column("title", &Ticket::title);
}

}  // namespace

TEST_CASE_TEMPLATE("keys that the database gives, and versions that are random, mean nothing", B,
                   Sqlite, Postgres) {
  const ActorCode opens = [](Actor& me) {
    auto work = me.begin();
    work.add(Ticket{0, 0, "of " + std::to_string(me.number())});
    work.flush();
    me.at("flushed");
    if (me.number() == 1)
      work.rollback();
    else
      work.commit();
  };
  const ActorCode edits = [](Actor& me) {
    auto work = me.begin();
    auto ticket = work.get<Ticket>(1);
    me.at("loaded");
    ticket->title += "!";
    work.commit();
  };
  const Report report = explore(rowan::Schema::of<Ticket>(),
                                {{.name = "",
                                  .fresh =
                                      [](rowan::UnitOfWork& work) {
                                        work.add(Ticket{0, 0, "first"});
                                      },
                                  .actors = {opens, opens, edits},
                                  .steps = Steps::checkpoints}},
                                Matrix().on(B::database()));
  CHECK(report.serializable());
  CHECK(report.template only_throws<>());
}

}  // namespace isolation
