/// The entries of a unit: found by key, gone through in order of arrival, while they come and go.

#include "work/identity_map.hpp"

#include <map>
#include <memory>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include <rowan/rowan.hpp>

#include "work/entry.hpp"

namespace {

struct Thing {
  std::int64_t id = 0;
  std::int64_t version = 0;
};
rowan::Mapping<Thing, std::int64_t> mapping_of(std::type_identity<Thing>) {
  return rowan::aggregate("things", rowan::key("id", &Thing::id),
                          rowan::version("version", &Thing::version));
}

using namespace rowan;
using work::Entry;
using work::IdentityMap;

using EntryPtr = std::shared_ptr<Entry>;

EntryPtr entry(std::int64_t key) {
  static const Schema schema = Schema::of<Thing>();
  auto out = std::make_shared<Entry>(schema, typeid(Thing), nullptr);
  out->key = {Value(key)};
  return out;
}
EntryPtr found(const IdentityMap& in, std::int64_t key) {
  return in.find(typeid(Thing), {Value(key)});
}
std::vector<EntryPtr> all(const IdentityMap& of) {
  std::vector<EntryPtr> out;
  for (const auto& held : of.all()) out.push_back(held);
  return out;
}

}  // namespace

TEST_CASE("an entry is found by its key, and by nothing else") {
  IdentityMap entries;
  CHECK_FALSE(found(entries, 1));
  const EntryPtr one = entry(1);
  entries.insert(one);

  CHECK(found(entries, 1) == one);
  CHECK_FALSE(found(entries, 2));
  CHECK_FALSE(entries.find(typeid(int), one->key));
  CHECK(entries.holds(*one));
  CHECK_FALSE(entries.holds(*entry(1)));
}

TEST_CASE("who comes back takes the place that it had, before those who came since") {
  IdentityMap entries;
  const EntryPtr one = entry(1);
  const EntryPtr two = entry(2);
  const EntryPtr instead = entry(1);
  entries.insert(one);
  entries.insert(two);
  entries.insert(instead);
  entries.erase(*one);
  CHECK(found(entries, 1) == instead);

  entries.erase(*instead);
  entries.insert(one);
  CHECK(all(entries) == std::vector{one, two});
  CHECK(found(entries, 1) == one);
}

TEST_CASE("an entry without a key is there, and found once it has one") {
  IdentityMap entries;
  const EntryPtr late = entry(0);
  late->key.clear();
  entries.insert(late);
  CHECK(all(entries) == std::vector{late});

  late->key = {Value(std::int64_t{5})};
  entries.index(*late);
  CHECK(found(entries, 5) == late);
  entries.unindex(*late);
  CHECK_FALSE(found(entries, 5));
  CHECK(entries.holds(*late));
}

TEST_CASE("the last to come is known by a key that two have had") {
  IdentityMap entries;
  const EntryPtr first = entry(1);
  const EntryPtr second = entry(1);
  entries.insert(first);
  entries.insert(second);
  CHECK(found(entries, 1) == second);

  entries.erase(*first);
  CHECK(found(entries, 1) == second);
  CHECK(all(entries) == std::vector{second});
}

TEST_CASE("entries are gone through while they go") {
  IdentityMap entries;
  std::vector<EntryPtr> kept;
  for (std::int64_t i = 0; i < 100; ++i) entries.insert(entry(i));
  for (const auto& held : entries.all()) {
    const EntryPtr one = held;
    if (std::get<std::int64_t>(one->key[0]) % 3 == 0)
      kept.push_back(one);
    else
      entries.erase(*one);
  }
  CHECK(kept.size() == 34);
  CHECK(all(entries) == kept);
}

TEST_CASE("whatever comes and goes, the map knows who is there") {
  IdentityMap entries;
  std::map<std::int64_t, EntryPtr> there;
  std::vector<EntryPtr> order;
  std::minstd_rand random{7};
  for (int step = 0; step < 20000; ++step) {
    // Few keys, and far from each other, so that many of them want one place.
    const std::int64_t key = static_cast<std::int64_t>(random() % 200) << 40;
    if (const auto at = there.find(key); at != there.end()) {
      CHECK(found(entries, key) == at->second);
      entries.erase(*at->second);
      std::erase(order, at->second);
      there.erase(at);
    } else {
      CHECK_FALSE(found(entries, key));
      order.push_back(there.emplace(key, entry(key)).first->second);
      entries.insert(order.back());
    }
  }
  CHECK(all(entries) == order);
  for (const auto& [key, held] : there) CHECK(found(entries, key) == held);
}
