#pragma once
/// A statement in, its verb and its table out.

#include <string>

namespace rowan::testing {

/// "UPDATE orders", "SELECT order_lines", "SELECT orders FOR SHARE"; of what is none of SELECT,
/// INSERT, UPDATE and DELETE the beginning.
[[nodiscard]] std::string short_sql(const std::string& sql);

}  // namespace rowan::testing
