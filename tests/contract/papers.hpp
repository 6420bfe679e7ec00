#pragma once
/// Aggregates that a history is kept of.

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <rowan/mapping.hpp>

#include "orders.hpp"

namespace contract {

struct Clause {
  std::int64_t id = 0;
  std::string text;
};

struct Paper {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string title;
  std::optional<Price> fee;
  std::int64_t readers = 0;  // moves no version
  std::vector<Clause> clauses;
  std::vector<std::string> signers;

  void check() const {
    if (title == "untitled") throw std::logic_error("a paper has a title");
  }
};

inline rowan::Mapping<Paper, std::int64_t> mapping_of(std::type_identity<Paper>) {
  using rowan::child, rowan::key, rowan::parent;
  return rowan::aggregate("papers", key("id", &Paper::id),
                          rowan::version("version", &Paper::version))
      .column("title", &Paper::title)
      .value("fee_", &Paper::fee)
      .column("readers", &Paper::readers)
      .children(&Paper::clauses,
                child("clauses", parent("paper_id"), key("id", &Clause::id, rowan::unique_in_table),
                      rowan::position("place"))
                    .column("text", &Clause::text))
      .children(&Paper::signers,
                child<std::string>("signers", parent("paper_id"), key("name", rowan::self)))
      .unversioned(&Paper::readers)
      .invariant<&Paper::check>()
      .history("paper_history");
}

inline Paper paper(std::int64_t id, std::string title = "Lease") {
  Paper out;
  out.id = id;
  out.title = std::move(title);
  out.clauses = {{id * 10 + 1, "who"}, {id * 10 + 2, "what"}};
  out.signers = {"Ann"};
  return out;
}

/// A store that holds a paper of each of these ids, at version 1.
template <class B>
rowan::Store open_papers(Database<B>& db, std::initializer_list<std::int64_t> ids,
                         rowan::StoreOptions options = {}) {
  rowan::Store store = db.template open<Paper>(std::move(options));
  for (const std::int64_t id : ids) store_all(store, paper(id));
  db.log->clear();
  return store;
}

inline void rename(rowan::Store& store, std::int64_t id, const std::string& title) {
  store.transact([&](rowan::UnitOfWork& work) { work.get<Paper>(id)->title = title; });
}

inline void remove(rowan::Store& store, std::int64_t id) {
  store.transact([&](rowan::UnitOfWork& work) { work.remove(work.get<Paper>(id)); });
}
inline rowan::Detached<Paper> copy_of(rowan::Store& store, std::int64_t id) {
  auto work = store.begin();
  return work.detach(work.get<Paper>(id));
}

using Versions = std::vector<std::int64_t>;
inline Versions versions(const std::vector<rowan::Revision>& history) {
  Versions out;
  for (const rowan::Revision& revision : history) out.push_back(revision.version);
  return out;
}

}  // namespace contract
