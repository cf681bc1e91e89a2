#include "analyzer/engine/rule.h"
#include "analyzer/facts/learning.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  if (!config.weight_decay || !config.learning_rate || !config.optimizer) return;
  const std::string& optimizer = config.optimizer->value;
  // LAMB, LARS, Adafactor and the rest scale decay by norms of their own.
  const bool sgd = optimizer.find("sgd") != std::string::npos;
  if (!sgd && optimizer.find("adam") == std::string::npos) return;
  const double decay = config.weight_decay->value;
  const double rate = config.learning_rate->value;
  const double momentum = sgd && config.momentum ? config.momentum->value : 0;
  const double effective = momentum >= 0 && momentum < 1 ? rate / (1 - momentum) : rate;
  const double share = decay * effective;
  if (!(share >= sink.Parameter("largest_share"))) return;
  const facts::Curve* loss = facts::MainLoss(facts);
  if (loss != nullptr && facts::TrendOf(*loss).trend == facts::Trend::kFalls) return;

  Finding& finding = sink.Report(
      config.weight_decay->location,
      share >= 1 ? facts::Cat("weight decay ", decay, " at a learning rate of ", rate,
                              " takes each weight past 0 in one step")
                 : facts::Cat("weight decay ", decay, " at a learning rate of ", rate, " takes ",
                              facts::Number(share * 100), "% off each weight in every step"));
  finding.label = "stronger than any gradient";
  finding.help = "lower the weight decay; 0.0001 to 0.1 is usual";
  finding.related = {{config.learning_rate->location, "the learning rate multiplies it"}};
  finding.evidence = {{"weight_decay", decay}, {"learning_rate", rate}, {"share", share}};
}

}  // namespace

extern const Rule kWeightDecayDominates;
const Rule kWeightDecayDominates = {
    .id = "C009",
    .name = "weight-decay-dominates",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "Weight decay removes weights faster than gradients can build them.",
         .what = "Multiplies weight decay by the learning rate (divided by 1 - momentum for SGD): "
                 "the share of each weight that one step takes away. Reports shares of 1% and "
                 "more, for SGD and Adam's family. Silent when the log's loss falls.",
         .why = "At 1% a step a weight is halved every 69 steps whatever the data says. The model "
                "is pressed towards 0 and predicts a constant.",
         .bad = R"(```yaml config.yaml
framework: torch
loss: CrossEntropyLoss
optimizer: sgd
learning_rate: 0.1
weight_decay: 0.5
```)",
         .good = R"(```yaml config.yaml
framework: torch
loss: CrossEntropyLoss
optimizer: sgd
learning_rate: 0.1
weight_decay: 0.0005
```)",
         .references = "Loshchilov and Hutter 2019, Decoupled Weight Decay Regularization, eq. 1: "
                       "each step multiplies the weights by 1 - rate x decay."},
    .parameters = {{.name = "largest_share",
                    .value = 0.01,
                    .meaning = "share of a weight that a step may take away",
                    .source = "published recipes stay below 0.001 (SGD at 0.1 with 5e-4: 5e-5; "
                              "AdamW at 1e-3 with 0.1: 1e-4)"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
