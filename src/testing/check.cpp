/// Faults and notes as lines.

#include <ostream>

#include <rowan/testing/check.hpp>

namespace rowan::testing {

std::ostream& operator<<(std::ostream& out, const Check& check) {
  const char* before = "";
  const auto line = [&](const char* kind, const std::string& text) {
    out << before << kind << text;
    before = "\n";
  };
  for (const std::string& fault : check.faults) line("", fault);
  for (const std::string& note : check.notes) line("note: ", note);
  return out;
}

}  // namespace rowan::testing
