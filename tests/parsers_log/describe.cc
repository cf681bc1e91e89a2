#include "tests/parsers_log/describe.h"

#include <cmath>
#include <sstream>

#include "parsers/log/log.h"

namespace onnxcheck::parsers::log {
namespace {

std::string_view RoleName(ir::Role role) {
  switch (role) {
    case ir::Role::kOther:
      return "other";
    case ir::Role::kTrainLoss:
      return "train-loss";
    case ir::Role::kValidationLoss:
      return "validation-loss";
    case ir::Role::kTestLoss:
      return "test-loss";
    case ir::Role::kLossComponent:
      return "loss-component";
    case ir::Role::kTrainAccuracy:
      return "train-accuracy";
    case ir::Role::kValidationAccuracy:
      return "validation-accuracy";
    case ir::Role::kTestAccuracy:
      return "test-accuracy";
    case ir::Role::kMetric:
      return "metric";
    case ir::Role::kPerplexity:
      return "perplexity";
    case ir::Role::kReward:
      return "reward";
    case ir::Role::kLearningRate:
      return "learning-rate";
    case ir::Role::kGradientNorm:
      return "gradient-norm";
    case ir::Role::kLossScale:
      return "loss-scale";
    case ir::Role::kEpoch:
      return "epoch";
    case ir::Role::kStep:
      return "step";
    case ir::Role::kTime:
      return "time";
    case ir::Role::kThroughput:
      return "throughput";
    case ir::Role::kMemory:
      return "memory";
  }
  return "?";
}

std::string_view KindName(ir::EventKind kind) {
  switch (kind) {
    case ir::EventKind::kTraceback:
      return "traceback";
    case ir::EventKind::kEmptyLogs:
      return "empty-logs";
    case ir::EventKind::kOutOfMemory:
      return "out-of-memory";
    case ir::EventKind::kInterrupted:
      return "interrupted";
    case ir::EventKind::kNonfiniteNotice:
      return "nonfinite";
    case ir::EventKind::kFrameworkWarning:
      return "warning";
    case ir::EventKind::kError:
      return "error";
    case ir::EventKind::kRunStart:
      return "start";
    case ir::EventKind::kRunEnd:
      return "end";
    case ir::EventKind::kCheckpoint:
      return "checkpoint";
    case ir::EventKind::kEarlyStopping:
      return "early-stopping";
    case ir::EventKind::kVariation:
      return "variation";
    case ir::EventKind::kRound:
      return "round";
    case ir::EventKind::kRecovery:
      return "recovery";
    case ir::EventKind::kFailedExit:
      return "failed-exit";
  }
  return "?";
}

}  // namespace

std::string DescribeSeries(const ir::Log& log) {
  std::ostringstream out;
  for (const ir::Series& series : log.series) {
    out << series.name << ' ' << RoleName(series.role);
    if (!std::isnan(series.at->epoch.back())) out << " epoch " << series.at->epoch.back();
    if (!std::isnan(series.at->step.back())) out << " step " << series.at->step.back();
    out << ':';
    for (const double value : series.value) out << ' ' << value;
    out << '\n';
  }
  return out.str();
}

std::string DescribeEvents(const ir::Log& log) {
  std::ostringstream out;
  for (const ir::Event& event : log.events) {
    if (out.tellp() > 0) out << ' ';
    out << KindName(event.kind) << '@' << event.location.line;
  }
  return out.str();
}

std::string DescribeSegments(const ir::Log& log) {
  std::ostringstream out;
  for (const ir::Segment& segment : log.segments) {
    if (out.tellp() > 0) out << ' ';
    out << segment.first_line << '-' << segment.last_line;
    if (segment.start == ir::SegmentStart::kRestart) out << ":restart";
    if (segment.start == ir::SegmentStart::kResume) out << ":resume";
  }
  return out.str();
}

ir::Log ParseText(std::string_view text, std::string_view path) {
  const auto source = Source::FromBytes(std::string(path), std::string(text));
  return ParseLog(*source);
}

}  // namespace onnxcheck::parsers::log
