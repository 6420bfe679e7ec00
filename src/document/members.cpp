#include "members.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include <rowan/errors.hpp>

namespace rowan::document {

Members::Members(const nlohmann::json& object, const Path& at) : object_(object), at_(at) {
  if (!object.is_object()) throw DocumentError(at.pointer(), "an object");
}

const nlohmann::json* Members::find(const std::string& name) {
  const auto found = object_.find(name);
  if (found == object_.end()) return nullptr;
  ++found_;
  return &*found;
}

bool Members::are_more() const noexcept {
  return found_ < object_.size();
}

void Members::refuse_others_than(const std::vector<std::string>& names) const {
  auto other = object_.begin();
  while (std::find(names.begin(), names.end(), other.key()) != names.end()) ++other;
  throw DocumentError(Path(at_, other.key()).pointer(), "no member of this name");
}

}  // namespace rowan::document
