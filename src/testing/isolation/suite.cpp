/// The scenarios. Each does no more than its anomaly needs; who writes without having looked says
/// so, or a lost update would be found as well.

#include <utility>

#include <rowan/testing/suite.hpp>

namespace rowan::testing::detail {
namespace {

/// Aggregate n has the value 10 n. The first two are there before.
constexpr int first = 1;
constexpr int second = 2;
constexpr int wanted = 30;  // a value that none of them has

class Scenarios {
 public:
  explicit Scenarios(Handled handled) : s_(std::move(handled)) {}

  std::vector<Scenario> all() {
    dirty_writes();
    dirty_reads();
    circular_information();
    vanishing_transaction();
    changing_answer();
    lost_update();
    read_skew();
    write_skew();
    write_skew_by_query();
    delete_and_reinsert();
    if (s_.children) {
      torn_read();
      phantom_child();
      lost_child_update();
      zombie_child();
    }
    return std::move(all_);
  }

 private:
  using Work = UnitOfWork&;

  void add(std::string name, Anomaly anomaly, std::vector<ActorCode> actors) {
    Scenario scenario;
    scenario.name = std::move(name);
    scenario.fresh = [s = s_](Work work) {
      for (const int n : {first, second}) s.add(work, n, 10 * n);
    };
    scenario.actors = std::move(actors);
    scenario.steps = Steps::checkpoints;
    scenario.looks_for = anomaly;
    all_.push_back(std::move(scenario));
  }

  static void overwrite(const Handled& s, Actor& me, Work work, int n, int value) {
    me.without_looking([&] { s.set_value(work, n, value); });
    work.flush();
  }

  void dirty_writes() {
    const ActorCode actor = [s = s_](Actor& me) {
      auto work = me.begin();
      overwrite(s, me, work, first, 10 + me.number());
      me.at("wrote the first");
      overwrite(s, me, work, second, 20 + me.number());
      me.at("wrote the second");
      work.commit();
    };
    add("dirty write", Anomaly::g0, {actor, actor});
  }

  void dirty_reads() {
    const ActorCode reader = [s = s_](Actor& me) {
      auto work = me.begin();
      (void)s.value(work, first);
    };
    const ActorCode undecided = [s = s_](Actor& me) {
      auto work = me.begin();
      overwrite(s, me, work, first, 101);
      me.at("wrote");
      work.rollback();
    };
    add("aborted read", Anomaly::g1a, {undecided, reader});
    const ActorCode in_two_steps = [s = s_](Actor& me) {
      auto work = me.begin();
      overwrite(s, me, work, first, 101);
      me.at("wrote something else first");
      overwrite(s, me, work, first, 11);
      work.commit();
    };
    add("intermediate read", Anomaly::g1b, {in_two_steps, reader});
  }

  void circular_information() {
    const ActorCode actor = [s = s_](Actor& me) {
      const int other = 3 - me.number();
      auto work = me.begin();
      overwrite(s, me, work, me.number(), 90 + me.number());
      me.at("wrote");
      (void)s.value(work, other);
      me.at("read");
      s.depend_on(me, work, other);
      work.commit();
    };
    add("circular information flow", Anomaly::g1c, {actor, actor});
  }

  void vanishing_transaction() {
    const ActorCode early = [s = s_](Actor& me) {
      auto work = me.begin();
      overwrite(s, me, work, first, 11);
      overwrite(s, me, work, second, 19);
      work.commit();
    };
    const ActorCode late = [s = s_](Actor& me) {
      auto work = me.begin();
      overwrite(s, me, work, first, 12);
      me.at("wrote the first");
      overwrite(s, me, work, second, 18);
      work.commit();
    };
    add("observed transaction vanishes", Anomaly::otv, {early, late, reader_of_both()});
  }

  ActorCode reader_of_both() const {
    return [s = s_](Actor& me) {
      auto work = me.begin();
      (void)s.value(work, first);
      me.at("read the first");
      (void)s.value(work, second);
      s.depend_on(me, work, first);
      s.depend_on(me, work, second);
      work.commit();
    };
  }

  void changing_answer() {
    const ActorCode asks_twice = [s = s_](Actor& me) {
      auto work = me.begin();
      (void)s.count(work, wanted);
      me.at("asked");
      (void)s.count(work, wanted);
      work.commit();
    };
    const ActorCode adds = [s = s_](Actor& me) {
      auto work = me.begin();
      s.add(work, 3, wanted);
      work.commit();
    };
    add("predicate-many-preceders", Anomaly::pmp, {asks_twice, adds});
  }

  void lost_update() {
    const ActorCode actor = [s = s_](Actor& me) {
      auto work = me.begin();
      const int value = s.value(work, first);
      me.at("read");
      s.set_value(work, first, value + me.number());
      work.commit();
    };
    add("lost update", Anomaly::p4, {actor, actor});
  }

  void read_skew() {
    const ActorCode writer = [s = s_](Actor& me) {
      auto work = me.begin();
      overwrite(s, me, work, first, 12);
      overwrite(s, me, work, second, 18);
      work.commit();
    };
    add("read skew", Anomaly::g_single, {reader_of_both(), writer});
  }

  void write_skew() {
    const ActorCode actor = [s = s_](Actor& me) {
      const int other = 3 - me.number();
      auto work = me.begin();
      const int sum = s.value(work, first) + s.value(work, second);
      me.at("read both");
      s.set_value(work, me.number(), sum + me.number());
      s.depend_on(me, work, other);
      work.commit();
    };
    add("write skew", Anomaly::g2_item, {actor, actor});
  }

  void write_skew_by_query() {
    const ActorCode actor = [s = s_](Actor& me) {
      auto work = me.begin();
      const bool is_first = s.count(work, wanted) == 0;
      me.at("asked");
      if (is_first) s.add(work, second + me.number(), wanted);
      work.commit();
    };
    add("write skew by query", Anomaly::g2, {actor, actor});
  }

  void delete_and_reinsert() {
    const ActorCode edits = [s = s_](Actor& me) {
      auto work = me.begin();
      const int value = s.value(work, first);
      me.at("read");
      s.set_value(work, first, value + 1);
      work.commit();
    };
    const ActorCode replaces = [s = s_](Actor& me) {
      auto work = me.begin();
      me.without_looking([&] { s.remove(work, first); });
      work.commit();
      me.at("removed");
      auto later = me.begin();
      s.add(later, first, 77);
      later.commit();
    };
    add("delete and reinsert", Anomaly::delete_and_reinsert, {edits, replaces});
  }

  void torn_read() {
    const ActorCode reader = [s = s_](Actor& me) {
      auto work = me.begin();
      me.at_each_statement([&] { return s.value(work, first); });
      work.commit();
    };
    const ActorCode writer = [s = s_](Actor& me) {
      auto work = me.begin();
      overwrite(s, me, work, first, 11);
      me.at("wrote the root");
      s.set_child_value(work, first, 11);
      work.flush();
      me.at("wrote the child");
      work.commit();
    };
    add("torn read", Anomaly::torn_read, {reader, writer});
  }

  void phantom_child() {
    const ActorCode actor = [s = s_](Actor& me) {
      auto work = me.begin();
      const bool has_room = s.children(work, first) < 2;
      me.at("counted");
      if (has_room) s.add_child(work, first, 1 + me.number());
      work.commit();
    };
    add("phantom child", Anomaly::phantom_child, {actor, actor});
  }

  void lost_child_update() {
    const ActorCode actor = [s = s_](Actor& me) {
      auto work = me.begin();
      const int value = s.child_value(work, first);
      me.at("read");
      s.set_child_value(work, first, value + me.number());
      work.commit();
    };
    add("lost child update", Anomaly::lost_child_update, {actor, actor});
  }

  void zombie_child() {
    const ActorCode removes = [s = s_](Actor& me) {
      auto work = me.begin();
      me.without_looking([&] { s.remove(work, first); });
      me.at("about to remove");
      work.flush();
      me.at("removed");
      work.commit();
    };
    const ActorCode adds = [s = s_](Actor& me) {
      auto work = me.begin();
      me.without_looking([&] { s.add_child(work, first, 2); });
      me.at("about to add");
      work.flush();
      me.at("added");
      work.commit();
    };
    add("zombie child", Anomaly::zombie_child, {removes, adds});
  }

  Handled s_;
  std::vector<Scenario> all_;
};

}  // namespace

std::vector<Scenario> suite(const Handled& handled) {
  return Scenarios(handled).all();
}

}  // namespace rowan::testing::detail
