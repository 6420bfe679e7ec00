#include "compile_time.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/resource.h>

namespace bench {
namespace {

/// Of all processes that were started and waited for.
double seconds_of_children() {
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double compile(const std::string& option) {
  const std::string command = std::string(ROWAN_BENCH_COMPILE) + option;
  const double before = seconds_of_children();
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  return seconds_of_children() - before;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

Result compile_time(int rounds) {
  std::vector<double> mapped;
  std::vector<double> plain;
  for (int round = 0; round < rounds; ++round) {
    mapped.push_back(compile(" -DMAPPED"));
    plain.push_back(compile(""));
  }
  Result out{
      .backend = "compiler", .n = 20, .phase = "compile", .name = "20 aggregates", .unit = "s"};
  out.rowan.value = median(std::move(mapped));
  out.row.value = median(std::move(plain));
  return out;
}

}  // namespace bench
