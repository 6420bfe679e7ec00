#pragma once
/// How much of the heap is in use.

#include <cstddef>

#if __has_include(<malloc.h>)
#include <malloc.h>
#endif

namespace bench {

/// In bytes; 0 where there is no way to tell.
inline std::size_t heap_in_use() {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
  const auto info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

}  // namespace bench
