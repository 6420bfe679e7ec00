#pragma once
/// The text of a statement, which thousands of rows may share.

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace rowan {

/// Immutable; copies share it.
class SqlText {
 public:
  SqlText() = default;
  SqlText(std::string text) : text_(std::make_shared<const std::string>(std::move(text))) {}
  SqlText(const char* text) : SqlText(std::string(text)) {}

  [[nodiscard]] const std::string& str() const noexcept { return text_ ? *text_ : empty(); }
  operator const std::string&() const noexcept { return str(); }

  /// The same, so that one need not be read to know it.
  [[nodiscard]] bool shares(const SqlText& other) const noexcept { return text_ == other.text_; }

  friend bool operator==(const SqlText& a, const SqlText& b) noexcept {
    return a.shares(b) || a.str() == b.str();
  }
  friend bool operator==(const SqlText& a, std::string_view b) noexcept { return a.str() == b; }
  friend std::ostream& operator<<(std::ostream& to, const SqlText& text) {
    return to << text.str();
  }

 private:
  [[nodiscard]] static const std::string& empty() noexcept {
    static const std::string none;
    return none;
  }

  std::shared_ptr<const std::string> text_;
};

}  // namespace rowan
