#pragma once
/// What a torture test is told: --url URL --commits N --processes P --threads T --seed S.

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "processes.hpp"

namespace torture {

struct Arguments {
  std::string url;
  std::int64_t commits = 0;  ///< in each configuration
  int processes = 3;
  int threads = 2;
  std::uint32_t seed = 1;

  [[nodiscard]] bool postgres() const { return url.starts_with("postgres"); }
};

template <class Number>
void read_number(std::string_view text, Number& to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  require(error == std::errc() && end == text.data() + text.size() && to > 0,
          "not a number above 0: " + std::string(text));
}

inline Arguments arguments(int count, char** values, std::int64_t commits) {
  Arguments out;
  out.commits = commits;
  for (int i = 1; i < count; i += 2) {
    const std::string_view name = values[i];
    require(i + 1 < count, std::string(name) + " takes a value");
    const std::string_view value = values[i + 1];
    if (name == "--url")
      out.url = value;
    else if (name == "--commits")
      read_number(value, out.commits);
    else if (name == "--processes")
      read_number(value, out.processes);
    else if (name == "--threads")
      read_number(value, out.threads);
    else if (name == "--seed")
      read_number(value, out.seed);
    else
      throw Broken("there is no " + std::string(name));
  }
  require(!out.url.empty(), "--url names the database; what is in its tables is lost");
  return out;
}

}  // namespace torture
