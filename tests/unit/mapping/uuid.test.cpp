/// Uuid: its text, its versions, and that version 7 keeps its order under threads and clocks.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include <doctest/doctest.h>

#include <rowan/uuid.hpp>

using rowan::Uuid;
using rowan::detail::next_stamp;

namespace {

constexpr auto example = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

std::uint64_t milliseconds_of(const Uuid& uuid) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    value = value << 8U | std::to_integer<std::uint64_t>(uuid.bytes()[i]);
  }
  return value;
}

std::uint64_t unix_milliseconds() {
  using namespace std::chrono;
  return static_cast<std::uint64_t>(
      floor<milliseconds>(system_clock::now()).time_since_epoch().count());
}

bool strictly_rising(const std::vector<Uuid>& uuids) {
  return std::ranges::adjacent_find(uuids, std::greater_equal{}) == uuids.end();
}

template <class Work>
void on_threads(std::size_t count, Work work) {
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < count; ++i) threads.emplace_back([work, i] { work(i); });
}

}  // namespace

static_assert(std::is_trivially_copyable_v<Uuid>);
static_assert(sizeof(Uuid) == 16);
static_assert(Uuid() == Uuid(Uuid::Bytes{}));

TEST_CASE("a UUID reads and prints the 36 characters of RFC 9562") {
  CHECK(Uuid().to_string() == "00000000-0000-0000-0000-000000000000");
  REQUIRE(Uuid::parse(example));
  CHECK(Uuid::parse(example)->to_string() == example);
  CHECK(Uuid::parse("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6") == Uuid::parse(example));
  CHECK(Uuid::parse("00000000-0000-0000-0000-000000000000") == Uuid());
  CHECK(Uuid::parse(example)->bytes()[0] == std::byte{0xF8});
  CHECK(Uuid::parse(example)->bytes()[15] == std::byte{0xF6});
}

TEST_CASE("anything but 36 characters in the right places is refused") {
  for (const char* text :
       {"", "f81d4fae7dec11d0a76500a0c91e6bf6", "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf", "f81d4fae-7dec-11d0-a765-00a0c91e6bf60",
        "f81d4fae-7dec-11d0-a76500-a0c91e6bf6", "f81d4fae 7dec 11d0 a765 00a0c91e6bf6",
        "g81d4fae-7dec-11d0-a765-00a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00a0c91e6bf:",
        "0x1d4fae-7dec-11d0-a765-00a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00a0c91e6b -"}) {
    CAPTURE(text);
    CHECK_FALSE(Uuid::parse(text));
  }
  std::string broken = example;
  for (std::size_t i = 0; i < broken.size(); ++i) {
    std::string copy = broken;
    copy[i] = '\0';
    CHECK_FALSE(Uuid::parse(copy));
  }
}

TEST_CASE("printing and parsing give back the same bytes, in the same order") {
  std::mt19937_64 random(20210131);
  Uuid before;
  for (int i = 0; i < 5000; ++i) {
    Uuid::Bytes bytes{};
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
    if (i % 2 == 0) std::copy_n(before.bytes().begin(), random() % 16, bytes.begin());
    const Uuid uuid(bytes);
    CHECK(Uuid::parse(uuid.to_string()) == uuid);
    CHECK((before < uuid) == (before.to_string() < uuid.to_string()));
    CHECK(std::hash<Uuid>{}(uuid) == std::hash<Uuid>{}(*Uuid::parse(uuid.to_string())));
    before = uuid;
  }
}

TEST_CASE("version 4 sets version and variant and repeats nothing") {
  std::unordered_set<Uuid> made;
  Uuid::Bytes ever_set{}, ever_clear{};
  for (int i = 0; i < 5000; ++i) {
    const Uuid uuid = Uuid::v4();
    made.insert(uuid);
    for (std::size_t b = 0; b < 16; ++b) {
      ever_set[b] |= uuid.bytes()[b];
      ever_clear[b] |= ~uuid.bytes()[b];
    }
  }
  CHECK(made.size() == 5000);
  CHECK(Uuid(ever_set).to_string() == "ffffffff-ffff-4fff-bfff-ffffffffffff");
  CHECK(Uuid(ever_clear).to_string() == "ffffffff-ffff-bfff-7fff-ffffffffffff");
}

TEST_CASE("version 7 carries the time, its version and the variant") {
  const std::uint64_t before = unix_milliseconds();
  const Uuid uuid = Uuid::v7();
  const std::uint64_t after = unix_milliseconds();

  CHECK(uuid.to_string()[14] == '7');
  CHECK((uuid.bytes()[8] & std::byte{0xC0}) == std::byte{0x80});
  CHECK(milliseconds_of(uuid) >= before);
  // Earlier tests may have made so many at once that the stamp runs ahead of the clock.
  CHECK(milliseconds_of(uuid) <= after + 1000);
}

TEST_CASE("version 7 rises from one to the next, also within one millisecond") {
  std::vector<Uuid> made(50'000);
  std::ranges::generate(made, Uuid::v7);
  CHECK(strictly_rising(made));
}

TEST_CASE("version 7 rises and stays unique while many threads make them") {
  constexpr std::size_t threads = 16, each = 5000;
  std::vector<std::vector<Uuid>> made(threads, std::vector<Uuid>(each));
  on_threads(threads, [&](std::size_t i) { std::ranges::generate(made[i], Uuid::v7); });

  std::unordered_set<Uuid> all;
  for (const auto& mine : made) {
    CHECK(strictly_rising(mine));
    all.insert(mine.begin(), mine.end());
  }
  CHECK(all.size() == threads * each);
}

TEST_CASE("version 7 rises from thread to thread when one waits for the other") {
  std::mutex turn;
  std::vector<Uuid> made;
  on_threads(16, [&](std::size_t) {
    for (int i = 0; i < 1000; ++i) {
      const std::lock_guard lock(turn);
      made.push_back(Uuid::v7());
    }
  });
  CHECK(made.size() == 16'000);
  CHECK(strictly_rising(made));
}

TEST_CASE("a new millisecond starts the counter in the lower half of its range") {
  CHECK(next_stamp(0, 5, 0) == 5 << 12U);
  CHECK(next_stamp(0, 5, ~0ULL) == ((5 << 12U) | 0x7FFU));
  CHECK(next_stamp((4 << 12U) | 0xFFFU, 5, 0) == 5 << 12U);
}

TEST_CASE("the stamp rises when the clock stands still, steps back or the counter is full") {
  const std::uint64_t last = (1'000'000ULL << 12U) | 0x123U;
  CHECK(next_stamp(last, 1'000'000, ~0ULL) == last + 1);
  CHECK(next_stamp(last, 999'999, ~0ULL) == last + 1);
  CHECK(next_stamp(last, 0, ~0ULL) == last + 1);
  CHECK(next_stamp((7ULL << 12U) | 0xFFFU, 7, 0) == 8ULL << 12U);
  CHECK(next_stamp(8ULL << 12U, 8, ~0ULL) == ((8ULL << 12U) | 1U));

  std::mt19937_64 random(20210131);
  std::uint64_t stamp = 0;
  for (int i = 0; i < 50'000; ++i) {
    const std::uint64_t next = next_stamp(stamp, 1'000'000 + random() % 50, random());
    REQUIRE(next > stamp);
    stamp = next;
  }
}
