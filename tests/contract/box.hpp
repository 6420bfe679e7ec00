#pragma once
/// An aggregate of one member, to see a value of any type through the database and back.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <vector>

#include <rowan/mapping.hpp>

#include "database.hpp"

namespace contract {

/// One member of type T.
template <class T>
struct Box {
  std::int64_t id = 0;
  T value{};
};
template <class T>
rowan::Mapping<Box<T>, std::int64_t> mapping_of(std::type_identity<Box<T>>) {
  return rowan::aggregate("boxes", rowan::key("id", &Box<T>::id), rowan::version("version"))
      .column("value", &Box<T>::value);
}

template <class T>
bool equal(const T& a, const T& b) {
  if constexpr (std::floating_point<T>) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  }
  if constexpr (std::same_as<T, rowan::Decimal>) return a == b && a.to_string() == b.to_string();
  return a == b;
}

/// Each of `values` is stored, loaded by a fresh unit, and no reason to write again; and the same
/// when each is changed for the next. Enough of them for some to be sent together.
template <class T>
void check_round_trip(auto& db, const std::vector<T>& values) {
  rowan::Store store = db.template open<Box<T>>();
  const std::size_t count = std::max<std::size_t>(values.size(), 20);
  std::size_t shift = 0;
  const auto value = [&](std::size_t i) { return values[(i + shift) % values.size()]; };
  {
    auto work = store.begin();
    for (std::size_t i = 0; i < count; ++i)
      work.add(Box<T>{static_cast<std::int64_t>(i), value(i)});
    work.commit();
  }
  for (shift = 0; shift < 2; ++shift) {
    auto work = store.begin();
    const auto loaded = work.template find_all<Box<T>>();
    REQUIRE(loaded.size() == count);
    for (std::size_t i = 0; i < count; ++i) {
      CAPTURE(i);
      CHECK(equal<T>(loaded[i]->value, value(i)));
    }
    db.log->clear();
    work.commit();
    CHECK(db.writes().empty());
    for (std::size_t i = 0; i < count; ++i)
      loaded[i]->value = values[(i + shift + 1) % values.size()];
    work.commit();
  }
}

/// The same of T and of std::optional<T>.
template <class B, class T>
void check_survives(const std::vector<T>& values) {
  {
    Database<B> db;
    check_round_trip<T>(db, values);
  }
  Database<B> db;
  std::vector<std::optional<T>> maybe(values.begin(), values.end());
  maybe.push_back(std::nullopt);
  check_round_trip<std::optional<T>>(db, maybe);
}

}  // namespace contract
