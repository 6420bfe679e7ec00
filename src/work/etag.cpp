#include <algorithm>
#include <charconv>

#include <rowan/etag.hpp>

namespace rowan {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t";
  text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
  text.remove_suffix(text.size() - std::min(text.find_last_not_of(space) + 1, text.size()));
  return text;
}

bool was_given(const StaleDataError& error) {
  return std::any_of(error.conflicts().begin(), error.conflicts().end(), [](const Conflict& c) {
    return c.expectation == Conflict::Expectation::given;
  });
}

template <class... E>
bool is_any(const Error& error) {
  return (... || (dynamic_cast<const E*>(&error) != nullptr));
}

}  // namespace

std::string etag(std::int64_t version) {
  return '"' + std::to_string(version) + '"';
}

Expect if_match(std::string_view header) {
  using Kind = PreconditionError::Kind;
  const std::string_view tag = trimmed(header);
  if (tag.empty() || tag == "*")
    throw PreconditionError(Kind::required, "the request has to name a version, by If-Match");
  std::int64_t version = 0;
  std::from_chars(tag.data() + 1, tag.data() + tag.size(), version);
  if (version <= 0 || etag(version) != tag)  // compared byte by byte: RFC 9110, 8.8.3.2
    throw PreconditionError(Kind::failed, "If-Match names no version of this store, or several");
  return {version};
}

int http_status(const Error& error) noexcept {
  if (const auto* precondition = dynamic_cast<const PreconditionError*>(&error))
    return precondition->kind() == PreconditionError::Kind::required ? 428 : 412;
  if (const auto* stale = dynamic_cast<const StaleDataError*>(&error))
    return was_given(*stale) ? 412 : 409;
  if (is_any<ConcurrencyError, MergeConflict, ConstraintViolation>(error)) return 409;
  if (is_any<NotFound>(error)) return 404;
  if (is_any<DocumentError>(error)) return 400;
  if (is_any<DataError>(error)) return 422;
  if (is_any<StatementTimeout, ResourcesExhausted, ConnectionFailed, ConnectionLost>(error))
    return 503;
  return 500;
}

}  // namespace rowan
