#pragma once
/// The user's own SQL in a unit of work.

#include <string>

#include <rowan/rowan.hpp>
#include <rowan/soci.hpp>

namespace contract {

/// What the database itself says inside of the unit's transaction.
inline std::string ask(rowan::UnitOfWork& work, const std::string& sql) {
  std::string out;
  rowan::session(work) << sql, soci::into(out);
  return out;
}

}  // namespace contract
