#pragma once
/// What ends a measurement.

#include <stdexcept>
#include <string>

namespace bench {

/// A result that is not what it has to be.
struct Wrong : std::logic_error {
  using std::logic_error::logic_error;
};

inline void require(bool right, const std::string& what) {
  if (!right) throw Wrong(what);
}

/// In hand-written code: a row was not at the version it was read at.
struct Stale : std::runtime_error {
  Stale() : std::runtime_error("a row is not at the version it was read at") {}
};

}  // namespace bench
