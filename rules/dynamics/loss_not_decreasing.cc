#include <algorithm>
#include <cmath>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/chance.h"
#include "analyzer/facts/divergence.h"
#include "analyzer/facts/learning.h"
#include "analyzer/facts/progress.h"
#include "analyzer/facts/replay.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// Why a flat loss is a fault and not the end of a fit; empty when nothing says so.
std::string Corroboration(const facts::Facts& facts, const facts::Curve& loss,
                          const facts::FlatLoss& flat, const Sink& sink) {
  // A run that was taken up again may have done its falling before.
  const bool taken_up = (!loss.epoch.empty() && loss.epoch.front() > 1) ||
                        facts::StartOf(loss) == ir::SegmentStart::kResume;
  if (const auto accuracy = facts::AccuracyBeside(facts, loss)) {
    const double usual = facts::Median(accuracy->value);
    if (usual >= sink.Parameter("converged_accuracy")) return "";
    if (!taken_up && facts::PastTheStart(facts, loss) &&
        accuracy->value.size() >= sink.Parameter("min_points")) {
      return facts::Cat("accuracy stays at ", usual);
    }
  }
  if (flat.frozen) return "every value is the same to the last digit";
  const ir::Config& config = facts.config();
  if (config.learning_rate && config.optimizer && config.learning_rate->value > 0) {
    const double usual =
        facts::UsualRate(facts::IsAdaptive(config.optimizer->value) ? "adam" : "sgd");
    if (config.learning_rate->value < sink.Parameter("tiny_rate_share") * usual) {
      return facts::Cat("a learning rate of ", config.learning_rate->value, " moves no weight");
    }
  }
  const bool from_start = !taken_up && !loss.epoch.empty() && loss.epoch.front() <= 1;
  const auto epochs = facts::EpochsSeen(facts, loss);
  if (from_start && epochs && *epochs >= sink.Parameter("epochs_alone") &&
      !facts::FallsSteadily(loss.value)) {
    return facts::Cat("over ", *epochs, " epochs");
  }
  return "";
}

const facts::Curve* LongestRun(const facts::SeriesRuns& series) {
  return *std::max_element(
      series.runs.begin(), series.runs.end(),
      [](const auto* a, const auto* b) { return a->value.size() < b->value.size(); });
}

void Check(const facts::Facts& facts, Sink& sink) {
  std::vector<const facts::Curve*> reported;
  for (const facts::SeriesRuns& series : facts::MainLosses(facts)) {
    const facts::Curve& loss = *LongestRun(series);
    if (series.series->role != ir::Role::kTrainLoss || facts::HasMovingTarget(*series.log))
      continue;
    if (static_cast<double>(loss.value.size()) < sink.Parameter("min_points")) continue;
    const auto flat = facts::FindFlatLoss(loss.value, sink.Parameter("flat_share"));
    if (!flat || flat->first < sink.Parameter("near_zero")) continue;
    if (facts::ScoreRises(facts, loss) || facts::AnotherLossFalls(facts, loss)) continue;
    if (facts::RestsAtChance(facts, loss)) continue;
    const std::string because = Corroboration(facts, loss, *flat, sink);
    const bool known = std::any_of(reported.begin(), reported.end(),
                                   [&](const auto* other) { return facts::SameRun(*other, loss); });
    if (because.empty() || known) continue;
    reported.push_back(&loss);

    const std::size_t end = loss.value.size() - 1;
    Finding& finding = sink.Report(
        facts::PointLocation(loss, end),
        flat->frozen ? facts::Cat(loss.series->name, " is ", flat->first, " at every one of ",
                                  facts::Plural(static_cast<double>(loss.value.size()), "point"))
                     : facts::Cat(loss.series->name, " does not decrease: ", flat->first,
                                  " at first, ", flat->last, " at the end, and ", because));
    finding.label = "still here";
    finding.help =
        "check the learning rate, that parameters are trainable and given to the "
        "optimizer, and that labels belong to their inputs";
    finding.confidence = Confidence::kMedium;
    finding.related.push_back(
        {facts::PointLocation(loss, 0), facts::Cat("it began at ", loss.value[0])});
    if (auto rate = facts::RateRemark(facts, loss)) {
      finding.related.push_back({std::move(rate->location), std::move(rate->text)});
    }
    finding.evidence = {{"first", flat->first},
                        {"lowest", flat->lowest},
                        {"last", flat->last},
                        {"points", static_cast<std::int64_t>(loss.value.size())}};
    finding.experiment = facts::UsualRateExperiment(facts, ir::Symptom::kDoesNotLearn);
  }
}

}  // namespace

extern const Rule kLossNotDecreasing;
const Rule kLossNotDecreasing = {
    .id = "T003",
    .name = "loss-not-decreasing",
    .family = Family::kDynamics,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "The training loss never gets below where it began.",
         .what =
             "Reports a training loss that, smoothed, is at no time lower than at the start "
             "by more than a hundredth, provided that something else says that this is no "
             "finished fit: an accuracy beside it that is low and stays so, a value that is the "
             "same to the last digit throughout, a learning rate that moves no weight, or twenty "
             "epochs from the start of training without a steady fall. Silent when noise would "
             "hide a fall, when a "
             "score rises or another loss falls, on losses near zero, and where the loss "
             "rests at chance.",
         .why = "Nothing is being learned, and more epochs will not change that.",
         .bad = R"(```csv metrics.csv
epoch,train_loss,train_acc
1,2.0781,0.2413
2,2.0779,0.2421
3,2.0780,0.2418
4,2.0778,0.2409
5,2.0781,0.2415
6,2.0777,0.2417
7,2.0779,0.2411
8,2.0778,0.2416
```)",
         .good = R"(```csv metrics.csv
epoch,train_loss,train_acc
1,0.0781,0.9741
2,0.0779,0.9742
3,0.0780,0.9740
4,0.0778,0.9744
5,0.0781,0.9741
6,0.0777,0.9743
7,0.0779,0.9742
8,0.0778,0.9741
```)",
         .references = "Amazon SageMaker Debugger, LossNotDecreasing."},
    .parameters = {{.name = "flat_share",
                    .value = 0.01,
                    .meaning = "fall, as a share of the first value, that counts as none",
                    .source =
                        "SageMaker Debugger takes 0.1 % in 10 steps; this is over a whole run"},
                   {.name = "min_points",
                    .value = 6,
                    .meaning = "values a loss needs to be judged",
                    .source = "fewer leave two at either end once smoothed"},
                   {.name = "converged_accuracy",
                    .value = 0.6,
                    .meaning = "accuracy from which a flat loss may be a finished fit",
                    .source = "AutoTrainer calls a constant accuracy stuck below 0.6"},
                   {.name = "tiny_rate_share",
                    .value = 0.001,
                    .meaning = "share of the usual rate below which the rate explains it",
                    .source = "fine-tuning goes down to a hundredth of it"},
                   {.name = "epochs_alone",
                    .value = 20,
                    .meaning = "epochs from the start that need no other sign",
                    .source = "twenty passes over the same data lower even a fine-tuned loss"},
                   {.name = "near_zero",
                    .value = 1e-3,
                    .meaning = "a loss below this is not judged",
                    .source = "rounding to four digits hides changes of a hundredth"}},
    .check = Check,
    .replayable = true,
};

}  // namespace onnxcheck::rules
