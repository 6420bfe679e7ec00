#pragma once
/// Ready-made scenarios for any mapped aggregate: what Hermitage
/// (https://github.com/ept/hermitage) tests of rows, and what may happen within one aggregate.
///
///     const auto scenarios = rowan::testing::suite<Order>({.id = ..., .make = ..., ...});
///     const auto report = explore(rowan::Schema::of<Order>(), scenarios, matrix);
///     CHECK(report.expect(Anomaly::p4, Isolation::read_committed, Expected::prevented));

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <rowan/errors.hpp>
#include <rowan/testing/scenario.hpp>

namespace rowan::testing {

/// How the scenarios handle a T with children.
template <class T>
struct HandlingOfChildren {
  std::function<int(const T&)> count;
  std::function<void(T&, int number)> add;  ///< the child with this number, 2 or 3
  std::function<int(const T&)> value;       ///< of child 1
  std::function<void(T&, int)> set_value;   ///< of child 1; takes 1 to 20
};

/// How the scenarios handle a T.
template <class T>
struct Handling {
  std::function<IdOf<T>(int n)> id;  ///< of the n-th, from 1 to 4
  std::function<T(int n)> make;      ///< the n-th; where it has children, with child 1
  std::function<int(const T&)> value;
  std::function<void(T&, int)> set_value;           ///< takes 10 to 101
  std::string value_column;                         ///< that the value is in
  std::optional<HandlingOfChildren<T>> children{};  ///< none: there are no scenarios about them
};

namespace detail {

/// The same for any class. What they do not take from the unit is loaded.
struct Handled {
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

[[nodiscard]] std::vector<Scenario> suite(const Handled& handled);

/// Throws UsageError where a member is missing.
template <class T>
void check(const Handling<T>& how) {
  const bool complete = how.id && how.make && how.value && how.set_value &&
                        !how.value_column.empty() &&
                        (!how.children || (how.children->count && how.children->add &&
                                           how.children->value && how.children->set_value));
  if (!complete)
    throw UsageError(
        "the scenarios need all members of Handling, and if there are children all of "
        "HandlingOfChildren");
}

}  // namespace detail

/// One scenario for each anomaly. Throws UsageError where a member of `how` is missing.
template <class T>
[[nodiscard]] std::vector<Scenario> suite(Handling<T> how) {
  detail::check(how);
  const auto get = [id = how.id](UnitOfWork& work, int n) { return work.get<T>(id(n)); };
  detail::Handled out;
  out.add = [how](UnitOfWork& work, int n, int value) {
    T made = how.make(n);
    how.set_value(made, value);
    work.add(std::move(made));
  };
  out.remove = [get](UnitOfWork& work, int n) { work.remove(get(work, n)); };
  out.value = [get, how](UnitOfWork& work, int n) { return how.value(*get(work, n)); };
  out.set_value = [get, how](UnitOfWork& work, int n, int value) {
    how.set_value(*get(work, n), value);
  };
  out.depend_on = [get](Actor& me, UnitOfWork& work, int n) { me.depends_on(work, get(work, n)); };
  out.count = [how](UnitOfWork& work, int value) {
    return work.count<T>(where(how.value_column + " = ?", value));
  };
  if (!how.children) return detail::suite(out);

  const HandlingOfChildren<T> children = *how.children;
  out.children = [get, children](UnitOfWork& work, int n) { return children.count(*get(work, n)); };
  out.add_child = [get, children](UnitOfWork& work, int n, int child) {
    children.add(*get(work, n), child);
  };
  out.child_value = [get, children](UnitOfWork& work, int n) {
    return children.value(*get(work, n));
  };
  out.set_child_value = [get, children](UnitOfWork& work, int n, int value) {
    children.set_value(*get(work, n), value);
  };
  return detail::suite(out);
}

}  // namespace rowan::testing
