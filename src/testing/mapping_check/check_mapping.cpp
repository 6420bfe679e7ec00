/// Samples first, each by itself and in the database, then what is generated of them.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <rowan/errors.hpp>
#include <rowan/testing/check_mapping.hpp>

#include "database_trip.hpp"
#include "findings.hpp"
#include "generated_rows.hpp"
#include "round_trip.hpp"

namespace rowan::testing::detail {
namespace {

class MappingCheck {
 public:
  MappingCheck(Store& store, const Subject& subject, const CheckOptions& options)
      : store_(store),
        subject_(subject),
        round_trip_(subject, findings_),
        database_(store, subject, findings_),
        generator_(*subject.map, round_trip_, options.seed) {}

  Check run(const std::vector<void*>& samples, std::size_t generated) {
    check_tables();
    for (void* sample : samples) check_sample(sample);
    const std::string& table = subject_.map->shape.table;
    if (generator_.has_samples() && generated > 0) {
      std::size_t refused = 0;
      for (std::size_t i = 0; i < generated && !database_.is_stuck(); ++i)
        if (!settle(generator_.draft())) ++refused;
      if (refused > 0)
        findings_.note(
            table + ": " + std::to_string(refused) + " of " + std::to_string(generated) +
            " generated objects were left out, for more than one value in them is refused");
      generator_.note(findings_);
    } else
      findings_.note(table + ": no object was generated");
    if (!subject_.equal)
      findings_.note(table + ": its class has no ==, so objects were compared by columns alone");
    if (subject_.map->shape.history && tables_fit_)
      findings_.note(subject_.map->shape.history->table + ": it keeps what was stored");
    return findings_.take();
  }

 private:
  void check_tables() {
    try {
      store_.check_tables();
    } catch (const SchemaMismatch& mismatch) {
      for (const std::string& difference : mismatch.differences()) findings_.fault(difference);
      findings_.note(subject_.map->shape.table + ": nothing was stored, for the tables differ");
      tables_fit_ = false;
    }
  }

  void check_sample(void* sample) {
    auto rows = round_trip_.of_sample(sample);
    if (!rows || database_.is_stuck()) return;
    if (subject_.map->shape.origin == KeyOrigin::generated) rows->row.front() = std::int64_t{0};
    if (tables_fit_)
      if (const auto refused = database_.make(*rows)) return findings_.fault(*refused);
    generator_.add_sample(*rows);
  }

  /// Whether the draft was taken, without what the database refuses of it.
  bool settle(Draft draft) {
    while (!database_.is_stuck()) {
      const Verdict verdict = judge(draft);
      if (verdict == Verdict::taken) generator_.accept(draft);
      if (verdict != Verdict::refused) return verdict == Verdict::taken;
      const auto culprit = find_culprit(draft);
      if (!culprit) return false;
      generator_.refuse(draft.edits[*culprit]);
      draft.edits.erase(draft.edits.begin() + static_cast<std::ptrdiff_t>(*culprit));
    }
    return false;
  }

  enum class Verdict {
    taken,
    refused,  ///< by the database
    unfit,    ///< for its class: an edit may need another one
  };
  Verdict judge(const Draft& draft) {
    const auto rows = generator_.rows(draft);
    if (!rows) return Verdict::unfit;
    return tables_fit_ && database_.make(*rows) ? Verdict::refused : Verdict::taken;
  }

  /// The edit that is refused by itself, if there is one. By halves: each try is a transaction.
  std::optional<std::size_t> find_culprit(const Draft& draft) {
    if (draft.edits.empty() || judge({draft.rows, {}}) != Verdict::taken) return {};
    std::size_t begin = 0;
    std::size_t end = draft.edits.size();
    const auto refused = [&](std::size_t from, std::size_t to) {
      const auto first = draft.edits.begin();
      return judge({draft.rows,
                    {first + static_cast<std::ptrdiff_t>(from),
                     first + static_cast<std::ptrdiff_t>(to)}}) == Verdict::refused;
    };
    while (end - begin > 1) {
      const std::size_t middle = begin + (end - begin) / 2;
      if (refused(begin, middle))
        end = middle;
      else if (refused(middle, end))
        begin = middle;
      else
        return {};
    }
    return begin;
  }

  Store& store_;
  const Subject& subject_;
  Findings findings_;
  RoundTrip round_trip_;
  DatabaseTrip database_;
  Generator generator_;
  bool tables_fit_ = true;
};

}  // namespace

Check check_mapping(Store& store, const Subject& subject, const std::vector<void*>& samples,
                    const CheckOptions& options) {
  if (samples.empty()) throw UsageError("check_mapping takes one sample at least");
  return MappingCheck(store, subject, options).run(samples, options.generated);
}

}  // namespace rowan::testing::detail
