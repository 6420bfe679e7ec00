/// What Rowan costs beside code that is written by hand, in one run.
///
///     rowan_bench --url sqlite3://FILE --url "postgresql://host=FOLDER dbname=NAME" [OPTION...]
///
/// arguments.cpp has the options.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

#include <rowan/errors.hpp>

#include "arguments.hpp"
#include "check_round_trips.hpp"
#include "compile_time.hpp"
#include "drawing.hpp"
#include "json.hpp"
#include "merge_time.hpp"
#include "series.hpp"
#include "table.hpp"

using namespace bench;

namespace {

/// What is being done, on one line that is written over, where somebody is looking.
void show(const std::string& what) {
  if (::isatty(STDERR_FILENO) == 1) std::fprintf(stderr, "\r\033[K%s", what.c_str());
}

void write(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
  std::printf("%s\n", path.c_str());
}

class Run {
 public:
  explicit Run(const Arguments& told) : told_(told) {}

  void measure(const std::string& url, double rtt_ms) {
    Series series(url, rtt_ms, told_);
    for (const std::int64_t n : told_.sizes) {
      const std::vector<Result> results = series.run(n, [&](const std::string& step) {
        show(url + (rtt_ms > 0 ? ", slow link" : "") + ", N = " + std::to_string(n) + ": " + step);
      });
      add(results);
    }
  }
  void measure_compile_time() {
    show("compiling");
    const Result result = compile_time(3);
    add({});
    std::printf(
        "Compiling 20 aggregates with their mappings: %.2f s of CPU time, %.1f times the classes "
        "alone (%.2f s)\n\n",
        result.rowan.value.value_or(0), ratio(result.rowan, result.row).value_or(0),
        result.row.value.value_or(0));
    results_.push_back(result);
  }
  void measure_merge_time() {
    show("merging");
    const std::vector<Result> results = merge_time(told_.rounds);
    add({});
    for (const Result& result : results)
      std::printf("Merging an order of %lld lines by field: %.1f ms of CPU time, %.1f times %lld\n",
                  static_cast<long long>(result.n), result.rowan.value.value_or(0),
                  ratio(result.rowan, results.front().rowan).value_or(0),
                  static_cast<long long>(results.front().n));
    std::printf("\n");
    results_.insert(results_.end(), results.begin(), results.end());
  }
  void write_all() const {
    if (told_.output.empty()) return;
    write(told_.output + "/bench.json", json(results_));
    write(told_.output + "/bench.svg", drawing(results_));
  }

 private:
  void add(const std::vector<Result>& results) {
    show("");
    if (!results.empty()) std::printf("%s\n", table(results).c_str());
    std::fflush(stdout);
    results_.insert(results_.end(), results.begin(), results.end());
  }

  const Arguments& told_;
  std::vector<Result> results_;
};

bool is_postgres(const std::string& url) {
  return url.starts_with("postgresql://");
}

void run(const Arguments& told) {
  if (told.check_round_trips) {
    for (const std::string& url : told.urls) {
      if (!is_postgres(url)) throw std::invalid_argument("round trips are made to PostgreSQL");
      check_round_trips(url);
    }
    return;
  }
  std::printf("Medians of %d rounds. Row and set: by hand, row after row and in sets.\n\n",
              told.rounds);
  Run all(told);
  for (const std::string& url : told.urls) all.measure(url, 0);
  for (const std::string& url : told.urls)
    if (is_postgres(url) && told.rtt_ms > 0) all.measure(url, told.rtt_ms);
  if (told.merge_time) all.measure_merge_time();
  if (told.compile_time) all.measure_compile_time();
  all.write_all();
}

}  // namespace

int main(int count, char** values) {
  try {
    run(arguments(count, values));
    return EXIT_SUCCESS;
  } catch (const rowan::Error& error) {
    std::fprintf(stderr, "\nFAILED: %s\n  %s\n  %s\n", error.what(), error.sql().c_str(),
                 error.database_message().c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "\nFAILED: %s\n", error.what());
  }
  return EXIT_FAILURE;
}
