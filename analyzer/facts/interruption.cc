#include "analyzer/facts/interruption.h"

#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "analyzer/facts/exceptions.h"
#include "analyzer/facts/lifecycle.h"

namespace onnxcheck::facts {

Stop StopOf(const ir::Event& event) {
  const std::string text = absl::AsciiStrToLower(event.text);
  const auto says = [&](std::string_view words) { return text.find(words) != std::string::npos; };
  if (event.kind == ir::EventKind::kTraceback || says("keyboardinterrupt") || says("by user") ||
      says("sigint") || says("received 2 ")) {
    return Stop::kByHand;
  }
  if (says("time limit") || says("runlimit")) return Stop::kTimeLimit;
  return says("preempt") ? Stop::kPreemption : Stop::kCancelled;
}

const ir::Event* Interruption(const ir::Log& log) {
  const std::uint32_t last_metric = LastMetricLine(log);
  const std::uint32_t last_run = log.segments.empty() ? 0 : log.segments.back().first_line;
  const ir::Event* stop = nullptr;
  for (const ir::Event& event : log.events) {
    if (event.line < last_metric || event.line < last_run) continue;
    switch (event.kind) {
      case ir::EventKind::kInterrupted:
        if (stop == nullptr) stop = &event;
        break;
      case ir::EventKind::kTraceback:
        if (!IsDeliberateStop(event)) return nullptr;
        if (event.exception == "KeyboardInterrupt" && stop == nullptr) stop = &event;
        break;
      case ir::EventKind::kRunEnd:
      case ir::EventKind::kOutOfMemory:
      case ir::EventKind::kEmptyLogs:
        return nullptr;
      default:
        break;
    }
  }
  return stop;
}

}  // namespace onnxcheck::facts
