#include "trainer/plan.h"

#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace onnxcheck::trainer {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;

// The words of the protocol, in the order of their enumerators.
constexpr std::array<std::string_view, 10> kLosses = {
    "unknown", "mse", "mae",     "huber", "categorical-cross-entropy", "binary-cross-entropy",
    "nll",     "kl",  "poisson", "hinge"};
constexpr std::array<std::string_view, 4> kInputs = {"values", "probabilities", "logits",
                                                     "log-probabilities"};
constexpr std::array<std::string_view, 3> kFrameworks = {"unknown", "keras", "torch"};
constexpr std::array<std::string_view, 7> kHeads = {"unknown", "none", "softmax", "log-softmax",
                                                    "sigmoid", "tanh", "relu"};
constexpr std::array<std::string_view, 4> kSymptoms = {"does-not-learn", "slower-to-learn",
                                                       "nonfinite", "no-batches"};
constexpr std::array<std::string_view, 3> kOutcomes = {"confirmed", "refuted", "inconclusive"};

template <typename Enum, std::size_t n>
std::string_view Word(const std::array<std::string_view, n>& words, Enum value) {
  const auto index = static_cast<std::size_t>(value);
  return index < n ? words[index] : words[0];
}

// Thrown and caught in this file only.
struct BadField : std::runtime_error {
  using std::runtime_error::runtime_error;
};

const Json& Field(const Json& object, const char* name) {
  const auto it = object.is_object() ? object.find(name) : object.end();
  if (!object.is_object() || it == object.end()) {
    throw BadField(std::string("field \"") + name + "\" is missing");
  }
  return *it;
}

std::string Text(const Json& object, const char* name) {
  const Json& field = Field(object, name);
  if (!field.is_string()) throw BadField(std::string("\"") + name + "\" is not text");
  return field.get<std::string>();
}

double Number(const Json& object, const char* name) {
  const Json& field = Field(object, name);
  if (!field.is_number()) throw BadField(std::string("\"") + name + "\" is not a number");
  return field.get<double>();
}

std::int64_t Whole(const Json& object, const char* name, std::int64_t least, std::int64_t most) {
  const Json& field = Field(object, name);
  if (!field.is_number_integer()) throw BadField(std::string("\"") + name + "\" is not whole");
  const bool too_big =
      field.is_number_unsigned() && field.get<std::uint64_t>() > static_cast<std::uint64_t>(most);
  if (too_big || field.get<std::int64_t>() < least || field.get<std::int64_t>() > most) {
    throw BadField(std::string("\"") + name + "\" is out of range");
  }
  return field.get<std::int64_t>();
}

bool Truth(const Json& object, const char* name) {
  const Json& field = Field(object, name);
  if (!field.is_boolean()) throw BadField(std::string("\"") + name + "\" is not true or false");
  return field.get<bool>();
}

template <typename Enum, std::size_t n>
Enum OneOf(const std::array<std::string_view, n>& words, const Json& object, const char* name) {
  const std::string text = Text(object, name);
  for (std::size_t i = 0; i < n; ++i) {
    if (words[i] == text) return static_cast<Enum>(i);
  }
  throw BadField(std::string("\"") + name + "\" is an unknown word");
}

Json SetupToJson(const ir::TrainingSetup& setup) {
  return {{"framework", Word(kFrameworks, setup.framework)},
          {"loss", Word(kLosses, setup.loss)},
          {"loss_input", Word(kInputs, setup.loss_input)},
          {"optimizer", setup.optimizer},
          {"learning_rate", setup.learning_rate},
          {"momentum", setup.momentum},
          {"batch_size", setup.batch_size},
          {"dataset_size", setup.dataset_size},
          {"drop_last", setup.drop_last}};
}

ir::TrainingSetup SetupFromJson(const Json& json) {
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  ir::TrainingSetup setup;
  setup.framework = OneOf<ir::Framework>(kFrameworks, json, "framework");
  setup.loss = OneOf<ir::LossKind>(kLosses, json, "loss");
  setup.loss_input = OneOf<ir::LossInput>(kInputs, json, "loss_input");
  setup.optimizer = Text(json, "optimizer");
  setup.learning_rate = Number(json, "learning_rate");
  setup.momentum = Number(json, "momentum");
  setup.batch_size = Whole(json, "batch_size", kLeast, kMost);
  setup.dataset_size = Whole(json, "dataset_size", kLeast, kMost);
  setup.drop_last = Truth(json, "drop_last");
  return setup;
}

Plan PlanFromJson(const Json& json) {
  Plan plan;
  if (Whole(json, "version", 0, 1000) != kVersion) throw BadField("\"version\" is not 1");
  const Json& experiment = Field(json, "experiment");
  plan.experiment.model_path = Text(experiment, "model");
  plan.experiment.output = Text(experiment, "output");
  plan.experiment.head = OneOf<ir::Activation>(kHeads, experiment, "head");
  plan.experiment.classes = Whole(experiment, "classes", 0, 1LL << 40);
  plan.experiment.planned_steps = Number(experiment, "planned_steps");
  plan.experiment.baseline = SetupFromJson(Field(experiment, "baseline"));
  plan.experiment.changed = SetupFromJson(Field(experiment, "changed"));
  plan.experiment.change = Text(experiment, "change");
  plan.experiment.symptom = OneOf<ir::Symptom>(kSymptoms, experiment, "symptom");
  plan.seeds = static_cast<int>(Whole(json, "seeds", 1, kMostSeeds));
  plan.steps = Whole(json, "steps", 1, kMostSteps);
  plan.data_path = Text(json, "data");
  const Json& limits = Field(json, "limits");
  plan.limits.seconds = Number(limits, "seconds");
  if (!(plan.limits.seconds > 0)) throw BadField("\"seconds\" is not positive");
  plan.limits.memory_bytes =
      static_cast<std::uint64_t>(Whole(limits, "memory_bytes", kLeastMemory, 1LL << 50));
  plan.limits.threads = static_cast<int>(Whole(limits, "threads", 1, 256));
  return plan;
}

// NaN and infinities have no JSON number; both come back as NaN.
Json CurveToJson(const std::vector<double>& curve) {
  Json json = Json::array();
  for (const double value : curve) json.push_back(std::isfinite(value) ? Json(value) : Json());
  return json;
}

double NumberOrNan(const Json& json) {
  if (json.is_number()) return json.get<double>();
  if (json.is_null()) return std::numeric_limits<double>::quiet_NaN();
  throw BadField("neither a number nor null");
}

std::vector<double> CurveFromJson(const Json& json) {
  if (!json.is_array()) throw BadField("not a list");
  std::vector<double> curve;
  for (const Json& value : json) curve.push_back(NumberOrNan(value));
  return curve;
}

Json ToJson(const Progress& progress) {
  return {{"type", "progress"},
          {"seed", progress.seed},
          {"arm", progress.arm},
          {"steps", progress.steps},
          {"loss", std::isfinite(progress.loss) ? Json(progress.loss) : Json()}};
}

Json ToJson(const Verdict& verdict) {
  Json figures = Json::object();
  for (const auto& [name, value] : verdict.figures) {
    figures[name] = std::isfinite(value) ? Json(value) : Json();
  }
  return {{"type", "verdict"},
          {"status", Word(kOutcomes, verdict.outcome)},
          {"text", verdict.text},
          {"figures", figures},
          {"curve_steps", verdict.curve_steps},
          {"baseline_curve", CurveToJson(verdict.baseline_curve)},
          {"changed_curve", CurveToJson(verdict.changed_curve)}};
}

Verdict VerdictFromJson(const Json& json) {
  Verdict verdict;
  verdict.outcome = OneOf<Outcome>(kOutcomes, json, "status");
  verdict.text = Text(json, "text");
  const Json& figures = Field(json, "figures");
  if (!figures.is_object()) throw BadField("\"figures\" is not an object");
  for (const auto& [name, value] : figures.items()) {
    verdict.figures.emplace_back(name, NumberOrNan(value));
  }
  for (const double step : CurveFromJson(Field(json, "curve_steps"))) {
    if (!(step >= 0 && step <= static_cast<double>(kMostSteps))) throw BadField("a bad step");
    verdict.curve_steps.push_back(static_cast<std::int64_t>(step));
  }
  verdict.baseline_curve = CurveFromJson(Field(json, "baseline_curve"));
  verdict.changed_curve = CurveFromJson(Field(json, "changed_curve"));
  return verdict;
}

// Bytes of a path that are not UTF-8 are replaced: JSON cannot carry them.
std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string WritePlan(const Plan& plan) {
  const ir::Experiment& experiment = plan.experiment;
  return Dump({{"version", kVersion},
               {"experiment",
                {{"model", experiment.model_path},
                 {"output", experiment.output},
                 {"head", Word(kHeads, experiment.head)},
                 {"classes", experiment.classes},
                 {"planned_steps", experiment.planned_steps},
                 {"baseline", SetupToJson(experiment.baseline)},
                 {"changed", SetupToJson(experiment.changed)},
                 {"change", experiment.change},
                 {"symptom", Word(kSymptoms, experiment.symptom)}}},
               {"seeds", plan.seeds},
               {"steps", plan.steps},
               {"data", plan.data_path},
               {"limits",
                {{"seconds", plan.limits.seconds},
                 {"memory_bytes", plan.limits.memory_bytes},
                 {"threads", plan.limits.threads}}}});
}

std::string WriteReply(const Reply& reply) {
  return std::visit([](const auto& value) { return Dump(ToJson(value)); }, reply);
}

std::variant<Plan, std::string> ReadPlan(std::string_view line) {
  const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return std::string("the plan is not JSON");
  try {
    return PlanFromJson(json);
  } catch (const BadField& error) {
    return std::string(error.what());
  }
}

std::optional<Reply> ReadReply(std::string_view line) {
  const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return std::nullopt;
  try {
    const std::string type = Text(json, "type");
    if (type == "verdict") return VerdictFromJson(json);
    if (type != "progress") return std::nullopt;
    Progress progress;
    progress.seed = static_cast<int>(Whole(json, "seed", 0, 1 << 30));
    progress.arm = Text(json, "arm");
    progress.steps = Whole(json, "steps", 0, kMostSteps);
    progress.loss = NumberOrNan(Field(json, "loss"));
    return progress;
  } catch (const BadField&) {
    return std::nullopt;
  }
}

}  // namespace onnxcheck::trainer
