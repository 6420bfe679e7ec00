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

  /// Whether there are others than those that were found.
  [[nodiscard]] bool are_more() const noexcept;

  /// Throws DocumentError for one of the others; `names` are all that may be.
  [[noreturn]] void refuse_others_than(const std::vector<std::string>& names) const;

 private:
  const nlohmann::json& object_;
  const Path& at_;
  std::size_t found_ = 0;
};

}  // namespace rowan::document
