/// Twenty aggregates, with their mappings where MAPPED: never run, its compilation is measured.

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>
#ifdef MAPPED
#include <rowan/mapping.hpp>
#endif

// clang-format off
namespace a1 {
#include "aggregate.inc"
}
namespace a2 {
#include "aggregate.inc"
}
namespace a3 {
#include "aggregate.inc"
}
namespace a4 {
#include "aggregate.inc"
}
namespace a5 {
#include "aggregate.inc"
}
namespace a6 {
#include "aggregate.inc"
}
namespace a7 {
#include "aggregate.inc"
}
namespace a8 {
#include "aggregate.inc"
}
namespace a9 {
#include "aggregate.inc"
}
namespace a10 {
#include "aggregate.inc"
}
namespace a11 {
#include "aggregate.inc"
}
namespace a12 {
#include "aggregate.inc"
}
namespace a13 {
#include "aggregate.inc"
}
namespace a14 {
#include "aggregate.inc"
}
namespace a15 {
#include "aggregate.inc"
}
namespace a16 {
#include "aggregate.inc"
}
namespace a17 {
#include "aggregate.inc"
}
namespace a18 {
#include "aggregate.inc"
}
namespace a19 {
#include "aggregate.inc"
}
namespace a20 {
#include "aggregate.inc"
}
// clang-format on
