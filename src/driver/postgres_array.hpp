#pragma once
/// One parameter of many statements in, one array that PostgreSQL takes out.

#include <optional>
#include <string>
#include <vector>

#include <libpq-fe.h>

#include <rowan/value.hpp>

namespace rowan::driver {

/// The type of arrays of this type of element; none for types that we do not know, such as those
/// that users have made.
[[nodiscard]] std::optional<Oid> array_type(Oid element) noexcept;

/// Of what an array of this type consists; none for what is no array, or one that we do not know.
[[nodiscard]] std::optional<Oid> element_type(Oid array) noexcept;

struct PostgresArray {
  std::string bytes;
  int format = 0;  ///< 0: text, 1: binary
};

/// Binary where all values have the binary form of the element's type, else text, in which the
/// server takes for each element what it takes for a single parameter. Throws std::out_of_range for
/// what PostgreSQL cannot hold.
[[nodiscard]] PostgresArray to_array(Oid element, const std::vector<const Value*>& values);

/// An array in text form, of whatever type the server takes it for.
[[nodiscard]] std::string array_text(const std::vector<const Value*>& values);

}  // namespace rowan::driver
