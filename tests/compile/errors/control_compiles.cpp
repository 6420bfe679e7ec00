// compiles
/// A correct use of the public headers in; no error out: the other programs here fail for their own
/// reasons.

#include <rowan/rowan.hpp>

int main() {}
