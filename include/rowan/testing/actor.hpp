#pragma once
/// What the code of one actor is handed: its store, its checkpoints, and a place to say what it
/// saw.
///
///     auto deposit = [](rowan::testing::Actor& me) {
///       auto work = me.begin();
///       auto account = work.get<Account>(1);
///       me.at("loaded");  // here the others may come in between
///       account->deposit(10);
///       work.commit();
///     };

#include <functional>
#include <sstream>
#include <string>
#include <string_view>

#include <rowan/store.hpp>
#include <rowan/testing/setting.hpp>

namespace rowan::testing {

class ActorRun;

/// Where a step of an actor ends.
enum class Steps {
  checkpoints,  ///< at Actor::at
  statements,   ///< there, and before each statement and COMMIT that it sends: many more runs
};

/// One of those that run at the same time, for the length of one run. Its code is called in a
/// thread of its own, is run many times, and must do the same each time when it is told the same:
/// no clocks, no random numbers, nothing kept from one run to the next.
class Actor {
 public:
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;
  ~Actor() = default;

  /// From 1.
  [[nodiscard]] int number() const noexcept;
  [[nodiscard]] const Setting& setting() const noexcept;
  /// Its own connections to the database, with what the setting says as defaults. Store::transact
  /// does not pause here before it starts again.
  [[nodiscard]] Store& store() noexcept;
  /// A unit of work of that store; what `options` say wins over the setting.
  [[nodiscard]] UnitOfWork begin(const WorkOptions& options = {});

  /// A checkpoint: the others may run before it returns. `label` is how a schedule names it.
  void at(std::string_view label);

  /// A decision of it depends on this aggregate, which it does not write:
  /// UnitOfWork::expect_unchanged where the setting has guards on, and nothing else.
  template <class T>
  void depends_on(UnitOfWork& work, const Ref<T>& aggregate) {
    if (setting().guards == Guards::on) work.expect_unchanged(aggregate);
  }

  /// What it learned otherwise than by loading aggregates, which is noticed by itself: the answer
  /// of own SQL, of a service. Anything that can be written to a stream.
  template <class T>
  void saw(const T& value) {
    std::ostringstream text;
    text << value;
    note(text.str());
  }
  /// In `run` each statement that it sends, and each COMMIT, is a checkpoint too, as everywhere
  /// with Steps::statements.
  template <class F>
  auto at_each_statement(F&& run) {
    const Stepping stepping(*this);
    return run();
  }
  /// What is loaded in `load` is of no consequence: the code overwrites it without looking.
  template <class F>
  auto without_looking(F&& load) {
    const Blind blind(*this);
    return load();
  }

 private:
  friend class ActorRun;
  explicit Actor(ActorRun& run) : run_(run) {}

  class Blind {
   public:
    explicit Blind(Actor& actor) : actor_(actor) { actor_.look(Looking::no); }
    Blind(const Blind&) = delete;
    Blind& operator=(const Blind&) = delete;
    ~Blind() { actor_.look(Looking::yes); }

   private:
    Actor& actor_;
  };
  class Stepping {
   public:
    explicit Stepping(Actor& actor) : actor_(actor), before_(actor_.step_by(Steps::statements)) {}
    Stepping(const Stepping&) = delete;
    Stepping& operator=(const Stepping&) = delete;
    ~Stepping() { (void)actor_.step_by(before_); }

   private:
    Actor& actor_;
    Steps before_;
  };
  enum class Looking { yes, no };
  void look(Looking looking) noexcept;
  /// Returns how it was before.
  Steps step_by(Steps steps) noexcept;
  void note(std::string text);

  ActorRun& run_;
};

using ActorCode = std::function<void(Actor&)>;

}  // namespace rowan::testing
