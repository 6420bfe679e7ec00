#include "bank.hpp"

#include <rowan/mapping.hpp>
#include <rowan/rowan.hpp>

namespace bank {

struct AccountMapping {
  static rowan::Mapping<Account, AccountId> accounts() {
    return rowan::aggregate("accounts", rowan::key("id", &Account::id_),
                            rowan::version("version", &Account::version_))
        .column("balance", &Account::balance_)
        .made_by([] { return Account({}, 0); });
  }
};

rowan::Mapping<Account, AccountId> mapping_of(std::type_identity<Account>) {
  return AccountMapping::accounts();
}

// [withdraw]
void withdraw(rowan::Store& store, AccountId from, std::int64_t amount) {
  store.transact([&](rowan::UnitOfWork& work) {
    auto account = work.get<Account>(from);
    if (account->balance() < amount) throw Overdrawn();
    account->withdraw(amount);
  });
}
// [/withdraw]

// [withdraw_from_both]
void withdraw_from_both(rowan::Store& store, AccountId from, AccountId other, std::int64_t amount) {
  store.transact([&](rowan::UnitOfWork& work) {
    auto account = work.get<Account>(from);
    auto second = work.get<Account>(other);
    if (account->balance() + second->balance() < amount) throw Overdrawn();
    account->withdraw(amount);
    work.expect_unchanged(second);  // the decision depended on it
  });
}
// [/withdraw_from_both]

void withdraw_carelessly(rowan::Store& store, AccountId from, AccountId other,
                         std::int64_t amount) {
  store.transact([&](rowan::UnitOfWork& work) {
    auto account = work.get<Account>(from);
    if (account->balance() + work.get<Account>(other)->balance() < amount) throw Overdrawn();
    account->withdraw(amount);
  });
}

}  // namespace bank
