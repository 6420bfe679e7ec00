#pragma once
/// What every step needs: the store, a ledger of the statements it sends, and claims that must
/// hold.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <rowan/rowan.hpp>

#include "mappings.hpp"

namespace chinook {

/// Keeps the statements that write, without quotation marks and in lower case, and how many rows
/// each of them wrote: rows that are written alike go together.
class Ledger : public rowan::Observer {
 public:
  void statement(const rowan::StatementEvent& event) noexcept override;

  void clear() { written_.clear(); }
  [[nodiscard]] std::size_t rows() const { return rows(""); }
  /// Of the statements that say this, "delete from invoice "; of all: "".
  [[nodiscard]] std::size_t rows(std::string_view what) const;
  /// How many statements there are that say this.
  [[nodiscard]] std::size_t statements(std::string_view what) const;

 private:
  struct Written {
    std::string sql;
    std::size_t rows;
  };
  std::vector<Written> written_;
};

class Shop {
 public:
  explicit Shop(const std::string& url);

  rowan::Store& store() { return store_; }
  Ledger& ledger() { return *ledger_; }

  /// How many rows "UPDATE table" has written, by the ledger; `table` in snake case.
  [[nodiscard]] std::size_t writes(std::string_view verb, std::string_view table) const;

  /// A number asked of the database in SQL of our own, names in snake case.
  [[nodiscard]] std::int64_t ask(std::string sql);
  /// A sum of NUMERIC(10,2), of which SQLite itself would make a floating point number.
  [[nodiscard]] Money ask_sum(const std::string& amount, const std::string& from);

  /// Prints what is claimed, and remembers where it does not hold.
  void claim(bool holds, const std::string& what);
  [[nodiscard]] int false_claims() const { return false_claims_; }

 private:
  Spelling spelling_;
  std::shared_ptr<Ledger> ledger_ = std::make_shared<Ledger>();
  rowan::Store store_;
  int false_claims_ = 0;
};

void say(const std::string& what);

/// "1 album", "3 albums"
[[nodiscard]] std::string counted(std::size_t n, const std::string& what);

}  // namespace chinook
