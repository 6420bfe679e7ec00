#include "clash_table.hpp"

#include <algorithm>
#include <array>

namespace offline {
namespace {

using Row = std::array<std::string, 4>;

std::string or_none(const std::optional<std::string>& text) {
  return text.value_or("(none)");
}

}  // namespace

std::string clash_table(const std::vector<rowan::Clash>& clashes) {
  std::vector<Row> rows{{"where", "was", "mine", "theirs"}};
  for (const rowan::Clash& clash : clashes)
    rows.push_back(
        {clash.pointer, or_none(clash.base), or_none(clash.mine), or_none(clash.theirs)});

  std::array<std::size_t, 4> widths{};
  for (const Row& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  std::string out;
  for (const Row& row : rows) {
    for (std::size_t c = 0; c + 1 < row.size(); ++c)
      out += "  " + row[c] + std::string(widths[c] - row[c].size(), ' ');
    out += "  " + row.back() + "\n";
  }
  return out;
}

}  // namespace offline
