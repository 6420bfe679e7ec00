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

Resolution::Resolution(std::int64_t version, std::vector<std::string> pointers)
    : version_(version) {
  for (std::string& pointer : pointers) sides_.emplace(std::move(pointer), std::nullopt);
}

Resolution& Resolution::take(const std::string& pointer, Side side) {
  const auto found = sides_.find(pointer);
  if (found == sides_.end()) throw UsageError("there is no clash at " + pointer);
  found->second = side;
  return *this;
}

Resolution& Resolution::take_rest(Side side) {
  for (auto& [pointer, decided] : sides_)
    if (!decided) decided = side;
  return *this;
}

std::optional<Side> Resolution::at(const std::string& pointer) const {
  const auto found = sides_.find(pointer);
  return found == sides_.end() ? std::nullopt : found->second;
}

MergeConflict::MergeConflict(const std::string& place, std::int64_t found,
                             std::vector<Clash> clashes)
    : Error(text(place, found, clashes)), found_(found), clashes_(std::move(clashes)) {}

Resolution MergeConflict::resolution() const {
  std::vector<std::string> pointers;
  for (const Clash& clash : clashes_) pointers.push_back(clash.pointer);
  return {found_, std::move(pointers)};
}

}  // namespace rowan
