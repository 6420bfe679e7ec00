#pragma once
/// An aggregate with a column of each kind that a query may ask for.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <rowan/mapping.hpp>

#include "database.hpp"

namespace contract {

enum class Status { draft, placed, shipped };
constexpr auto enum_names(std::type_identity<Status>) {
  return std::array{std::pair{Status::draft, "draft"}, std::pair{Status::placed, "placed"},
                    std::pair{Status::shipped, "shipped"}};
}
enum class Grade : int { bad = 1, good = 2 };

struct ClientId {
  std::int64_t value = 0;
};

struct Job {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string title;
  Status status = Status::draft;
  Grade grade = Grade::bad;
  ClientId client;
  std::optional<std::int64_t> rank;
  std::optional<rowan::Timestamp> due;
};
inline rowan::Mapping<Job, std::int64_t> mapping_of(std::type_identity<Job>) {
  return rowan::aggregate("jobs", rowan::key("id", &Job::id),
                          rowan::version("version", &Job::version))
      .column("title", &Job::title)
      .column("status", &Job::status, rowan::as_text)
      .column("grade", &Job::grade)
      .column("client_id", &Job::client)
      .column("rank", &Job::rank)
      .column("due", &Job::due);
}

inline void store_jobs(rowan::Store& store, const std::vector<Job>& jobs) {
  auto work = store.begin();
  for (const Job& job : jobs) work.add(job);
  work.commit();
}

}  // namespace contract
