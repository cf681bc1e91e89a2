#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/framework_warnings.h"
#include "analyzer/facts/interruption.h"
#include "analyzer/facts/lifecycle.h"
#include "analyzer/facts/progress.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

constexpr const char* kStillRunning =
    "see whether the run is still going, and if not, what ended it: the scheduler's log, the "
    "system's log for the out-of-memory killer, a lost connection";

// The last epoch that a curve of the log's last run states, and where; null: none does.
const facts::Curve* LastEpochs(const facts::Facts& facts, const ir::Log& log) {
  const facts::Curve* latest = nullptr;
  for (const facts::Curve& curve : facts.curves()) {
    const bool last_run = log.segments.empty() || curve.segment + 1 == log.segments.size();
    const bool measured =
        curve.series->role != ir::Role::kOther && curve.series->role < ir::Role::kLearningRate;
    if (curve.log != &log || !last_run || !measured || !std::isfinite(curve.epoch.back())) continue;
    if (latest == nullptr || curve.epoch.back() > latest->epoch.back()) latest = &curve;
  }
  return latest;
}

// Something says why there is no more, or at least that the program went on past its training.
bool SaysWhy(const ir::Log& log, std::uint32_t last_line) {
  if (log.cut_off || facts::StoppedByItself(log)) return true;
  return std::any_of(log.events.begin(), log.events.end(), [&](const ir::Event& event) {
    switch (event.kind) {
      case ir::EventKind::kEarlyStopping:
      case ir::EventKind::kNonfiniteNotice:
        return true;
      case ir::EventKind::kFrameworkWarning: {
        const facts::FrameworkWarning* warning = facts::KnownWarning(event.text);
        return warning != nullptr && warning->data_ended;
      }
      case ir::EventKind::kRunEnd:
      case ir::EventKind::kError:
        return event.line >= last_line;
      default:
        return false;
    }
  });
}

// Training may end before its last epoch by a rule that the settings name.
bool MayStopEarly(const ir::Config& config) {
  return std::any_of(config.entries.begin(), config.entries.end(), [](const ir::Entry& entry) {
    for (const std::string_view word : {"early", "patience", "max_steps", "max_time"}) {
      if (entry.key.find(word) != std::string::npos || entry.text.find(word) != std::string::npos)
        return true;
    }
    return false;
  });
}

// ... or that the script has: a callback, a break out of its loop. One that fits several times may
// plan another number of epochs each time.
bool MayStopEarly(const ir::Script& script) {
  const auto fits =
      std::count_if(script.steps.begin(), script.steps.end(), [](const ir::script::Step& step) {
        return step.kind == ir::script::Step::Kind::kCall && step.is_method && step.name == "fit";
      });
  return fits > 1 ||
         std::any_of(script.steps.begin(), script.steps.end(), [](const ir::script::Step& step) {
           return step.kind == ir::script::Step::Kind::kBreak ||
                  (step.kind == ir::script::Step::Kind::kCall &&
                   step.name.find("EarlyStopping") != std::string::npos);
         });
}

const std::optional<ir::Located<double>>& Plan(const facts::Facts& facts, const ir::Log& log) {
  return log.planned_epochs ? log.planned_epochs : facts.config().epochs;
}

// Epochs may be counted from 0, and the last one may be under way.
bool IsComplete(double last, double planned) { return last + 1 >= planned; }

void ReportInterruption(const ir::Event& event, const facts::Curve* curve,
                        const std::optional<ir::Located<double>>& plan, Sink& sink) {
  constexpr std::string_view kWhat[] = {"was stopped by hand", "ran into its time limit",
                                        "was preempted", "was cancelled"};
  constexpr std::string_view kHelp[] = {
      "take its last checkpoint for that of an unfinished run",
      "ask for more time, or save checkpoints and go on from the last one",
      "go on from its last checkpoint", "see who or what cancelled it, and start it again"};
  const facts::Stop stop = facts::StopOf(event);
  const auto kind = static_cast<std::size_t>(stop);
  std::string message = facts::Cat("the run ", kWhat[kind]);
  if (curve != nullptr)
    message += facts::Cat(", and its last metric is of epoch ", std::floor(curve->epoch.back()));
  if (curve != nullptr && plan) message += facts::Cat(" of ", plan->value);
  Finding& finding = sink.Report(event.location, std::move(message));
  finding.help = kHelp[kind];
  // The user knows.
  if (stop == facts::Stop::kByHand) finding.severity = Severity::kInfo;
  if (curve != nullptr) {
    finding.related = {{facts::PointLocation(*curve, curve->value.size() - 1), "last metric"}};
    finding.evidence = {{"last_epoch", curve->epoch.back()}};
  }
}

// True if it has told what stopped the run. One place is enough.
bool CheckInterruptions(const facts::Facts& facts, Sink& sink) {
  double furthest = 0;  // epoch of any log of the run
  bool complete = false;
  for (const ir::Log& log : facts.run().logs) {
    const facts::Curve* curve = ir::Trains(log) ? LastEpochs(facts, log) : nullptr;
    if (curve == nullptr) continue;
    furthest = std::max(furthest, curve->epoch.back());
    const auto& plan = Plan(facts, log);
    complete = complete || (plan && IsComplete(curve->epoch.back(), plan->value));
  }
  if (complete) return false;
  for (const ir::Log& log : facts.run().logs) {
    if (!ir::Trains(log)) continue;
    const ir::Event* stop = facts::Interruption(log);
    if (stop == nullptr) continue;
    const facts::Curve* curve = LastEpochs(facts, log);
    if (curve != nullptr && curve->epoch.back() < furthest) continue;  // another log goes on
    ReportInterruption(*stop, curve, Plan(facts, log), sink);
    return true;
  }
  return false;
}

// The status that a log's last run ended with, by the words of its scheduler or launcher, where
// nothing is measured behind; null: none is stated, or the run had said that it was done.
const ir::Event* FailedExit(const ir::Log& log) {
  const std::uint32_t last_metric = facts::LastMetricLine(log);
  const std::uint32_t last_run = log.segments.empty() ? 0 : log.segments.back().first_line;
  const ir::Event* exit = nullptr;
  for (const ir::Event& event : log.events) {
    if (event.line < last_metric || event.line < last_run) continue;
    if (event.kind == ir::EventKind::kRunEnd) return nullptr;
    if (event.kind == ir::EventKind::kFailedExit && exit == nullptr) exit = &event;
  }
  return exit;
}

bool IsCompleteLog(const facts::Facts& facts, const ir::Log& log) {
  const facts::Curve* curve = LastEpochs(facts, log);
  const auto& plan = Plan(facts, log);
  return curve != nullptr && plan && IsComplete(curve->epoch.back(), plan->value);
}

// True if it has told of a status: what ended the run is in no log.
bool CheckExits(const facts::Facts& facts, Sink& sink) {
  const std::vector<ir::Log>& logs = facts.run().logs;
  if (std::any_of(logs.begin(), logs.end(), facts::StoppedByItself)) return false;
  for (const ir::Log& log : logs) {
    if (!ir::Trains(log) || IsCompleteLog(facts, log)) continue;
    const ir::Event* exit = FailedExit(log);
    if (exit == nullptr) continue;
    Finding& finding = sink.Report(exit->location, facts::Cat("the run ended with ", exit->message,
                                                              ", and nothing in its log says why"));
    finding.help =
        "look for the error in the job's other output: the file of its stderr, the logs of the "
        "other processes";
    return true;
  }
  return false;
}

// The log's last record is in the middle of an epoch, or of a run that is counted in steps: more
// than two intervals are missing, so that not the last one alone was passed over.
bool EndsInside(const ir::Log& log) {
  const ir::Progress& progress = log.progress;
  return progress.line > 0 && progress.line >= log.last_line && progress.interval > 0 &&
         progress.steps - progress.step > 2 * progress.interval;
}

void CheckSteps(const facts::Facts& facts, Sink& sink) {
  const std::vector<ir::Log>& logs = facts.run().logs;
  // Of several logs any may be the one that goes on.
  if (logs.size() != 1 || !ir::Trains(logs[0]) || !EndsInside(logs[0])) return;
  const ir::Log& log = logs[0];
  const ir::Progress& progress = log.progress;
  if (SaysWhy(log, facts::LastMetricLine(log))) return;
  Finding& finding = sink.Report(ir::LineLocation(log, progress.line),
                                 facts::Cat("the log ends at step ", progress.step, " of ",
                                            progress.steps, ", and nothing in it says why"));
  finding.label = "last record";
  finding.help = kStillRunning;
  finding.evidence = {{"last_step", progress.step}, {"planned_steps", progress.steps}};
  finding.confidence = Confidence::kMedium;
}

// True if it has told of epochs that are missing.
bool CheckEpochs(const facts::Facts& facts, Sink& sink) {
  const facts::Curve* latest = nullptr;
  const ir::Log* latest_log = nullptr;
  for (const ir::Log& log : facts.run().logs) {
    if (!ir::Trains(log) || !Plan(facts, log)) continue;
    const facts::Curve* curve = LastEpochs(facts, log);
    if (curve == nullptr) continue;
    // Several logs of one run: the one that goes furthest counts.
    if (latest == nullptr || curve->epoch.back() > latest->epoch.back()) {
      latest = curve;
      latest_log = &log;
    }
  }
  if (latest == nullptr) return false;
  for (const ir::Log& log : facts.run().logs) {
    if (SaysWhy(log, facts::LastMetricLine(log))) return false;
  }
  const double planned = Plan(facts, *latest_log)->value;
  const ir::EmptyEpoch& header = latest_log->writing.last_header;
  const bool header_is_later = header.line > latest->line.back();
  const double last = std::max(latest->epoch.back(), header_is_later ? header.epoch : 0);
  if (IsComplete(last, planned) || !std::isfinite(latest->value.back())) return false;
  Finding& finding = sink.Report(facts::PointLocation(*latest, latest->value.size() - 1),
                                 facts::Cat("the log ends in epoch ", std::floor(last), " of ",
                                            planned, ", and nothing in it says why"));
  finding.label = "last epoch";
  finding.help = kStillRunning;
  finding.related = {
      {Plan(facts, *latest_log)->location, facts::Cat(planned, " epochs are planned here")}};
  finding.evidence = {{"last_epoch", last}, {"planned_epochs", planned}};
  finding.confidence = Confidence::kMedium;
  return true;
}

void Check(const facts::Facts& facts, Sink& sink) {
  if (CheckInterruptions(facts, sink) || CheckExits(facts, sink)) return;
  if (MayStopEarly(facts.config())) return;
  for (const ir::Script& script : facts.run().scripts) {
    if (MayStopEarly(script)) return;
  }
  if (!CheckEpochs(facts, sink)) CheckSteps(facts, sink);
}

}  // namespace

extern const Rule kEndsEarly;
const Rule kEndsEarly = {
    .id = "L020",
    .name = "ends-early",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "The run was stopped or failed, or its log ends before what was planned.",
         .what =
             "Reports a scheduler's cancellation, preemption or time limit behind which no "
             "metric is logged, and as information an interruption by hand, which the user "
             "knows of; not if every planned epoch is there, or a message says that training "
             "was done. Reports the exit status of a job that failed, as LSF, srun, torchrun and "
             "DeepSpeed state it, where no log holds a traceback or another reason. Otherwise "
             "compares the last epoch of a log with the number that its "
             "own headers (\"Epoch 3/10\"), a setting that it prints (max_epochs) or the "
             "configuration state, and the last record with the number of steps that it "
             "names (\"25/100\", total_steps), if nothing stands behind it and more than two "
             "intervals of logging are missing. That is silent when "
             "the log says why: early stopping, an error, a message that training is done, an "
             "incomplete last record; and when the configuration has early stopping, a limit "
             "on steps or on time.",
         .why = "A process that is killed from outside leaves no message of its own, and at most "
                "one of the scheduler, often in another file. What it saved last is taken for the "
                "result of the whole run.",
         .bad = R"(```text run.log
Epoch 1/10
20/20 - 0s - 2ms/step - loss: 4.0316
Epoch 2/10
20/20 - 0s - 2ms/step - loss: 1.8488
Epoch 3/10
20/20 - 0s - 2ms/step - loss: 0.9218
```)",
         .good = R"(```text run.log
Epoch 1/10
20/20 - 0s - 2ms/step - loss: 4.0316
Epoch 2/10
20/20 - 0s - 2ms/step - loss: 1.8488
Epoch 3/10
20/20 - 0s - 2ms/step - loss: 0.9218
Epoch 3: early stopping
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
