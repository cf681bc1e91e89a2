// Hazards of a model to findings: one for each form, as severe as the log says.
#include <algorithm>
#include <map>
#include <utility>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/hazard.h"
#include "analyzer/facts/text.h"

namespace onnxcheck {
namespace {

using facts::Hazard;
using facts::Outcome;
using facts::Reach;

constexpr std::size_t kNamed = 3;  // further places that are named

ir::Location PlaceOf(const Hazard& hazard) {
  return facts::NodeLocation(hazard.ranges->model(), *hazard.graph, hazard.node);
}

void Report(const std::vector<const Hazard*>& alike, Outcome outcome, Sink& sink) {
  const Hazard& hazard = *alike.front();
  std::string message = hazard.message;
  if (alike.size() > 1) {
    message += facts::Cat(", and so in ",
                          facts::Plural(static_cast<double>(alike.size() - 1), "other place"),
                          " of this form");
  }
  Finding& finding = sink.Report(PlaceOf(hazard), std::move(message));
  finding.label = hazard.label;
  finding.help = hazard.help;
  finding.confidence = hazard.reach == Reach::kCertain  ? Confidence::kHigh
                       : hazard.reach == Reach::kLikely ? Confidence::kMedium
                                                        : Confidence::kLow;
  if (outcome == Outcome::kNonfinite && hazard.reach != Reach::kAssumed) {
    finding.severity = Severity::kError;
  } else if (outcome == Outcome::kFinite) {
    finding.severity = Severity::kInfo;
  }
  for (facts::Reason& reason : facts::Reasons(hazard)) {
    finding.related.push_back({std::move(reason.location), std::move(reason.text)});
  }
  for (std::size_t i = 1; i < alike.size() && i <= kNamed; ++i) {
    finding.related.push_back({PlaceOf(*alike[i]), "the same form"});
  }
  const ir::Node& node = hazard.graph->nodes[static_cast<std::size_t>(hazard.node)];
  const facts::Range& range =
      facts::OperandRange(*hazard.ranges, *hazard.graph, node, hazard.operand);
  const ir::ValueId operand = facts::InputOf(node, hazard.operand);
  if (operand != ir::kNone) {
    finding.evidence = {{"operand", hazard.graph->values[static_cast<std::size_t>(operand)].name},
                        {"low", range.assumed.low},
                        {"high", range.assumed.high},
                        {"proved_low", range.proved.low},
                        {"proved_high", range.proved.high}};
  }
  finding.evidence.emplace_back("places", static_cast<std::int64_t>(alike.size()));
  if (outcome != Outcome::kUnknown) {
    finding.evidence.emplace_back("loss_finite", outcome == Outcome::kFinite);
  }
}

}  // namespace

void ReportHazards(const facts::Facts& facts, const std::vector<Hazard>& hazards, Sink& sink) {
  if (hazards.empty()) return;
  const Outcome outcome = facts::TrainingOutcome(facts);
  std::vector<std::vector<const Hazard*>> groups;
  std::map<std::pair<const facts::Ranges*, std::string>, std::size_t> index;
  for (const Hazard& hazard : hazards) {
    if (hazard.reach == Reach::kNone) continue;
    if (hazard.reach == Reach::kAssumed && outcome != Outcome::kNonfinite) continue;
    const auto [at, fresh] =
        index.try_emplace({hazard.ranges, facts::FormOf(hazard)}, groups.size());
    if (fresh) groups.emplace_back();
    groups[at->second].push_back(&hazard);
  }
  for (const auto& group : groups) Report(group, outcome, sink);
}

}  // namespace onnxcheck
