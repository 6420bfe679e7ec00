#pragma once
/// A numeric in PostgreSQL's binary form in; a Decimal, or its text, out.

#include <optional>
#include <string>
#include <string_view>

#include <rowan/decimal.hpp>

namespace rowan::driver {

/// What numeric_out gives for what numeric_send has sent (src/backend/utils/adt/numeric.c), with
/// all digits after the point that the column has.
[[nodiscard]] std::string numeric_text(std::string_view bytes);

/// The same as a Decimal, where it is as short as most are: numbers of up to sixteen digits or so.
[[nodiscard]] std::optional<Decimal> short_numeric(std::string_view bytes);

}  // namespace rowan::driver
