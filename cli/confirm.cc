#include "cli/confirm.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <ostream>
#include <vector>

#include "analyzer/engine/settings.h"
#include "cli/trainer_process.h"
#include "parsers/parallel.h"
#include "rules/catalogue.h"
#include "trainer/plan.h"

namespace onnxcheck::cli {
namespace {

trainer::Plan PlanFor(const ir::Experiment& experiment, const ConfirmOptions& options) {
  trainer::Plan plan;
  plan.experiment = experiment;
  plan.seeds = options.seeds;
  plan.steps = options.steps;
  plan.data_path = options.data;
  plan.limits.seconds = options.seconds;
  plan.limits.memory_bytes = options.memory_bytes;
  return plan;
}

ConfirmationStatus StatusOf(trainer::Outcome outcome) {
  switch (outcome) {
    case trainer::Outcome::kConfirmed:
      return ConfirmationStatus::kConfirmed;
    case trainer::Outcome::kRefuted:
      return ConfirmationStatus::kRefuted;
    case trainer::Outcome::kInconclusive:
      break;
  }
  return ConfirmationStatus::kInconclusive;
}

Confirmation ToConfirmation(const trainer::Verdict& verdict) {
  Confirmation confirmation;
  confirmation.status = StatusOf(verdict.outcome);
  confirmation.text = verdict.text;
  for (const auto& [name, value] : verdict.figures) {
    if (!std::isfinite(value)) continue;
    if (name.starts_with("seeds") || name.ends_with("steps")) {
      confirmation.figures.emplace_back(name, static_cast<std::int64_t>(value));
    } else {
      confirmation.figures.emplace_back(name, value);
    }
  }
  confirmation.curve_steps = verdict.curve_steps;
  confirmation.baseline_curve = verdict.baseline_curve;
  confirmation.changed_curve = verdict.changed_curve;
  return confirmation;
}

// A rule that could have been settled, on a run that gives nothing to replay.
void TellUnplayable(Finding* finding) {
  const Rule* rule = FindRule(rules::Catalogue(), finding->id);
  if (rule == nullptr || !rule->replayable) return;
  finding->confirmation.status = ConfirmationStatus::kInconclusive;
  finding->confirmation.text =
      "nothing was replayed: it takes a model, a known loss, SGD or Adam, and a change to try";
}

}  // namespace

bool Confirm(std::span<Finding* const> findings, const ConfirmOptions& options) {
  // By plan: findings of one cause often ask for the same replay.
  std::map<std::string, std::vector<Finding*>> asked;
  std::vector<trainer::Plan> plans;
  std::vector<const std::vector<Finding*>*> answers;
  for (Finding* finding : findings) {
    if (!finding->experiment) {
      TellUnplayable(finding);
      continue;
    }
    trainer::Plan plan = PlanFor(*finding->experiment, options);
    const auto [it, is_new] = asked.try_emplace(trainer::WritePlan(plan));
    it->second.push_back(finding);
    if (!is_new) continue;
    plans.push_back(std::move(plan));
    answers.push_back(&it->second);
  }
  if (plans.empty()) return true;

  const std::string executable = FindTrainer(options.trainer);
  if (executable.empty()) {
    if (options.notes != nullptr) {
      *options.notes << "onnxcheck: --confirm needs onnxcheck-trainer beside this program: install "
                        "libtorch (Debian: apt-get install libtorch-dev) and build again\n";
    }
    return false;
  }
  std::vector<trainer::Verdict> verdicts(plans.size());
  parsers::InParallel(plans.size(), options.jobs,
                      [&](std::size_t i) { verdicts[i] = RunTrainer(executable, plans[i]); });
  for (std::size_t i = 0; i < plans.size(); ++i) {
    for (Finding* finding : *answers[i]) finding->confirmation = ToConfirmation(verdicts[i]);
  }
  return true;
}

}  // namespace onnxcheck::cli
