// The same for processors with AVX2, which CMake compiles this file for: xxHash chooses its loops
// by what the compiler is allowed. Nothing but xxHash's private functions may be in here.
#if defined(__x86_64__)

#include <cstddef>
#include <cstdint>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace onnxcheck::parsers {

std::uint64_t DigestAvx2(const char* bytes, std::size_t size, std::uint64_t before);
std::uint64_t DigestAvx2(const char* bytes, std::size_t size, std::uint64_t before) {
  return XXH3_64bits_withSeed(bytes, size, before);
}

}  // namespace onnxcheck::parsers

#endif  // __x86_64__
