#pragma once
/// A trigger in each database's language.

#include <string>

#include "database.hpp"

namespace contract {

/// "BEFORE UPDATE ON orders" and what the database does then, in each one's language.
template <class B>
void create_trigger(Database<B>& db, const std::string& when, const std::string& sqlite,
                    const std::string& postgres) {
  if (!db.postgres) {
    db.execute("CREATE TRIGGER meddle " + when + " BEGIN " + sqlite + "; END");
    return;
  }
  db.execute("CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + postgres +
             "; END $$");
  db.execute("CREATE TRIGGER meddle " + when + " FOR EACH ROW EXECUTE FUNCTION meddle()");
}

}  // namespace contract
