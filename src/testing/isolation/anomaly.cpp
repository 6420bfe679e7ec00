#include <rowan/testing/anomaly.hpp>

namespace rowan::testing {

const char* to_string(Anomaly anomaly) noexcept {
  switch (anomaly) {
    case Anomaly::g0: return "G0";
    case Anomaly::g1a: return "G1a";
    case Anomaly::g1b: return "G1b";
    case Anomaly::g1c: return "G1c";
    case Anomaly::otv: return "OTV";
    case Anomaly::pmp: return "PMP";
    case Anomaly::p4: return "P4";
    case Anomaly::g_single: return "G-single";
    case Anomaly::g2_item: return "G2-item";
    case Anomaly::g2: return "G2";
    case Anomaly::torn_read: return "torn read";
    case Anomaly::phantom_child: return "phantom child";
    case Anomaly::lost_child_update: return "lost child update";
    case Anomaly::zombie_child: return "zombie child";
    case Anomaly::delete_and_reinsert: return "delete and reinsert";
    case Anomaly::invariant_broken: return "invariant broken";
    case Anomaly::not_serializable: return "not serializable";
  }
  return "";
}

const char* explain(Anomaly anomaly) noexcept {
  switch (anomaly) {
    case Anomaly::g0: return "dirty write: the writes of two transactions are mixed";
    case Anomaly::g1a: return "aborted read: something was seen that was rolled back";
    case Anomaly::g1b: return "intermediate read: something was seen that was never committed";
    case Anomaly::g1c: return "circular information flow: each saw what the other wrote";
    case Anomaly::otv:
      return "observed transaction vanishes: its write was seen in one aggregate, and then not in "
             "another";
    case Anomaly::pmp: return "predicate-many-preceders: the answer to a query changed under it";
    case Anomaly::p4: return "lost update: a write based on a state that another had overwritten";
    case Anomaly::g_single:
      return "read skew: one aggregate from before another's commit, one from after it";
    case Anomaly::g2_item: return "write skew: each wrote what the other had read";
    case Anomaly::g2:
      return "write skew by queries: each added what the other's query would have found";
    case Anomaly::torn_read:
      return "an aggregate was seen that never was: its rows are of two states";
    case Anomaly::phantom_child: return "each added a child that the other had not counted";
    case Anomaly::lost_child_update: return "a lost update of one child";
    case Anomaly::zombie_child: return "children without a root";
    case Anomaly::delete_and_reinsert:
      return "a write meant for an aggregate that was removed hit its successor";
    case Anomaly::invariant_broken: return "something that the test says must hold did not";
    case Anomaly::not_serializable: return "no serial order explains it";
  }
  return "";
}

std::ostream& operator<<(std::ostream& to, Anomaly anomaly) {
  return to << to_string(anomaly);
}

}  // namespace rowan::testing
