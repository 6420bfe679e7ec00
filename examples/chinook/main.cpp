/// The Chinook music store, mapped as it is: adopts its tables, loads everything, changes this and
/// that, and checks each claim it makes. Its exit status is 1 when one of them is false.
///
///     chinook URL      a database that Chinook's script for SQLite or PostgreSQL has filled

#include <exception>
#include <iostream>

#include "steps.hpp"

using namespace chinook;

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: chinook sqlite3://chinook.db | chinook postgresql://user@host/chinook\n";
    return 2;
  }
  try {
    Shop shop(argv[1]);
    adopt(shop);
    load_everything(shop);
    check_sums(shop);
    raise_prices(shop, "Jazz", Money::of(10, 2));
    drop_from_playlists(shop);
    move_track(shop);
    two_editors(shop);
    check_sums(shop);
    report(shop);
    if (shop.false_claims() > 0) {
      say("FALSE: " + counted(static_cast<std::size_t>(shop.false_claims()), "claim"));
      return 1;
    }
    say("Every claim held.");
  } catch (const rowan::Error& error) {
    std::cerr << "chinook: " << error.what() << "\n";
    if (!error.database_message().empty()) std::cerr << error.database_message() << "\n";
    return 1;
  } catch (const std::exception& error) {
    std::cerr << "chinook: " << error.what() << "\n";
    return 1;
  }
}
