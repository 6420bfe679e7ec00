#pragma once
/// An open connection of libpq in, a Connection on it out.

#include <memory>
#include <string>

#include <rowan/connection.hpp>

namespace rowan::driver {

/// `connection` is the PGconn*, void as in connect_sqlite. `session` is the soci::session that
/// owns it; both must outlive the connection. Sets the session up to speak UTC and ISO dates.
/// Throws ConnectionFailed, naming `label`.
[[nodiscard]] std::unique_ptr<Connection> connect_postgres(void* connection, void* session,
                                                           const std::string& label,
                                                           const StoreOptions& options);

}  // namespace rowan::driver
