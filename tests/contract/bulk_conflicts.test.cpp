/// A bulk statement that the database refuses, in a unit that has written.

#include <string>
#include <utility>

#include "database.hpp"
#include "failing_stores.hpp"
#include "fault_kinds.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::FailureKind;

TEST_CASE_TEMPLATE(
    "a bulk statement that fails after a flush takes all back, and can be done again", B, Sqlite,
    Postgres) {
  const std::pair<FailureKind, std::string> cases[] = {
      {FailureKind::serialization, "SerializationFailure"},
      {FailureKind::deadlock, "Deadlock"},
      {FailureKind::unique, "ConstraintViolation"}};
  for (const auto& one : cases) {
    const FailureKind kind = one.first;
    const std::string& name = one.second;
    CAPTURE(name);
    Watched<B> on;
    auto work = on.store.begin();
    auto ref = work.template get<Product>(1);
    ref->name = "ink";
    const auto write = [&] {
      return work.template update_all<Product>(rowan::set("name = name || '!'"), rowan::Query());
    };
    on.script->fail_at(3, kind);  // BEGIN, UPDATE of the flush, the bulk statement
    const auto error = [&] {
      try {
        write();
        return std::string("nothing");
      } catch (const rowan::Error& thrown) {
        return name_of(thrown);
      }
    }();
    CHECK(error == name);
    CHECK(on.db.text("SELECT name FROM products") == "pen");
    CHECK(on.db.number("SELECT version FROM products") == 1);
    CHECK(ref.version() == 1);
    CHECK_THROWS_AS(work.commit(), rowan::UnitFailed);

    work.rollback();
    CHECK(write() == 1);  // behind the flush of the edit
    work.commit();
    CHECK(on.db.text("SELECT name FROM products") == "ink!");
    CHECK(on.db.number("SELECT version FROM products") == 3);  // one by each
  }
}
