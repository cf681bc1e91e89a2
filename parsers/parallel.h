// Independent pieces of work on several threads.
#ifndef ONNXCHECK_PARSERS_PARALLEL_H_
#define ONNXCHECK_PARSERS_PARALLEL_H_

#include <absl/functional/function_ref.h>

#include <cstddef>

namespace onnxcheck::parsers {

// Runs task(0) to task(count - 1), begun in this order, on up to `threads` threads (0 counts as 1),
// the caller's among them. Where fewer can be had, these do it all. Once a task has thrown, no
// other is begun, and what it threw is thrown again.
void InParallel(std::size_t count, unsigned threads, absl::FunctionRef<void(std::size_t)> task);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_PARALLEL_H_
