/// A matrix in, its settings on one database out.

#include <algorithm>

#include <rowan/testing/matrix.hpp>

namespace rowan::testing {
namespace {

bool needs_one_transaction(Isolation level) {
  return level == Isolation::repeatable_read || level == Isolation::serializable;
}

/// SQLite's transactions are all serializable; what is read outside of one has no level.
Isolation at(const TestDatabase& database, Isolation asked, Transaction span) {
  if (database.backend() != Backend::sqlite) return asked;
  return span == Transaction::at_commit ? Isolation::standard : Isolation::serializable;
}

}  // namespace

std::vector<Setting> Matrix::settings(const TestDatabase& database) const {
  std::vector<Setting> out;
  for (const Isolation asked : levels_) {
    std::vector<Transaction> spans = spans_;
    if (spans.empty())
      spans = {needs_one_transaction(asked) ? Transaction::from_first_read
                                            : Transaction::at_commit};
    for (const Transaction span : spans) {
      if (span == Transaction::at_commit && needs_one_transaction(asked)) continue;
      for (const Versions versions : versions_)
        for (const Guards guards : guards_) {
          const Isolation level = at(database, asked, span);
          const Setting setting{database.name(), level, span, versions, guards};
          if (std::find(out.begin(), out.end(), setting) == out.end()) out.push_back(setting);
        }
    }
  }
  return out;
}

}  // namespace rowan::testing
