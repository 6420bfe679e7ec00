/// The texts of the errors that say more than one thing.

#include <algorithm>
#include <utility>

#include <rowan/errors.hpp>

namespace rowan {
namespace {

std::string listed(const char* what, const char* one, const char* many,
                   const std::vector<std::string>& items) {
  std::string out = std::string(what) + ' ' + std::to_string(items.size()) + ' ' +
                    (items.size() == 1 ? one : many);
  const char* before = ":\n- ";
  for (const std::string& item : items) {
    out += before + item;
    before = "\n- ";
  }
  return out;
}

std::string root_of(const Conflict& c) {
  return c.root_table + " " + to_string(c.root_key);
}

/// "is at version 3, expected 2", said of the root.
std::string now(const Conflict& c) {
  const std::string expected = std::to_string(c.expected);
  switch (c.kind) {
    case Conflict::Kind::deleted: return "was deleted, expected version " + expected;
    case Conflict::Kind::missing: return "does not exist, expected version " + expected;
    case Conflict::Kind::changed:
    case Conflict::Kind::ahead: break;
  }
  if (!c.found) return "is no longer at version " + expected;
  return "is at version " + std::to_string(*c.found) + ", expected " + expected +
         (c.kind == Conflict::Kind::ahead ? ", which is ahead of the database" : "");
}

std::string text(const Conflict& c) {
  if (c.table == c.root_table) return root_of(c) + " " + now(c);
  const bool gone = c.kind == Conflict::Kind::deleted || c.kind == Conflict::Kind::missing;
  std::string out =
      c.table + " " + to_string(c.key) + " of " + root_of(c) + (gone ? " is gone" : " was changed");
  if (c.found == c.expected)
    out += ", though " + root_of(c) + " still is at version " + std::to_string(c.expected);
  else if (c.found)
    out += ", and " + root_of(c) + " is at version " + std::to_string(*c.found) + ", expected " +
           std::to_string(c.expected);
  return out;
}

std::string text(const std::vector<Conflict>& conflicts, bool complete) {
  std::string out;
  for (const Conflict& c : conflicts) out += (out.empty() ? "" : "; ") + text(c);
  return complete ? out : out + " (whether others are stale too could not be found out)";
}

/// A pointer on one line of some length: it may be made of names that a stranger has chosen.
std::string shown(const std::string& pointer) {
  constexpr std::size_t longest = 200;
  std::size_t end = std::min(pointer.size(), longest);
  if (end < pointer.size())  // not within a character of UTF-8
    while (end > 0 && (static_cast<unsigned char>(pointer[end]) & 0xC0U) == 0x80) --end;
  std::string out = pointer.substr(0, end);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return end < pointer.size() ? out + "..." : out;
}

}  // namespace

Error::Error(const std::string& message, ErrorContext context)
    : std::runtime_error(message), context_(std::move(context)) {}

const char* to_string(Conflict::Kind kind) noexcept {
  switch (kind) {
    case Conflict::Kind::changed: return "changed";
    case Conflict::Kind::deleted: return "deleted";
    case Conflict::Kind::missing: return "missing";
    case Conflict::Kind::ahead: return "ahead";
  }
  return "";
}

StaleDataError::StaleDataError(std::vector<Conflict> conflicts, bool complete, ErrorContext context)
    : ConcurrencyError(text(conflicts, complete), std::move(context)),
      conflicts_(std::move(conflicts)),
      complete_(complete) {}

bool StaleDataError::retryable() const noexcept {
  return std::none_of(conflicts_.begin(), conflicts_.end(), [](const Conflict& c) {
    return c.expectation == Conflict::Expectation::given;
  });
}

CommitUnknown::CommitUnknown(const std::string& message, ErrorContext context, Resolver resolver)
    : Error(message, std::move(context)),
      resolver_(resolver ? std::move(resolver) : [] { return Answer::unknown; }) {}

const char* to_string(CommitUnknown::Answer answer) noexcept {
  switch (answer) {
    case CommitUnknown::Answer::committed: return "committed";
    case CommitUnknown::Answer::rolled_back: return "rolled back";
    case CommitUnknown::Answer::unknown: return "unknown";
  }
  return "";
}

AfterCommitError::AfterCommitError(const std::string& message, std::exception_ptr cause)
    : Error(message), cause_(std::move(cause)) {}

DocumentError::DocumentError(std::string pointer, const std::string& expected)
    : Error("document" + (pointer.empty() ? "" : ", " + shown(pointer)) + ": expected " + expected),
      pointer_(std::move(pointer)) {}

ConstraintViolation::ConstraintViolation(Kind kind, std::string constraint,
                                         const std::string& message, ErrorContext context)
    : Error(message, std::move(context)), kind_(kind), constraint_(std::move(constraint)) {}

MappingError::MappingError(std::vector<std::string> faults)
    : Error(listed("the mapping has", "fault", "faults", faults)), faults_(std::move(faults)) {}

SchemaMismatch::SchemaMismatch(std::vector<std::string> differences)
    : Error(listed("the tables differ from the mapping in", "point", "points", differences)),
      differences_(std::move(differences)) {}

}  // namespace rowan
