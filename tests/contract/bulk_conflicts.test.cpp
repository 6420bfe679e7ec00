/// A bulk statement that the database refuses, in a unit that has written.

#include "database.hpp"
#include "failing_stores.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::FailureKind;

TEST_CASE_TEMPLATE("a bulk statement that fails after a flush is an Error", B, Sqlite, Postgres) {
  Watched<B> on;
  for (const auto kind : {FailureKind::serialization, FailureKind::deadlock, FailureKind::unique}) {
    auto work = on.store.begin();
    work.template get<Product>(1)->name = "ink";
    on.script->fail_at(3, kind);  // BEGIN, UPDATE of the flush, the bulk statement
    CHECK_THROWS_AS(work.template update_all<Product>(rowan::set("name = 'x'"), rowan::Query()),
                    rowan::Error);
  }
}
