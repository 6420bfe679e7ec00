/// The main() of every test program: doctest's options in, the number of failures as exit status
/// out.

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
