#include "parsers/log/nature.h"

#include <absl/types/span.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "parsers/log/file_name.h"
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
constexpr double kProseShare = 0.1;
constexpr double kMostPreparations = 0.5;
constexpr std::size_t kLeastSettings = 5;

struct Sampled {
  std::size_t records = 0;
  std::size_t statements = 0;  // Python
  std::size_t paths = 0;
  std::size_t numbers = 0;  // rows of them, and no word
  std::size_t weights = 0;  // files of weights are named
  std::size_t installs = 0;
  std::size_t prepares = 0;  // what a script that makes data says it does
  std::size_t settings = 0;
  std::size_t sentences = 0;  // of prose
  std::size_t commands = 0;   // "train.py --lr 0.1"
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

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool ContainsOneOf(std::string_view text, absl::Span<const std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [text](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  });
}

constexpr std::string_view kWeightFiles[] = {".pth",  ".pt ",  ".ckpt",   ".h5",         ".weights",
                                             ".hdf5", ".onnx", ".params", ".safetensors"};
constexpr std::string_view kInstalls[] = {"Requirement already satisfied",
                                          "Successfully installed",
                                          "Installing ",
                                          "Collecting ",
                                          "Downloading ",
                                          "Unpacking ",
                                          "Setting up ",
                                          " installed"};

// A training names the files that it writes.
constexpr std::string_view kWrites[] = {"sav", "Sav", "writ", "Writ", "best", "Best"};
constexpr std::string_view kPreparations[] = {
    "Downloading", "Extracting", "Converting", "Tokenizing", "Preprocessing", "Processing",
    "Generating ", "Map:",       "Map (",      "Filter:",    "Resizing",      "Saving the dataset"};
constexpr std::size_t kFrontOfLine = 40;

// "learning_rate: 0.1", "  'layers': 3,"
bool IsSetting(std::string_view line) {
  std::size_t end = 0;
  while (end < line.size() && (line[end] == '-' || line[end] == ' ' || line[end] == '\'' ||
                               line[end] == '"' || line[end] == '{'))
    ++end;
  const std::size_t begin = end;
  while (end < line.size() && (IsLetter(line[end]) || line[end] == '_' || line[end] == '.' ||
                               (line[end] >= '0' && line[end] <= '9')))
    ++end;
  if (end == begin || !IsLetter(line[begin]) || end - begin > 40) return false;
  const std::size_t separator = line.find_first_not_of("'\" ", end);
  return separator != std::string_view::npos &&
         (line[separator] == ':' || line[separator] == '=') && line.substr(separator, 2) != "==" &&
         line.substr(separator, 2) != "::";
}

// A sentence that a person wrote: words, and nothing that programs print between them.
bool IsProse(std::string_view line) {
  constexpr int kLeastWords = 8;
  line.remove_prefix(std::min(line.find_first_not_of("->#*= "), line.size()));
  if (line.empty() || line.find_first_of("/_=\"{}[]|<>`\\@") != std::string_view::npos)
    return false;
  const auto letters =
      std::count_if(line.begin(), line.end(), [](char c) { return IsLetter(c) || c == ' '; });
  return std::count(line.begin(), line.end(), ' ') >= kLeastWords &&
         static_cast<double>(letters) > 0.9 * static_cast<double>(line.size());
}

// The first word is a script.
bool IsCommand(std::string_view line) {
  const std::string_view word = line.substr(0, line.find(' '));
  return (word.size() > 3 && word.substr(word.size() - 3) == ".py") ||
         StartsWith(line, "python ") || StartsWith(line, "python3 ");
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
    sampled.weights += (ContainsOneOf(line, kWeightFiles) || line.ends_with(".pt")) &&
                       !ContainsOneOf(line, kWrites);
    sampled.prepares += ContainsOneOf(line.substr(0, kFrontOfLine), kPreparations);
    sampled.settings += IsSetting(line);
    sampled.installs += ContainsOneOf(line, kInstalls);
    sampled.sentences += IsProse(line);
    sampled.commands += IsCommand(line);
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
    if (series.at->epoch.size() < kCurvePoints) return false;
    for (std::size_t i = 0; i < series.at->epoch.size(); ++i) {
      if (series.at->epoch[i] != static_cast<double>(i)) return false;
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

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return lower;
}

// What a run that trains says about itself. "train.bin" is a file that any step may name.
constexpr std::string_view kTrainingWords[] = {"epoch", "train ", "training", "trainer", "trained",
                                               "loss",  "optimi", "finetun",  "fine-tun"};
// What others that work with models say, too.
constexpr std::string_view kModelWords[] = {"checkpoint", "cuda",  "gpu",
                                            "tensorflow", "keras", "model"};

// A row names the point of a run that it belongs to.
bool Counts(const ir::Log& log) {
  return log.planned_epochs.has_value() ||
         std::any_of(log.series.begin(), log.series.end(), [](const ir::Series& series) {
           const auto stated = [](double counter) { return !std::isnan(counter); };
           return std::any_of(series.at->epoch.begin(), series.at->epoch.end(), stated) ||
                  std::any_of(series.at->step.begin(), series.at->step.end(), stated);
         });
}

struct Measured {
  bool held_out = false;    // on validation or test data
  bool training = false;    // on training data, or nobody says on which
  std::size_t longest = 0;  // points of the series that has most
};

Measured WhatIsMeasured(const ir::Log& log) {
  Measured measured;
  for (const ir::Series& series : log.series) {
    const Name name = ClassifyName(series.name);
    if (!IsMeasurement(name.quantity)) continue;
    measured.longest = std::max(measured.longest, series.value.size());
    using enum ir::Role;
    measured.held_out = measured.held_out || series.role == kValidationLoss ||
                        series.role == kTestLoss || series.role == kValidationAccuracy ||
                        series.role == kTestAccuracy || name.split == Split::kValidation ||
                        name.split == Split::kTest;
    measured.training = measured.training || series.role == kTrainLoss ||
                        series.role == kTrainAccuracy || name.split == Split::kTrain;
  }
  return measured;
}

bool HasSeries(const ir::Log& log, std::string_view name) {
  return std::any_of(log.series.begin(), log.series.end(),
                     [name](const ir::Series& series) { return series.name == name; });
}

bool Crashes(const ir::Log& log) {
  return std::any_of(log.events.begin(), log.events.end(), [](const ir::Event& event) {
    return event.kind == ir::EventKind::kTraceback || event.kind == ir::EventKind::kOutOfMemory ||
           event.kind == ir::EventKind::kInterrupted;
  });
}

// Every crash has its innermost frame in a script that makes data.
bool CrashesWhilePreparing(const ir::Log& log) {
  constexpr std::string_view kScripts[] = {"preprocess", "prepare",   "download",
                                           "convert",    "make_data", "tokenize_data"};
  bool crashed = false;
  for (const ir::Event& event : log.events) {
    if (event.kind != ir::EventKind::kTraceback && event.kind != ir::EventKind::kOutOfMemory)
      continue;
    if (event.frame.empty()) continue;
    if (!ContainsOneOf(event.frame.substr(0, event.frame.find(':')), kScripts)) return false;
    crashed = true;
  }
  return crashed;
}

// "loss.txt": the file's name says what its numbers are.
bool IsNamedForNumbers(const std::string& path) {
  const Name name = ClassifyName(MetricOfFile(path));
  return name.exact && IsMeasurement(name.quantity);
}

// A word such as "batch_size" stands in source code, too.
bool HasNews(const ir::Log& log) {
  return std::any_of(log.events.begin(), log.events.end(), [](const ir::Event& event) {
    return event.kind != ir::EventKind::kVariation && event.kind != ir::EventKind::kRound &&
           event.kind != ir::EventKind::kRecovery;
  });
}

struct Verdict {
  ir::LogNature nature = ir::LogNature::kTraining;
  std::string_view reason;
};

// `sample` and `end`: the front and the end of the text, lower case.
Verdict JudgeEvaluation(std::string_view sample, std::string_view end, const Sampled& sampled,
                        const ir::Log& log) {
  using enum ir::LogNature;
  const Measured measured = WhatIsMeasured(log);
  if (measured.training && sampled.weights < 2) return {};
  // LLaMA-Factory's trainer_log.jsonl: a training writes its loss into every row.
  if (log.structured && HasSeries(log, "current_steps") && HasSeries(log, "total_steps") &&
      measured.longest == 0) {
    return {kEvaluation, "the progress of an evaluation or a prediction, without a loss"};
  }
  constexpr std::string_view kRunning[] = {"***** running prediction", "***** running evaluation",
                                           "***** running inference"};
  constexpr std::string_view kTrains[] = {"***** running training"};
  if (measured.longest == 0 && ContainsOneOf(end, kRunning) && !ContainsOneOf(sample, kTrains) &&
      !ContainsOneOf(end, kTrains)) {
    return {kEvaluation, "a prediction or an evaluation that was run by itself"};
  }
  if (Counts(log)) return {};
  constexpr std::string_view kTrainsHere[] = {"epoch", "training", "optimi"};
  if (measured.longest >= 2 && sampled.weights >= measured.longest &&
      sampled.records < kSampleRecords && !ContainsOneOf(sample, kTrainsHere))
    return {kEvaluation, "measurements, each of another file of weights"};
  if (measured.training) return {};
  constexpr std::string_view kEvaluating[] = {"eval", "predict", "inference"};
  const bool trains = ContainsOneOf(sample, kTrainingWords) || ContainsOneOf(end, kTrainingWords);
  if (measured.held_out && !trains && ContainsOneOf(sample, kEvaluating))
    return {kEvaluation, "measures on held-out data and says nothing of training"};
  // The tables of scikit-learn, of the COCO API and of lm-evaluation-harness.
  constexpr std::string_view kReports[] = {"precision    recall  f1-score   support",
                                           "average precision  (ap) @[ iou=", "|metric|"};
  if (!trains && ContainsOneOf(sample, kReports))
    return {kEvaluation, "the report of an evaluation, and nothing of training"};
  constexpr std::string_view kConfidence[] = {"confidence", "probability", "predicted_label"};
  if (measured.longest == 0 && !trains && sample.find("predict") != std::string_view::npos &&
      ContainsOneOf(sample.substr(0, 4096), kConfidence)) {
    return {kEvaluation, "predictions with their confidence"};
  }
  return {};
}

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
  const std::string sample = Lower(text.substr(0, kSampleBytes));
  const std::string end = Lower(text.substr(text.size() - std::min(text.size(), kSampleBytes)));
  const bool trains = ContainsOneOf(sample, kTrainingWords);
  if (const Verdict verdict = JudgeEvaluation(sample, end, sampled, log);
      verdict.nature != kTraining) {
    return verdict;
  }
  if (sampled.commands > 0 && sampled.commands == sampled.records && log.metric_records == 0)
    return {kConfiguration, "a command line"};
  if (sampled.records >= kLeastSettings && sampled.settings == sampled.records &&
      log.timestamped_records == 0 && log.metric_records == 0) {
    return {kConfiguration, "settings, and nothing else"};
  }
  if (HasMeasurement(log) || log.metric_records > 0) return {};
  if (CrashesWhilePreparing(log)) return {kPreparation, "crashes of a script that prepares data"};
  if (sampled.records >= 3 && static_cast<double>(sampled.paths) > kMostLines * records)
    return {kOther, "a list of files"};
  if (HasCurve(log)) return {};
  if (log.structured) return {kOther, "a table or records without a loss or a metric"};
  if (Infers(log) && !trains) return {kServing, "the times of an inference"};
  constexpr std::string_view kServers[] = {"uvicorn running on", "started server process",
                                           "* running on http",  "http/1.1\" 200",
                                           "starting gunicorn",  "avg generation throughput"};
  if (!trains && !Crashes(log) && ContainsOneOf(sample, kServers))
    return {kServing, "the log of a server"};
  if (sampled.installs >= 2 && !Crashes(log) && sample.find("epoch") == std::string::npos &&
      sample.find("train") == std::string::npos) {
    return {kPreparation, "what an installation prints"};
  }
  if (static_cast<double>(sampled.prepares) > kMostPreparations * records && !trains &&
      !Crashes(log)) {
    return {kPreparation, "what the preparation of data prints"};
  }
  // A crash, a warning or a start is reason enough to look closer.
  if (HasNews(log)) return {};
  if (static_cast<double>(sampled.numbers) > kMostLines * records &&
      !IsNamedForNumbers(log.input.path))
    return {kOther, "numbers without names"};
  if (sampled.sentences >= 3 && static_cast<double>(sampled.sentences) > kProseShare * records &&
      log.timestamped_records == 0) {
    return {kNotes, "prose that a person wrote"};
  }
  if (sampled.records >= 3 && !trains && !ContainsOneOf(sample, kModelWords))
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
