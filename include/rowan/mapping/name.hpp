#pragma once
/// The words of a mapping: names checked while your program compiles, and what may follow them.

#include <array>
#include <concepts>
#include <cstddef>
#include <string>

namespace rowan {

// Never defined: their names are what the compiler says.
void a_name_must_not_be_empty();
void a_name_must_not_be_longer_than_63_bytes();  // PostgreSQL cuts longer ones off in silence
void a_name_must_not_hold_control_characters();

/// A table or column name. Any name a database takes will do (mixed case, reserved words and
/// spaces are quoted); a dot in a table's name parts schema and table.
class Name {
 public:
  consteval Name(const char* text) : text_(text) {
    if (*text == '\0') a_name_must_not_be_empty();
    std::size_t length = 0;  // of a schema, or of what is in it
    for (; *text != '\0'; ++text) {
      if (static_cast<unsigned char>(*text) < 0x20 || *text == 0x7f)
        a_name_must_not_hold_control_characters();
      length = *text == '.' ? 0 : length + 1;
      if (length > 63) a_name_must_not_be_longer_than_63_bytes();
    }
  }
  [[nodiscard]] std::string str() const { return text_; }

 private:
  const char* text_;
};

/// What stands before the names of a value object's parts; may be empty.
class Prefix {
 public:
  consteval Prefix(const char* text) : text_(text) {}
  [[nodiscard]] std::string str() const { return text_; }

 private:
  const char* text_;
};

/// The column holds the key of another aggregate, kept in `table`. Orders the writes of a
/// flush; the tables we create get no foreign key between aggregates.
struct References {
  Name table;
};
constexpr References references(Name table) {
  return {table};
}

/// Stores an enum by name; see codec.hpp for enum_names.
struct AsText {};
inline constexpr AsText as_text{};

/// What a column holds of an enum: as_text or not.
enum class Kept { by_number, by_name };

/// The element itself, in a list of plain values: `column("tag", self)`.
struct Self {};
inline constexpr Self self{};

/// The database gives the key when the row is inserted.
struct Generated {};
inline constexpr Generated generated{};

/// The key is unique in the whole child table, so a child keeps its identity when it moves to
/// another root.
struct UniqueInTable {};
inline constexpr UniqueInTable unique_in_table{};

/// No version: concurrent writers overwrite each other. Said instead of version(...).
struct Unversioned {};
inline constexpr Unversioned unversioned{};

/// Versions that no two writers can give alike: see version(...).
struct UniqueVersions {};
inline constexpr UniqueVersions unique_versions{};

/// Something in the database (a trigger) assigns the version; it is read back after each write.
struct AssignedByDatabase {};
inline constexpr AssignedByDatabase assigned_by_database{};

/// The columns of a child table that hold the key of the row it belongs to, the root's first.
template <std::size_t N>
struct Parent {
  std::array<Name, N> columns;
};
template <std::convertible_to<Name>... N>
consteval Parent<sizeof...(N)> parent(N... names) {
  return {{Name(names)...}};
}

/// The place in the list, from 0.
struct Position {
  Name name;
};
constexpr Position position(Name name) {
  return {name};
}

}  // namespace rowan
