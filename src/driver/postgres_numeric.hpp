#pragma once
/// A numeric in PostgreSQL's binary form in, its text out.

#include <string>
#include <string_view>

namespace rowan::driver {

/// What numeric_out gives for what numeric_send has sent (src/backend/utils/adt/numeric.c), with
/// all digits after the point that the column has.
[[nodiscard]] std::string numeric_text(std::string_view bytes);

}  // namespace rowan::driver
