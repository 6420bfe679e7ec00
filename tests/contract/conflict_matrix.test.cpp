/// Every kind of conflict in every way to have a transaction: the same answer, and the one that
/// docs/conflicts.md tells.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "conflict_scenarios.hpp"

using namespace contract;
using rowan::Conflict;
using rowan::Isolation;
using rowan::StaleDataError;

namespace {

std::string shown(std::int64_t version, const char* if_unique) {
  return version >> 32 == 0 ? std::to_string(version) : if_unique;
}

std::string operation_of(const Conflict& conflict) {
  switch (conflict.operation) {
    case Conflict::Operation::update: return "update";
    case Conflict::Operation::remove: return "remove";
    case Conflict::Operation::verify: return "verify";
  }
  return "";
}

/// All that a conflict says.
std::string content_of(const Conflict& conflict) {
  const bool known = conflict.root_table == "leaflets"  ? conflict.is<Leaflet>()
                     : conflict.root_table == "folders" ? conflict.is<Folder>()
                                                        : conflict.is<Order>();
  CHECK(known);
  const std::string root = conflict.root_table + " " + rowan::to_string(conflict.root_key);
  std::string out = conflict.table + " " + rowan::to_string(conflict.key);
  if (out != root) out += " of " + root;
  out += std::string(" ") + to_string(conflict.kind) + ", on " + operation_of(conflict);
  out += ", expected " + shown(conflict.expected, "a unique version");
  if (conflict.expectation == Conflict::Expectation::given) out += " (given)";
  return out + ", found " + (conflict.found ? shown(*conflict.found, "another") : "none");
}

std::string joined(const Strings& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : "; ") + part;
  return out;
}

struct Result {
  std::string text;
  std::optional<StaleDataError> stale{};
};

Result commit(const Scenario& scenario, rowan::UnitOfWork& mine) {
  try {
    const std::string told = scenario.last ? scenario.last(mine) : "";
    mine.commit();
    return {told.empty() ? "yours is committed" : told};
  } catch (const StaleDataError& error) {
    Strings all;
    for (const Conflict& conflict : error.conflicts()) all.push_back(content_of(conflict));
    return {"`StaleDataError`: " + joined(all), error};
  } catch (const rowan::SerializationFailure&) {
    return {"`SerializationFailure`"};
  } catch (const rowan::ConstraintViolation&) {
    return {"`ConstraintViolation`"};
  } catch (const rowan::LockTimeout&) {
    return {"`LockTimeout`"};
  }
}

/// Whether the others could write while `mine` was open; `holder` is one that has yet to commit.
bool get_in(const Scenario& scenario, rowan::Store& others, rowan::UnitOfWork& holder) {
  try {
    if (scenario.held) {
      scenario.held(holder);
      holder.flush();
    } else {
      scenario.theirs(others);
    }
    return true;
  } catch (const rowan::LockTimeout&) {
    return false;
  }
}

template <class B>
std::int64_t rows_of_mine(Database<B>& db) {
  return db.number("SELECT count(*) FROM orders WHERE customer = 'mine'") +
         db.number("SELECT count(*) FROM order_lines WHERE quantity = 9") +
         db.number("SELECT count(*) FROM leaflets WHERE text = 'mine'") +
         db.number("SELECT count(*) FROM sheets WHERE text = 'mine'");
}

/// Plays it, and checks what holds for all of them.
template <class B>
Result play(const Scenario& scenario, const Way& way) {
  CAPTURE(scenario.theirs_is);
  CAPTURE(scenario.mine_is);
  CAPTURE(way.name);
  Database<B> db;
  rowan::Store store = open_scene(db, way);
  rowan::WorkOptions options = way.work();
  options.versions = scenario.versions;
  rowan::UnitOfWork mine = store.begin(options);
  scenario.mine(mine);
  rowan::UnitOfWork holder = store.begin();
  const bool met = get_in(scenario, store, holder);
  CHECK(met != way.keeps_writers_out(B::backend));
  Result out = commit(scenario, mine);
  if (!met) {
    CHECK(!out.stale);
    out.text = "the other gets `LockTimeout`, " + out.text;
  } else if (!has(out.text, "yours is committed")) {
    CHECK(rows_of_mine(db) == 0);
    // What cannot be begun or only read has not failed.
    if (!scenario.held && !scenario.last) CHECK_THROWS_AS(mine.commit(), rowan::UnitFailed);
  }
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("a conflict is told with the same content in every way to have a transaction", B,
                   Sqlite, Postgres) {
  for (const Scenario& scenario : scenarios())
    for (const Way& way : open_ways<B>()) {
      CAPTURE(scenario.theirs_is);
      CAPTURE(scenario.mine_is);
      CAPTURE(way.name);
      const Result result = play<B>(scenario, way);
      if (!result.stale) continue;  // the table below says where that is so
      CHECK(result.text == "`StaleDataError`: " + joined(scenario.conflicts));
      CHECK(result.stale->complete());
      const bool given = has(result.text, "(given)");
      CHECK(result.stale->retryable() == !given);
    }
}

namespace {

/// Ways that a reader of the table need not tell apart, since they never differ.
std::string place_of(rowan::Backend backend, const Way& way) {
  if (backend == rowan::Backend::sqlite) return "SQLite";
  if (way.level == Isolation::read_committed) return "PostgreSQL read committed";
  return "PostgreSQL " + way.name;
}

/// What a scenario comes to, and where; by the order of the ways.
class Row {
 public:
  void add(const std::string& place, const std::string& result) {
    const auto told = by_place_.emplace(place, result);
    CHECK(told.first->second == result);  // else the place would have to be told more exactly
    if (told.second) places_.push_back(place);
  }
  [[nodiscard]] std::string markdown(const Scenario& scenario) const {
    std::string out;
    std::set<std::string> done;
    for (const std::string& first : places_) {
      const std::string& result = by_place_.at(first);
      if (!done.insert(result).second) continue;
      Strings where;
      for (const std::string& place : places_)
        if (by_place_.at(place) == result) where.push_back(place);
      out += "| " + scenario.theirs_is + " | " + scenario.mine_is + " | " +
             (where.size() == places_.size() ? "everywhere" : listed(where)) + " | " + result +
             " |\n";
    }
    return out;
  }

 private:
  static std::string listed(const Strings& places) {
    std::string out;
    for (std::string place : places) {
      if (has(out, "PostgreSQL") && place.starts_with("PostgreSQL ")) place.erase(0, 11);
      out += (out.empty() ? "" : ", ") + place;
    }
    return out;
  }

  std::map<std::string, std::string> by_place_;
  Strings places_;
};

const std::string kept_out = "the other gets `LockTimeout`, yours is committed";

/// The same for all scenarios: on SQLite nobody gets in between from the first read on.
void check_kept_out(const Scenario& scenario) {
  for (const Way& way : ways<Sqlite>())
    if (way.keeps_writers_out(rowan::Backend::sqlite))
      CHECK(play<Sqlite>(scenario, way).text == kept_out);
}

/// What docs/conflicts.md has to show.
std::string markdown_table() {
  std::string out =
      "| another unit | yours | on | you get |\n"
      "|---|---|---|---|\n";
  for (const Scenario& scenario : scenarios()) {
    Row row;
    const auto add = [&]<class B>(std::type_identity<B>) {
      for (const Way& way : open_ways<B>())
        row.add(place_of(B::backend, way), play<B>(scenario, way).text);
    };
    add(std::type_identity<Sqlite>());
    add(std::type_identity<Postgres>());
    check_kept_out(scenario);
    out += row.markdown(scenario);
  }
  out += "| any of these | any of these | SQLite, from the first read on | " + kept_out + " |\n";
  return out;
}

std::filesystem::path root_of_sources() {
#ifdef ROWAN_SOURCE_DIR
  return ROWAN_SOURCE_DIR;
#else
  return std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
#endif
}

/// What stands between the markers.
std::string documented_table() {
  const auto page = root_of_sources() / "docs" / "conflicts.md";
  std::ifstream file(page);
  REQUIRE_MESSAGE(file.good(), page.string());
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string begin = "<!-- conflicts:begin -->\n";
  const auto from = text.find(begin);
  const auto to = text.find("<!-- conflicts:end -->");
  REQUIRE((from != text.npos && to != text.npos && from < to));
  return text.substr(from + begin.size(), to - from - begin.size());
}

}  // namespace

TEST_CASE("docs/conflicts.md tells what becomes of each conflict on SQLite and Postgres") {
  const std::string found = markdown_table();
  const bool told = documented_table() == found;
  CHECK_MESSAGE(told, "the table should be:\n" << found);
}
