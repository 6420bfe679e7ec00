#include "series.hpp"

#include <algorithm>
#include <stdexcept>

#include <libpq-fe.h>

#include "postgres_row.hpp"
#include "postgres_set.hpp"
#include "rowan_unit.hpp"
#include "sqlite_row.hpp"
#include "sqlite_set.hpp"

namespace bench {
namespace {

constexpr std::size_t contestants = 3;

Contestants make(const std::string& url, std::shared_ptr<StatementCounter> counter = nullptr) {
  Contestants out;
  const std::string where = connect_string(url);
  out.push_back(rowan_unit(url, std::move(counter)));
  if (url.starts_with("sqlite3://")) {
    out.push_back(std::make_unique<SqliteRow>(where));
    out.push_back(std::make_unique<SqliteSet>(where));
  } else {
    out.push_back(postgres_row(where));
    out.push_back(postgres_set(where));
  }
  return out;
}

/// Its socket.
std::string socket_of(const std::string& conninfo) {
  std::string host;
  std::string port = "5432";
  PQconninfoOption* options = PQconninfoParse(conninfo.c_str(), nullptr);
  for (auto* option = options; option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    if (option->keyword == std::string_view("host")) host = option->val;
    if (option->keyword == std::string_view("port")) port = option->val;
  }
  PQconninfoFree(options);
  if (!host.starts_with('/'))
    throw std::invalid_argument("round trips are counted at a server's socket: write host=FOLDER");
  return host + "/.s.PGSQL." + port;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

}  // namespace

ProxiedUrl::ProxiedUrl(const std::string& to, double rtt_ms)
    : proxy(std::make_unique<Proxy>(
          socket_of(connect_string(to)),
          std::chrono::microseconds(static_cast<std::int64_t>(rtt_ms * 1000)))),
      url(to + " host=" + proxy->folder() + " port=5432") {}  // of two the last one counts

Series::Series(const std::string& url, double rtt_ms, const Arguments& told)
    : url_(url),
      rtt_ms_(rtt_ms),
      rounds_(told.rounds),
      transactions_(told.transactions),
      database_(url),
      slow_(rtt_ms > 0 ? std::make_unique<ProxiedUrl>(url, rtt_ms) : nullptr),
      contestants_(make(slow_ ? slow_->url : url)) {}

Series::CostsOfAll Series::count(std::int64_t n) {
  const Size size{.n = n, .transactions = transactions_, .weigh = true};
  const auto counter = std::make_shared<StatementCounter>();
  std::unique_ptr<ProxiedUrl> counted;
  if (!database_.is_sqlite()) counted = std::make_unique<ProxiedUrl>(url_, 0);
  const Contestants all = make(counted ? counted->url : url_, counter);
  CostsOfAll out;
  for (const auto& contestant : all)
    out.push_back(
        run_round(*contestant, database_, size,
                  {.proxy = counted ? counted->proxy.get() : nullptr, .counter = counter.get()}));
  return out;
}

std::vector<Result> Series::run(std::int64_t n, const Progress& progress) {
  const Size size{.n = n, .transactions = transactions_};
  const Meter meter{.clock = database_.is_sqlite() ? Clock::cpu : Clock::wall,
                    .proxy = slow_ ? slow_->proxy.get() : nullptr};
  CostsOfAll counts;
  if (!slow_) {
    progress("counting");
    counts = count(n);
  }
  std::vector<CostsOfAll> rounds;
  for (int round = 0; round < rounds_; ++round) {
    CostsOfAll& costs = rounds.emplace_back(contestants);
    for (std::size_t i = 0; i < contestants; ++i) {
      progress("round " + std::to_string(round + 1) + " of " + std::to_string(rounds_) + ", " +
               std::to_string(i + 1) + " of " + std::to_string(contestants));
      const std::size_t turn = (i + static_cast<std::size_t>(round)) % contestants;
      costs[turn] = run_round(*contestants_[turn], database_, size, meter);
    }
  }
  return results(n, slow_ ? rounds.front() : counts, rounds);
}

std::vector<Result> Series::results(std::int64_t n, const CostsOfAll& counts,
                                    const std::vector<CostsOfAll>& rounds) const {
  std::vector<Result> out;
  for (const PhaseText& phase : phases) {
    double divisor = 1;
    if (phase.per == PhaseText::Per::transaction) divisor = static_cast<double>(transactions_);
    if (phase.per == PhaseText::Per::order) divisor = static_cast<double>(n);
    if (phase.per == PhaseText::Per::thousand) divisor = static_cast<double>(n) / 1000;
    const bool is_memory = phase.phase == Phase::memory;
    if (is_memory && slow_) continue;

    const auto column = [&](std::size_t contestant) {
      Result::Column made;
      const Cost& counted = counts[contestant].at(phase.phase);
      std::vector<double> values;
      for (const CostsOfAll& round : rounds)
        values.push_back((is_memory ? counted : round[contestant].at(phase.phase)).value / divisor);
      made.value = median(std::move(values));
      const double times =
          phase.per == PhaseText::Per::transaction ? static_cast<double>(transactions_) : 1;
      const bool says_statements = !database_.is_sqlite() || contestant == 0;
      if (says_statements && !is_memory)
        made.statements = static_cast<double>(counted.statements) / times;
      if (!database_.is_sqlite() && !is_memory)
        made.round_trips = static_cast<double>(counted.round_trips) / times;
      return made;
    };
    out.push_back({.backend = database_.is_sqlite() ? "sqlite" : "postgresql",
                   .n = n,
                   .rtt_ms = rtt_ms_,
                   .phase = std::string(phase.key),
                   .name = std::string(phase.name),
                   .unit = std::string(phase.unit),
                   .rowan = column(0),
                   .row = column(1),
                   .set = column(2)});
  }
  return out;
}

}  // namespace bench
