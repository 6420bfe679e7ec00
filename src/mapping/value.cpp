/// Cells compared, and keys and types spelled for messages.

#include <array>
#include <charconv>
#include <cstdio>

#include <rowan/value.hpp>

namespace rowan {
namespace {

using namespace std::chrono;

constexpr auto hexadecimal = "0123456789abcdef";

/// A key's cell as text. Quotes and backslashes are doubled, so that a key of text cannot pass for
/// another one; control characters are written out, so that it cannot end a line or the message.
struct Spell {
  std::string operator()(Null) const { return "NULL"; }
  std::string operator()(bool truth) const { return truth ? "true" : "false"; }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(double number) const {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    return {text.data(), end};
  }
  std::string operator()(const std::string& text) const {
    constexpr std::size_t longest = 200;
    if (text.size() > longest) {
      std::size_t end = longest;  // not within a character of UTF-8
      while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
      return (*this)(text.substr(0, end)) + "... (" + std::to_string(text.size()) + " bytes)";
    }
    std::string out = "'";
    for (const char c : text) {
      const auto code = static_cast<unsigned char>(c);
      if (code < 0x20 || code == 0x7F)
        out.append("\\x").append({hexadecimal[code >> 4U], hexadecimal[code & 15U]});
      else
        out.append(c == '\'' || c == '\\' ? 2 : 1, c);
    }
    return out + '\'';
  }
  std::string operator()(const Bytes& bytes) const {
    constexpr std::size_t longest = 100;
    if (bytes.size() > longest)
      return (*this)(Bytes(bytes.begin(), bytes.begin() + longest)) + "... (" +
             std::to_string(bytes.size()) + " bytes)";
    std::string out = "x'";
    for (const std::byte b : bytes) {
      out += hexadecimal[std::to_integer<unsigned>(b) >> 4U];
      out += hexadecimal[std::to_integer<unsigned>(b) & 15U];
    }
    return out + '\'';
  }
  std::string operator()(Timestamp time) const {
    const auto day = floor<days>(time);
    const hh_mm_ss clock{time - day};
    std::array<char, 32> text{};
    const int length = std::snprintf(
        text.data(), text.size(), " %02d:%02d:%02d.%06d", static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
        static_cast<int>(clock.subseconds().count()));
    return (*this)(Date{day}) + std::string(text.data(), static_cast<std::size_t>(length));
  }
  std::string operator()(Date date) const {
    std::array<char, 32> text{};
    const int length = std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", int{date.year()},
                                     unsigned{date.month()}, unsigned{date.day()});
    return {text.data(), static_cast<std::size_t>(length)};
  }
  std::string operator()(const Uuid& uuid) const { return uuid.to_string(); }
  std::string operator()(const Decimal& number) const { return number.to_string(); }
};

}  // namespace

bool same_cell(const Value& a, const Value& b) noexcept {
  const auto* x = std::get_if<double>(&a);
  const auto* y = std::get_if<double>(&b);
  if (x && y) return *x == *y || (*x != *x && *y != *y);
  return a == b;
}

std::string to_string(const KeyValues& key) {
  if (key.size() == 1) return std::visit(Spell{}, key.front());
  std::string out;
  for (const Value& cell : key) out += (out.empty() ? "" : ", ") + std::visit(Spell{}, cell);
  return '(' + out + ')';
}

const char* to_string(ColumnType type) noexcept {
  switch (type) {
    case ColumnType::boolean: return "boolean";
    case ColumnType::integer: return "integer";
    case ColumnType::real: return "real";
    case ColumnType::text: return "text";
    case ColumnType::blob: return "blob";
    case ColumnType::timestamp: return "timestamp";
    case ColumnType::date: return "date";
    case ColumnType::uuid: return "uuid";
    case ColumnType::decimal: return "decimal";
  }
  return "";
}

}  // namespace rowan
