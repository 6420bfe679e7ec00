// expect: rowan: this is a child: it is loaded and stored with its root
/// A child asked for by itself in; that it is no root out.

#include <rowan/rowan.hpp>

struct Line {
  int number = 0;
};
rowan::Mapping<Line> mapping_of(std::type_identity<Line>);

void load(rowan::UnitOfWork& work) {
  (void)work.get<Line>(1);
}
