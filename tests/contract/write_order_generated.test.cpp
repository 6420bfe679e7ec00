/// Any state of rows with unique values and references that may be NULL can follow any other in one
/// commit, whatever is removed, inserted, moved and exchanged on the way.

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::UnitOfWork;

namespace {

using Number = std::optional<std::int64_t>;

struct Player {
  std::int64_t id = 0;
  Number shirt;  ///< unique among the players of a team
  Number partner;
  bool operator==(const Player&) const = default;
};
struct Team {
  std::int64_t id = 0;
  std::int64_t version = 0;
  Number rank;
  Number rival;
  Number captain;
  std::vector<Player> players;
};
rowan::Mapping<Team, std::int64_t> mapping_of(std::type_identity<Team>) {
  using rowan::child, rowan::key, rowan::parent, rowan::references;
  return rowan::aggregate("teams", key("id", &Team::id), rowan::version("version", &Team::version))
      .column("rank", &Team::rank)
      .column("rival", &Team::rival, references("teams"))
      .column("captain", &Team::captain, references("players"))
      .children(&Team::players,
                child("players", parent("team_id"), key("id", &Player::id, rowan::unique_in_table),
                      rowan::version("version"))
                    .column("shirt", &Player::shirt)
                    .column("partner", &Player::partner, references("players"))
                    .unique(&Player::shirt)
                    .unique(&Player::partner))
      .unique(&Team::rank)
      .unique(&Team::rival);
}

template <class B>
rowan::Store open_teams(Database<B>& db) {
  const std::string later = db.postgres ? "" : " REFERENCES players";
  db.execute(
      "CREATE TABLE teams (id bigint PRIMARY KEY, version bigint NOT NULL, rank bigint UNIQUE, "
      "rival bigint UNIQUE REFERENCES teams, captain bigint" +
      later + ")");
  db.execute(
      "CREATE TABLE players (team_id bigint NOT NULL REFERENCES teams, id bigint PRIMARY KEY, "
      "version bigint NOT NULL, shirt bigint, partner bigint REFERENCES players, UNIQUE (team_id, "
      "shirt), UNIQUE (team_id, "
      "partner))");
  if (db.postgres) db.execute("ALTER TABLE teams ADD FOREIGN KEY (captain) REFERENCES players");
  return db.open(rowan::Schema::of<Team>());
}

using Teams = std::map<std::int64_t, Team>;

/// The same for a seed on every machine.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}

  std::size_t below(std::size_t end) { return engine_() % end; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  void shuffle(std::vector<std::int64_t>& values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }
  /// Each value for one at most, and some for nobody.
  Number draw(std::vector<std::int64_t>& from) {
    if (from.empty() || one_in(4)) return {};
    const std::int64_t out = from.back();
    from.pop_back();
    return out;
  }
  std::vector<std::int64_t> some_below(std::int64_t end) {
    std::vector<std::int64_t> out;
    for (std::int64_t i = 1; i < end; ++i)
      if (!one_in(4)) out.push_back(i);
    shuffle(out);
    return out;
  }

 private:
  std::mt19937 engine_;
};

Teams any_teams(Dice& dice) {
  Teams out;
  auto ids = dice.some_below(6);
  auto ranks = ids;
  auto rivals = ids;
  dice.shuffle(ranks);
  dice.shuffle(rivals);
  for (const std::int64_t id : ids) out[id] = {id, 0, dice.draw(ranks), dice.draw(rivals), {}, {}};
  if (ids.empty()) return out;
  auto players = dice.some_below(8);
  auto partners = players;
  auto captains = players;
  std::vector<std::int64_t> shirts{1, 2, 3, 4, 5, 6, 7};
  dice.shuffle(partners);
  dice.shuffle(captains);
  dice.shuffle(shirts);
  // Most are of the team that comes first, so that they exchange what is unique there.
  for (const std::int64_t player : players)
    out[dice.one_in(3) ? ids[dice.below(ids.size())] : out.begin()->first].players.push_back(
        {player, dice.draw(shirts), dice.draw(partners)});
  for (auto& [id, team] : out) {
    std::sort(team.players.begin(), team.players.end(),
              [](const Player& a, const Player& b) { return a.id < b.id; });
    team.captain = dice.draw(captains);
  }
  return out;
}

bool same(const Team& a, const Team& b) {
  return a.rank == b.rank && a.rival == b.rival && a.captain == b.captain && a.players == b.players;
}

/// Makes the one of the other, and knows at which versions.
void commit(UnitOfWork& work, const Teams& before, Teams& after) {
  for (const auto& [id, team] : before) {
    auto ref = work.get<Team>(id);
    const auto wanted = after.find(id);
    if (wanted == after.end()) {
      work.remove(ref);
      continue;
    }
    wanted->second.version = team.version + (same(team, wanted->second) ? 0 : 1);
    ref->rank = wanted->second.rank;
    ref->rival = wanted->second.rival;
    ref->captain = wanted->second.captain;
    ref->players = wanted->second.players;
  }
  for (auto& [id, team] : after) {
    if (before.contains(id)) continue;
    work.add(team);
    team.version = 1;
  }
  work.commit();
}

}  // namespace

TEST_CASE_TEMPLATE("any state with unique values and references can follow any other", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = open_teams(db);
  auto work = std::make_optional(store.begin());
  Teams now;
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    Teams wanted = any_teams(dice);
    if (seed % 5 == 0) work.emplace(store.begin());  // the others go on from what was written
    REQUIRE_NOTHROW(commit(*work, now, wanted));
    UnitOfWork reader = store.begin();
    CHECK(db.number("SELECT count(*) FROM teams") == static_cast<std::int64_t>(wanted.size()));
    std::int64_t players = 0;
    for (const auto& [id, team] : wanted) {
      auto found = reader.get<Team>(id);
      std::sort(found->players.begin(), found->players.end(),
                [](const Player& a, const Player& b) { return a.id < b.id; });
      CHECK(same(*found, team));
      CHECK(found.version() == team.version);
      players += static_cast<std::int64_t>(team.players.size());
    }
    CHECK(db.number("SELECT count(*) FROM players") == players);
    now = std::move(wanted);
  }
}
