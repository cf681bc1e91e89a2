#include "analyzer/facts/objective.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "analyzer/facts/curves.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/loss_values.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::facts {
namespace {

using ir::Activation;

constexpr std::int64_t kLargestClassCount = 10'000'000;

Activation ResolveActivation(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Activation>, 9> kNames = {{
      {"softmax", Activation::kSoftmax},
      {"log_softmax", Activation::kLogSoftmax},
      {"logsoftmax", Activation::kLogSoftmax},
      {"sigmoid", Activation::kSigmoid},
      {"tanh", Activation::kTanh},
      {"relu", Activation::kRelu},
      {"linear", Activation::kNone},
      {"identity", Activation::kNone},
      {"none", Activation::kNone},
  }};
  for (const auto& [known, activation] : kNames) {
    if (name == known) return activation;
  }
  return Activation::kUnknown;
}

std::optional<std::int64_t> Whole(const std::optional<ir::Located<double>>& field) {
  if (!field || !(field->value >= 1) || field->value > kLargestClassCount ||
      std::floor(field->value) != field->value) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(field->value);
}

bool IsSoftmaxKind(Activation activation) {
  return activation == Activation::kSoftmax || activation == Activation::kLogSoftmax;
}

// Width of a head that has one row an example; beyond two axes the last one
// may be space or time.
Output OutputOfHead(const Head& head) {
  Output output;
  output.activation = head.activation;
  output.location = head.location;
  output.name = head.name;
  output.model = head.model;
  const auto* shape = ShapeOf(head.model->graph, head.output);
  output.row_per_example = shape != nullptr && shape->size() == 2;
  if (output.row_per_example) output.width = head.width;
  if (IsSoftmaxKind(head.activation) && head.axis_size) output.width = head.axis_size;
  return output;
}

// The output of the run's model. Several models (say, checkpoints, or the graphs that one is
// trained and evaluated with) must agree; one without heads, an optimizer's, has no say.
std::optional<Output> ModelOutput(const std::vector<Head>& heads) {
  std::optional<Output> agreed;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    if (i > 0 && heads[i].model == heads[i - 1].model) return std::nullopt;
    Output output = OutputOfHead(heads[i]);
    if (!agreed) {
      agreed = std::move(output);
    } else if (agreed->activation != output.activation || agreed->width != output.width) {
      return std::nullopt;
    }
  }
  return agreed;
}

std::optional<Output> ConfigOutput(const ir::Config& config) {
  if (!config.output_activation) return std::nullopt;
  Output output;
  output.activation = ResolveActivation(config.output_activation->value);
  output.location = config.output_activation->location;
  output.width = Whole(config.output_units);
  if (output.activation == Activation::kUnknown) return std::nullopt;
  return output;
}

// A configuration that holds the architecture describes what was trained; an
// exported model may have gained or lost an activation on the way.
std::optional<Output> TrainedOutput(const std::vector<Head>& heads, const ir::Config& config) {
  std::optional<Output> model = ModelOutput(heads);
  std::optional<Output> stated = ConfigOutput(config);
  if (!stated) return model;
  if (!model || model->activation != stated->activation) return stated;
  if (!model->width) model->width = stated->width;
  return model;
}

// The normalised field holds a name alone; a project's own module before it
// ("my_project.losses.MSELoss") says that the loss is not the framework's.
std::string LossAsWritten(const ir::Config& config) {
  const ir::Location& place = config.loss->location;
  for (const ir::Entry& entry : config.entries) {
    const auto* text = std::get_if<std::string>(&entry.value);
    if (text == nullptr || entry.location.path != place.path) continue;
    const std::string& key = entry.location.logical;
    if (key == place.logical) return *text;
    // Keras names the module of a serialised object beside its class.
    if (key == place.logical + ".module" && *text != "builtins") {
      return Cat(*text, ".", config.loss->value);
    }
  }
  return config.loss->value;
}

// A mean squared error that nobody wrote down, read off the log: see
// loss_values.h for the argument.
std::optional<Objective> InferredObjective(const ir::Run& run, const Output& output) {
  if (output.activation != Activation::kSoftmax || !output.width) return std::nullopt;
  for (const ir::Log& log : run.logs) {
    if (!ir::Trains(log)) continue;
    const auto start = FirstLossAndAccuracy(log);
    if (!start || !IsSquaredErrorOfUniform(*start, static_cast<double>(*output.width))) continue;
    Objective objective;
    objective.loss.kind = ir::LossKind::kMeanSquaredError;
    objective.loss.input = ir::LossInput::kValues;
    objective.source = LossSource::kLog;
    objective.text = Cat("a first loss of ", start->loss, " at an accuracy of ", start->accuracy);
    objective.location = start->location;
    objective.output = output;
    return objective;
  }
  return std::nullopt;
}

}  // namespace

std::string DescribeOutput(const Output& output) {
  const std::string subject =
      output.name.empty() ? "the last layer" : Cat("output \"", output.name, "\"");
  if (output.activation == Activation::kNone) return subject + " has no activation";
  return Cat(subject, " ends in ", ActivationName(output.activation));
}

std::optional<Loss> ConfiguredLoss(const ir::Run& run, const ir::Config& config) {
  if (!config.loss) return std::nullopt;
  std::optional<bool> from_logits;
  if (config.from_logits) from_logits = config.from_logits->value;
  const std::string name = LossAsWritten(config);
  if (config.framework) {
    const ir::Framework framework = ResolveFramework(config.framework->value);
    if (framework != ir::Framework::kUnknown) return ResolveLoss(name, from_logits, framework);
  }
  if (auto loss = ResolveLoss(name, from_logits, ir::Framework::kUnknown)) return loss;
  // Only now what wrote the log or the model: Keras on its torch backend
  // exports through PyTorch, too.
  for (const ir::Log& log : run.logs) {
    if (log.input.format.rfind("keras", 0) == 0) {
      return ResolveLoss(name, from_logits, ir::Framework::kKeras);
    }
  }
  for (const ir::Model& model : run.models) {
    if (model.producer_name == "pytorch") {
      return ResolveLoss(name, from_logits, ir::Framework::kTorch);
    }
  }
  return std::nullopt;
}

std::vector<Objective> Objectives(const ir::Run& run, const ir::Config& config,
                                  const std::vector<Head>& heads) {
  std::optional<Output> output = TrainedOutput(heads, config);
  if (!output) return {};
  if (!config.loss) {
    auto inferred = InferredObjective(run, *output);
    return inferred ? std::vector<Objective>{*std::move(inferred)} : std::vector<Objective>{};
  }
  std::optional<Loss> loss = ConfiguredLoss(run, config);
  if (!loss) return {};
  Objective objective;
  objective.loss = *loss;
  objective.text = config.loss->value;
  objective.location = config.loss->location;
  for (const ir::Model& model : run.models) {
    if (model.input.path == objective.location.path) objective.source = LossSource::kModel;
  }
  objective.output = *std::move(output);
  return {std::move(objective)};
}

namespace {

// A language model's outputs are tokens, whatever number of classes stands
// beside its vocabulary (Transformers writes num_labels into every config); an
// encoder's are features, and its classifier is left behind after training.
bool IsNoClassWidth(const ir::Config& config, std::int64_t width) {
  constexpr std::array<std::string_view, 12> kNames = {
      "vocab_size",  "n_vocab",        "vocabulary_size", "ntoken",
      "num_tokens",  "embedding_dim",  "embed_dim",       "feat_dim",
      "feature_dim", "embedding_size", "feature_size",    "emb_dim"};
  for (const ir::Entry& entry : config.entries) {
    const auto* number = std::get_if<std::int64_t>(&entry.value);
    if (number == nullptr || *number != width) continue;
    for (const std::string_view name : kNames) {
      if (entry.key.size() >= name.size() &&
          entry.key.compare(entry.key.size() - name.size(), name.size(), name) == 0) {
        return true;
      }
    }
  }
  return false;
}

// C - 1 sigmoids, one for each "greater than k", make an ordinal scale of C
// grades (Cao, Mirjalili and Raschka 2020).
bool IsOrdinal(const ir::Config& config, const Output& output) {
  return output.activation == Activation::kSigmoid && *output.width > 1 && config.classes &&
         static_cast<double>(*output.width) == config.classes->value - 1;
}

}  // namespace

std::vector<ClassCount> ClassCounts(const ir::Run& run, const ir::Config& config,
                                    const std::vector<Head>& heads,
                                    const std::vector<Objective>& objectives) {
  std::vector<ClassCount> counts;
  const std::optional<Output> output = TrainedOutput(heads, config);
  if (output && output->width) {
    const ir::LossKind loss =
        objectives.empty() ? ir::LossKind::kUnknown : objectives.front().loss.kind;
    const std::int64_t width = *output->width;
    const bool classes = IsSoftmaxKind(output->activation) ||
                         loss == ir::LossKind::kCategoricalCrossEntropy ||
                         loss == ir::LossKind::kNegativeLogLikelihood;
    const bool binary =
        output->activation == Activation::kSigmoid || loss == ir::LossKind::kBinaryCrossEntropy;
    const bool of_classes = !IsNoClassWidth(config, width) && !IsOrdinal(config, *output);
    if (output->row_per_example && (classes || binary) && of_classes) {
      ClassCount& count = counts.emplace_back();
      count.count = binary && !classes && width == 1 ? 2 : width;
      count.source = output->model != nullptr ? ir::Kind::kModel : ir::Kind::kConfig;
      count.location = output->location;
      count.text = output->name.empty() ? Cat("the last layer has ", Plural(double(width), "unit"))
                                        : Cat("output \"", output->name, "\" has width ", width);
    }
  }
  if (const auto classes = Whole(config.classes)) {
    counts.push_back(
        {*classes, ir::Kind::kConfig, config.classes->location,
         Cat("the configuration states ", Plural(double(*classes), "class", "classes"))});
  }
  for (const ir::Log& log : run.logs) {
    const auto classes = ir::Trains(log) ? Whole(log.classes) : std::nullopt;
    if (!classes) continue;
    counts.push_back({*classes, ir::Kind::kLog, log.classes->location,
                      Cat("the log states ", Plural(double(*classes), "class", "classes"))});
  }
  return counts;
}

bool IsTrainedHead(const std::vector<Objective>& objectives, const std::vector<Head>& heads,
                   const ir::Model& model, ir::NodeId node) {
  return std::any_of(objectives.begin(), objectives.end(), [&](const Objective& objective) {
    return objective.output.model == &model &&
           std::any_of(heads.begin(), heads.end(), [&](const Head& head) {
             return head.model == &model && head.name == objective.output.name && head.node == node;
           });
  });
}

}  // namespace onnxcheck::facts
