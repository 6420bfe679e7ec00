#pragma once
/// Three contestants on one database, over one link, round after round.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "database.hpp"
#include "meter.hpp"
#include "proxy.hpp"
#include "result.hpp"
#include "round.hpp"

namespace bench {

/// Rowan, row after row, in sets.
using Contestants = std::vector<std::unique_ptr<Contestant>>;
using Progress = std::function<void(const std::string&)>;

/// The proxy that stands before this PostgreSQL server, and the URL that leads through it.
struct ProxiedUrl {
  ProxiedUrl(const std::string& to, double rtt_ms);
  std::unique_ptr<Proxy> proxy;
  std::string url;
};

class Series {
 public:
  /// Through a slow link when rtt_ms is not 0.
  Series(const std::string& url, double rtt_ms, const Arguments& told);

  /// One after another: all phases of one size.
  [[nodiscard]] std::vector<Result> run(std::int64_t n, const Progress& progress);

 private:
  using CostsOfAll = std::vector<Costs>;
  /// Without time: round trips, statements, memory.
  [[nodiscard]] CostsOfAll count(std::int64_t n);
  [[nodiscard]] std::vector<Result> results(std::int64_t n, const CostsOfAll& counts,
                                            const std::vector<CostsOfAll>& rounds) const;

  std::string url_;
  double rtt_ms_;
  int rounds_;
  std::int64_t transactions_;
  Database database_;
  std::unique_ptr<ProxiedUrl> slow_;
  Contestants contestants_;
};

}  // namespace bench
