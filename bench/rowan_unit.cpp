#include "rowan_unit.hpp"

#include <optional>
#include <utility>

#include <rowan/connection.hpp>
#include <rowan/rowan.hpp>

#include "failure.hpp"
#include "heap.hpp"
#include "order_data.hpp"

namespace bench {
namespace {

/// On SQLite as the hand-written code has it: a write-ahead log that is synced at checkpoints.
rowan::StoreOptions options(const std::string& url, std::shared_ptr<rowan::Observer> observer) {
  rowan::StoreOptions out;
  out.journal = rowan::Journal::write_ahead;
  out.observer = std::move(observer);
  if (!url.starts_with("postgres")) out.set_up = {"PRAGMA synchronous = NORMAL"};
  return out;
}

class RowanUnit final : public Contestant {
 public:
  RowanUnit(const std::string& url, const std::shared_ptr<rowan::Observer>& observer)
      : store_(url, rowan::Schema::of<Order>(), options(url, observer)),
        unique_(url, rowan::Schema::of(orders_of_unique_versions()), options(url, observer)) {}

  void insert(std::int64_t n) override {
    unit_.emplace(store_.begin());
    for (std::int64_t id = 1; id <= n; ++id) unit_->add(make_order(id));
    unit_->commit();
  }
  void load(const std::vector<std::int64_t>& ids) override {
    unit_.emplace(store_.begin());
    orders_ = unit_->get_all<Order>(ids);
  }
  void change() override {
    for (const auto& order : orders_) edit(*order);
    unit_->commit();
  }
  std::size_t change_stale() override {
    for (const auto& order : orders_) edit(*order);
    const auto stale = unit_->try_commit();
    require(stale.has_value(), "a stale row was not noticed");
    return stale->conflicts().size();
  }
  void edit_one(std::int64_t id) override { edit_one(store_, id); }
  void edit_one_unique(std::int64_t id) override { edit_one(unique_, id); }
  void remove() override {
    for (const auto& order : orders_) unit_->remove(order);
    unit_->commit();
  }
  void commit_unchanged() override { unit_->commit(); }

  std::size_t bytes_held(const std::vector<std::int64_t>& ids) override {
    load(ids);
    orders_ =
        std::vector<rowan::Ref<Order>>();  // the handles; what they lead to belongs to the unit
    const std::size_t before = heap_in_use();
    unit_.reset();
    return before - heap_in_use();
  }

  void each(const std::function<void(const Order&)>& visit) const override {
    for (const auto& order : orders_) visit(*order);
  }
  void clear() override {
    orders_ = std::vector<rowan::Ref<Order>>();
    unit_.reset();
  }

 private:
  static void edit_one(rowan::Store& store, std::int64_t id) {
    auto unit = store.begin();
    auto order = unit.get<Order>(id);
    edit_line(*order);
    unit.commit();
  }

  rowan::Store store_;
  rowan::Store unique_;
  std::optional<rowan::UnitOfWork> unit_;
  std::vector<rowan::Ref<Order>> orders_;
};

}  // namespace

std::unique_ptr<Contestant> rowan_unit(const std::string& url,
                                       std::shared_ptr<rowan::Observer> observer) {
  return std::make_unique<RowanUnit>(url, std::move(observer));
}

}  // namespace bench
