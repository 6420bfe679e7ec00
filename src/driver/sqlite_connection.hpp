#pragma once
/// An open database of SQLite in, a Connection on it out.

#include <memory>
#include <string>

#include <rowan/connection.hpp>

namespace rowan::driver {

/// `database` is the sqlite3*; it is void here because SOCI 4.0's header has a sqlite3 of its own
/// in another namespace, and both cannot be in one file. `session` is the soci::session that owns
/// it; both must outlive the connection.
///
/// Sets the database up: foreign keys are enforced, a "name" that is no column is an error and not
/// a text, the journal is as asked for, and then as StoreOptions::set_up says. Throws
/// ConnectionFailed, naming `label`, when the file cannot be used.
[[nodiscard]] std::unique_ptr<Connection> connect_sqlite(void* database, void* session,
                                                         const std::string& label,
                                                         const StoreOptions& options);

}  // namespace rowan::driver
