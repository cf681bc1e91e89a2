#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/trace.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using namespace facts;  // NOLINT(google-build-using-namespace): the questions to a trace

bool IsModel(Role role) {
  return role == Role::kKerasModel || role == Role::kTorchModule || role == Role::kLightning;
}

bool MadeIn(const ir::Script& script, ValueId value, const Context& loop) {
  const Value& at = script.values[value];
  return at.kind == Value::Kind::kResult && at.index >= loop.first_step &&
         at.index < loop.last_step;
}

// Whether a step keeps something of every round: a list of scores, a file a fold, the best model.
bool Collects(const ir::Script& script, const Context& loop, const Step& step, ValueId model) {
  if (step.kind == Step::Kind::kItem || step.kind == Step::Kind::kYield) return true;
  if (step.kind == Step::Kind::kBind && step.updates && !script.contexts.empty()) {
    // total += score, begun before the loop; inside, a running loss is begun anew each round.
    for (std::uint32_t at = loop.first_step; &script.steps[at] != &step; ++at) {
      const Step& before = script.steps[at];
      if (before.kind == Step::Kind::kBind && !before.updates && before.name == step.name) {
        return false;
      }
    }
    return true;
  }
  if (step.kind == Step::Kind::kBind && !step.arguments.empty()) {
    // best = model, or a name for each of several
    return MayBeSame(script, step.arguments[0].value, model) &&
           Enclosing(script, step.context, Context::Kind::kBranch) != kNone &&
           Enclosing(script, step.context, Context::Kind::kBranch) > 0;
  }
  if (!IsMethod(step,
                {"append", "extend", "add", "insert", "put", "update", "writerow", "write"})) {
    return false;
  }
  for (const ValueId one : AlternativesOf(script, step.receiver)) {
    if (script.values[one].kind == Value::Kind::kUnknown) return true;
    // A list made in this round, or the model that layers are added to, holds nothing of others.
    const bool fresh = MadeIn(script, one, loop) ||
                       (script.values[one].kind != Value::Kind::kResult &&
                        script.values[one].mark.offset >= loop.mark.offset &&
                        script.values[one].mark.offset < loop.mark.offset + loop.mark.length) ||
                       script.notebook;
    if (!fresh) return true;
  }
  return false;
}

// Whether a value in the round depends on which round it is, apart from what is printed.
bool DependsOnRound(const ir::Script& script, std::uint32_t loop, const Step& step) {
  if (step.kind != Step::Kind::kCall || step.name == "print" || step.name == "range") return false;
  const ValueId iterated = script.contexts[loop].value;
  for (const Argument& argument : step.arguments) {
    const bool depends = ReachesBack(script, argument.value, [&](ValueId at) {
      const Value& value = script.values[at];
      return value.kind == Value::Kind::kDerived && value.text == "for" && !value.items.empty() &&
             value.items[0] == iterated;
    });
    if (depends) return true;
  }
  return false;
}

bool TrainsIn(const ir::Script& script, const Context& loop, ValueId model) {
  bool backward = false;
  bool optimized = false;
  for (std::uint32_t at = loop.first_step; at < loop.last_step; ++at) {
    const Step& step = script.steps[at];
    if (IsMethod(step, {"fit", "fit_generator", "train_on_batch"})) {
      if (MayBeSame(script, step.receiver, model)) return true;
    }
    backward |= IsMethod(step, "backward");
    optimized |= IsMethod(step, "parameters") && MayBeSame(script, step.receiver, model);
  }
  return backward && optimized;
}

bool IsUsedAfter(const ir::Script& script, const Context& loop, ValueId model) {
  for (std::size_t at = loop.last_step; at < script.steps.size(); ++at) {
    const Step& step = script.steps[at];
    if (step.kind != Step::Kind::kCall || IsUncalled(script, step.context)) continue;
    if (MayBeSame(script, step.receiver, model)) return true;
    for (const Argument& argument : step.arguments) {
      if (DependsOn(script, argument.value, model)) return true;
    }
  }
  return false;
}

void CheckLoop(const ir::Script& script, std::uint32_t number, const Step& made, Sink& sink) {
  const Context& loop = script.contexts[number];
  if (loop.is_while) return;
  // What is iterated over says what a round is: epochs and rounds are counted, folds, seeds and
  // settings are listed.
  const Step* iterated = MadeBy(script, loop.value);
  if (iterated == nullptr || (iterated->name != "range" && iterated->name != "xrange")) return;
  const ValueId model = made.result;
  if (!TrainsIn(script, loop, model) || !IsUsedAfter(script, loop, model)) return;
  for (std::uint32_t at = loop.first_step; at < loop.last_step; ++at) {
    const Step& step = script.steps[at];
    if (Collects(script, loop, step, model) || DependsOnRound(script, number, step)) return;
  }
  Finding& finding =
      sink.Report(PlaceOfStep(script, made), "a new model is made in every round of a loop");
  finding.label = "starts from scratch";
  finding.related = {{ir::PlaceOf(script, loop.mark), "the loop that trains it"}};
  finding.related[0].location.has_span = false;
  finding.help =
      "make the model once, before the loop; each round then goes on where the last ended";
  finding.confidence = Confidence::kMedium;
}

void Check(const Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    for (const Step& step : script.steps) {
      if (!IsModel(RoleMade(script, step)) || IsUncalled(script, step.context)) continue;
      // The innermost loop that trains it counts; layers of a model are made in loops too.
      for (std::uint32_t loop = LoopAround(script, step.context); loop != kNone;
           loop = LoopAround(script, script.contexts[loop].parent)) {
        if (!TrainsIn(script, script.contexts[loop], step.result)) continue;
        CheckLoop(script, loop, step, sink);
        break;
      }
    }
  }
}

}  // namespace

extern const Rule kModelRebuiltInLoop;
const Rule kModelRebuiltInLoop = {
    .id = "S002",
    .name = "model-rebuilt-in-loop",
    .family = Family::kScript,
    .severity = Severity::kWarning,
    .needs = kScript,
    .documentation =
        {.summary = "A loop makes a new model in each round, and only the last one is used.",
         .what = "Reports a model that is made and trained in each round of a counted loop (for "
                 "... in range), and used after the loop, while the rounds share their data and "
                 "settings and leave nothing else behind: no list of scores, no file or best "
                 "model of each. Cross-validation, searches and ensembles are such loops too, "
                 "and are told by what they keep or by what changes from round to round.",
         .why = "Each round throws away what the one before has learned; the result is that of "
                "one round alone.",
         .bad = R"(```python train.py
from tensorflow import keras

x, y = load()
for round_no in range(5):
    model = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(x, y, epochs=3)
model.save("model.keras")
```)",
         .good = R"(```python train.py
from tensorflow import keras

x, y = load()
model = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
for round_no in range(5):
    model.fit(x, y, epochs=3)
model.save("model.keras")
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
