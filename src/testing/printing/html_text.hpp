#pragma once
/// Any text in, HTML that shows it out.

#include <string>
#include <string_view>

namespace rowan::testing {

/// For content and for quoted attributes: nothing of it is markup.
[[nodiscard]] std::string html_text(std::string_view text);

/// `<b class="mark">A</b>`; `classes` and `content` are HTML already.
[[nodiscard]] std::string html_element(const std::string& name, const std::string& classes,
                                       const std::string& content);

}  // namespace rowan::testing
