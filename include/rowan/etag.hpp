#pragma once
/// Versions and errors as HTTP has them.

#include <cstdint>
#include <string>
#include <string_view>

#include <rowan/detached.hpp>
#include <rowan/errors.hpp>
#include <rowan/unit_of_work.hpp>

namespace rowan {

/// A version as a strong entity tag (RFC 9110, 8.8.3): `"3"`, the quotes included.
[[nodiscard]] std::string etag(std::int64_t version);
template <class T>
[[nodiscard]] std::string etag(const Ref<T>& aggregate) {
  return etag(aggregate.version());
}
template <class T>
[[nodiscard]] std::string etag(const Detached<T>& copy) {
  return etag(copy.version());
}

/// What the header field If-Match (RFC 9110, 13.1.1) expects, for UnitOfWork::get, remove and
/// expect. `header`: its value; empty where there is none. Throws PreconditionError.
[[nodiscard]] Expect if_match(std::string_view header);

/// The status that a service answers an error with; see docs/offline.md.
[[nodiscard]] int http_status(const Error& error) noexcept;

}  // namespace rowan
