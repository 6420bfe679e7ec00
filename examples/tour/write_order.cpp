/// What docs/mapping.md shows of unique values that change hands, and of references.

#include "write_order.hpp"

#include <utility>

#include "tour.hpp"
#include "versions.hpp"

namespace tour {

void hand_values_on() {
  rowan::Store store("sqlite3://:memory:", rowan::Schema::of<Party, Project, Article, Meter>());
  store.create_tables();
  auto work = store.begin();
  auto party = work.add(Party{1, "birthday", {{1, "Ann", 11}, {2, "Bob", 12}}});
  auto project = work.add(Project{1, {{1, "paint", 2}, {2, "build", {}}}});
  auto article = work.add(Article{1, "Rowans", 0, {}});
  work.add(Meter{1, 0.5});
  work.commit();
  // [swap]
  std::swap(party->guests[0].seat, party->guests[1].seat);
  work.commit();
  // [/swap]
  // [views]
  article->views += 1;
  article->latest.push_back({rowan::Uuid::v7(), "Ann"});
  work.commit();  // article.version() == 1 still
  // [/views]
  require(party.version() == 2 && project.version() == 1 && article.version() == 1,
          "one commit moves a version by one at most");
}

}  // namespace tour
