#include "analyzer/facts/script/step_records.h"

#include <string>

#include "analyzer/facts/script/log_levels.h"
#include "analyzer/facts/script/logging.h"
#include "analyzer/facts/script/loops.h"

namespace onnxcheck::facts {
namespace {

// Nothing but calls lies between the step and a loop over batches or a callback for each.
bool IsPerBatch(const ir::Script& script, std::uint32_t context) {
  for (; context != 0; context = script.contexts[context].parent) {
    const Context& at = script.contexts[context];
    if (at.kind == Context::Kind::kLoop) return IsBatchLoop(script, context);
    if (at.kind == Context::Kind::kBranch || at.kind == Context::Kind::kExcept) return false;
    if (IsBatchCallback(script, context)) return true;
  }
  return false;
}

// A file that grows for as long as the run does, made by the step with this name.
bool OpensPlainFile(const ir::Script& script, const Step& step) {
  if (IsCall(step, {"logging.basicConfig"})) {
    const Argument* file = FindKeyword(step, "filename");
    return file != nullptr && !IsNoneValue(script, file->value);
  }
  return IsCall(step, {"logging.FileHandler", "logging.handlers.WatchedFileHandler"});
}

// The handler of such a file that takes the record; kNone: there is none for sure.
std::uint32_t FileOf(const ir::Script& script, const LogSetup& setup, const Logged& logged,
                     std::uint32_t at) {
  for (const auto& [owner, handlers] : setup.handlers_of) {
    if (!Hears(owner, logged.logger)) continue;
    for (const ValueId handler : handlers) {
      const Step* made = MadeBy(script, handler);
      if (made == nullptr || !OpensPlainFile(script, *made)) continue;
      const auto levels = setup.handlers.find(handler);
      const bool takes = levels == setup.handlers.end() ||
                         (levels->second.size() == 1 && levels->second[0].level &&
                          *levels->second[0].level <= logged.level);
      if (takes) return static_cast<std::uint32_t>(made - script.steps.data());
    }
  }
  for (std::uint32_t i = 0; i < at; ++i) {
    const Step& step = script.steps[i];
    if (IsCall(step, {"logging.basicConfig"}) && OpensPlainFile(script, step)) return i;
  }
  return kNone;
}

}  // namespace

std::vector<StepRecord> StepRecordsOf(const ir::Script& script) {
  std::vector<StepRecord> records;
  const LogSetup setup = LogSetupOf(script);
  if (setup.unknown) return records;
  std::size_t looked = 0;
  for (std::uint32_t i = 0; i < script.steps.size() && looked < kMostCandidates; ++i) {
    const auto logged = LoggedBy(script, script.steps[i]);
    if (!logged || !RecordsMetric(script, script.steps[i])) continue;
    ++looked;
    if (!IsPerBatch(script, script.steps[i].context)) continue;
    const LevelSetting setting = LoggerLevelAt(script, setup, logged->logger, i);
    if (setting.step == kNone || !setting.level || *setting.level > logged->level) continue;
    const std::uint32_t file = FileOf(script, setup, *logged, i);
    if (file != kNone) records.push_back({i, file});
  }
  return records;
}

}  // namespace onnxcheck::facts
