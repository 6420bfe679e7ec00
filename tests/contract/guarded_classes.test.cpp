/// Classes that guard themselves: private members, constructors, invariants.

#include "database.hpp"
#include "orders.hpp"

using namespace contract;
using rowan::DataError;

namespace {

class Account {
 public:
  class Entry {
   public:
    Entry(int number, std::int64_t cents) : number_(number), cents_(cents) {}
    [[nodiscard]] std::int64_t cents() const { return cents_; }

   private:
    friend class Account;
    friend rowan::Mapping<Account, std::int64_t> mapping_of(std::type_identity<Account>);
    int number_;
    std::int64_t cents_;
  };

  static Account open(std::int64_t id, std::string owner) { return {id, std::move(owner)}; }
  void deposit(std::int64_t cents) {
    entries_.push_back(Entry(static_cast<int>(entries_.size()) + 1, cents));
    balance_ += cents;
  }
  void corrupt() { balance_ += 1; }
  [[nodiscard]] std::int64_t balance() const { return balance_; }
  [[nodiscard]] std::int64_t version() const { return version_; }

 private:
  friend rowan::Mapping<Account, std::int64_t> mapping_of(std::type_identity<Account>);
  Account(std::int64_t id, std::string owner) : id_(id), owner_(std::move(owner)) {}
  void check() const {
    std::int64_t sum = 0;
    for (const Entry& entry : entries_) sum += entry.cents_;
    if (sum != balance_) throw std::logic_error("the balance is not the sum of the entries");
  }

  std::int64_t id_;
  std::int64_t version_ = 0;
  std::string owner_;
  std::int64_t balance_ = 0;
  std::vector<Entry> entries_;
};

rowan::Mapping<Account, std::int64_t> mapping_of(std::type_identity<Account>) {
  using Entry = Account::Entry;
  return rowan::aggregate("accounts", rowan::key("id", &Account::id_),
                          rowan::version("version", &Account::version_))
      .column("owner", &Account::owner_)
      .column("balance", &Account::balance_)
      .children(&Account::entries_, rowan::child("entries", rowan::parent("account_id"),
                                                 rowan::key("number", &Entry::number_))
                                        .column("cents", &Entry::cents_)
                                        .made_by([] { return Entry(0, 0); }))
      .invariant<&Account::check>()
      .made_by([] { return Account(0, ""); });
}

}  // namespace

TEST_CASE_TEMPLATE(
    "private members, no default constructor, an invariant: a class needs no door for "
    "Rowan but its mapping",
    B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Account>();
  auto account = Account::open(1, "Ann");
  account.deposit(300);
  store_all(store, account);
  auto work = store.begin();
  auto ref = work.template get<Account>(1);
  CHECK(ref->balance() == 300);
  ref->deposit(50);
  work.commit();
  CHECK(ref->version() == 2);
  CHECK(store.begin().template get<Account>(1).version() == 2);
  CHECK(db.number("SELECT sum(cents) FROM entries") == 350);
}

TEST_CASE_TEMPLATE(
    "a broken invariant is refused with the class's own words before anything is sent", B, Sqlite,
    Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Account>();
  auto account = Account::open(1, "Ann");
  account.deposit(300);
  store_all(store, account);
  auto work = store.begin();
  auto ref = work.template get<Account>(1);
  db.log->clear();
  ref->corrupt();
  CHECK_THROWS_WITH_AS(work.commit(), "the balance is not the sum of the entries",
                       std::logic_error);
  CHECK(db.log->sql().empty());
}

TEST_CASE_TEMPLATE("an aggregate whose stored rows break the invariant is not loaded", B, Sqlite,
                   Postgres) {
  Database<B> db;
  rowan::Store store = db.template open<Account>();
  auto account = Account::open(1, "Ann");
  account.deposit(300);
  auto other = Account::open(2, "Bob");
  store_all(store, account, other);
  db.execute("UPDATE entries SET cents = 299");
  auto work = store.begin();
  CHECK_THROWS_WITH_AS((void)work.template get<Account>(1),
                       "accounts 1: what is stored breaks the invariant of its class", DataError);
  CHECK_THROWS_AS((void)work.template find_all<Account>(), DataError);
  CHECK(work.template get<Account>(2)->balance() == 0);
}

TEST_CASE_TEMPLATE("an invariant that refuses before the write passes as it is, and sends nothing",
                   B, Sqlite, Postgres) {
  Database<B> db;
  rowan::Store store = open_orders(db, {1, 2});
  auto work = store.begin();
  auto one = work.get<Order>({1});
  auto two = work.get<Order>({2});
  one->customer = "Bob";
  two->customer = "nobody";
  db.log->clear();
  CHECK_THROWS_WITH_AS(work.commit(), "an order has a customer", std::logic_error);
  CHECK(db.log->sql().empty());
  two->customer = "Cid";
  work.flush();  // the unit has not failed
  two->customer = "nobody";
  CHECK_THROWS_AS(work.commit(), std::logic_error);
  two->customer = "Dan";
  work.commit();  // nor has its open transaction
  CHECK(db.text("SELECT customer FROM orders WHERE id = 2") == "Dan");
  CHECK(db.number("SELECT count(*) FROM orders WHERE version = 2") == 2);
  CHECK(two.version() == 2);
}
