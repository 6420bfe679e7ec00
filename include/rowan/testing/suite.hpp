#pragma once
/// Ready-made scenarios for any mapped aggregate: what Hermitage
/// (https://github.com/ept/hermitage) tests of rows, and what may happen within one aggregate.
///
///     const auto scenarios = rowan::testing::suite<Order>({.id = ..., .make = ..., ...});
///     const auto report = explore(rowan::Schema::of<Order>(), scenarios, matrix);
///     CHECK(report.expect(Anomaly::p4, Isolation::read_committed, Report::Expected::prevented));

#include <functional>
#include <string>
#include <vector>

#include <rowan/testing/scenario.hpp>

namespace rowan::testing {

/// How the scenarios handle a T. Each member of the first group is needed.
template <class T>
struct Handling {
  std::function<IdOf<T>(int n)> id;  ///< of the n-th, from 1 to 4
  std::function<T(int n)> make;      ///< the n-th; where it has children, with child 1
  std::function<int(const T&)> value;
  std::function<void(T&, int)> set_value;  ///< takes 10 to 101
  std::string value_column;                ///< that the value is in

  /// Of an aggregate with children; without these there are no scenarios about them.
  std::function<int(const T&)> children{};         ///< how many
  std::function<void(T&, int child)> add_child{};  ///< the one with this number, 2 or 3
  std::function<int(const T&)> value_of_child_1{};
  std::function<void(T&, int)> set_value_of_child_1{};
};

/// The same for any class. What they do not take from the unit is loaded.
struct Subject {
  using Work = UnitOfWork&;
  std::function<void(Work, int n, int value)> add;
  std::function<void(Work, int n)> remove;
  std::function<int(Work, int n)> value;
  std::function<void(Work, int n, int value)> set_value;
  std::function<void(Actor&, Work, int n)> depend_on;
  std::function<std::size_t(Work, int value)> count;  ///< those with this value
  std::function<int(Work, int n)> children;           ///< none: it has no children
  std::function<void(Work, int n, int child)> add_child;
  std::function<int(Work, int n)> child_value;
  std::function<void(Work, int n, int value)> set_child_value;
};

/// One scenario for each anomaly.
[[nodiscard]] std::vector<Scenario> suite(const Subject& subject);

template <class T>
[[nodiscard]] std::vector<Scenario> suite(Handling<T> how) {
  const auto get = [id = how.id](UnitOfWork& work, int n) { return work.get<T>(id(n)); };
  Subject out{
      .add =
          [how](UnitOfWork& work, int n, int value) {
            T made = how.make(n);
            how.set_value(made, value);
            work.add(std::move(made));
          },
      .remove = [get](UnitOfWork& work, int n) { work.remove(get(work, n)); },
      .value = [get, how](UnitOfWork& work, int n) { return how.value(*get(work, n)); },
      .set_value = [get, how](UnitOfWork& work, int n,
                              int value) { how.set_value(*get(work, n), value); },
      .depend_on = [get](Actor& me, UnitOfWork& work, int n) { me.depends_on(work, get(work, n)); },
      .count = [how](UnitOfWork& work,
                     int value) { return work.count<T>(where(how.value_column + " = ?", value)); },
      .children = {},
      .add_child = {},
      .child_value = {},
      .set_child_value = {}};
  if (how.children) {
    out.children = [get, how](UnitOfWork& work, int n) { return how.children(*get(work, n)); };
    out.add_child = [get, how](UnitOfWork& work, int n, int child) {
      how.add_child(*get(work, n), child);
    };
    out.child_value = [get, how](UnitOfWork& work, int n) {
      return how.value_of_child_1(*get(work, n));
    };
    out.set_child_value = [get, how](UnitOfWork& work, int n, int value) {
      how.set_value_of_child_1(*get(work, n), value);
    };
  }
  return suite(out);
}

}  // namespace rowan::testing
