#pragma once
/// Documents of orders() around a part that matters, and why they are refused.

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <rowan/errors.hpp>

#include "document/document.hpp"
#include "document/fingerprint.hpp"
#include "shapes.hpp"

namespace rowan::document {

inline constexpr std::string_view good_state =
    R"({"id":42,"status":"open","weight":1.5,)"
    R"("lines":[{"no":1,"quantity":2,"discounts":[{"percent":"2.50"}]},)"
    R"({"no":2,"quantity":3,"discounts":[]}],"note":null})";

/// A document with these members behind those that each has.
inline std::string with(const std::string& members) {
  return R"({"type":"orders","key":{"id":42},"schema":")" + fingerprint(orders()) + "\"," +
         members + "}";
}
inline std::string with_state(const std::string& state) {
  return with(R"("state":)" + state);
}
/// The good state with one part of its text replaced.
inline std::string with_state(std::string_view part, std::string_view by) {
  std::string state(good_state);
  const auto at = state.find(part);
  REQUIRE(at != state.npos);
  return with_state(state.replace(at, part.size(), by));
}

/// "/state/id: an integer of 64 bits": where, and what was expected there; empty: it is read.
inline std::string refusal(const Shape& shape, std::string_view text,
                           const DocumentLimits& limits = {}) {
  try {
    (void)read(shape, text, limits);
  } catch (const DocumentError& error) {
    const std::string what = error.what();
    const std::string words = ": expected ";
    const auto at = what.find(words);
    REQUIRE(at != what.npos);
    CHECK(what.substr(0, at) ==
          "document" + (error.pointer().empty() ? "" : ", " + error.pointer()));
    CHECK_FALSE(error.retryable());
    return error.pointer() + ": " + what.substr(at + words.size());
  }
  return "";
}
inline std::string refusal(std::string_view text, const DocumentLimits& limits = {}) {
  return refusal(orders(), text, limits);
}

}  // namespace rowan::document
