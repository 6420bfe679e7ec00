#pragma once
/// Where something stands in a document.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace rowan::document {

/// The name of a member, or a place in a list.
using Step = std::variant<std::string_view, std::size_t>;

/// RFC 6901: "/state/order_lines/0/quantity"; empty for the whole document.
[[nodiscard]] std::string pointer(std::span<const Step> steps);

/// One more step behind those of its owner, which has to outlive it: one is made for each cell, and
/// spelled for the one that is refused.
class Path {
 public:
  Path() = default;
  Path(const Path& owner, Step step) : owner_(&owner), step_(step) {}

  [[nodiscard]] std::string pointer() const;

 private:
  const Path* owner_ = nullptr;  // null: the whole document
  Step step_;
};

}  // namespace rowan::document
