/// What docs/unit_of_work.md shows of a COMMIT whose answer was lost.

#include <rowan/testing/failing_connection.hpp>

#include "tour.hpp"
#include "versions.hpp"

namespace tour {

void find_out_about_a_lost_commit() {
  const auto script = std::make_shared<rowan::testing::Script>();
  rowan::StoreOptions options;
  options.wrap = rowan::testing::fail(script);
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<Page>(), options);
  store.create_tables();
  auto work = store.begin();
  work.add(Page{1, 0, "first"});
  script->fail_at(3, rowan::FailureKind::connection_lost, rowan::testing::Fail::after);
  bool again = true;
  // [resolve]
  using Answer = rowan::CommitUnknown::Answer;
  try {
    work.commit();
  } catch (const rowan::CommitUnknown& lost) {
    switch (lost.resolve()) {
      case Answer::committed: again = false; break;   // it is done
      case Answer::rolled_back: again = true; break;  // do it again, on a new unit
      case Answer::unknown: throw;  // ask once more later on, or look at what is there
    }
  }
  // [/resolve]
  require(!again, "a unique version that stands was committed");
}

}  // namespace tour
