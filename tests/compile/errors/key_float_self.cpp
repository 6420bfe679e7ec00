// expect: rowan: a key is never a floating point number
/// A list of floating point numbers, each its own key, in; the rule out.

#include <rowan/mapping.hpp>

auto grades() {
  return rowan::child<float>("grades", rowan::parent("pupil_id"), rowan::key("grade", rowan::self));
}
