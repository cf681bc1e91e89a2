// A cheap filter in front of the table of events: most words of a log start none.
#ifndef ONNXCHECK_PARSERS_LOG_TRIGGER_H_
#define ONNXCHECK_PARSERS_LOG_TRIGGER_H_

#include <array>
#include <string_view>

namespace onnxcheck::parsers::log {

// A record that carries metrics is searched for events only if it also has one of these words,
// ignoring case; a record without metrics always is.
inline constexpr std::string_view kTriggerWords[] = {
    "traceback",
    "error",
    "errors",
    "exception",
    "warning",
    "killed",
    "cancelled",
    "canceled",
    "keyboardinterrupt",
    "interrupted",
    "memory",
    "oom",
    "empty",
    "stopping",
    "stopped",
    "terminating",
    "terminated",
    "saving",
    "saved",
    "checkpoint",
    "userwarning",
    "futurewarning",
    "deprecationwarning",
    "failed",
    "invalid",
    "fold",
    "fatal",
    "critical",
    "non-finite",
    "nonfinite",
    "slurmstepd",
    "outofmemoryerror",
    "torch.outofmemoryerror",
    "from_logits",
    "segmentation",
    "aborted",
    "improved",
};

constexpr unsigned TriggerHash(std::string_view word) {
  const unsigned first = static_cast<unsigned char>(word.front()) | 0x20u;
  const unsigned last = static_cast<unsigned char>(word.back()) | 0x20u;
  const unsigned middle = static_cast<unsigned char>(word[word.size() / 2]) | 0x20u;
  return (first * 31 + last * 17 + middle * 7 + static_cast<unsigned>(word.size()) * 5) & 1023u;
}

constexpr std::array<bool, 1024> MakeTriggers() {
  std::array<bool, 1024> table{};
  for (const std::string_view word : kTriggerWords) table[TriggerHash(word)] = true;
  return table;
}
inline constexpr std::array<bool, 1024> kTriggers = MakeTriggers();

// False positives are possible, misses are not.
inline bool IsTrigger(std::string_view word) {
  return word.size() >= 3 && kTriggers[TriggerHash(word)];
}

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_TRIGGER_H_
