/// An installed Rowan with SOCI in; exit status 0 out if both can be used in one program.

#include <rowan/soci.hpp>

int main() {
  const soci::session session;
  return session.is_connected() ? 1 : 0;
}
