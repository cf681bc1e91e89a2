#include "analyzer/facts/script/config.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "analyzer/facts/script/arrays.h"
#include "analyzer/facts/script/frozen.h"
#include "analyzer/facts/script/handlers.h"
#include "analyzer/facts/script/loops.h"
#include "analyzer/facts/script/roles.h"
#include "analyzer/facts/script/trace.h"
#include "analyzer/facts/script/training.h"

namespace onnxcheck::facts {
namespace {

// A field that steps state: kept while they agree.
template <typename T>
class Agreed {
 public:
  void State(ir::Located<T> value) {
    if (!kept_) {
      kept_ = std::move(value);
    } else if (kept_->value != value.value) {
      conflict_ = true;
    }
  }
  void Spoil() { conflict_ = true; }
  std::optional<ir::Located<T>> Take() const { return conflict_ ? std::nullopt : kept_; }

 private:
  std::optional<ir::Located<T>> kept_;
  bool conflict_ = false;
};

class Reader {
 public:
  Reader(const ir::Script& script, bool with_overridable)
      : script_(script), with_overridable_(with_overridable) {}

  ir::Config Read() {
    const std::vector<ScriptTraining> trainings = TrainingsOf(script_);
    for (const ScriptTraining& training : trainings) Objective(training);
    for (const Step& step : script_.steps) {
      if (step.kind == Step::Kind::kCall) Call(step);
    }
    return Config(trainings);
  }

 private:
  void Number(const Argument* argument, Agreed<double>& field) {
    if (argument == nullptr) return;
    const auto number = NumberOf(script_, argument->value);
    if (!number || (IsOverridable(script_, argument->value) && !with_overridable_)) {
      if (!IsNoneValue(script_, argument->value)) field.Spoil();
      return;
    }
    field.State({*number, ir::PlaceOf(script_, argument->mark)});
  }

  // Of several objectives only what they share is one configuration's.
  void Objective(const ScriptTraining& training) {
    framework_.State(
        {training.keras ? "keras" : "torch", PlaceOfStep(script_, script_.steps[training.step])});
    if (training.loss) {
      loss_.State(*training.loss);
    } else {
      loss_.Spoil();
    }
    if (training.from_logits) {
      from_logits_.State(*training.from_logits);
    } else {
      // Not stated is the default, which is another statement.
      from_logits_absent_ = true;
    }
    if (training.output) {
      activation_.State(training.output->activation);
      if (training.output->units) {
        units_.State(*training.output->units);
      } else {
        units_.Spoil();
      }
    } else {
      activation_.Spoil();
    }
    if (!training.keras) return;
    const Step& compile = script_.steps[training.step];
    if (const Argument* optimizer = FindArgument(compile, "optimizer", 0)) {
      KerasOptimizer(*optimizer);
    }
    if (const Argument* metrics = FindArgument(compile, "metrics", 2)) {
      for (const ValueId item : script_.values[metrics->value].items) {
        if (auto name = TextOf(script_, item)) {
          metrics_.push_back({*std::move(name), PlaceOfValue(script_, item)});
        }
      }
    }
  }

  void KerasOptimizer(const Argument& argument) {
    if (const auto name = TextOf(script_, argument.value)) {
      // A name alone has the framework's own rate.
      optimizer_.State({absl::AsciiStrToLower(*name), ir::PlaceOf(script_, argument.mark)});
      rate_.Spoil();
      return;
    }
    const Step* made = MadeBy(script_, argument.value);
    if (made == nullptr || RoleMade(script_, *made) != Role::kOptimizer) {
      optimizer_.Spoil();
      rate_.Spoil();
      return;
    }
    Optimizer(*made, true);
  }

  void Optimizer(const Step& made, bool keras) {
    optimizer_.State(
        {absl::AsciiStrToLower(std::string(LastPart(made.name))), PlaceOfStep(script_, made)});
    const Argument* rate = FindKeyword(made, "lr");
    if (rate == nullptr) rate = FindArgument(made, "learning_rate", keras ? 0 : 1);
    // What the command line chooses beside a rate that it sets is anybody's guess.
    const bool chosen = Enclosing(script_, made.context, Context::Kind::kBranch) != kNone &&
                        rate != nullptr && IsOverridable(script_, rate->value);
    if (rate != nullptr && !chosen) {
      Number(rate, rate_);
    } else {
      rate_.Spoil();
    }
    if (const Argument* momentum = FindKeyword(made, "momentum")) Number(momentum, momentum_);
  }

  void Call(const Step& step) {
    const Role role = RoleMade(script_, step);
    if (role == Role::kOptimizer && IsIn(step.name, "torch.optim")) Optimizer(step, false);
    if (role == Role::kScheduler) {
      schedule_.State({std::string(LastPart(step.name)), PlaceOfStep(script_, step)});
    }
    if (role == Role::kLoader && LastPart(step.name) == "DataLoader") Loader(step);
    if (IsMethod(step, {"fit", "fit_generator"}) &&
        RoleOf(script_, step.receiver) == Role::kKerasModel) {
      Fit(step);
    }
    if (IsMethod(step, {"DataLoader", "flow", "flow_from_directory"})) {
      Number(FindKeyword(step, "batch_size"), batch_);
    }
    if (LastPart(step.name) == "to_categorical") {
      if (const Argument* classes = FindArgument(step, "num_classes", 1)) {
        Number(classes, classes_);
      } else if (const Argument* old = FindKeyword(step, "nb_classes")) {
        Number(old, classes_);
      }
    }
  }

  // Loaders that do not shuffle are those of validation and tests, more often than not.
  void Loader(const Step& step) {
    const Argument* shuffle = FindArgument(step, "shuffle", 2);
    const bool train = shuffle != nullptr && TruthOf(script_, shuffle->value) == true;
    if (!train) return;
    Number(FindArgument(step, "batch_size", 1), batch_);
    if (++datasets_ <= kMostCandidates) {
      const LoaderParts loader = PartsOfLoader(script_, step.result);
      Dataset(loader.parts.empty() ? std::nullopt : loader.parts[0]);
    }
    if (const Argument* drop = FindKeyword(step, "drop_last")) {
      if (const auto dropped = TruthOf(script_, drop->value)) {
        drop_last_.State({*dropped, ir::PlaceOf(script_, drop->mark)});
      }
    }
  }

  // The size of an array that the script makes itself.
  void Dataset(const std::optional<ScriptArray>& array) {
    if (array && array->rows) {
      dataset_.State(*array->rows);
    } else {
      dataset_.Spoil();
    }
  }

  void Fit(const Step& step) {
    framework_.State({"keras", PlaceOfStep(script_, step)});
    const bool generator = step.name == "fit_generator";
    if (!generator) Number(FindArgument(step, "batch_size", 2), batch_);
    const Argument* inputs = FindArgument(step, "x", 0);
    const bool split = FindKeyword(step, "validation_split") != nullptr;
    if (++datasets_ <= kMostCandidates) {
      Dataset(generator || split || inputs == nullptr ? std::nullopt
                                                      : ArrayOf(script_, inputs->value));
    }
    const Argument* epochs = FindKeyword(step, "nb_epoch");
    if (epochs == nullptr) epochs = FindArgument(step, "epochs", generator ? 2 : 3);
    Number(epochs, epochs_);
    Number(FindKeyword(step, "steps_per_epoch"), steps_);
    const Argument* labels = generator ? nullptr : FindArgument(step, "y", 1);
    if (labels == nullptr) return;
    if (const auto encoding = LabelsOf(script_, labels->value)) {
      labels_.State(*encoding);
    }
  }

  ir::Config Config(const std::vector<ScriptTraining>& trainings) {
    ir::Config config;
    config.input = script_.input;
    config.input.problems.clear();
    config.input.suppressions.clear();
    config.framework = framework_.Take();
    config.loss = loss_.Take();
    config.output_activation = activation_.Take();
    config.output_units = units_.Take();
    if (from_logits_.Take() && from_logits_absent_) {
      // Two losses, one from logits: neither speaks for the script.
      config.loss.reset();
    } else {
      config.from_logits = from_logits_.Take();
    }
    // A loss of one training and an activation of another are no pair.
    if (trainings.size() > 1 && (!config.loss || !config.output_activation)) {
      config.loss.reset();
      config.from_logits.reset();
      config.output_activation.reset();
      config.output_units.reset();
    }
    config.optimizer = optimizer_.Take();
    if (config.optimizer) {
      config.learning_rate = rate_.Take();
      config.momentum = momentum_.Take();
    }
    config.schedule = schedule_.Take();
    config.batch_size = batch_.Take();
    config.dataset_size = dataset_.Take();
    config.drop_last = drop_last_.Take();
    config.epochs = epochs_.Take();
    config.steps_per_epoch = steps_.Take();
    config.labels = labels_.Take();
    config.classes = classes_.Take();
    config.metrics = metrics_;
    config.handlers = HandlersOf(script_);
    if (const auto place = KerasAllFrozen(script_)) config.all_frozen = {true, *place};
    return config;
  }

  const ir::Script& script_;
  const bool with_overridable_;
  Agreed<std::string> framework_, loss_, optimizer_, schedule_, activation_;
  Agreed<bool> from_logits_, drop_last_;
  Agreed<double> units_, rate_, momentum_, batch_, dataset_, epochs_, steps_, classes_;
  Agreed<ir::LabelEncoding> labels_;
  std::vector<ir::Located<std::string>> metrics_;
  bool from_logits_absent_ = false;
  std::size_t datasets_ = 0;  // looked at
};

bool Trains(const ir::Config& config) {
  return config.framework || config.optimizer || config.epochs || config.loss;
}

}  // namespace

ir::Config ScriptConfig(const ir::Script& script, bool with_overridable) {
  return Reader(script, with_overridable).Read();
}

std::optional<ir::Config> ScriptConfig(const ir::Run& run) {
  const bool alone = run.models.empty() && run.configs.empty() && run.logs.empty();
  std::optional<ir::Config> only;
  for (const ir::Script& script : run.scripts) {
    ir::Config config = ScriptConfig(script, alone);
    if (!Trains(config)) continue;
    if (only) return std::nullopt;
    only = std::move(config);
  }
  return only;
}

}  // namespace onnxcheck::facts
