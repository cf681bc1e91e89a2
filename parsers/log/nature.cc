#include "parsers/log/nature.h"

#include <algorithm>
#include <string>

#include "parsers/log/records.h"
#include "parsers/log/roles.h"
#include "parsers/log/text.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::size_t kSampleBytes = 65536;
constexpr std::size_t kSampleRecords = 400;
// So many of the lines must look alike before a file is said to be something else.
constexpr double kMostLines = 0.8;
constexpr std::size_t kCurvePoints = 5;
constexpr double kManyStatements = 0.2;

struct Sampled {
  std::size_t records = 0;
  std::size_t statements = 0;  // Python
  std::size_t paths = 0;
  std::size_t numbers = 0;  // rows of them, and no word
  bool imports = false;
};

bool StartsWith(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

bool IsStatement(std::string_view line) {
  constexpr std::string_view kStarts[] = {"import ", "from ", "def ",   "class ", "return ", "for ",
                                          "if ",     "elif ", "else:",  "while ", "with ",   "try:",
                                          "except",  "@",     "print(", "self.",  "# "};
  const bool starts = std::any_of(std::begin(kStarts), std::end(kStarts),
                                  [&](std::string_view start) { return StartsWith(line, start); });
  if (!starts) return false;
  return !(StartsWith(line, "from ") && line.find(" import ") == std::string_view::npos);
}

bool IsPath(std::string_view line) {
  if (line.find_first_of("\t:=,\"'") != std::string_view::npos ||
      line.find("  ") != std::string_view::npos)
    return false;
  const std::size_t dot = line.rfind('.');
  return line.find('/') != std::string_view::npos && dot != std::string_view::npos &&
         line.size() - dot <= 6;
}

bool IsNumbers(std::string_view line) {
  return line.find_first_of("0123456789") != std::string_view::npos &&
         line.find_first_not_of("0123456789.+-eE|;,%:/ \t") == std::string_view::npos;
}

Sampled Look(std::string_view text) {
  Sampled sampled;
  RecordReader reader(text.substr(0, kSampleBytes));
  Record record;
  while (sampled.records < kSampleRecords && reader.Next(&record)) {
    const std::string_view line = Trim(record.text);
    ++sampled.records;
    sampled.statements += IsStatement(line);
    sampled.paths += IsPath(line);
    sampled.numbers += IsNumbers(line);
    sampled.imports = sampled.imports || StartsWith(line, "import ") ||
                      (StartsWith(line, "from ") && IsStatement(line));
  }
  return sampled;
}

bool HasMeasurement(const ir::Log& log) {
  return std::any_of(log.series.begin(), log.series.end(), [](const ir::Series& series) {
    switch (series.role) {
      case ir::Role::kTrainLoss:
      case ir::Role::kValidationLoss:
      case ir::Role::kTestLoss:
      case ir::Role::kLossComponent:
      case ir::Role::kTrainAccuracy:
      case ir::Role::kValidationAccuracy:
      case ir::Role::kTestAccuracy:
      case ir::Role::kPerplexity:
      case ir::Role::kMetric:
      case ir::Role::kReward:
      case ir::Role::kGradientNorm:
      case ir::Role::kLearningRate:
        return true;
      default:
        return false;
    }
  });
}

// A list of numbers in a JSON document may well be a loss that nobody named.
bool HasCurve(const ir::Log& log) {
  return std::any_of(log.series.begin(), log.series.end(), [](const ir::Series& series) {
    if (series.epoch.size() < kCurvePoints) return false;
    for (std::size_t i = 0; i < series.epoch.size(); ++i) {
      if (series.epoch[i] != static_cast<double>(i)) return false;
    }
    return series.role == ir::Role::kOther;
  });
}

bool Infers(const ir::Log& log) {
  return std::any_of(log.series.begin(), log.series.end(), [](const ir::Series& series) {
    return series.name.find("nference") != std::string::npos ||
           series.name.find("atency") != std::string::npos;
  });
}

// What a run that trains says about itself, lower case.
bool SpeaksOfTraining(std::string_view text) {
  std::string lower(text.substr(0, kSampleBytes));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  // "train.bin" is a file that any step may name.
  for (const std::string_view word :
       {"epoch", "train ", "training", "trainer", "trained", "loss", "optimi", "checkpoint", "cuda",
        "gpu", "tensorflow", "keras", "model", "finetun", "fine-tun"}) {
    if (lower.find(word) != std::string::npos) return true;
  }
  return false;
}

// A word such as "batch_size" stands in source code, too.
bool HasNews(const ir::Log& log) {
  return std::any_of(log.events.begin(), log.events.end(), [](const ir::Event& event) {
    return event.kind != ir::EventKind::kVariation && event.kind != ir::EventKind::kRound;
  });
}

struct Verdict {
  ir::LogNature nature = ir::LogNature::kTraining;
  std::string_view reason;
};

Verdict Judge(std::string_view text, const ir::Log& log) {
  using enum ir::LogNature;
  const std::string_view front = Trim(text.substr(0, 4096));
  if (front.empty()) return {};
  if (StartsWith(front, "This is pdfTeX") || StartsWith(front, "This is XeTeX") ||
      StartsWith(front, "This is LuaTeX") || StartsWith(front, "This is LuaHBTeX")) {
    return {kNotes, "the log of a LaTeX run"};
  }
  if (StartsWith(front, "<!DOCTYPE html") || StartsWith(front, "<!doctype html") ||
      StartsWith(front, "<html")) {
    return {kOther, "an HTML page"};
  }
  if (front.find("diff check ") != std::string_view::npos &&
      front.find("mean diff: check passed") != std::string_view::npos) {
    return {kEvaluation, "a comparison by reprod_log"};
  }
  const Sampled sampled = Look(text);
  const auto records = static_cast<double>(sampled.records);
  if (sampled.imports && !HasNews(log) &&
      static_cast<double>(sampled.statements) > kManyStatements * records) {
    return {kOther, "Python source code"};
  }
  if (HasMeasurement(log) || log.metric_records > 0) return {};
  if (sampled.records >= 3 && static_cast<double>(sampled.paths) > kMostLines * records)
    return {kOther, "a list of files"};
  if (HasCurve(log)) return {};
  if (log.structured) return {kOther, "a table or records without a loss or a metric"};
  // A crash, a warning or a start is reason enough to look closer.
  if (HasNews(log)) return {};
  if (static_cast<double>(sampled.numbers) > kMostLines * records)
    return {kOther, "numbers without names"};
  if (Infers(log) && !SpeaksOfTraining(text)) return {kServing, "the times of an inference"};
  if (sampled.records >= 3 && !SpeaksOfTraining(text))
    return {kOther, "a log that says nothing of training"};
  return {};
}

}  // namespace

void JudgeNature(std::string_view text, ir::Log* log) {
  const Verdict verdict = Judge(text, *log);
  log->nature = verdict.nature;
  log->nature_reason = std::string(verdict.reason);
}

}  // namespace onnxcheck::parsers::log
