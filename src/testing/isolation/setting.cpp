/// Settings as text.

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

}  // namespace rowan::testing
