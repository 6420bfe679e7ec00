#pragma once
/// What can go wrong when transactions run at the same time, by the names of the field.

#include <ostream>

namespace rowan::testing {

/// Adya's phenomena (Weak Consistency, MIT 1999) as Hermitage tests them
/// (https://github.com/ept/hermitage), and what they are called within one aggregate.
enum class Anomaly {
  g0,         ///< dirty write: writes of two transactions are mixed
  g1a,        ///< aborted read: something was seen that was rolled back
  g1b,        ///< intermediate read: something was seen that was overwritten before its commit
  g1c,        ///< circular information flow: each saw what the other wrote
  otv,        ///< observed transaction vanishes: seen in one aggregate, and then not in another
  pmp,        ///< predicate-many-preceders: a query was answered, and somebody changed its answer
  p4,         ///< lost update: a write based on a state that another had overwritten
  g_single,   ///< read skew: one aggregate from before another's commit, one from after it
  g2_item,    ///< write skew: each wrote what the other had read
  g2,         ///< write skew by queries: each added what the other's query would have found
  torn_read,  ///< an aggregate was seen that never was: root and children of two states
  phantom_child,        ///< each added a child that the other had not counted
  lost_child_update,    ///< a lost update of one child
  zombie_child,         ///< children without a root
  delete_and_reinsert,  ///< a write meant for an aggregate that was removed hit its successor
  invariant_broken,     ///< something that the test says must hold did not
  not_serializable,     ///< no serial order explains it, and it has none of these names
};

/// As reports write it: "G2-item", "torn read".
[[nodiscard]] const char* to_string(Anomaly anomaly) noexcept;
/// One sentence for a person: "a write based on a state that another had overwritten".
[[nodiscard]] const char* explain(Anomaly anomaly) noexcept;
std::ostream& operator<<(std::ostream& to, Anomaly anomaly);

}  // namespace rowan::testing
