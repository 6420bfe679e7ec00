/// A COMMIT that PostgreSQL was sent with the statements before it, in one trip, and of which
/// nothing more was heard: not even the transaction's id.

#include <string>

#include "database.hpp"
#include "orders.hpp"
#include "torture/commit_cutter.hpp"
#include "torture/server.hpp"

using namespace contract;
using torture::CommitCutter;
using Answer = rowan::CommitUnknown::Answer;
using When = torture::CommitCutter::When;

namespace {

struct Letter {
  std::int64_t id = 0;
  std::string text;
};
rowan::Mapping<Letter, std::int64_t> mapping_of(std::type_identity<Letter>) {
  return rowan::aggregate("letters", rowan::key("id", &Letter::id),
                          rowan::version("version", rowan::unique_versions))
      .column("text", &Letter::text);
}

/// A store that reaches its server by way of a cutter. Tests of it are of PostgreSQL alone.
struct CutOff {
  Database<Postgres> db;
  rowan::Store founder = db.open<Letter>();
  torture::Server server{db.url()};
  CommitCutter between{server.socket()};
  rowan::Store store{server.url_by_way_of(between.folder()), rowan::Schema::of<Letter>()};

  CutOff() { store_all(founder, Letter{1, "old"}); }

  /// What committing says when its COMMIT, the first from here on, is lost.
  template <class F>
  rowan::CommitUnknown lost(When when, F&& write) {
    auto work = store.begin();
    write(work);
    between.cut(1, when);
    auto error = thrown<rowan::CommitUnknown>([&] { work.commit(); });
    CHECK(between.cuts() == ++cuts);
    CHECK_FALSE(error.retryable());
    return error;
  }
  /// Once nobody is at work on it any more, or else unknown.
  static Answer settled(const rowan::CommitUnknown& lost) {
    constexpr int attempts = 10000;
    for (int i = 0; i < attempts; ++i)
      if (const Answer answer = lost.resolve(); answer != Answer::unknown) return answer;
    return Answer::unknown;
  }

  int cuts = 0;
};

void write_again(rowan::UnitOfWork& work) {
  work.get<Letter>(1)->text = "new";
}

bool by_socket() {
  const bool is = !torture::Server(Database<Postgres>().url()).socket().empty();
  if (!is) MESSAGE("skipped, as the server is not reached by a socket");
  return is;
}

}  // namespace

TEST_CASE("a COMMIT lost in one trip was executed, or never will be: Postgres only") {
  if (!by_socket()) return;
  CutOff on;
  for (const When when : {When::before, When::after, When::after, When::before}) {
    const std::string before = on.db.text("SELECT text FROM letters WHERE id = 1");
    const auto error = on.lost(when, [&](rowan::UnitOfWork& work) {
      work.get<Letter>(1)->text = before + "!";
      work.add(Letter{10 + on.cuts, "added"});
    });
    const bool done = when == When::after;
    CHECK(on.settled(error) == (done ? Answer::committed : Answer::rolled_back));
    CHECK(on.db.text("SELECT text FROM letters WHERE id = 1") == (done ? before + "!" : before));
  }
}

TEST_CASE("while the server may still be at work on it nobody knows: Postgres only") {
  if (!by_socket()) return;
  CutOff on;
  const auto error = on.lost(When::stalled, write_again);
  for (int i = 0; i < 3; ++i) CHECK(error.resolve() == Answer::unknown);
  on.between.end_stalled();
  CHECK(on.settled(error) == Answer::rolled_back);
  CHECK(on.db.text("SELECT text FROM letters") == "old");
}

TEST_CASE("of a row that others have written since nobody can say: Postgres only") {
  if (!by_socket()) return;
  CutOff on;
  const auto error = on.lost(When::before, write_again);
  CHECK(on.settled(error) == Answer::rolled_back);
  on.founder.transact([](rowan::UnitOfWork& work) { work.get<Letter>(1)->text = "other"; });
  CHECK(error.resolve() == Answer::unknown);
}

TEST_CASE("new rows alone are committed in two trips, and looked up by their id: Postgres only") {
  if (!by_socket()) return;
  CutOff on;
  const auto add = [](rowan::UnitOfWork& work) { work.add(Letter{2, "added"}); };
  const auto gone = on.lost(When::before, add);
  CHECK(on.settled(gone) == Answer::rolled_back);
  CHECK(on.db.number("SELECT count(*) FROM letters") == 1);
  CHECK(on.lost(When::after, add).resolve() == Answer::committed);
}
