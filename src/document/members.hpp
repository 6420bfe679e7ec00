#pragma once
/// The members of a JSON object, taken one by one until none is left.

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "path.hpp"

namespace rowan::document {

class Members {
 public:
  /// Throws DocumentError where `object` is none. Both have to outlive this.
  Members(const nlohmann::json& object, const Path& at);

  /// Null: there is none of that name. To be asked once for each name.
  [[nodiscard]] const nlohmann::json* find(const std::string& name);

  /// Throws DocumentError for a member that was not found by its name: `names` are all that may be.
  void expect_no_more(const std::vector<std::string>& names) const;

 private:
  const nlohmann::json& object_;
  const Path& at_;
  std::size_t found_ = 0;
};

}  // namespace rowan::document
