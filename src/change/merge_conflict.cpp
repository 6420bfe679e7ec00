/// What is told of clashes, and the answers to them.

#include <utility>

#include <rowan/merge.hpp>

namespace rowan {
namespace {

std::string text(const std::string& place, std::int64_t found, const std::vector<Clash>& clashes) {
  std::string out = place + ": changed here and in the database, where it is at version " +
                    std::to_string(found) + " now:";
  for (const Clash& clash : clashes) out += "\n- " + clash.pointer;
  return out;
}

}  // namespace

const char* to_string(Side side) noexcept {
  return side == Side::mine ? "mine" : "theirs";
}

const char* to_string(Clash::Kind kind) noexcept {
  switch (kind) {
    case Clash::Kind::field: return "field";
    case Clash::Kind::row: return "row";
    case Clash::Kind::list: return "list";
    case Clash::Kind::order: return "order";
  }
  return "?";
}

Resolution::Resolution(std::vector<Clash> clashes) {
  for (Clash& clash : clashes) {
    std::string pointer = clash.pointer;
    answers_.emplace(std::move(pointer), Answer{std::move(clash), std::nullopt});
  }
}

Resolution& Resolution::take(const std::string& pointer, Side side) {
  const auto found = answers_.find(pointer);
  if (found == answers_.end()) throw UsageError("there is no clash at " + pointer);
  found->second.side = side;
  return *this;
}

Resolution& Resolution::take_rest(Side side) {
  for (auto& [pointer, answer] : answers_)
    if (!answer.side) answer.side = side;
  return *this;
}

std::optional<Side> Resolution::at(const Clash& clash) const {
  const auto found = answers_.find(clash.pointer);
  return found != answers_.end() && found->second.clash == clash ? found->second.side
                                                                 : std::nullopt;
}

MergeConflict::MergeConflict(const std::string& place, std::int64_t found,
                             std::vector<Clash> clashes)
    : Error(text(place, found, clashes)), found_(found), clashes_(std::move(clashes)) {}

Resolution MergeConflict::resolution() const {
  return Resolution(clashes_);
}

}  // namespace rowan
