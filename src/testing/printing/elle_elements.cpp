#include "elle_elements.hpp"

#include <algorithm>

namespace rowan::testing {
namespace {

/// What is added to a version to get a number that no version has.
constexpr std::int64_t beyond = 1'000'000'000;

}  // namespace

void ElleElements::read(std::size_t actor, std::int64_t version) {
  known_.emplace(actor, version);
  versions_[version];
}

void ElleElements::write(std::size_t access, std::size_t actor, std::int64_t version, End end) {
  Version& its = versions_[version];
  if (!known_.emplace(actor, version).second)
    its.removed.push_back(access);
  else
    (end == End::committed ? its.installed : its.failed).push_back(access);
}

std::vector<std::int64_t> ElleElements::unwritten() const {
  std::vector<std::int64_t> out;
  for (const auto& [version, its] : versions_)
    if (its.is_unwritten()) out.push_back(version);
  return out;
}

bool ElleElements::was_there(std::int64_t version) const {
  return version == versions_.begin()->first && versions_.begin()->second.is_unwritten();
}

std::int64_t ElleElements::written(std::size_t access, std::int64_t version) const {
  const Version& its = versions_.at(version);
  std::vector<std::size_t> writes = its.installed;
  writes.insert(writes.end(), its.failed.begin(), its.failed.end());
  writes.insert(writes.end(), its.removed.begin(), its.removed.end());
  const auto place = std::find(writes.begin(), writes.end(), access) - writes.begin();
  return version + (place + (its.is_unwritten() ? 1 : 0)) * beyond;
}

bool ElleElements::is_clear(std::int64_t version) const {
  return versions_.at(version).installed.size() <= 1;
}

std::vector<std::int64_t> ElleElements::up_to(std::int64_t last) const {
  std::vector<std::int64_t> out;
  for (const auto& [version, its] : versions_) {
    if (version > last) break;
    for (const std::size_t access : its.installed) out.push_back(written(access, version));
    const bool nobody_else_had = its.failed.empty() || version == last;
    if (its.installed.empty() && nobody_else_had) out.push_back(version);
  }
  return out;
}

}  // namespace rowan::testing
