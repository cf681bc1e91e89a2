#include "analyzer/facts/several_runs.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "analyzer/facts/interleaving.h"
#include "analyzer/facts/progress.h"

namespace onnxcheck::facts {
namespace {

// What a script calls the parts of one experiment.
constexpr std::array<std::string_view, 14> kParts = {
    "fold",  "trial",  "split",     "subject",  "repeat", "repetition",       "task",
    "stage", "client", "estimator", "ensemble", "phase",  "cross-validation", "cross validation"};

bool NamesPart(const ir::Event& event) {
  if (event.kind != ir::EventKind::kVariation && event.kind != ir::EventKind::kRound &&
      event.kind != ir::EventKind::kRunStart) {
    return false;
  }
  const std::string text = absl::AsciiStrToLower(event.text);
  return std::any_of(kParts.begin(), kParts.end(),
                     [&](std::string_view part) { return text.find(part) != std::string::npos; });
}

// A table without a header whose counter starts over at even distances: nobody says whether these
// are runs, or epochs and their batches.
bool MayCountBatches(const ir::Log& log) {
  const auto nameless = [](const ir::Series& series) {
    return series.name.starts_with("column ") && series.name.find(" of ") != std::string::npos;
  };
  const auto lines = [](const ir::Segment& segment) {
    return segment.last_line - segment.first_line;
  };
  return !log.series.empty() && std::all_of(log.series.begin(), log.series.end(), nameless) &&
         std::all_of(log.segments.begin(), log.segments.end(), [&](const ir::Segment& segment) {
           return lines(segment) == lines(log.segments.front());
         });
}

// What a segment measures.
struct Measured {
  const Curve* longest = nullptr;  // the curve with the most points; null: none
  bool training_loss = false;
};

std::vector<Measured> BySegment(const Facts& facts, const ir::Log& log) {
  std::vector<Measured> segments(log.segments.size());
  for (const Curve& curve : facts.curves()) {
    if (curve.log != &log || curve.segment >= segments.size()) continue;
    Measured& measured = segments[curve.segment];
    if (measured.longest == nullptr || curve.value.size() > measured.longest->value.size())
      measured.longest = &curve;
    measured.training_loss = measured.training_loss || curve.series->role == ir::Role::kTrainLoss;
  }
  return segments;
}

}  // namespace

bool PlansSeveralModels(const ir::Config& config) {
  constexpr std::array<std::string_view, 7> kWords = {"fold",  "n_splits", "trial",  "sweep",
                                                      "seeds", "ensemble", "repeats"};
  return std::any_of(config.entries.begin(), config.entries.end(), [&](const ir::Entry& entry) {
    return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
      return entry.key.find(word) != std::string::npos;
    });
  });
}

bool NamesAnotherModel(const Facts& facts, const Curve& a, const Curve& b) {
  const auto still = [](const Curve& curve) {
    return std::all_of(curve.value.begin(), curve.value.end(),
                       [&](double value) { return value == curve.value.front(); });
  };
  for (const Curve& one : InSegmentOf(facts, a)) {
    if (!still(one) || one.value.size() < a.value.size()) continue;
    for (const Curve& other : InSegmentOf(facts, b)) {
      if (other.series == one.series && still(other) && other.value.front() != one.value.front()) {
        return true;
      }
    }
  }
  return false;
}

std::vector<std::size_t> UnexplainedRestarts(const Facts& facts, const ir::Log& log) {
  std::vector<std::size_t> restarts;
  if (IsInterleaved(log) || MayCountBatches(log)) return restarts;
  const bool appended = log.structured || 2 * log.timestamped_records > log.records;
  const std::vector<Measured> segments = BySegment(facts, log);
  auto event = log.events.begin();
  for (std::size_t i = 1; i < log.segments.size(); ++i) {
    const Curve* before = segments[i - 1].longest;
    const Curve* here = segments[i].longest;
    const std::uint32_t from =
        before == nullptr ? log.segments[i - 1].first_line : before->line.back();
    const std::uint32_t to = here == nullptr ? log.segments[i].last_line : here->line.front();
    while (event != log.events.end() && event->line < from) ++event;
    bool named = before != nullptr && here != nullptr && NamesAnotherModel(facts, *before, *here);
    for (auto near = event; near != log.events.end() && near->line <= to && !named; ++near)
      named = NamesPart(*near);
    if (log.segments[i].start != ir::SegmentStart::kRestart) continue;
    // The evaluation of what was trained is no run of training.
    if (segments[i - 1].training_loss && here != nullptr && !segments[i].training_loss) continue;
    if (!named && (appended || log.segments[i].announced)) restarts.push_back(i);
  }
  return restarts;
}

}  // namespace onnxcheck::facts
