#pragma once
/// One thread that edits the bank, always with others in its way.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "bank.hpp"
#include "ledger.hpp"

namespace torture {

class Teller {
 public:
  /// `number` is nobody else's. `serial` units need no guards, as all that they read is protected.
  Teller(rowan::Store& store, rowan::WorkOptions options, bool serial, int number,
         std::uint32_t seed)
      : store_(store),
        options_(std::move(options)),
        serial_(serial),
        next_coin_(std::int64_t{1000000} * (number + 1)),
        random_(seed * 1000 + static_cast<std::uint32_t>(number)) {}

  /// Until so many commits have succeeded, and nothing is missing that is to be added again.
  Ledger run(std::int64_t commits) {
    while (ledger_.commits < commits || removed_vault_) {
      try {
        removed_vault_ ? restore_vault() : edit();
      } catch (const rowan::StaleDataError& error) {
        ++ledger_.conflicts;
        check(error);
      } catch (const rowan::SerializationFailure&) {
        ++ledger_.serialization_failures;
      } catch (const rowan::Deadlock&) {
        ++ledger_.deadlocks;
      } catch (const rowan::LockTimeout&) {
        ++ledger_.lock_timeouts;
      } catch (const rowan::ConnectionFailed& error) {
        // A new connection reads the file, and with a rollback journal others may be in its way.
        if (error.code() != "SQLITE_BUSY") throw;
        ++ledger_.lock_timeouts;
      }
    }
    return std::move(ledger_);
  }

 private:
  using Unit = rowan::UnitOfWork;
  template <class T>
  using Ref = rowan::Ref<T>;

  void edit() {
    switch (below(8)) {
      case 0: return transfer();
      case 1: return transfer_in_spite_of_conflicts();
      case 2: return move_coin();
      case 3: return mint_or_melt();
      case 4: return edit_notes();
      case 5: return change_duty();
      case 6: return use_vault();
      default: return below(3) == 0 ? audit() : fill_in_form();
    }
  }

  void transfer() {
    Unit unit = begin();
    const auto [from, to] = two_accounts();
    auto a = unit.get<Account>(from);
    a->amount -= 7;
    // Locked in the order they come, not in that of the library: two of these may deadlock.
    if (below(3) == 0) unit.flush();
    auto b = unit.get<Account>(to);
    b->amount += 7;
    commit(unit, a, b);
  }

  void transfer_in_spite_of_conflicts() {
    Unit unit = begin();
    const auto [from_id, to_id] = two_accounts();
    const auto a = unit.get<Account>(from_id);
    const auto b = unit.get<Account>(to_id);
    a->amount -= 3;
    b->amount += 3;
    for (int attempt = 0; attempt < 3; ++attempt) {
      const std::array from{a.version(), b.version()};
      const auto stale = unit.try_commit();
      if (!stale) {
        record({step(a, from[0]), step(b, from[1])});
        return;
      }
      ++ledger_.conflicts;
      check(*stale);
      require(stale->concerns(a) || stale->concerns(b), "a conflict that concerns nobody");
      if (stale->concerns(a)) {
        unit.refresh(a);
        a->amount -= 3;
      }
      if (stale->concerns(b)) {
        unit.refresh(b);
        b->amount += 3;
      }
    }
  }

  void move_coin() {
    Unit unit = begin();
    const auto [from, to] = two_accounts();
    // At once: read one after the other, both may have the coin that somebody moved in between.
    const auto both = unit.get_all<Account>({from, to});
    const auto& a = both[0];
    const auto& b = both[1];
    if (a->coins.empty()) return;
    const auto coin = a->coins.begin() + static_cast<std::ptrdiff_t>(below(a->coins.size()));
    b->coins.push_back(*coin);
    a->coins.erase(coin);
    commit(unit, a, b);
  }

  void mint_or_melt() {
    Unit unit = begin();
    auto account = unit.get<Account>(any(account_ids));
    if (account->coins.size() < 4) {
      account->amount -= 5;
      account->coins.push_back({next_coin_++, 5});
    } else {
      account->amount += account->coins.back().worth;
      account->coins.pop_back();
    }
    commit(unit, account);
  }

  void edit_notes() {
    Unit unit = begin();
    const auto [id, other_id] = two_accounts();
    auto account = unit.get<Account>(id);
    if (below(2) == 0) {
      edit_notes_of(*account);
      return commit(unit, account);
    }
    // What it writes may depend on another account, which others change for the sake of this one.
    const auto other = unit.get<Account>(other_id);
    guard(unit, other);
    edit_notes_of(*account);
    commit(unit, account, other);
  }

  /// Children only: their root's own columns stay as they are.
  void edit_notes_of(Account& account) {
    auto& notes = account.notes;
    std::sort(notes.begin(), notes.end(),
              [](const Note& a, const Note& b) { return a.number < b.number; });
    switch (notes.size() < 3 ? 0 : notes.size() > 6 ? 1 : below(3)) {
      case 0:
        notes.push_back({notes.back().number + 1, 4});
        notes.front().value -= 4;
        break;
      case 1:
        notes.front().value += notes.back().value;
        notes.pop_back();
        break;
      default: ++notes.front().value; --notes.back().value;
    }
  }

  void change_duty() {
    Unit unit = begin();
    const auto doctors = unit.get_all<Doctor>(doctor_ids);
    require(doctors[0]->on_duty || doctors[1]->on_duty, "write skew: no doctor is on duty");
    const std::size_t i = below(2);
    const Ref<Doctor>& mine = doctors[i];
    const Ref<Doctor>& other = doctors[1 - i];
    if (mine->on_duty && !other->on_duty) return;
    const bool depends = mine->on_duty;
    if (depends) guard(unit, other);
    mine->on_duty = !mine->on_duty;
    if (depends || serial_)
      commit(unit, mine, other);
    else
      commit(unit, mine);
  }

  void use_vault() {
    Unit unit = begin();
    const std::int64_t id = any(vault_ids);
    const auto vault = unit.find<Vault>(id);
    if (!vault) return;
    const std::int64_t from = vault->version();
    switch (below(4)) {
      case 0: {
        unit.remove(*vault);
        unit.commit();
        removed_vault_ = {id, from};
        return record({{root_name<Vault>(id), from, -from}});
      }
      case 1: {
        unit.remove(*vault);
        const auto fresh = unit.add(Vault{id, 0});
        unit.commit();
        return record({step(fresh, from)});
      }
      default: ++(*vault)->opened; commit(unit, *vault);
    }
  }

  /// By who removed it alone: two that add it would be no race but a mistake.
  void restore_vault() {
    Unit unit = begin();
    const auto [id, removed_at] = *removed_vault_;
    const auto vault = unit.add(Vault{id, 0});
    unit.commit();
    removed_vault_.reset();
    record({step(vault, -removed_at)});
  }

  void audit() {
    Unit unit = begin();
    std::int64_t sum = 0;
    const auto accounts = unit.get_all<Account>(account_ids);
    for (const auto& account : accounts) sum += account->worth();
    require(sum == worth_of_all, "an audit found " + std::to_string(sum));
    for (const auto& account : accounts) guard(unit, account);
    unit.commit();
    Committed steps;
    for (const auto& account : accounts) steps.push_back(step(account, account.version()));
    record(std::move(steps));
  }

  /// Read in one unit, and brought back in another one later on.
  void fill_in_form() {
    Unit unit = begin();
    if (!form_) {
      const std::int64_t id = any(account_ids);
      form_ = {id, unit.get<Account>(id).version()};
      return;
    }
    const auto [id, version] = *form_;
    form_.reset();
    auto account = unit.get<Account>(id, rowan::Expect{version});
    edit_notes_of(*account);
    commit(unit, account);
  }

  Unit begin() {
    rowan::WorkOptions options = options_;
    if (below(10) == 0) options.lock_timeout = std::chrono::milliseconds(1);
    return store_.begin(options);
  }

  std::pair<std::int64_t, std::int64_t> two_accounts() {
    const std::size_t i = below(account_ids.size());
    const std::size_t j = (i + 1 + below(account_ids.size() - 1)) % account_ids.size();
    return {account_ids[i], account_ids[j]};
  }

  /// What a decision depends on without writing it.
  template <class T>
  void guard(Unit& unit, const Ref<T>& read) {
    if (!serial_ || below(2) == 0) unit.expect_unchanged(read);
  }

  /// With all that it changed or depends on.
  template <class... T>
  void commit(Unit& unit, const Ref<T>&... held) {
    const std::array from{held.version()...};
    unit.commit();
    std::size_t i = 0;
    record({step(held, from[i++])...});
  }

  template <class T>
  static Step step(const Ref<T>& root, std::int64_t from) {
    return {root_name<T>(root.id()), from, root.version()};
  }
  void record(Committed unit) {
    ++ledger_.commits;
    ledger_.units.push_back(std::move(unit));
  }

  /// Nobody writes past Rowan here, and only vaults are ever deleted.
  static void check(const rowan::StaleDataError& error) {
    using Kind = rowan::Conflict::Kind;
    require(!error.conflicts().empty(), "a conflict without conflicts");
    for (const rowan::Conflict& c : error.conflicts()) {
      require(c.table == c.root_table, "a conflict over a child: " + c.table);
      if (!error.complete() || c.is<Vault>()) continue;
      require(c.kind == Kind::changed && c.found && *c.found > c.expected,
              c.table + ": a conflict that is none: " + to_string(c.kind) + ", expected " +
                  std::to_string(c.expected) + ", found " + std::to_string(c.found.value_or(0)));
    }
  }

  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
  }
  std::int64_t any(const std::vector<std::int64_t>& ids) { return ids[below(ids.size())]; }

  rowan::Store& store_;
  rowan::WorkOptions options_;
  bool serial_;
  std::int64_t next_coin_;
  std::mt19937 random_;
  Ledger ledger_;
  using Versioned = std::pair<std::int64_t, std::int64_t>;  // a key, and a version
  std::optional<Versioned> removed_vault_;
  std::optional<Versioned> form_;  // an account
};

}  // namespace torture
