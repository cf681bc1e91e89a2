#include <algorithm>
#include <cmath>
#include <vector>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/progress.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

bool Witnesses(ir::Role role) {
  return role == ir::Role::kGradientNorm || role == ir::Role::kLossComponent;
}

// The longest row of values that are not numbers, and where it begins.
struct Row {
  std::size_t begin = 0;
  std::size_t length = 0;
  std::size_t total = 0;
  bool to_the_end = false;
};

Row LongestRow(const facts::Curve& curve) {
  Row row;
  std::size_t run = 0;
  for (std::size_t i = 0; i < curve.value.size(); ++i) {
    run = std::isnan(curve.value[i]) ? run + 1 : 0;
    row.total += run > 0;
    if (run > row.length) row = {i + 1 - run, run, row.total, row.to_the_end};
  }
  row.to_the_end = run > 0;
  return row;
}

// Something finite in the row's lines: a loss that does not show what happens.
const facts::Curve* FiniteLoss(const facts::Facts& facts, const facts::Curve& witness,
                               std::uint32_t from, std::uint32_t to) {
  for (const facts::Curve& curve : facts::InSegmentOf(facts, witness)) {
    if (curve.series->role != ir::Role::kTrainLoss) continue;
    std::size_t finite = 0;
    for (std::size_t i = 0; i < curve.value.size(); ++i) {
      if (curve.line[i] < from || curve.line[i] > to) continue;
      if (!std::isfinite(curve.value[i])) return nullptr;  // the loss says it itself
      ++finite;
    }
    if (finite > 0) return &curve;
  }
  return nullptr;
}

void Check(const facts::Facts& facts, Sink& sink) {
  std::vector<const ir::Log*> reported;
  for (const facts::Curve& witness : facts.curves()) {
    if (!Witnesses(witness.series->role) || !ir::Trains(*witness.log)) continue;
    if (std::find(reported.begin(), reported.end(), witness.log) != reported.end()) continue;
    const Row row = LongestRow(witness);
    if (static_cast<double>(row.length) < sink.Parameter("in_a_row")) continue;
    // A part of the loss that is nan from its first value on does not apply to this data.
    const bool never = row.total == witness.value.size();
    if (never && witness.series->role == ir::Role::kLossComponent) continue;
    const facts::Curve* loss = FiniteLoss(facts, witness, witness.line[row.begin],
                                          witness.line[row.begin + row.length - 1]);
    if (loss == nullptr) continue;
    const bool zero = std::all_of(loss->value.begin(), loss->value.end(),
                                  [](double value) { return value == 0; });
    Finding& finding =
        sink.Report(facts::PointLocation(witness, row.begin),
                    facts::Cat(witness.series->name, " is nan ", row.length, " times in a row",
                               row.to_the_end ? ", to the end" : "", " while ", loss->series->name,
                               zero ? " reads 0" : " looks finite"));
    finding.label = "not a number";
    finding.help =
        witness.series->role == ir::Role::kGradientNorm
            ? "the weights take this gradient: look for the first step with nan, lower the "
              "learning rate or use bfloat16; with the Hugging Face Trainer set "
              "logging_nan_inf_filter=False to see it in the loss"
            : "look at this part of the loss: its gradient is nan, too";
    finding.evidence = {{"in_a_row", static_cast<std::int64_t>(row.length)},
                        {"nan", static_cast<std::int64_t>(row.total)},
                        {"points", static_cast<std::int64_t>(witness.value.size())}};
    if (!row.to_the_end) finding.severity = Severity::kWarning;
    reported.push_back(witness.log);
  }
}

}  // namespace

extern const Rule kNanHidden;
const Rule kNanHidden = {
    .id = "L015",
    .name = "nan-hidden",
    .family = Family::kLog,
    .severity = Severity::kError,
    .needs = kLog,
    .documentation =
        {.summary = "The loss looks finite while the gradient is NaN.",
         .what = "Reports a gradient norm, or a part of the loss, that is nan several times in a "
                 "row on lines whose training loss is finite. A warning if it "
                 "recovers. Silent on the few steps that loss scaling skips, on infinity, which "
                 "loss scaling handles, on parts of the loss that never had a value, and on "
                 "metrics that can be undefined.",
         .why = "Some trainers keep NaN out of the log: the loss of such a step is replaced by "
                "the mean or by 0, while the weights still take the step. The curve looks healthy "
                "and the model is lost.",
         .bad = R"(```text run.log
{'loss': 2.31, 'grad_norm': 1.82, 'learning_rate': 0.001, 'epoch': 0.1}
{'loss': 2.05, 'grad_norm': 2.25, 'learning_rate': 0.001, 'epoch': 0.2}
{'loss': 0.0, 'grad_norm': nan, 'learning_rate': 0.001, 'epoch': 0.3}
{'loss': 0.0, 'grad_norm': nan, 'learning_rate': 0.001, 'epoch': 0.4}
{'loss': 0.0, 'grad_norm': nan, 'learning_rate': 0.001, 'epoch': 0.5}
```)",
         .good = R"(```text run.log
{'loss': 2.31, 'grad_norm': 1.82, 'learning_rate': 0.001, 'epoch': 0.1}
{'loss': 2.05, 'grad_norm': 2.25, 'learning_rate': 0.001, 'epoch': 0.2}
{'loss': 1.94, 'grad_norm': 1.95, 'learning_rate': 0.001, 'epoch': 0.3}
{'loss': 1.72, 'grad_norm': 1.74, 'learning_rate': 0.001, 'epoch': 0.4}
{'loss': 1.61, 'grad_norm': 1.83, 'learning_rate': 0.001, 'epoch': 0.5}
```)",
         .references =
             "Transformers, TrainingArguments.logging_nan_inf_filter (default True): only "
             "the logged loss is filtered."},
    .parameters = {{.name = "in_a_row",
                    .value = 3,
                    .meaning = "values in a row that are nan",
                    .source = "a dynamic loss scale halves until it fits; from 65536 it rarely "
                              "takes more than two logged steps"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
