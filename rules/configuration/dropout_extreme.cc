#include "analyzer/engine/rule.h"
#include "analyzer/facts/learning.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  const double largest = sink.Parameter("largest");
  const facts::Curve* loss = facts::MainLoss(facts);
  const bool learns = loss != nullptr && facts::TrendOf(*loss).trend == facts::Trend::kFalls;
  for (const ir::Located<double>& dropout : facts.config().dropout) {
    const double p = dropout.value;
    // -1 is how some programs turn it off.
    if ((p >= 0 && p <= largest) || p == -1) continue;
    // A share that a run learns with is a choice; beyond 1 the number is read in another way.
    if (learns) continue;
    Finding& finding = sink.Report(
        dropout.location, p < 0 || !(p <= 1) ? facts::Cat("a dropout of ", p, " is no probability")
                          : p == 1 ? "a dropout of 1 sets every unit to 0: no gradient passes"
                                   : facts::Cat("a dropout of ", p, " leaves ", (1 - p) * 100,
                                                "% of the units in each step"));
    if (p < 0 || !(p < 1)) finding.severity = Severity::kError;
    finding.label = "share of units that is dropped";
    finding.help = p > 1 && p <= 100 ? facts::Cat("write ", p / 100, " if ", p, "% is meant")
                                     : "use 0.1 to 0.5; this is the share dropped, not kept";
    finding.evidence = {{"dropout", p}};
  }
}

}  // namespace

extern const Rule kDropoutExtreme;
const Rule kDropoutExtreme = {
    .id = "C028",
    .name = "dropout-extreme",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "Dropout removes nearly everything, or is no probability.",
         .what = "Reports a dropout above 0.9 as a warning, and 1, more than 1 or a negative one "
                 "as an error. Silent when the log's loss falls.",
         .why = "Dropout was the share of units kept in TensorFlow 1 and is the share dropped in "
                "Keras and PyTorch: 0.95 carried over keeps one unit in twenty. At 1 the layer's "
                "output is 0 and nothing before it learns.",
         .bad = R"(```yaml config.yaml
framework: torch
optimizer: adam
learning_rate: 0.001
model: {hidden_size: 256, dropout: 0.95}
```)",
         .good = R"(```yaml config.yaml
framework: torch
optimizer: adam
learning_rate: 0.001
model: {hidden_size: 256, dropout: 0.1}
```)",
         .references = "Srivastava et al. 2014, section 9: 0.5 to 0.8 of hidden units kept. "
                       "PyTorch `torch.nn.Dropout`: p is the probability of an element to be "
                       "zeroed."},
    .parameters = {{.name = "largest",
                    .value = 0.9,
                    .meaning = "a dropout above this is reported",
                    .source = "Srivastava et al. 2014, figure 9: error rises sharply when less "
                              "than 0.2 of the units are kept"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
