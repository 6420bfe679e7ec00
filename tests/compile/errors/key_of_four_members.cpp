// expect: rowan: a key of more than three members is key(key(...), key(...), ...)
/// Four members as a key in; how to write it out.

#include <cstdint>

#include <rowan/mapping.hpp>

using rowan::key, rowan::version;

struct Place {
  int a = 0;
  int b = 0;
  int c = 0;
  int d = 0;
};

auto places() {
  return rowan::aggregate("places",
                          key("a", &Place::a, "b", &Place::b, "c", &Place::c, "d", &Place::d),
                          version("version"));
}
