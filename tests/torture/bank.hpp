#pragma once
/// Aggregates of which each edit keeps a sum, so that a lost one, a half one and a torn read show.

#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include <rowan/mapping.hpp>
#include <rowan/rowan.hpp>

#include "tables.hpp"

namespace torture {

/// Moves from account to account, and keeps its identity.
struct Coin {
  std::int64_t id = 0;
  std::int64_t worth = 0;
};
struct Note {
  int number = 0;
  std::int64_t value = 0;
};
/// What all accounts and their coins are worth together stays as it is.
struct Account {
  static constexpr const char* table = "torture_accounts";
  std::int64_t id = 0;
  std::int64_t amount = 0;
  std::vector<Coin> coins;
  std::vector<Note> notes;  // together always 0

  [[nodiscard]] std::int64_t worth() const {
    return std::accumulate(coins.begin(), coins.end(), amount,
                           [](std::int64_t sum, const Coin& coin) { return sum + coin.worth; });
  }
  void check() const {
    const auto sum = [](std::int64_t before, const Note& note) { return before + note.value; };
    if (std::accumulate(notes.begin(), notes.end(), std::int64_t{0}, sum) != 0)
      throw std::logic_error("the notes of an account are torn");
  }
};

/// Of the two one is always on duty: a decision that takes reading both.
struct Doctor {
  static constexpr const char* table = "torture_doctors";
  std::int64_t id = 0;
  bool on_duty = true;
};

/// Deleted and stored anew under the same key, which only a unique version can tell.
struct Vault {
  static constexpr const char* table = "torture_vaults";
  std::int64_t id = 0;
  std::int64_t opened = 0;
};

inline rowan::Mapping<Account, std::int64_t> mapping_of(std::type_identity<Account>) {
  using rowan::child, rowan::key, rowan::parent;
  return rowan::aggregate(Account::table, key("id", &Account::id), rowan::version("version"))
      .column("amount", &Account::amount)
      .children(&Account::coins, child("torture_coins", parent("account_id"),
                                       key("id", &Coin::id, rowan::unique_in_table))
                                     .column("worth", &Coin::worth))
      .children(&Account::notes,
                child("torture_notes", parent("account_id"), key("number", &Note::number))
                    .column("value", &Note::value))
      .invariant<&Account::check>();
}
inline rowan::Mapping<Doctor, std::int64_t> mapping_of(std::type_identity<Doctor>) {
  return rowan::aggregate(Doctor::table, rowan::key("id", &Doctor::id), rowan::version("version"))
      .column("on_duty", &Doctor::on_duty);
}
inline rowan::Mapping<Vault, std::int64_t> mapping_of(std::type_identity<Vault>) {
  return rowan::aggregate(Vault::table, rowan::key("id", &Vault::id),
                          rowan::version("version", rowan::unique_versions))
      .column("opened", &Vault::opened);
}

/// As a Step has it.
template <class T>
std::string root_name(std::int64_t id) {
  return T::table + ("/" + std::to_string(id));
}

inline const std::vector<std::int64_t> account_ids{1, 2, 3, 4};
inline const std::vector<std::int64_t> doctor_ids{1, 2};
inline const std::vector<std::int64_t> vault_ids{1, 2};
constexpr std::int64_t worth_of_all = 4 * (1000 + 3 * 10);

inline rowan::Schema bank_schema() {
  return rowan::Schema::of<Account, Doctor, Vault>();
}

inline void found_bank(rowan::Store& store) {
  make_tables(store,
              {"torture_coins", "torture_notes", Account::table, Doctor::table, Vault::table});
  auto unit = store.begin();
  for (const std::int64_t id : account_ids) {
    Account account{id, 1000, {}, {{0, -3}, {1, 1}, {2, 2}}};
    for (std::int64_t n = 1; n <= 3; ++n) account.coins.push_back({id * 10 + n, 10});
    unit.add(std::move(account));
  }
  for (const std::int64_t id : doctor_ids) unit.add(Doctor{id, true});
  for (const std::int64_t id : vault_ids) unit.add(Vault{id, 0});
  unit.commit();
}

}  // namespace torture
