#pragma once
/// A database in, a soci::session opened on it and our Connection over it out.

#include <memory>

#include <soci/session.h>

#include <rowan/connection.hpp>

#include "target.hpp"

namespace rowan::driver {

/// Opens `session` unless it is open, and gives a connection over it that must be gone before the
/// session is closed. Throws ConnectionFailed, naming the target and the reason, never the
/// password; a session that was opened here is then closed again.
[[nodiscard]] std::unique_ptr<Connection> connect(soci::session& session, const Target& target,
                                                  const StoreOptions& options);

}  // namespace rowan::driver
