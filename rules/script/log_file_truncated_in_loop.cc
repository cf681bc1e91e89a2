#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/loops.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using ir::script::Context;
using ir::script::Step;
using ir::script::Value;
using ir::script::ValueId;

// The path that the step empties; kUnknownValue: it empties none.
ValueId EmptiedPath(const ir::Script& script, const Step& step) {
  const auto truncates = [&](const ir::script::Argument* mode) {
    if (mode == nullptr) return false;
    const std::optional<std::string> text = facts::TextOf(script, mode->value);
    return text && text->starts_with('w');
  };
  const bool open = facts::IsCall(step, {"open", "io.open", "codecs.open", "builtins.open"});
  if (open || facts::IsCall(step, {"logging.FileHandler"})) {
    const ir::script::Argument* path = facts::FindArgument(step, open ? "file" : "filename", 0);
    if (path != nullptr && truncates(facts::FindArgument(step, "mode", 1))) return path->value;
  } else if (facts::IsMethod(step, {"open"}) && truncates(facts::FindArgument(step, "mode", 0))) {
    return step.receiver;
  }
  return ir::script::kUnknownValue;
}

// What is put together from values, not one that a library wrote out: a line of a log.
bool IsLine(const ir::Script& script, ValueId id) {
  const Value& value = script.values[id];
  if (value.kind == Value::Kind::kDerived)
    return value.text == "f" || value.text == "+" || value.text == "%";
  if (value.kind == Value::Kind::kList) return true;  // of csv.writer.writerow
  const Step* step = facts::MadeBy(script, id);
  return step != nullptr && facts::IsMethod(*step, {"format"});
}

// Writes a line to what `opened` gave.
bool WritesLine(const ir::Script& script, const Step& step, ValueId opened) {
  const auto is_file = [&](ValueId id) {
    const Step* writer = facts::MadeBy(script, id);
    return id == opened || (writer != nullptr && facts::IsCall(*writer, {"csv.writer"}) &&
                            !writer->arguments.empty() && writer->arguments[0].value == opened);
  };
  if (facts::IsMethod(step, {"write", "writerow"})) {
    return is_file(step.receiver) && !step.arguments.empty() &&
           IsLine(script, step.arguments[0].value);
  }
  const ir::script::Argument* file = facts::FindKeyword(step, "file");
  return facts::IsCall(step, {"print"}) && file != nullptr && is_file(file->value);
}

// Lines are written in the same loop, or in one within that trains; a loop that only writes puts
// down a whole history each time.
bool WritesLog(const ir::Script& script, std::uint32_t loop, ValueId opened) {
  const Context& body = script.contexts[loop];
  for (std::uint32_t i = body.first_step; i < body.last_step; ++i) {
    const Step& step = script.steps[i];
    if (!WritesLine(script, step, opened)) continue;
    const std::vector<std::uint32_t> loops = facts::LoopsAround(script, step.context);
    if (std::all_of(loops.begin(), std::find(loops.begin(), loops.end(), loop),
                    [&](std::uint32_t inner) { return facts::Trains(script, inner); })) {
      return true;
    }
  }
  return false;
}

// The loop that empties the same log in every round; kNone: there is none.
std::uint32_t LoopOf(const ir::Script& script, const Step& step, ValueId path) {
  for (const std::uint32_t loop : facts::LoopsAround(script, step.context)) {
    if (!facts::IsInvariant(script, path, loop) || !facts::Trains(script, loop)) continue;
    const std::vector<std::uint32_t> between = facts::Between(script, loop, step.context);
    const bool conditional =
        std::any_of(between.begin(), between.end(), [&](std::uint32_t context) {
          return script.contexts[context].kind == Context::Kind::kBranch &&
                 !facts::IsInvariant(script, script.contexts[context].value, loop);
        });
    if (conditional) continue;
    if (facts::IsCall(step, {"logging.FileHandler"}) || WritesLog(script, loop, step.result))
      return loop;
  }
  return ir::script::kNone;
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    std::vector<std::uint32_t> told;  // lines
    std::size_t looked = 0;
    for (std::uint32_t i = 0; i < script.steps.size() && looked < facts::kMostCandidates; ++i) {
      const Step& step = script.steps[i];
      const ValueId path = EmptiedPath(script, step);
      if (path == ir::script::kUnknownValue ||
          std::find(told.begin(), told.end(), step.mark.line) != told.end()) {
        continue;
      }
      ++looked;
      const std::uint32_t loop = LoopOf(script, step, path);
      if (loop == ir::script::kNone) continue;
      told.push_back(step.mark.line);
      const Context& body = script.contexts[loop];
      Finding& finding = sink.Report(ir::PlaceOf(script, step.mark),
                                     facts::Cat("each round of the loop in line ", body.mark.line,
                                                " empties the log: only the last one is left"));
      finding.label = "opened with \"w\"";
      finding.related = {{ir::PlaceOf(script, body.mark), "the loop"}};
      finding.help = "open the file once, before the loop, or with mode \"a\"";
    }
  }
}

}  // namespace

extern const Rule kLogFileTruncatedInLoop;
const Rule kLogFileTruncatedInLoop = {
    .id = "S006",
    .name = "log-file-truncated-in-loop",
    .family = Family::kScript,
    .severity = Severity::kWarning,
    .needs = kScript,
    .documentation =
        {.summary = "The training loop opens its log with mode \"w\" in every round.",
         .what = "Reports open() with mode \"w\", or a logging.FileHandler with it, in a loop that "
                 "trains, when the path is the same in every round and lines are put together and "
                 "written to it there. Silent when the file holds the whole history each time (a "
                 "dump, or a loop that only writes), when the path changes with the round, and "
                 "under a condition that may.",
         .why = "Mode \"w\" empties the file: all rounds but the last are lost.",
         .bad = R"(```python train.py
import torch


def train(model, x, y):
    for epoch in range(10):
        loss = model.train_on_batch(x, y)
        with open("train.log", "w") as log:
            log.write(f"epoch {epoch} loss {loss}\n")
```)",
         .good = R"(```python train.py
import torch


def train(model, x, y):
    with open("train.log", "w") as log:
        for epoch in range(10):
            loss = model.train_on_batch(x, y)
            log.write(f"epoch {epoch} loss {loss}\n")
```)",
         .references = "Python documentation, open: \"w\" truncates the file first."},
    .check = Check,
};

}  // namespace onnxcheck::rules
