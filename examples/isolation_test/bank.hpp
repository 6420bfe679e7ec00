#pragma once
/// A bank: accounts, and what is done with them. Nothing of it knows that it is tested.

#include <cstdint>
#include <stdexcept>
#include <type_traits>

#include <rowan/fwd.hpp>

namespace rowan {
class Store;
}

namespace bank {

struct AccountId {
  std::int64_t value = 0;
};

class Overdrawn : public std::runtime_error {
 public:
  Overdrawn() : std::runtime_error("the credit does not suffice") {}
};

class Account {
 public:
  Account(AccountId id, std::int64_t balance) : id_(id), balance_(balance) {}
  [[nodiscard]] std::int64_t balance() const { return balance_; }
  void deposit(std::int64_t amount) { balance_ += amount; }
  void withdraw(std::int64_t amount) { balance_ -= amount; }

 private:
  friend struct AccountMapping;
  AccountId id_;
  std::int64_t version_ = 0;
  std::int64_t balance_ = 0;
};

rowan::Mapping<Account, AccountId> mapping_of(std::type_identity<Account>);

/// Throws Overdrawn where the account has less than that.
void withdraw(rowan::Store& store, AccountId from, std::int64_t amount);

/// From one of two accounts that are one credit. Throws Overdrawn where both together have less.
void withdraw_from_both(rowan::Store& store, AccountId from, AccountId other, std::int64_t amount);

/// The same by somebody who has not thought of others who withdraw from the other account.
void withdraw_carelessly(rowan::Store& store, AccountId from, AccountId other, std::int64_t amount);

}  // namespace bank
