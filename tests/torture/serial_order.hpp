#pragma once
/// Committed units in; whether they could have come to the same one after the other, out.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ledger.hpp"

namespace torture {

/// Who must have come before whom: who gave a version before who read it or replaced it, and who
/// read one before who replaced it. Where these go round in a circle there is no order.
class SerialOrder {
 public:
  explicit SerialOrder(const std::vector<Committed>& units) : units_(units), after_(units.size()) {
    for (std::size_t unit = 0; unit < units.size(); ++unit)
      for (const Step& step : units[unit]) {
        Version& from = versions_[{step.root, step.from}];
        if (step.only_reads()) {
          from.readers.push_back(unit);
          continue;
        }
        from.replaced_by = unit;
        versions_[{step.root, step.to}].given_by = unit;
      }
    for (const auto& [name, version] : versions_) {
      add(version.given_by, version.replaced_by, replaced_);
      for (const std::size_t reader : version.readers) {
        add(version.given_by, reader, read_);
        add(reader, version.replaced_by, overtaken_);
      }
    }
  }

  void check() const {
    std::map<std::string, std::int64_t> first;
    for (const auto& [name, version] : versions_)
      require(version.given_by || first.emplace(name).second,
              name.first + ": somebody relied on the version " + std::to_string(name.second) +
                  ", which no commit has given");
    std::vector<std::size_t> before(units_.size());  // how many that have no place yet
    for (const auto& later : after_)
      for (const std::size_t unit : later) ++before[unit];
    std::vector<std::size_t> next;
    for (std::size_t unit = 0; unit < units_.size(); ++unit)
      if (before[unit] == 0) next.push_back(unit);
    std::size_t placed = 0;
    while (!next.empty()) {
      const std::size_t unit = next.back();
      next.pop_back();
      ++placed;
      for (const std::size_t later : after_[unit])
        if (--before[later] == 0) next.push_back(later);
    }
    if (placed < units_.size()) throw Broken("no serial order: " + circle(before));
  }

  /// How many edges there are, of each kind.
  [[nodiscard]] std::string text() const {
    return std::to_string(replaced_) + " versions replaced, " + std::to_string(read_) +
           " only read, " + std::to_string(overtaken_) + " replaced after somebody had only read";
  }
  [[nodiscard]] std::int64_t overtaken() const { return overtaken_; }

 private:
  struct Version {
    std::optional<std::size_t> given_by;
    std::optional<std::size_t> replaced_by;
    std::vector<std::size_t> readers;
  };

  void add(std::optional<std::size_t> earlier, std::optional<std::size_t> later,
           std::int64_t& count) {
    if (!earlier || !later) return;
    after_[*earlier].push_back(*later);
    ++count;
  }

  /// Of those that have found no place each comes after another one of them, so whoever goes back
  /// from one to the next comes round.
  [[nodiscard]] std::string circle(const std::vector<std::size_t>& before) const {
    std::map<std::size_t, std::size_t> earlier;
    for (std::size_t unit = 0; unit < units_.size(); ++unit)
      for (const std::size_t later : after_[unit])
        if (before[unit] > 0 && before[later] > 0) earlier.emplace(later, unit);
    std::map<std::size_t, bool> met;
    std::size_t unit = earlier.begin()->first;
    while (!std::exchange(met[unit], true)) unit = earlier.at(unit);
    std::string out;
    const std::size_t start = unit;
    do {
      out += "\n  after";
      for (const Step& step : units_[unit])
        out += " " + step.root + " " + std::to_string(step.from) +
               (step.only_reads() ? "" : "->" + std::to_string(step.to));
      unit = earlier.at(unit);
    } while (unit != start);
    return out;
  }

  const std::vector<Committed>& units_;
  std::map<std::pair<std::string, std::int64_t>, Version> versions_;
  std::vector<std::vector<std::size_t>> after_;
  std::int64_t replaced_ = 0;
  std::int64_t read_ = 0;
  std::int64_t overtaken_ = 0;
};

}  // namespace torture
