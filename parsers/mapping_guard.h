// Keeps a file that becomes shorter while it is mapped from ending the program.
#ifndef ONNXCHECK_PARSERS_MAPPING_GUARD_H_
#define ONNXCHECK_PARSERS_MAPPING_GUARD_H_

#include <cstddef>

namespace onnxcheck::parsers {

// Reading a mapped page that the file no longer reaches raises SIGBUS (mmap(2)). Where that
// happens inside a guarded mapping, zeros take the place of all that follows, and reading goes on.
// Any other SIGBUS is left to whoever handled it before.
struct GuardedMapping;

// From now on [begin, begin + length), which starts at a page, is guarded. Never null.
GuardedMapping* Guard(const void* begin, std::size_t length);
// To be called before the memory is unmapped.
void Unguard(GuardedMapping* mapping);
// Whether zeros took the place of some bytes.
bool WasCut(const GuardedMapping& mapping);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MAPPING_GUARD_H_
