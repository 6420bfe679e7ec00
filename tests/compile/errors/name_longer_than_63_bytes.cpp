// expect: a_name_must_not_be_longer_than_63_bytes
/// A table name of 64 bytes in; the length a name must not have out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Order {
  std::int64_t id = 0;
  std::int64_t version = 0;
};

auto orders() {
  return rowan::aggregate("a_table_name_of_64_bytes_which_is_one_more_than_PostgreSQL_keeps",
                          key("id", &Order::id), version("version", &Order::version));
}
