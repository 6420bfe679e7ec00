#pragma once
/// Small classes whose rows have values and references that commit has to keep whole.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <rowan/mapping.hpp>

namespace tour {

struct Guest {
  int number = 0;
  std::string name;
  std::optional<int> seat;
};
struct Party {
  std::int64_t id = 0;
  std::string title;
  std::vector<Guest> guests;
};

// [unique]
inline rowan::Mapping<Party, std::int64_t> mapping_of(std::type_identity<Party>) {
  using namespace rowan;
  return aggregate("parties", key("id", &Party::id), version("version"))
      .column("title", &Party::title)
      .unique(&Party::title)  // no two parties
      .children(&Party::guests, child("guests", parent("party_id"), key("number", &Guest::number))
                                    .column("name", &Guest::name)
                                    .column("seat", &Guest::seat)
                                    .unique(&Guest::seat));  // no two guests of one party
}
// [/unique]

struct Task {
  int number = 0;
  std::string what;
  std::optional<int> after;
};
struct Project {
  std::int64_t id = 0;
  std::vector<Task> tasks;
};

// [references_to_siblings]
inline rowan::Mapping<Project, std::int64_t> mapping_of(std::type_identity<Project>) {
  using namespace rowan;
  return aggregate("projects", key("id", &Project::id), version("version"))
      .children(&Project::tasks, child("tasks", parent("project_id"), key("number", &Task::number))
                                     .column("what", &Task::what)
                                     .column("after_task", &Task::after, references("tasks")));
}
// [/references_to_siblings]

}  // namespace tour
