#include "findings.hpp"

#include "../../mapping/row_key.hpp"

namespace rowan::testing {

void Findings::fault(const Spot& at, const std::string& sentence) {
  if (!said_.insert(named(at.table, at.column) + ": " + sentence).second) return;
  check_.faults.push_back(named(mapping::place(at.table, at.key), at.column) + ": " + sentence);
}

void Findings::fault(const std::string& text) {
  if (said_.insert(text).second) check_.faults.push_back(text);
}

void Findings::note(const std::string& text) {
  if (said_.insert(text).second) check_.notes.push_back(text);
}

std::string named(const std::string& table, const std::string& column) {
  return column.empty() ? table : table + ", column " + column;
}

}  // namespace rowan::testing
