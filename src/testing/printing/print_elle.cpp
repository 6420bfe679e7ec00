/// Histories for Elle's checkers: what actors read and wrote in, one operation a line out.

#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include <rowan/testing/printing.hpp>

#include "elle_elements.hpp"

namespace rowan::testing {
namespace {

using Json = nlohmann::ordered_json;
using Kind = VersionAccess::Kind;
using Elements = std::map<std::string, ElleElements>;  ///< by aggregate

Elements elements_of(const History& run) {
  Elements out;
  for (std::size_t i = 0; i < run.accesses.size(); ++i) {
    const VersionAccess& access = run.accesses[i];
    const auto actor = static_cast<std::size_t>(access.actor);
    if (access.kind == Kind::read)
      out[access.aggregate].read(actor, access.version);
    else
      out[access.aggregate].write(
          i, actor, access.version,
          run.committed.at(actor - 1) ? ElleElements::End::committed : ElleElements::End::failed);
  }
  return out;
}

/// All runs go one after another into one history, in which an operation's index is its place.
class ElleHistory {
 public:
  explicit ElleHistory(HistoryModel model) : model_(model) {}

  /// `name`: what the keys of the run begin with.
  void add(const History& run, const std::string& name) {
    const Elements elements = elements_of(run);
    if (const Json before = written_before(elements, name); !before.empty()) {
      write("invoke", 0, before);
      write("ok", 0, before);
    }
    // All are invoked before any is done, lest Elle take their order here for that of real time.
    std::vector<Transaction> transactions;
    for (std::size_t i = 0; i < run.committed.size(); ++i)
      transactions.push_back(transaction(run, i + 1, elements, name));
    add_strangers(transactions, elements, name);
    for (std::size_t i = 0; i < transactions.size(); ++i)
      write("invoke", i + 1, transactions[i].asked);
    for (std::size_t i = 0; i < transactions.size(); ++i) {
      const bool failed = i < run.committed.size() && !run.committed[i];
      write(failed ? "fail" : "ok", i + 1,
            failed ? transactions[i].asked : transactions[i].answered);
    }
  }

  [[nodiscard]] std::string take() { return text_.empty() ? "[]\n" : text_ + "\n]\n"; }

 private:
  struct Transaction {
    Json asked = Json::array();  ///< nothing is read yet
    Json answered = Json::array();
  };

  [[nodiscard]] Transaction transaction(const History& run, std::size_t actor,
                                        const Elements& elements, const std::string& name) const {
    Transaction out;
    for (std::size_t i = 0; i < run.accesses.size(); ++i) {
      const VersionAccess& access = run.accesses[i];
      if (static_cast<std::size_t>(access.actor) != actor) continue;
      const ElleElements& of = elements.at(access.aggregate);
      const std::string key = name + access.aggregate;
      if (access.kind == Kind::written) {
        out.asked.push_back(write_of(key, of.written(i, access.version)));
        out.answered.push_back(out.asked.back());
      } else if (of.is_clear(access.version)) {
        out.asked.push_back(Json::array({"r", key, nullptr}));
        out.answered.push_back(Json::array({"r", key, read_in(of, access.version)}));
      }
    }
    return out;
  }

  [[nodiscard]] Json written_before(const Elements& elements, const std::string& name) const {
    Json out = Json::array();
    for (const auto& [aggregate, of] : elements)
      for (const std::int64_t version : of.unwritten())
        if (of.was_there(version)) out.push_back(write_of(name + aggregate, version));
    return out;
  }

  /// Versions that came from elsewhere while the actors ran: of bulk statements, of own SQL.
  void add_strangers(std::vector<Transaction>& to, const Elements& elements,
                     const std::string& name) const {
    for (const auto& [aggregate, of] : elements)
      for (const std::int64_t version : of.unwritten()) {
        if (of.was_there(version)) continue;
        const Json write = Json::array({write_of(name + aggregate, version)});
        to.push_back({write, write});
      }
  }

  [[nodiscard]] Json read_in(const ElleElements& of, std::int64_t version) const {
    const std::vector<std::int64_t> all = of.up_to(version);
    return model_ == HistoryModel::list_append ? Json(all) : Json(all.back());
  }

  [[nodiscard]] Json write_of(const std::string& key, std::int64_t element) const {
    return Json::array({model_ == HistoryModel::list_append ? "append" : "w", key, element});
  }

  void write(const char* type, std::size_t process, const Json& value) {
    Json operation;
    operation["type"] = type;
    operation["f"] = "txn";
    operation["process"] = process;
    operation["index"] = index_++;
    operation["value"] = value;
    text_ += (text_.empty() ? "[\n" : ",\n") +
             operation.dump(-1, ' ', false, Json::error_handler_t::replace);
  }

  HistoryModel model_;
  std::size_t index_ = 0;
  std::string text_;
};

}  // namespace

std::string to_elle(const Report& report, HistoryModel model) {
  ElleHistory out(model);
  std::size_t cell = 0;
  for (const Cell& of : report.cells()) {
    ++cell;
    std::size_t run = 0;
    for (const History& history : of.histories)
      out.add(history, "c" + std::to_string(cell) + "r" + std::to_string(++run) + " ");
  }
  return out.take();
}

}  // namespace rowan::testing
