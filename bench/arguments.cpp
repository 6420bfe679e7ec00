#include "arguments.hpp"

#include <charconv>
#include <stdexcept>
#include <string_view>

namespace bench {
namespace {

constexpr const char* usage = R"(
rowan_bench --url URL... [OPTION...]

  --url sqlite3://FILE
  --url "postgresql://host=FOLDER dbname=NAME ..."   the folder of the server's socket
      The tables bench_orders and bench_order_lines are dropped and made anew.
  --n N[,N...]          how many orders (200,2000,10000)
  --rounds R            of which the median counts (7)
  --transactions T      one at a time (500)
  --rtt-ms MS           PostgreSQL also through a link that adds so much to a round trip
  --merge-time          also how long a merge by field takes, and how that grows
  --compile-time        also how long a mapping of 20 aggregates takes to compile
  --output FOLDER       where to write bench.json and bench.svg
  --check-round-trips   nothing but Rowan's round trips on PostgreSQL, against their limits
)";

[[noreturn]] void refuse(const std::string& why) {
  throw std::invalid_argument(why + "\n" + usage);
}

template <class Number>
Number number(std::string_view text) {
  Number out{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size() || !(out > 0))
    refuse("not a number above 0: " + std::string(text));
  return out;
}

std::vector<std::int64_t> numbers(std::string_view text) {
  std::vector<std::int64_t> out;
  for (;;) {
    const auto comma = text.find(',');
    out.push_back(number<std::int64_t>(text.substr(0, comma)));
    if (comma == text.npos) return out;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

Arguments arguments(int count, const char* const* values) {
  Arguments out;
  for (int i = 1; i < count; ++i) {
    const std::string_view name = values[i];
    const auto value = [&]() -> std::string_view {
      if (++i == count) refuse(std::string(name) + " takes a value");
      return values[i];
    };
    if (name == "--url")
      out.urls.emplace_back(value());
    else if (name == "--n")
      out.sizes = numbers(value());
    else if (name == "--rounds")
      out.rounds = number<int>(value());
    else if (name == "--transactions")
      out.transactions = number<std::int64_t>(value());
    else if (name == "--rtt-ms")
      out.rtt_ms = number<double>(value());
    else if (name == "--output")
      out.output = value();
    else if (name == "--compile-time")
      out.compile_time = true;
    else if (name == "--merge-time")
      out.merge_time = true;
    else if (name == "--check-round-trips")
      out.check_round_trips = true;
    else
      refuse("there is no " + std::string(name));
  }
  if (out.urls.empty() && !out.compile_time && !out.merge_time)
    refuse("there is nothing to measure");
  for (const std::string& url : out.urls)
    if (!url.starts_with("sqlite3://") && !url.starts_with("postgresql://"))
      refuse("not a database that is measured: " + url);
  return out;
}

}  // namespace bench
