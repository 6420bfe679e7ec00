#pragma once
/// The domain of the order desk. It knows its rules and nothing of tables.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace desk {

struct OrderId {
  std::int64_t value = 0;
};
struct CustomerId {
  std::int64_t value = 0;
};
struct ProductId {
  std::int64_t value = 0;
};

using Instant = std::chrono::sys_time<std::chrono::microseconds>;

class Money {
 public:
  Money(std::int64_t cents, std::string currency) : cents_(cents), currency_(std::move(currency)) {
    if (currency_.size() != 3) throw std::invalid_argument("a currency has three letters");
  }
  [[nodiscard]] std::int64_t cents() const { return cents_; }
  [[nodiscard]] const std::string& currency() const { return currency_; }

 private:
  std::int64_t cents_;
  std::string currency_;
};

struct Address {
  std::string street;
  std::string city;
};

enum class Status { draft, placed, shipped };

constexpr auto enum_names(std::type_identity<Status>) {
  return std::array{std::pair{Status::draft, "draft"}, std::pair{Status::placed, "placed"},
                    std::pair{Status::shipped, "shipped"}};
}

struct Discount {
  std::string reason;
  int percent = 0;
};

struct Line {
  int number = 0;
  ProductId product;
  int quantity = 1;
  Money unit_price{0, "EUR"};
  std::vector<Discount> discounts;
};

struct Card {
  std::string last4;
};
struct Transfer {
  std::string iban;
  bool received = false;
};
using Payment = std::variant<Card, Transfer>;

class Order {
 public:
  Order(OrderId id, CustomerId customer, Address ship_to);
  void add_line(ProductId product, int quantity, Money unit_price);
  void change_quantity(int line, int quantity);  // keeps the invariants
  void discount(int line, std::string reason, int percent);
  void drop_line(int line);
  void ship_to(Address address) { ship_to_ = std::move(address); }
  void pay_by(Payment payment) { payment_ = std::move(payment); }
  void place(Instant now);

  [[nodiscard]] OrderId id() const { return id_; }
  [[nodiscard]] CustomerId customer() const { return customer_; }
  [[nodiscard]] Status status() const { return status_; }
  [[nodiscard]] const Address& ship_to() const { return ship_to_; }
  [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }
  [[nodiscard]] const Line& line(int number) const;

 private:
  // [private]
  friend struct OrderMapping;  // the one trace of persistence
  Order() = default;
  void check() const;

  OrderId id_;
  std::int64_t version_ = 0;  // may also live outside the class
  CustomerId customer_;       // another aggregate, by typed id
  Status status_ = Status::draft;
  std::optional<Instant> placed_at_;
  Address ship_to_;                 // value object
  std::optional<Payment> payment_;  // std::variant<Card, Transfer>
  std::vector<Line> lines_;         // children, each with std::vector<Discount>
  // [/private]
};

}  // namespace desk
