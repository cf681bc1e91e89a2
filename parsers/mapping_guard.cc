#include "parsers/mapping_guard.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <mutex>

namespace onnxcheck::parsers {

// Read by the signal handler while other threads open files: a list that only grows, of places
// that are used again and never freed.
struct GuardedMapping {
  std::atomic<std::uintptr_t> begin = 0;
  std::atomic<std::uintptr_t> end = 0;  // 0: not in use
  std::atomic<bool> cut = false;
  GuardedMapping* next = nullptr;
  GuardedMapping* next_unused = nullptr;  // guarded by `mutex`
};

namespace {

std::atomic<GuardedMapping*> mappings = nullptr;
std::mutex mutex;
GuardedMapping* unused = nullptr;  // guarded by `mutex`
struct sigaction handler_before = {};
std::uintptr_t page_size = 4096;

// Calls nothing but mmap, which is a bare system call, sigaction and raise.
void OnBusError(int signal, siginfo_t* info, void* /*context*/) {
  const auto at = reinterpret_cast<std::uintptr_t>(info->si_addr);
  for (GuardedMapping* each = mappings.load(); each != nullptr; each = each->next) {
    const std::uintptr_t end = each->end.load();
    if (at < each->begin.load() || at >= end) continue;
    const std::uintptr_t page = at / page_size * page_size;
    if (mmap(reinterpret_cast<void*>(page), end - page, PROT_READ,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
      break;
    }
    each->cut.store(true);
    return;
  }
  // A read is tried again, and now raises the signal for the handler that was there before; what
  // another process sent is sent again.
  sigaction(signal, &handler_before, nullptr);
  if (info->si_code <= 0) raise(signal);
}

void Install() {
  page_size = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  struct sigaction action = {};
  action.sa_sigaction = OnBusError;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &handler_before);
}

}  // namespace

GuardedMapping* Guard(const void* begin, std::size_t length) {
  static std::once_flag installed;
  std::call_once(installed, Install);
  const std::lock_guard lock(mutex);
  GuardedMapping* mapping = unused;
  if (mapping == nullptr) {
    mapping = new GuardedMapping;
    mapping->next = mappings.load();
    mappings.store(mapping);
  } else {
    unused = mapping->next_unused;
  }
  mapping->cut.store(false);
  mapping->begin.store(reinterpret_cast<std::uintptr_t>(begin));
  mapping->end.store(reinterpret_cast<std::uintptr_t>(begin) + length);
  return mapping;
}

void Unguard(GuardedMapping* mapping) {
  mapping->end.store(0);
  const std::lock_guard lock(mutex);
  mapping->next_unused = unused;
  unused = mapping;
}

bool WasCut(const GuardedMapping& mapping) { return mapping.cut.load(); }

}  // namespace onnxcheck::parsers
