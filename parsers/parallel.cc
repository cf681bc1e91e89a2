#include "parsers/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace onnxcheck::parsers {

void InParallel(std::size_t count, unsigned threads, absl::FunctionRef<void(std::size_t)> task) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr thrown;  // guarded by `mutex`
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        task(i);
      } catch (...) {
        next = count;
        const std::lock_guard lock(mutex);
        if (thrown == nullptr) thrown = std::current_exception();
        return;
      }
    }
  };
  {
    std::vector<std::jthread> others;
    try {
      for (std::size_t i = 1; i < std::min<std::size_t>(threads, count); ++i)
        others.emplace_back(work);
    } catch (const std::system_error&) {  // the system gives no more threads
    }
    work();
  }
  if (thrown != nullptr) std::rethrow_exception(thrown);
}

}  // namespace onnxcheck::parsers
