/// What follows from a Shape: the names of the columns that make a row unique.

#include <rowan/shape.hpp>

namespace rowan {

std::vector<std::string> Shape::key_columns() const {
  std::vector<std::string> out = parent;
  for (std::size_t i = 0; i < key_width; ++i) out.push_back(columns[i].name);
  if (key_width == 0 && position) out.push_back(*position);
  return out;
}

}  // namespace rowan
