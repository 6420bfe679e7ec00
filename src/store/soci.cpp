#include <rowan/soci.hpp>

#include "../work/unit.hpp"

namespace rowan {

soci::session& session(UnitOfWork& work) {
  return *static_cast<soci::session*>(work.impl().open().session());
}

}  // namespace rowan
