#include "html_text.hpp"

namespace rowan::testing {

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      case '\t':
      case '\n': out += c; break;
      default:
        // HTML has no control characters; U+FFFD stands where one was.
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
          out += "\xEF\xBF\xBD";
        else
          out += c;
    }
  }
  return out;
}

std::string html_element(const std::string& name, const std::string& classes,
                         const std::string& content) {
  const std::string attribute = classes.empty() ? "" : " class=\"" + classes + "\"";
  return "<" + name + attribute + ">" + content + "</" + name + ">";
}

}  // namespace rowan::testing
