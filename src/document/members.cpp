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

void Members::expect_no_more(const std::vector<std::string>& names) const {
  if (found_ == object_.size()) return;
  for (const auto& entry : object_.items())
    if (std::find(names.begin(), names.end(), entry.key()) == names.end())
      throw DocumentError(Path(at_, entry.key()).pointer(), "no member of this name");
}

}  // namespace rowan::document
