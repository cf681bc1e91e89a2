#include <cmath>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// The trained output's count is the first that facts list, whether it comes
// from the model or from an architecture in the configuration.
const facts::ClassCount* OutputCount(const facts::Facts& facts) {
  if (facts.class_counts().empty()) return nullptr;
  const facts::ClassCount& first = facts.class_counts().front();
  const auto& stated = facts.config().classes;
  const bool is_statement = stated && first.source == ir::Kind::kConfig &&
                            first.location.logical == stated->location.logical;
  return first.source == ir::Kind::kLog || is_statement ? nullptr : &first;
}

void Check(const facts::Facts& facts, Sink& sink) {
  const auto& stated = facts.config().classes;
  const facts::ClassCount* output = OutputCount(facts);
  if (!stated || output == nullptr || !(stated->value >= 1) ||
      std::floor(stated->value) != stated->value) {
    return;
  }
  const auto width = static_cast<double>(output->count);
  // One softmax unit is A007's; one more output than classes is a background
  // or padding class; one class is how some write a binary task.
  const bool expected = width == 1 || width == stated->value || width == stated->value + 1 ||
                        (width == 2 && stated->value == 1);
  if (expected) return;
  Finding& finding =
      sink.Report(stated->location, facts::Cat("the configuration states ",
                                               facts::Plural(stated->value, "class", "classes"),
                                               ", but ", output->text));
  finding.label = facts::Cat("the output has ", facts::Plural(width, "class", "classes"));
  finding.related = {{output->location, output->text}};
  for (const facts::ClassCount& count : facts.class_counts()) {
    if (count.source == ir::Kind::kLog) finding.related.push_back({count.location, count.text});
  }
  finding.help = facts::Cat("give the last layer ", facts::Number(stated->value),
                            " units, or correct the number of classes");
  finding.evidence = {{"stated", stated->value}, {"output", width}};
  if (width > stated->value) finding.confidence = Confidence::kMedium;
}

}  // namespace

extern const Rule kClassCountMismatch;
const Rule kClassCountMismatch = {
    .id = "A011",
    .name = "class-count-mismatch",
    .family = Family::kObjective,
    .severity = Severity::kError,
    .needs = kConfig,
    .documentation =
        {.summary = "The output's width does not fit the configured number of classes.",
         .what =
             "Compares the trained output (from the model, or from an architecture that the "
             "configuration holds) with the number of classes that the configuration states. A "
             "single sigmoid stands for two classes; one output more than classes is taken for a "
             "background class. Outputs with axes besides batch and classes are left alone. What "
             "the log states is X001's.",
         .why =
             "With too few outputs, labels point beyond the last one: an index error at best, "
             "silent NaN or a wrong gradient at worst. With too many, classes are trained that do "
             "not exist.",
         .bad = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 3] probs) <float[2, 3] w = {0.5, -0.3, 0.2, 0.1, 0.4, -0.6}> {
  logits = MatMul(x, w)
  probs = Softmax(logits)
}
```
```yaml config.yaml
framework: keras
loss: sparse_categorical_crossentropy
classes: 12
```)",
         .good = R"(```onnx model.onnx
<ir_version: 8, opset_import: ["" : 17]>
net (float[N, 2] x) => (float[N, 1] p) <float[2, 1] w = {0.5, -0.3}> {
  logit = MatMul(x, w)
  p = Sigmoid(logit)
}
```
```yaml config.yaml
framework: keras
loss: binary_crossentropy
classes: 2
```)",
         .references = "Keras, SparseCategoricalCrossentropy: y_pred has a floating point value "
                       "per class for each example."},
    .check = Check,
};

}  // namespace onnxcheck::rules
