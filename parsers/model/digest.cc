#include "parsers/model/digest.h"

// xxHash as a header: everything in it is private to this file.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace onnxcheck::parsers {

#if defined(__x86_64__)
std::uint64_t DigestAvx2(const char* bytes, std::size_t size, std::uint64_t before);
#endif

std::uint64_t Digest(const char* bytes, std::size_t size, std::uint64_t before) {
#if defined(__x86_64__)
  static const bool kHasAvx2 = __builtin_cpu_supports("avx2") != 0;
  if (kHasAvx2) return DigestAvx2(bytes, size, before);
#endif
  return XXH3_64bits_withSeed(bytes, size, before);
}

}  // namespace onnxcheck::parsers
