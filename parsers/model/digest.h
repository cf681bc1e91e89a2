// A 64-bit hash of bytes: XXH3 (https://xxhash.com), with the widest vectors that the processor
// has.
#ifndef ONNXCHECK_PARSERS_MODEL_DIGEST_H_
#define ONNXCHECK_PARSERS_MODEL_DIGEST_H_

#include <cstddef>
#include <cstdint>

namespace onnxcheck::parsers {

// `before`: the digest of what precedes the bytes, 0 at the start. Digests of the same bytes are
// equal when these were cut in the same places.
std::uint64_t Digest(const char* bytes, std::size_t size, std::uint64_t before);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_DIGEST_H_
