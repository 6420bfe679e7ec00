#include "load.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <span>

#include <rowan/errors.hpp>

#include "../driver/raise.hpp"
#include "../mapping/row_key.hpp"

namespace rowan::work {
namespace {

/// How often aggregates that change while they are read are read again.
constexpr int attempts_to_read = 10;

constexpr const char* savepoint = "SAVEPOINT rowan_query";
constexpr const char* back_to_savepoint = "ROLLBACK TO SAVEPOINT rowan_query";
constexpr const char* release_savepoint = "RELEASE SAVEPOINT rowan_query";

void append(std::vector<Statement>& to, std::vector<Statement> statements) {
  std::move(statements.begin(), statements.end(), std::back_inserter(to));
}

/// A row that was found by a key and has another belongs to a column that takes two spellings for
/// one, where the identity map does not.
void check_spelling(const ObjectMap& map, const std::vector<sql::RootRow>& roots,
                    const std::vector<KeyValues>& keys) {
  std::vector<const KeyValues*> asked;
  asked.reserve(keys.size());
  for (const KeyValues& key : keys) asked.push_back(&key);
  const auto less = [](const KeyValues* a, const KeyValues* b) { return *a < *b; };
  if (!std::is_sorted(asked.begin(), asked.end(), less))
    std::sort(asked.begin(), asked.end(), less);
  for (const auto& root : roots)
    if (!std::binary_search(asked.begin(), asked.end(), &root.key, less))
      throw DataError(mapping::place(map.shape.table, root.key) +
                      ": the database takes a key that is spelled otherwise for this one; key "
                      "columns must compare byte by byte");
}

/// The statement is to blame, and the transaction is as good as before it.
bool is_bad_query(FailureKind kind) noexcept {
  return kind == FailureKind::unknown_table || kind == FailureKind::unknown_column ||
         kind == FailureKind::refused || kind == FailureKind::value;
}

/// Writers move a root's version before they touch what is beneath it, in one transaction: if the
/// version stands, so does what was read since.
bool still_there(const ObjectMap& map, const std::vector<sql::RootRow>& roots,
                 std::span<const Outcome> versions) {
  const auto less = [](const auto& a, const auto& b) { return a.first < b.first; };
  std::vector<std::pair<KeyValues, Value>> before;
  std::vector<std::pair<KeyValues, Value>> now;
  for (const auto& root : roots) before.emplace_back(root.key, Value(root.snapshot.version));
  for (const Outcome& answer : versions)
    for (const auto& row : answer.rows) {
      const auto version = row.begin() + static_cast<std::ptrdiff_t>(map.shape.key_width);
      now.emplace_back(KeyValues(row.begin(), version), *version);
    }
  std::sort(before.begin(), before.end(), less);
  std::sort(now.begin(), now.end(), less);
  return before == now;
}

/// Of roots without a version: everything was read, and then read again. If nothing has changed
/// meanwhile, all of it was there at once, when the first reading ended and the second had not
/// begun. (Not so if somebody changed a row and changed it back between the two.)
bool read_alike(const std::vector<Outcome>& answers) {
  const auto same_row = [](const std::vector<Value>& a, const std::vector<Value>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_cell);
  };
  const auto second = answers.begin() + static_cast<std::ptrdiff_t>(answers.size() / 2);
  return std::equal(
      answers.begin(), second, second, answers.end(), [&](const Outcome& a, const Outcome& b) {
        return std::equal(a.rows.begin(), a.rows.end(), b.rows.begin(), b.rows.end(), same_row);
      });
}

}  // namespace

std::vector<Outcome> Loader::run(std::vector<Statement> statements, Plan::Finish finish,
                                 const ObjectMap& map) {
  Plan plan{{}, std::move(statements), finish};
  DatabaseTransaction& on = in_unit() ? unit_ : own_;
  if (in_unit()) {
    plan.finish = Plan::Finish::keep_open;
    if (!unit_.open()) plan.begin = settings_.begin(Begin::Writes::maybe);
  } else if (!own_.open())
    plan.begin = settings_.begin_reading(host_.backend);
  return on.run_or_raise(plan, map.shape.table);
}

/// A mistake in a condition, or a value that its column does not take, must not cost the user the
/// transaction, which PostgreSQL would abort.
std::vector<Outcome> Loader::run_query(Statement statement, Plan::Finish finish,
                                       const ObjectMap& map, const Query& query) {
  const bool plain = query.condition().empty() && query.after().empty();
  if (!unit_.open() || plain) return run({std::move(statement)}, finish, map);
  const std::string sql = statement.sql;
  Plan plan;
  plan.statements.push_back({savepoint, {}, {}, {}});
  plan.statements.push_back(std::move(statement));
  plan.statements.push_back({release_savepoint, {}, {}, {}});
  PlanResult result = unit_.run(plan);
  if (result.complete) {
    result.outcomes.erase(result.outcomes.begin());
    return std::move(result.outcomes);
  }
  const Failure failure = result.failure.value_or(Failure{});
  const Plan undo{{},
                  {{back_to_savepoint, {}, {}, {}}, {release_savepoint, {}, {}, {}}},
                  Plan::Finish::keep_open};
  if (!is_bad_query(failure.kind) || !unit_.run(undo).complete) unit_.rollback();
  driver::raise(failure, result.stage, map.shape.table, sql);
}

/// Below REPEATABLE READ each statement of a PostgreSQL transaction sees a newer state.
bool Loader::may_tear(const ObjectMap& map) const noexcept {
  return host_.backend == Backend::postgres && in_unit() && !map.shape.children.empty() &&
         (settings_.isolation == Isolation::standard ||
          settings_.isolation == Isolation::read_committed);
}

std::vector<sql::RootRow> Loader::get(const ObjectMap& map, const std::vector<KeyValues>& keys) {
  auto roots = read(map, keys);
  for (const auto& root : roots) tell(map, root);
  if (roots.size() < keys.size()) tell_missing(map, keys, roots);
  return roots;
}

/// All of them in one plan: one trip, and one state wherever the level gives one.
std::vector<sql::RootRow> Loader::read(const ObjectMap& map, const std::vector<KeyValues>& keys) {
  if (keys.empty()) return {};
  const auto batches = sql::in_batches(keys);
  for (int attempt = 0; attempt < attempts_to_read; ++attempt) {
    std::vector<Statement> statements;
    for (const auto& batch : batches) {
      append(statements, host_.load_texts.select(host_.backend, map.shape, batch));
    }
    const std::size_t of_all = statements.size();
    const bool check = may_tear(map);
    const bool twice = check && !map.shape.version;
    if (twice) {
      append(statements, std::vector<Statement>(statements));
    } else if (check)
      for (const auto& batch : batches)
        statements.push_back(sql::select_versions(host_.backend, map.shape, batch));
    auto answers = run(std::move(statements), Plan::Finish::commit, map);
    if (twice && !read_alike(answers)) continue;
    const std::size_t of_batch = of_all / batches.size();
    std::vector<sql::RootRow> roots;
    for (std::size_t i = 0; i < of_all; i += of_batch) {
      auto some = sql::read_roots(map.shape, std::move(answers[i].rows));
      std::move(some.begin(), some.end(), std::back_inserter(roots));
    }
    if (check && !twice && !still_there(map, roots, std::span(answers).subspan(of_all))) continue;
    check_spelling(map, roots, keys);
    const auto owners = sql::owners(roots);
    for (std::size_t i = 0; i < batches.size(); ++i)
      sql::read_children(map, owners, batches[i],
                         answers.begin() + static_cast<std::ptrdiff_t>(i * of_batch + 1));
    host_.counted.loads += roots.size();
    return roots;
  }
  throw SerializationFailure(map.shape.table + ": kept changing while it was read");
}

std::vector<sql::RootRow> Loader::select(const ObjectMap& map, const Query& query,
                                         const std::function<bool(const KeyValues&)>& held) {
  const bool alone = map.shape.children.empty();
  auto answers = run_query(sql::select_roots(host_.backend, map.shape, query),
                           alone ? Plan::Finish::commit : Plan::Finish::keep_open, map, query);
  auto roots = sql::read_roots(map.shape, std::move(answers.front().rows));
  std::vector<KeyValues> keys;
  std::vector<const sql::RootRow*> fresh_roots;
  for (const auto& root : roots)
    if (!held(root.key)) {
      keys.push_back(root.key);
      fresh_roots.push_back(&root);
    }
  host_.counted.loads += keys.size();
  const auto tell_all = [&] {
    for (const auto* root : fresh_roots)
      if (!root->key.empty()) tell(map, *root);
    std::vector<const KeyValues*> found;
    found.reserve(roots.size());
    for (const auto& root : roots)
      if (!root.key.empty()) found.push_back(&root.key);
    host_.observer->queried({&unit_, map.shape, query.condition(), found.size(), found});
  };
  if (alone) {
    tell_all();
    return roots;
  }

  if (may_tear(map)) {
    // What was found is read again, by key, until it stands still; what is gone loses its key.
    auto fresh = read(map, keys);
    host_.counted.loads -= fresh.size();
    std::map<KeyValues, Snapshot*> by_key;
    for (auto& root : fresh) by_key[root.key] = &root.snapshot;
    for (auto& root : roots) {
      if (held(root.key)) continue;
      const auto found = by_key.find(root.key);
      if (found == by_key.end())
        root.key.clear();
      else
        root.snapshot = std::move(*found->second);
    }
    tell_all();
    return roots;
  }
  const auto owners = sql::owners(roots);
  const auto batches = sql::in_batches(keys);
  std::vector<Statement> statements;
  for (const auto& batch : batches)
    append(statements, sql::select_children(host_.backend, map.shape, batch));
  const auto of_batch =
      static_cast<std::ptrdiff_t>(batches.empty() ? 0 : statements.size() / batches.size());
  if (statements.empty() && !own_.open()) {
    tell_all();
    return roots;
  }
  auto children = run(std::move(statements), Plan::Finish::commit, map);
  for (std::size_t i = 0; i < batches.size(); ++i)
    sql::read_children(map, owners, batches[i],
                       children.begin() + static_cast<std::ptrdiff_t>(i) * of_batch);
  tell_all();
  return roots;
}

std::size_t Loader::count(const ObjectMap& map, const Query& query) {
  const auto answers = run_query(sql::count_roots(host_.backend, map.shape, query),
                                 Plan::Finish::commit, map, query);
  const auto* counted = std::get_if<std::int64_t>(&answers.front().rows.front().front());
  const std::size_t rows = counted ? static_cast<std::size_t>(*counted) : 0;
  host_.observer->queried({&unit_, map.shape, query.condition(), rows});
  return rows;
}

void Loader::tell(const ObjectMap& map, const sql::RootRow& root) const {
  host_.observer->loaded({&unit_, map.shape, root.key, &root.snapshot});
}

void Loader::tell_missing(const ObjectMap& map, const std::vector<KeyValues>& keys,
                          const std::vector<sql::RootRow>& roots) const {
  std::set<KeyValues> there;
  for (const auto& root : roots) there.insert(root.key);
  for (const KeyValues& key : keys)
    if (!there.contains(key)) host_.observer->loaded({&unit_, map.shape, key, nullptr});
}

std::vector<Outcome> Loader::ask(const ObjectMap& map, std::vector<Statement> statements) {
  return run(std::move(statements), Plan::Finish::commit, map);
}

}  // namespace rowan::work
