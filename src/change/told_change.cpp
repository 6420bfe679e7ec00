/// What is told of changes.

#include <rowan/history.hpp>

namespace rowan {
namespace {

using Kind = Revision::Change::Kind;

}  // namespace

const char* to_string(Revision::Change::Kind kind) noexcept {
  switch (kind) {
    case Kind::field: return "field";
    case Kind::added: return "added";
    case Kind::removed: return "removed";
    case Kind::order: return "order";
  }
  return "?";
}

std::string to_string(const Revision::Change& change) {
  std::string out = change.table + ' ' + to_string(change.key);
  switch (change.kind) {
    case Kind::added: return out + " added: " + change.after.value_or("");
    case Kind::removed: return out + " removed: " + change.before.value_or("");
    case Kind::order: return change.table + " of " + to_string(change.key) + " reordered";
    case Kind::field: break;
  }
  const char* before = ", ";
  for (const std::string& column : change.columns) {
    out += before + column;
    before = " and ";
  }
  return out + ": " + change.before.value_or("") + " -> " + change.after.value_or("");
}

const char* to_string(Revision::Operation operation) noexcept {
  switch (operation) {
    case Revision::Operation::added: return "added";
    case Revision::Operation::changed: return "changed";
    case Revision::Operation::removed: return "removed";
  }
  return "?";
}

}  // namespace rowan
