#pragma once
/// A fresh start, whatever an earlier run left.

#include <string>
#include <vector>

#include <rowan/rowan.hpp>
#include <rowan/soci.hpp>

namespace torture {

/// Those that point at others come first.
inline void make_tables(rowan::Store& store, const std::vector<std::string>& tables) {
  {
    auto unit = store.begin();
    for (const std::string& table : tables) rowan::session(unit) << "DROP TABLE IF EXISTS " + table;
    unit.commit();
  }
  store.create_tables();
}

}  // namespace torture
