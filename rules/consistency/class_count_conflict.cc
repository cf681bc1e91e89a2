#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// One more on either side is a background or padding class, and a binary task
// is counted as one class or as two.
bool Agree(std::int64_t a, std::int64_t b) { return a == b || a == b + 1 || b == a + 1; }

void Check(const facts::Facts& facts, Sink& sink) {
  std::vector<const facts::ClassCount*> logged;
  std::vector<const facts::ClassCount*> others;
  for (const facts::ClassCount& count : facts.class_counts()) {
    (count.source == ir::Kind::kLog ? logged : others).push_back(&count);
  }
  if (others.empty()) return;
  // Where model and configuration disagree between themselves, A011 reports,
  // with what the logs say.
  for (const facts::ClassCount* other : others) {
    if (!Agree(other->count, others.front()->count) || other->count == 1) return;
  }
  for (const facts::ClassCount* log : logged) {
    const bool fits = std::any_of(others.begin(), others.end(), [&](const auto* other) {
      return Agree(log->count, other->count);
    });
    if (fits) continue;
    Finding& finding =
        sink.Report(log->location, facts::Cat(log->text, ", but ", others.front()->text));
    finding.label = "another number of classes";
    for (const facts::ClassCount* other : others) {
      finding.related.push_back({other->location, other->text});
    }
    finding.help =
        "check that log, configuration and model belong to the same run, and that the data has "
        "the classes that the model was built for";
    finding.evidence = {{"logged", log->count}, {"expected", others.front()->count}};
    finding.confidence = Confidence::kMedium;
  }
}

}  // namespace

extern const Rule kClassCountConflict;
const Rule kClassCountConflict = {
    .id = "X001",
    .name = "class-count-conflict",
    .family = Family::kConsistency,
    .severity = Severity::kError,
    .needs = kLog,
    .needs_any = kModel | kConfig,
    .documentation =
        {.summary = "The log names another number of classes than model and configuration.",
         .what =
             "Compares the number of classes that a log states with the width of the trained "
             "output and with the configuration. Where these two already disagree, A011 reports "
             "it. Differences of one are let pass: a background class, or a binary task counted "
             "as one class.",
         .why = "The three are not of one run, or the data that was loaded has other classes than "
                "the model was built for: labels then point beyond the last output, or outputs are "
                "trained that no label ever names.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 5] probs) <float[2, 5] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6, 0.3, 0.5, -0.3, 0.2}> {
  logits = MatMul(x, w)
  probs = Softmax(logits)
}
```
```text run.log
Number of classes: 3
epoch 1 loss: 0.91
epoch 2 loss: 0.74
epoch 3 loss: 0.63
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 3] probs) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  logits = MatMul(x, w)
  probs = Softmax(logits)
}
```
```text run.log
Number of classes: 3
epoch 1 loss: 0.91
epoch 2 loss: 0.74
epoch 3 loss: 0.63
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
