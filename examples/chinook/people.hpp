#pragma once
/// Who buys and who sells: customers, and employees who report to one another.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace chinook {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using MaybeText = std::optional<std::string>;

struct EmployeeId {
  std::int64_t value = 0;
  friend auto operator<=>(const EmployeeId&, const EmployeeId&) = default;
};
struct CustomerId {
  std::int64_t value = 0;
};

struct PersonName {
  std::string first;
  std::string last;
  [[nodiscard]] std::string full() const { return first + ' ' + last; }
};

struct Address {
  MaybeText street;
  MaybeText city;
  MaybeText state;
  MaybeText country;
  MaybeText postal_code;
  friend bool operator==(const Address&, const Address&) = default;
};

class Employee {
 public:
  [[nodiscard]] EmployeeId id() const { return id_; }
  [[nodiscard]] std::string name() const { return name_.full(); }
  [[nodiscard]] std::string title() const { return title_.value_or("(no title)"); }
  [[nodiscard]] std::optional<EmployeeId> reports_to() const { return reports_to_; }

 private:
  template <auto>
  friend struct Tables;  // the one trace of persistence

  EmployeeId id_;
  PersonName name_;
  MaybeText title_;
  std::optional<EmployeeId> reports_to_;  // another of its own kind
  std::optional<Instant> born_;
  std::optional<Instant> hired_;
  Address address_;
  MaybeText phone_;
  MaybeText fax_;
  MaybeText email_;
};

class Customer {
 public:
  [[nodiscard]] CustomerId id() const { return id_; }
  [[nodiscard]] std::string name() const { return name_.full(); }
  [[nodiscard]] std::optional<EmployeeId> support() const { return support_; }

 private:
  template <auto>
  friend struct Tables;

  CustomerId id_;
  PersonName name_;
  MaybeText company_;
  Address address_;
  MaybeText phone_;
  MaybeText fax_;
  std::string email_;
  std::optional<EmployeeId> support_;
};

}  // namespace chinook
