#pragma once
/// An enum whose enumerators have names in the database.

#include <array>
#include <type_traits>
#include <utility>

namespace contract {

enum class Colour { red, green, blue };
constexpr auto enum_names(std::type_identity<Colour>) {
  return std::array{std::pair{Colour::red, "red"}, std::pair{Colour::green, "green"},
                    std::pair{Colour::blue, "it's \"blue\""}};
}

}  // namespace contract
