#include <algorithm>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/chance.h"
#include "analyzer/facts/progress.h"
#include "analyzer/facts/replay.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

std::string Message(const facts::Curve& loss, const facts::ChancePlateau& chance) {
  std::string text = facts::Cat(loss.series->name, " rests at ", chance.loss, ", which is ln ",
                                chance.classes, ": ");
  if (chance.score == nullptr) return text + "the model guesses";
  text += chance.area ? "the area under the curve is " : "accuracy is ";
  return text + facts::Cat(chance.score_value, ", as by guessing");
}

void Check(const facts::Facts& facts, Sink& sink) {
  std::vector<const facts::Curve*> reported;
  for (const facts::SeriesRuns& series : facts::MainLosses(facts)) {
    // The last run in the file that is long enough to tell.
    for (auto run = series.runs.rbegin(); run != series.runs.rend(); ++run) {
      const facts::Curve& loss = **run;
      if (facts::HasMovingTarget(*loss.log)) break;
      const auto epochs = facts::EpochsSeen(facts, loss);
      if (!epochs || *epochs < sink.Parameter("min_epochs")) continue;
      const auto chance = facts::RestsAtChance(facts, loss);
      const bool known = std::any_of(reported.begin(), reported.end(), [&](const auto* other) {
        return facts::SameRun(*other, loss);
      });
      if (!chance || known) break;
      reported.push_back(&loss);

      const std::size_t end = loss.value.size() - 1;
      Finding& finding = sink.Report(facts::PointLocation(loss, end), Message(loss, *chance));
      finding.label = "at chance";
      finding.help =
          "look for inputs and labels that do not belong together, a dead or detached "
          "layer, inputs that are not scaled, or a learning rate far off";
      finding.confidence = Confidence::kMedium;
      if (chance->score != nullptr) {
        finding.related.push_back(
            {facts::PointLocation(*chance->score, chance->score->value.size() - 1),
             facts::Cat(chance->score->series->name, " is no better than chance")});
      }
      if (chance->stated != nullptr) {
        finding.related.push_back({chance->stated->location, chance->stated->text});
      }
      if (auto rate = facts::RateRemark(facts, loss)) {
        finding.related.push_back({std::move(rate->location), std::move(rate->text)});
      }
      finding.evidence = {{"classes", chance->classes},
                          {"chance_loss", chance->chance_loss},
                          {"loss", chance->loss},
                          {"epochs", chance->epochs}};
      if (chance->score != nullptr) finding.evidence.emplace_back("score", chance->score_value);
      finding.experiment = facts::UsualRateExperiment(facts, ir::Symptom::kDoesNotLearn);
      break;
    }
  }
}

}  // namespace

extern const Rule kChancePlateau;
const Rule kChancePlateau = {
    .id = "T004",
    .name = "chance-plateau",
    .family = Family::kDynamics,
    .severity = Severity::kError,
    .needs = kLog,
    .documentation =
        {.summary = "The loss is that of guessing among the classes.",
         .what = "A classifier that gives each of C classes the same probability has a "
                 "cross-entropy of ln C. Reports a loss that stays within a hundredth of it over "
                 "the last half of the run and was never clearly lower, when an accuracy of about "
                 "1/C (for two classes also an area under the curve of 1/2) or a stated number of "
                 "classes names the same C. Silent before five epochs or a fifth of the planned "
                 "ones, and when any accuracy beside the loss is better than chance, and when "
                 "the loss falls steadily to below ln C.",
         .why = "The model has not learned anything at all. A loss that looks small, such as "
                "0.69, hides it.",
         .bad = R"(```csv metrics.csv
epoch,train_loss,train_acc,val_loss,val_acc
1,2.3391,0.0993,2.3041,0.1003
2,2.3035,0.1011,2.3029,0.0980
3,2.3029,0.0978,2.3027,0.0980
4,2.3028,0.1020,2.3026,0.1003
5,2.3027,0.1012,2.3027,0.0980
6,2.3027,0.0989,2.3026,0.1003
7,2.3026,0.1008,2.3026,0.0980
```)",
         .good = R"(```csv metrics.csv
epoch,train_loss,train_acc,val_loss,val_acc
1,2.3391,0.0993,2.3041,0.1003
2,2.3035,0.1011,2.3029,0.0980
3,2.2918,0.1478,2.2711,0.1703
4,2.1028,0.2520,1.9926,0.2903
5,1.8027,0.3712,1.7027,0.4080
6,1.5527,0.4689,1.5026,0.4803
7,1.3526,0.5308,1.3626,0.5280
```)",
         .references = "Karpathy, A Recipe for Training Neural Networks (2019): verify the loss at "
                       "initialisation."},
    .parameters = {{.name = "min_epochs",
                    .value = 5,
                    .meaning = "epochs a run needs to be judged; fewer than five never are",
                    .source = "healthy slow starters rest at ln C for up to four"}},
    .check = Check,
    .replayable = true,
};

}  // namespace onnxcheck::rules
