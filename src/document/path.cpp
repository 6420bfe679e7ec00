#include "path.hpp"

#include <algorithm>
#include <vector>

namespace rowan::document {

std::string pointer(std::span<const Step> steps) {
  std::string out;
  for (const Step& step : steps) {
    out += '/';
    if (const auto* place = std::get_if<std::size_t>(&step)) {
      out += std::to_string(*place);
      continue;
    }
    for (const char c : std::get<std::string_view>(step)) {
      if (c == '~')
        out += "~0";
      else if (c == '/')
        out += "~1";
      else
        out += c;
    }
  }
  return out;
}

std::string Path::pointer() const {
  std::vector<Step> steps;
  for (const Path* at = this; at->owner_; at = at->owner_) steps.push_back(at->step_);
  std::reverse(steps.begin(), steps.end());
  return document::pointer(steps);
}

}  // namespace rowan::document
