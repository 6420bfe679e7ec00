#include "database_trip.hpp"

#include <utility>

#include <rowan/errors.hpp>

#include "../../mapping/capture.hpp"
#include "../../mapping/row_key.hpp"
#include "compare_rows.hpp"
#include "round_trip.hpp"

namespace rowan::testing {
namespace {

/// A key that somebody else has.
struct Taken : DataError {
  explicit Taken(const std::string& place)
      : DataError(place +
                  ": the database has one with this key, and a sample takes one that is "
                  "free") {}
};

/// What a hook throws once all is committed is no matter of a mapping.
void commit(UnitOfWork& unit) {
  try {
    unit.commit();
  } catch (const AfterCommitError&) {
    return;
  }
}

}  // namespace

std::optional<std::string> DatabaseTrip::make(const Snapshot& rows) {
  Snapshot sent;
  try {
    sent = stored(rows);
  } catch (const DataError& error) {
    return error.what();
  } catch (const ConstraintViolation& error) {
    return error.what();
  } catch (const QueryError& error) {
    return error.what();
  } catch (const WriteIgnored& error) {
    return error.what();
  }
  const Object like = restored(map_, sent);
  try {
    load(sent, like.get());
  } catch (...) {
    remove(sent, like.get());
    throw;
  }
  remove(sent, like.get());
  return {};
}

Snapshot DatabaseTrip::stored(const Snapshot& rows) {
  const Object object = restored(map_, rows);
  UnitOfWork unit = store_.begin({.access = Access::read_write});
  if (map_.shape.origin == KeyOrigin::assigned && subject_.find(unit, subject_, object.get()))
    throw Taken(mapping::place(map_.shape.table, mapping::row_key(map_.shape, {}, rows)));
  const void* added = subject_.add(unit, object.get());
  commit(unit);
  return mapping::capture(map_, added);
}

void DatabaseTrip::load(const Snapshot& sent, const void* like) {
  const Shape& shape = map_.shape;
  const Spot root{shape.table, mapping::row_key(shape, {}, sent), {}};
  try {
    UnitOfWork unit = store_.begin({.access = Access::read_only});
    const void* loaded = subject_.find(unit, subject_, like);
    if (!loaded) return findings_.fault(root, "it was stored, and is not found by its key");
    Snapshot kept = mapping::capture(map_, loaded);
    Snapshot expected = sent;
    sort_rows(shape, kept);
    sort_rows(shape, expected);
    for (const Spot& spot : differences(shape, expected, kept))
      findings_.fault(spot, spot.column.empty()
                                ? "the database does not give back as many rows as it was sent"
                                : "the database does not give back the value that it was sent");
    unit.commit();
  } catch (const ReadOnly&) {
    findings_.fault(root, "loaded and not edited, it is written by the next commit");
  } catch (const DataError& error) {
    findings_.fault(std::string(error.what()) + ", when it is loaded again");
  } catch (const QueryError& error) {
    findings_.fault(std::string(error.what()) + ", when it is loaded again");
  }
}

void DatabaseTrip::remove(const Snapshot& sent, const void* like) {
  try {
    UnitOfWork unit = store_.begin({.access = Access::read_write});
    subject_.remove(unit, subject_, like);
    commit(unit);
  } catch (const Error& error) {
    stuck_ = true;
    findings_.fault({map_.shape.table, mapping::row_key(map_.shape, {}, sent), {}},
                    std::string("it is still in the database, from where it cannot be removed: ") +
                        error.what());
  }
}

}  // namespace rowan::testing
