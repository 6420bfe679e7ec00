#pragma once
/// What was sold: invoices with their lines. The total is always that of the lines.

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "music.hpp"
#include "people.hpp"

namespace chinook {

struct InvoiceId {
  std::int64_t value = 0;
};
struct InvoiceLineId {
  std::int64_t value = 0;
  friend auto operator<=>(const InvoiceLineId&, const InvoiceLineId&) = default;
};

struct InvoiceLine {
  InvoiceLineId id;
  TrackId track;
  Money unit_price;
  int quantity = 1;
  [[nodiscard]] Money amount() const { return unit_price * quantity; }
};

/// Its version is a member, for those who like to see it.
class Invoice {
 public:
  [[nodiscard]] InvoiceId id() const { return id_; }
  [[nodiscard]] std::int64_t version() const { return version_; }
  [[nodiscard]] const Address& billing() const { return billing_; }
  [[nodiscard]] const Money& total() const { return total_; }
  [[nodiscard]] const std::vector<InvoiceLine>& lines() const { return lines_; }

  void bill_to(Address address) { billing_ = std::move(address); }
  void change_quantity(InvoiceLineId line, int quantity) {
    const auto found = std::find_if(lines_.begin(), lines_.end(),
                                    [&](const InvoiceLine& l) { return l.id == line; });
    if (found == lines_.end()) throw std::out_of_range("the invoice has no such line");
    found->quantity = quantity;
    total_ = sum();
    check();
  }

 private:
  template <auto>
  friend struct Tables;  // the one trace of persistence

  [[nodiscard]] Money sum() const {
    Money sum = Money::of(0, 2);
    for (const InvoiceLine& line : lines_) sum += line.amount();
    return sum;
  }
  void check() const {
    for (const InvoiceLine& line : lines_)
      if (line.quantity < 1) throw std::logic_error("a line has a quantity of at least 1");
    if (total_ != sum()) throw std::logic_error("the total of an invoice is that of its lines");
  }

  InvoiceId id_;
  std::int64_t version_ = 0;
  CustomerId customer_;
  Instant date_;
  Address billing_;
  Money total_;
  std::vector<InvoiceLine> lines_;
};

}  // namespace chinook
