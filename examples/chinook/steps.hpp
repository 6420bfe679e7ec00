#pragma once
/// What the program does with the store, one step after the other.

#include "shop.hpp"

namespace chinook {

// -- steps.cpp: reading --

/// Gives the roots their version columns, and holds the mappings against the tables.
void adopt(Shop& shop);
/// Loads every aggregate, and commits: nothing is written.
void load_everything(Shop& shop);
/// Sums over the aggregates are those of the database.
void check_sums(Shop& shop);

// -- edits.cpp: changing --

/// One genre gets dearer: each album that has it moves on by one version.
void raise_prices(Shop& shop, const std::string& genre, const Money& by);
/// The track that most playlists have leaves them all.
void drop_from_playlists(Shop& shop);
/// A track that was sold and is on a playlist moves to the next album.
void move_track(Shop& shop);
/// Two editors have the same invoice before them.
void two_editors(Shop& shop);

// -- report.cpp --

void report(Shop& shop);

}  // namespace chinook
