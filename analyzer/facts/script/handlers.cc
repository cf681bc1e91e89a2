#include "analyzer/facts/script/handlers.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/trace.h"

namespace onnxcheck::facts {
namespace {

std::optional<ir::Located<std::string>> Text(const ir::Script& script, const Argument* argument) {
  if (argument == nullptr || IsOverridable(script, argument->value)) return std::nullopt;
  const std::optional<std::string> text = TextOf(script, argument->value);
  if (!text) return std::nullopt;
  return ir::Located<std::string>{*text, ir::PlaceOf(script, argument->mark)};
}

std::optional<ir::LogHandler> HandlerMade(const ir::Script& script, const Step& step,
                                          bool resumes) {
  ir::LogHandler handler;
  handler.location = PlaceOfStep(script, step);
  std::string type = "file";
  if (IsCall(step, {"logging.basicConfig"})) {
    handler.path = Text(script, FindKeyword(step, "filename"));
    handler.mode = Text(script, FindKeyword(step, "filemode"));
    if (const Argument* format = FindKeyword(step, "format")) {
      handler.format = Text(script, format);
    } else if (!HasUnpacked(step)) {
      handler.format = {"%(levelname)s:%(name)s:%(message)s", handler.location};
    }
  } else if (IsCall(step, {"logging.FileHandler", "logging.handlers.WatchedFileHandler",
                           "logging.handlers.RotatingFileHandler"})) {
    handler.path = Text(script, FindArgument(step, "filename", 0));
    handler.mode = Text(script, FindArgument(step, "mode", 1));
  } else if (IsCall(step, {"logging.handlers.TimedRotatingFileHandler"})) {
    handler.path = Text(script, FindArgument(step, "filename", 0));
  } else if (IsCall(step, {"keras.callbacks.CSVLogger"})) {
    type = "csv";
    handler.path = Text(script, FindArgument(step, "filename", 0));
    const Argument* append = FindArgument(step, "append", 2);
    const auto appends = append != nullptr ? TruthOf(script, append->value) : std::nullopt;
    if (appends) handler.mode = {*appends ? "a" : "w", ir::PlaceOf(script, append->mark)};
    if (append == nullptr && !HasUnpacked(step) && resumes) handler.mode = {"w", handler.location};
  }
  if (!handler.path) return std::nullopt;
  handler.type = {std::move(type), handler.location};
  handler.rotates = step.name.find("Rotating") != std::string::npos;
  return handler;
}

}  // namespace

std::vector<ir::LogHandler> HandlersOf(const ir::Script& script) {
  std::vector<ir::LogHandler> handlers;
  std::map<ValueId, std::size_t> index_of;
  const bool resumes = ResumesTraining(script);
  for (const Step& step : script.steps) {
    if (step.kind != Step::Kind::kCall) continue;
    if (IsMethod(step, "setFormatter") && step.arguments.size() == 1) {
      const auto found = index_of.find(step.receiver);
      const Step* made = MadeBy(script, step.arguments[0].value);
      if (found == index_of.end() || made == nullptr || !IsCall(*made, {"logging.Formatter"})) {
        continue;
      }
      handlers[found->second].format = Text(script, FindArgument(*made, "fmt", 0));
      continue;
    }
    std::optional<ir::LogHandler> handler = HandlerMade(script, step, resumes);
    if (!handler || IsUncalled(script, step.context)) continue;
    index_of[step.result] = handlers.size();
    handlers.push_back(*std::move(handler));
  }
  return handlers;
}

bool ResumesTraining(const ir::Script& script) {
  return std::any_of(script.steps.begin(), script.steps.end(), [&](const Step& step) {
    if (IsMethod(step, {"fit", "fit_generator"})) {
      const Argument* first = FindKeyword(step, "initial_epoch");
      return first != nullptr && NumberOf(script, first->value) != 0.0 &&
             RoleMade(script, step) == Role::kHistory;
    }
    return IsMethod(step, "load_state_dict") && !IsUncalled(script, step.context) &&
           RoleOf(script, step.receiver) == Role::kOptimizer;
  });
}

}  // namespace onnxcheck::facts
