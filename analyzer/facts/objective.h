// What a run trained: a loss, and the output it was applied to.
#ifndef ONNXCHECK_ANALYZER_FACTS_OBJECTIVE_H_
#define ONNXCHECK_ANALYZER_FACTS_OBJECTIVE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/facts/heads.h"
#include "analyzer/facts/losses.h"
#include "analyzer/ir/run.h"

namespace onnxcheck::facts {

// kConfig: the loss is written down. kModel: a graph itself applies it to the
// output. kLog: only the logged values speak for it (say, accuracy at chance
// while the loss is far below ln C), so findings that rest on it are of lower
// confidence.
enum class LossSource { kConfig, kModel, kLog };

// The activation and width of the trained output, from a model or from a
// configuration that holds the architecture.
struct Output {
  ir::Activation activation = ir::Activation::kUnknown;
  std::optional<std::int64_t> width;
  bool row_per_example = true;       // false: also has axes of space, time or candidates
  ir::Location location;             // of the activation
  std::string name;                  // the output's name
  const ir::Model* model = nullptr;  // null: known from a config only
};

// "output \"probs\" ends in Softmax", "the last layer has no activation".
std::string DescribeOutput(const Output& output);

struct Objective {
  Loss loss;
  LossSource source = LossSource::kConfig;
  std::string text;       // the loss as written, or what was inferred
  ir::Location location;  // of the loss in the config, or of the log line that speaks for it
  Output output;
};

// Empty unless both a loss and the one output it can belong to are known: a
// model with several heads gives none. `heads` are those of all models.
std::vector<Objective> Objectives(const ir::Run& run, const ir::Config& config,
                                  const std::vector<Head>& heads);

// True for the node that makes an output of the model which a known loss is trained on.
bool IsTrainedHead(const std::vector<Objective>& objectives, const std::vector<Head>& heads,
                   const ir::Model& model, ir::NodeId node);

// The loss that the configuration states, whether or not its output is known;
// nullopt for none and for a custom one.
std::optional<Loss> ConfiguredLoss(const ir::Run& run, const ir::Config& config);

// A number of classes that one of the inputs states.
struct ClassCount {
  std::int64_t count = 0;
  ir::Kind source = ir::Kind::kModel;
  ir::Location location;
  std::string text;  // "output \"probs\" has width 10"
};

std::vector<ClassCount> ClassCounts(const ir::Run& run, const ir::Config& config,
                                    const std::vector<Head>& heads,
                                    const std::vector<Objective>& objectives);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_OBJECTIVE_H_
