#include "postgres_session.hpp"

namespace rowan::driver {

void keep_quiet(PGconn* connection) noexcept {
  PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);
}

bool is_alive(PGconn* connection) noexcept {
  // A server that goes sends its reason first: the first look may meet that, the second the end.
  for (int look = 0; look < 2; ++look) {
    if (PQconsumeInput(connection) == 0) return false;
  }
  return PQstatus(connection) == CONNECTION_OK;
}

}  // namespace rowan::driver
