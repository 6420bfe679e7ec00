/// Settings as text, and which of them a matrix has.

#include <algorithm>

#include <rowan/testing/matrix.hpp>
#include <rowan/testing/setting.hpp>

namespace rowan::testing {

const char* to_string(Isolation isolation) noexcept {
  switch (isolation) {
    case Isolation::standard: return "standard";
    case Isolation::read_committed: return "read_committed";
    case Isolation::repeatable_read: return "repeatable_read";
    case Isolation::serializable: return "serializable";
  }
  return "";
}

const char* to_string(Transaction span) noexcept {
  return span == Transaction::at_commit ? "at_commit" : "from_first_read";
}

const char* to_string(Versions versions) noexcept {
  return versions == Versions::check ? "check" : "ignore";
}

const char* to_string(Guards guards) noexcept {
  return guards == Guards::on ? "on" : "off";
}

std::ostream& operator<<(std::ostream& to, const Setting& setting) {
  return to << setting.database << ", " << to_string(setting.isolation) << ", "
            << to_string(setting.span) << ", versions " << to_string(setting.versions)
            << ", guards " << to_string(setting.guards);
}

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
