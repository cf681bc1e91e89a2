#include "analyzer/facts/script/writers.h"

#include <algorithm>

#include "analyzer/facts/script/loops.h"
#include "analyzer/facts/script/roles.h"

namespace onnxcheck::facts {
namespace {

bool MakesWriter(const Step& step) {
  return IsCall(step, {"torch.utils.tensorboard.SummaryWriter",
                       "torch.utils.tensorboard.writer.SummaryWriter", "tensorboardX.SummaryWriter",
                       "tensorboardX.writer.SummaryWriter"});
}

bool Holds(const ir::Script& script, ValueId id, ValueId writer) {
  const Value& value = script.values[id];
  return id == writer ||
         ((value.kind == Value::Kind::kUnion || value.kind == Value::Kind::kList ||
           value.kind == Value::Kind::kDict) &&
          std::find(value.items.begin(), value.items.end(), writer) != value.items.end());
}

ScriptWriter UsesOf(const ir::Script& script, ValueId writer) {
  ScriptWriter uses;
  for (const Context& context : script.contexts) {
    uses.closed = uses.closed ||
                  (context.kind == Context::Kind::kWith && Holds(script, context.value, writer));
  }
  for (const Step& step : script.steps) {
    if (step.is_method && Holds(script, step.receiver, writer)) {
      uses.written = uses.written || step.name.starts_with("add_");
      uses.closed =
          uses.closed || step.name == "close" || step.name == "flush" || step.name == "__exit__";
      continue;
    }
    // self.writer may be closed by whoever has the object.
    const bool handed = std::any_of(
        step.arguments.begin(), step.arguments.end(),
        [&](const Argument& argument) { return Holds(script, argument.value, writer); });
    if (!handed) continue;
    const bool followed = step.kind == Step::Kind::kCall && step.body != kNone;
    uses.leaves = uses.leaves || (!followed && step.kind != Step::Kind::kBind);
  }
  return uses;
}

// Methods that are called on something unknown, which may be the writer.
bool SomethingIsClosed(const ir::Script& script) {
  return std::any_of(script.steps.begin(), script.steps.end(), [&](const Step& step) {
    return IsMethod(step, {"close", "flush"}) &&
           script.values[step.receiver].kind == Value::Kind::kUnknown;
  });
}

}  // namespace

std::vector<ScriptWriter> WritersOf(const ir::Script& script) {
  std::vector<ScriptWriter> writers;
  if (script.partial) return writers;
  std::vector<std::uint32_t> lines;
  for (std::uint32_t i = 0; i < script.steps.size(); ++i) {
    const Step& step = script.steps[i];
    if (!MakesWriter(step) ||
        std::find(lines.begin(), lines.end(), step.mark.line) != lines.end()) {
      continue;
    }
    if (lines.size() >= kMostCandidates || SomethingIsClosed(script)) break;
    lines.push_back(step.mark.line);
    writers.push_back(UsesOf(script, step.result));
    writers.back().step = i;
  }
  return writers;
}

bool IsForeignToKeras(const ir::Script& script, const ScriptWriter& writer) {
  if (writer.written || writer.leaves) return false;
  bool fits = false;
  for (const Step& step : script.steps) {
    if (IsTrainingStep(step) || IsMethod(step, "apply_gradients")) return false;
    fits |= RoleMade(script, step) == Role::kHistory;
  }
  return fits;
}

}  // namespace onnxcheck::facts
