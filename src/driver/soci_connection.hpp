#pragma once
/// An open session of SOCI's in, a Connection that works by SOCI's own interface out.

#include <memory>
#include <string>

#include <soci/session.h>

#include <rowan/connection.hpp>

namespace rowan::driver {

/// `session` must outlive the connection. Sets it up as the native driver of its database does, and
/// keeps the same promises, but runs each statement by itself, prepared anew. Throws
/// ConnectionFailed, naming `label`.
[[nodiscard]] std::unique_ptr<Connection> connect_soci(soci::session& session, Backend backend,
                                                       const std::string& label,
                                                       const StoreOptions& options);

}  // namespace rowan::driver
