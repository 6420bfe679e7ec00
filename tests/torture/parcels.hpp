#pragma once
/// Commits with numbers, each of which writes several roots and children: what became of each can
/// be seen afterwards.

#include <cstdint>
#include <string>
#include <vector>

#include <rowan/mapping.hpp>
#include <rowan/rowan.hpp>

#include "processes.hpp"
#include "tables.hpp"

namespace torture {

/// Commit `last` was its latest.
struct Shipper {
  static constexpr const char* table = "torture_shippers";
  std::int64_t id = 0;
  std::int64_t last = 0;
};

struct Item {
  int number = 0;
  std::int64_t weight = 0;
};
/// Added with three items by the commit whose number it has, and closed with a fourth by the next.
struct Parcel {
  static constexpr const char* table = "torture_parcels";
  std::int64_t id = 0;
  std::int64_t shipper = 0;
  std::vector<Item> items;
};

/// Written by every other commit, so that half of the lost ones can be looked up by their versions,
/// and the others by the transaction's id alone.
struct Stamp {
  static constexpr const char* table = "torture_stamps";
  std::int64_t id = 0;
  std::int64_t last = 0;
};

inline rowan::Mapping<Shipper, std::int64_t> mapping_of(std::type_identity<Shipper>) {
  return rowan::aggregate(Shipper::table, rowan::key("id", &Shipper::id), rowan::version("version"))
      .column("last", &Shipper::last);
}
inline rowan::Mapping<Parcel, std::int64_t> mapping_of(std::type_identity<Parcel>) {
  return rowan::aggregate(Parcel::table, rowan::key("id", &Parcel::id), rowan::version("version"))
      .column("shipper", &Parcel::shipper)
      .children(&Parcel::items, rowan::child("torture_items", rowan::parent("parcel_id"),
                                             rowan::key("number", &Item::number))
                                    .column("weight", &Item::weight));
}
inline rowan::Mapping<Stamp, std::int64_t> mapping_of(std::type_identity<Stamp>) {
  return rowan::aggregate(Stamp::table, rowan::key("id", &Stamp::id),
                          rowan::version("version", rowan::unique_versions))
      .column("last", &Stamp::last);
}

inline rowan::Store open_parcels(const std::string& url, rowan::StoreOptions options = {}) {
  return rowan::Store(url, rowan::Schema::of<Shipper, Parcel, Stamp>(), std::move(options));
}

/// Empty tables, and so many shippers, from 1.
inline void found_shippers(rowan::Store& store, std::int64_t shippers) {
  make_tables(store, {"torture_items", Parcel::table, Shipper::table, Stamp::table});
  auto unit = store.begin();
  for (std::int64_t id = 1; id <= shippers; ++id) {
    unit.add(Shipper{id, 0});
    unit.add(Stamp{id, 0});
  }
  unit.commit();
}

inline std::int64_t parcel_id(std::int64_t shipper, std::int64_t number) {
  return shipper * 1000000 + number;
}

/// The next commit of this shipper, but for commit() itself; its number.
inline std::int64_t ship(rowan::UnitOfWork& unit, std::int64_t id) {
  auto shipper = unit.get<Shipper>(id);
  const std::int64_t number = ++shipper->last;
  if (number > 1) unit.get<Parcel>(parcel_id(id, number - 1))->items.push_back({4, number - 1});
  if (number % 2 == 0) unit.get<Stamp>(id)->last = number;
  unit.add(Parcel{parcel_id(id, number), id, {{1, number}, {2, number}, {3, number}}});
  return number;
}

/// All commits up to the last are there, whole and once; the number of the last.
inline std::int64_t check_parcels(rowan::Store& store, std::int64_t id) {
  auto unit = store.begin({.transaction = rowan::Transaction::from_first_read,
                           .isolation = rowan::Isolation::repeatable_read,
                           .access = rowan::Access::read_only});
  const auto shipper = unit.get<Shipper>(id);
  const std::int64_t last = shipper->last;
  const std::string name = "shipper " + std::to_string(id) + ", commit ";
  require(shipper.version() == last + 1,
          name + std::to_string(last) + ": version " + std::to_string(shipper.version()));
  const auto stamp = unit.get<Stamp>(id);
  require(stamp->last == last / 2 * 2 && stamp.version() >> 32 == 1 + last / 2,
          name + std::to_string(last) + ": stamp " + std::to_string(stamp->last));
  std::int64_t number = 0;
  for (const auto& parcel : unit.find_all<Parcel>(rowan::where("shipper = ?", id))) {
    const std::string here = name + std::to_string(++number) + " of " + std::to_string(last);
    require(parcel->id == parcel_id(id, number), here + ": not there, or there twice");
    const bool closed = number < last;
    require(parcel.version() == (closed ? 2 : 1) && parcel->items.size() == (closed ? 4 : 3),
            here + ": version " + std::to_string(parcel.version()) + " with " +
                std::to_string(parcel->items.size()) + " items");
    for (const Item& item : parcel->items)
      require(item.weight == number, here + ": another's item");
  }
  require(number == last, name + std::to_string(last) + ": " + std::to_string(number) + " parcels");
  return last;
}

}  // namespace torture
