#include "analyzer/facts/silence.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "analyzer/facts/lifecycle.h"

namespace onnxcheck::facts {
namespace {

// How programs say that data did not come. "not found" alone is said of optional packages too.
constexpr std::array<std::string_view, 14> kLoadFailures = {
    "no such file",   "error loading", "failed to load", "could not load",    "unable to load",
    "cannot load",    "error reading", "failed to read", "could not open",    "unable to open",
    "failed to open", "cannot open",   "does not exist", "permission denied",
};

bool SpeaksOfLoading(const ir::Event& event) {
  const std::string text = absl::AsciiStrToLower(event.text);
  // A shell that could not start the program says nothing of what the program does.
  if (text.find("command") != std::string::npos) return false;
  // Without a GPU's libraries a program computes on the processor.
  if (text.find("library") != std::string::npos) return false;
  return std::any_of(kLoadFailures.begin(), kLoadFailures.end(),
                     [&](std::string_view words) { return text.find(words) != std::string::npos; });
}

}  // namespace

bool OnlyProgressBars(const ir::Log& log) {
  constexpr double kMostRecords = 0.5;
  return log.metric_records == 0 && log.writing.bars > 0 &&
         static_cast<double>(log.writing.bars) >= kMostRecords * static_cast<double>(log.records);
}

const ir::Event* SwallowedError(const ir::Log& log) {
  if (log.metric_records > 0 || StoppedByItself(log)) return nullptr;
  const auto found =
      std::find_if(log.events.begin(), log.events.end(), [&](const ir::Event& event) {
        return event.kind == ir::EventKind::kError && SpeaksOfLoading(event) &&
               event.line < log.lines;
      });
  return found == log.events.end() ? nullptr : &*found;
}

}  // namespace onnxcheck::facts
