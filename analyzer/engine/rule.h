// What a rule is: plain data, and a free function.
//
//   void Check(const facts::Facts& facts, Sink& sink) {
//     for (const facts::Objective& objective : facts.objectives()) {
//       if (...) continue;
//       Finding& finding = sink.Report(objective.location, "mean squared error is ...");
//       finding.help = "use categorical cross-entropy";
//     }
//   }
//   const Rule kSoftmaxWithMse = {.id = "A001", .name = "softmax-with-mse", ...};
#ifndef ONNXCHECK_ANALYZER_ENGINE_RULE_H_
#define ONNXCHECK_ANALYZER_ENGINE_RULE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine/finding.h"
#include "analyzer/facts/facts.h"
#include "analyzer/ir/input.h"

namespace onnxcheck {

namespace facts {
struct Hazard;         // analyzer/facts/hazard.h
enum class DataFault;  // analyzer/facts/data_errors.h
}  // namespace facts

enum class Family {
  kInput,
  kModel,
  kNumerics,
  kWeights,
  kObjective,
  kConfiguration,
  kData,
  kLog,
  kDynamics,
  kConsistency,
  kScript
};

// Bits for Rule::needs and Rule::needs_any.
using Needs = std::uint8_t;
inline constexpr Needs kNothing = 0;
inline constexpr Needs kModel = 1;
inline constexpr Needs kConfig = 2;
inline constexpr Needs kLog = 4;
inline constexpr Needs kScript = 8;

// A number that decides, and where it comes from. Settings may override it.
struct Parameter {
  std::string_view name = {};  // "min_relative_drop"
  double value = 0;
  std::string_view meaning = {};
  std::string_view source = {};  // paper, framework default, or the measurement behind it
};

// Markdown. The examples are executed: each holds fenced blocks
// "```yaml config.yaml"; the bad one must fire exactly this rule, the good
// one nothing at all.
struct Documentation {
  std::string_view summary = {};  // one line
  std::string_view what = {};
  std::string_view why = {};
  std::string_view bad = {};
  std::string_view good = {};
  std::string_view references = {};  // may be empty
};

class Sink;

struct Rule {
  std::string_view id = {};
  std::string_view name = {};
  Family family = Family::kInput;
  Severity severity = Severity::kWarning;
  Needs needs = kNothing;      // all of these must be in the run
  Needs needs_any = kNothing;  // and at least one of these, if any is named
  Documentation documentation = {};
  std::vector<Parameter> parameters = {};
  void (*check)(const facts::Facts& facts, Sink& sink) = nullptr;
  bool replayable = false;  // its findings may carry an Experiment
};

// Where a rule puts its findings. One per rule and run; not shared by threads.
class Sink {
 public:
  Sink(const Rule& rule, std::vector<double> parameters)
      : rule_(rule), parameters_(std::move(parameters)) {}

  // A finding with the rule's id, name and severity, to be completed by the
  // caller. The reference is valid until the next call.
  Finding& Report(ir::Location location, std::string message);

  // Value in force of one of the rule's parameters; the name must exist.
  double Parameter(std::string_view name) const;

  std::vector<Finding> Take() { return std::move(findings_); }

 private:
  const Rule& rule_;
  std::vector<double> parameters_;  // parallel to rule_.parameters
  std::vector<Finding> findings_;
};

// A finding for every problem of the kind that a parser met in any input of
// the run, in the parser's words.
void ReportProblems(const facts::Facts& facts, ir::ProblemKind kind, Sink& sink);

// A finding for every fault of the kind in the data of the run, where its script shows it, or else
// where its log does.
void ReportDataFaults(const facts::Facts& facts, facts::DataFault fault, Sink& sink);

// A finding for each form of numerical hazard in a model, at its first place.
// A loss that ended in NaN or infinity makes it an error, a long finite one an
// info; a hazard that only rests on assumptions is reported, as a warning of
// low confidence, where the loss did end so, and else not at all.
void ReportHazards(const facts::Facts& facts, const std::vector<facts::Hazard>& hazards,
                   Sink& sink);

}  // namespace onnxcheck

#endif  // ONNXCHECK_ANALYZER_ENGINE_RULE_H_
