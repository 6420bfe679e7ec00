#include "json.hpp"

#include <array>
#include <charconv>

namespace bench {
namespace {

std::string number(std::optional<double> value) {
  if (!value) return "null";
  std::array<char, 40> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), *value, std::chars_format::general, 6);
  return {text.data(), end.ptr};
}

/// Of words and blanks only.
std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

}  // namespace

std::string json(const std::vector<Result>& results) {
  std::string out = "[";
  for (const Result& r : results) {
    out += out.size() > 1 ? ",\n {" : "\n {";
    const auto field = [&](const char* name, const std::string& value) {
      if (out.back() != '{') out += ", ";
      out += quoted(name) + ": " + value;
    };
    field("backend", quoted(r.backend));
    field("n", std::to_string(r.n));
    field("rtt_ms", number(r.rtt_ms));
    field("phase", quoted(r.phase));
    field("name", quoted(r.name));
    field("rowan", number(r.rowan.value));
    field("row", number(r.row.value));
    field("set", number(r.set.value));
    field("unit", quoted(r.unit));
    field("round_trips", number(r.rowan.round_trips));
    field("row_round_trips", number(r.row.round_trips));
    field("set_round_trips", number(r.set.round_trips));
    field("statements", number(r.rowan.statements));
    out += '}';
  }
  return out + "\n]\n";
}

}  // namespace bench
