/// Many threads in many processes edit the same few aggregates; what they say they did must be what
/// is there, in one order that all of them agree on.
///
///     torture_races --url URL [--commits N] [--processes P] [--threads T] [--seed S]
///
/// N commits in each configuration. The tables torture_* are dropped and made anew.

#include <barrier>
#include <cstdio>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "arguments.hpp"
#include "bank.hpp"
#include "ledger.hpp"
#include "processes.hpp"
#include "serial_order.hpp"
#include "teller.hpp"

using namespace torture;

namespace {

struct Configuration {
  const char* name;
  rowan::WorkOptions work;
  bool serial = false;  ///< what a unit reads is protected as if there were no others
  rowan::Journal journal = rowan::Journal::as_it_is;
};

std::vector<Configuration> configurations(bool postgres) {
  using rowan::Isolation, rowan::Journal, rowan::Transaction;
  const auto isolated = [](Isolation isolation) {
    return rowan::WorkOptions{.isolation = isolation};
  };
  const auto spanned = [](Transaction span) { return rowan::WorkOptions{.transaction = span}; };
  if (!postgres)
    return {
        {"write-ahead log, at commit", spanned(Transaction::at_commit), false,
         Journal::write_ahead},
        {"write-ahead log, from first read", spanned(Transaction::from_first_read), true,
         Journal::write_ahead},
        {"rollback journal, at commit", spanned(Transaction::at_commit), false, Journal::rollback},
        {"rollback journal, from first read", spanned(Transaction::from_first_read), true,
         Journal::rollback},
    };
  rowan::WorkOptions whole = isolated(Isolation::read_committed);
  whole.transaction = Transaction::from_first_read;
  return {
      {"standard, at commit", isolated(Isolation::standard)},
      {"read committed, from first read", whole},
      {"repeatable read", isolated(Isolation::repeatable_read)},
      {"serializable", isolated(Isolation::serializable), true},
  };
}

rowan::Store open(const Arguments& arguments, const Configuration& configuration) {
  rowan::StoreOptions options;
  options.connections = static_cast<std::size_t>(arguments.threads) + 1;
  options.journal = configuration.journal;
  return rowan::Store(arguments.url, bank_schema(), std::move(options));
}

/// All threads of one process.
Ledger edit(const Arguments& arguments, const Configuration& configuration, int process) {
  rowan::Store store = open(arguments, configuration);
  const std::int64_t commits =
      1 + (arguments.commits - 1) / (std::int64_t{arguments.processes} * arguments.threads);
  Ledger all;
  std::optional<Broken> broken;
  std::mutex mutex;
  std::barrier together(arguments.threads);
  std::vector<std::thread> threads;
  for (int t = 0; t < arguments.threads; ++t)
    threads.emplace_back([&, t] {
      together.arrive_and_wait();
      try {
        Teller teller(store, configuration.work, configuration.serial,
                      process * arguments.threads + t, arguments.seed);
        const Ledger mine = teller.run(commits);
        const std::lock_guard lock(mutex);
        all.add(mine);
      } catch (const rowan::Error& error) {
        const std::lock_guard lock(mutex);
        broken.emplace(std::string(typeid(error).name()) + ": " + error.what() + "\n  " +
                       error.sql() + "\n  " + error.database_message());
      } catch (const std::exception& error) {
        const std::lock_guard lock(mutex);
        broken.emplace(error.what());
      }
    });
  for (std::thread& thread : threads) thread.join();
  if (broken) throw *broken;
  return all;
}

template <class T>
void check_roots(std::map<std::string, History>& histories, const std::vector<rowan::Ref<T>>& roots,
                 bool counted) {
  for (const auto& root : roots) {
    const std::string name = root_name<T>(root.id());
    const auto found = histories.find(name);
    require(found != histories.end(), name + ": nobody has changed it");
    const History& history = found->second;
    history.check(root.version());
    require(!counted || root.version() == 1 + history.commits(),
            name + ": at version " + std::to_string(root.version()) + " after " +
                std::to_string(history.commits()) + " commits");
  }
}

void check(rowan::Store& store, const Ledger& ledger, const SerialOrder& order) {
  std::map<std::string, History> histories;
  for (const Committed& unit : ledger.units)
    for (const Step& step : unit)
      if (!step.only_reads()) histories.try_emplace(step.root, step.root).first->second.add(step);
  auto unit = store.begin();
  const auto accounts = unit.find_all<Account>();
  const auto doctors = unit.find_all<Doctor>();
  const auto vaults = unit.find_all<Vault>();
  require(accounts.size() == account_ids.size() && doctors.size() == doctor_ids.size() &&
              vaults.size() == vault_ids.size(),
          "roots were lost");
  check_roots(histories, accounts, true);
  check_roots(histories, doctors, true);
  check_roots(histories, vaults, false);
  std::int64_t sum = 0;
  for (const auto& account : accounts) sum += account->worth();
  require(sum == worth_of_all, "in the end all are worth " + std::to_string(sum));
  require(doctors[0]->on_duty || doctors[1]->on_duty, "write skew: no doctor is on duty");
  order.check();
  require(ledger.conflicts > 0, "nobody was in anybody's way: nothing was tested");
  require(order.overtaken() > 0, "nobody changed what another had only read: nothing was tested");
}

void run(const Arguments& arguments, const Configuration& configuration) {
  StartingGun start;
  std::vector<Pipe> reports;
  std::vector<Process> processes;
  for (int p = 0; p < arguments.processes; ++p) {
    Pipe& report = reports.emplace_back();
    processes.emplace_back([&] {
      start.wait();
      const std::string written = edit(arguments, configuration, p).written();
      report.write(written.data(), written.size());
    });
    report.close_writing();
  }
  rowan::Store store = open(arguments, configuration);
  found_bank(store);
  start.fire();
  Ledger ledger;
  bool content = true;
  for (int p = 0; p < arguments.processes; ++p) {
    const std::string written = reports[static_cast<std::size_t>(p)].receive_all();
    const bool well = processes[static_cast<std::size_t>(p)].wait();
    if (well) ledger.add(Ledger::read(written));
    content = content && well;
  }
  require(content, std::string(configuration.name) + ": a process has failed");
  const SerialOrder order(ledger.units);
  check(store, ledger, order);
  std::printf(
      "%s: %lld commits, %lld conflicts, %lld serialization failures, %lld deadlocks, "
      "%lld lock timeouts; a serial order: %s\n",
      configuration.name, static_cast<long long>(ledger.commits),
      static_cast<long long>(ledger.conflicts),
      static_cast<long long>(ledger.serialization_failures),
      static_cast<long long>(ledger.deadlocks), static_cast<long long>(ledger.lock_timeouts),
      order.text().c_str());
}

}  // namespace

int main(int count, char** values) {
  try {
    const Arguments told = arguments(count, values, 800);
    bool content = true;
    for (const Configuration& configuration : configurations(told.postgres())) {
      Process process([&] { run(told, configuration); });
      content = process.wait() && content;
    }
    return content ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "FAILED: %s\n", error.what());
    return EXIT_FAILURE;
  }
}
