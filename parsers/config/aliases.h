// The one table of what normalised fields are called.
#ifndef ONNXCHECK_PARSERS_CONFIG_ALIASES_H_
#define ONNXCHECK_PARSERS_CONFIG_ALIASES_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace onnxcheck::parsers {

enum class Field : std::uint8_t {
  kFramework,
  kLoss,
  kFromLogits,
  kOptimizer,
  kLearningRate,
  kMomentum,
  kSchedule,
  kBatchSize,
  kDatasetSize,
  kDropLast,
  kEpochs,
  kStepsPerEpoch,
  kLabels,
  kClasses,
  kFrozen,
  kMetrics,
  kPrecision,
};
inline constexpr int kFields = 17;

// Sections that may stand before an alias, besides the training sections.
enum Under : std::uint8_t { kTrainingOnly = 0, kModelToo = 1, kDataToo = 2 };

enum Accepts : std::uint8_t {
  kAny = 0,
  kIntegerOnly = 1,      // the same name also holds fractions or texts
  kNotMinusOne = 2,      // -1 means "no limit"
  kPositive = 4,         // anything else means "automatic"
  kTrueIsPrecision = 8,  // a switch: true means `meaning`
};

struct Alias {
  Field field;
  // Keys with '|' between them; "[]" marks list items.
  std::string_view keys;
  // Where present: these below each of `keys` ("optimizer" and "lr").
  std::string_view below = {};
  std::uint8_t under = kTrainingOnly;
  std::uint8_t accepts = kAny;
  std::string_view meaning = {};  // kTrueIsPrecision
};

// Most specific first, per field.
inline constexpr Alias kAliases[] = {
    {Field::kFramework, "framework|backend"},

    {Field::kLoss, "loss|criterion|loss_fn|loss_function|loss_func|loss_config",
     "name|type|class_name|_target_|class_path|identifier", kModelToo},
    {Field::kLoss,
     "loss|criterion|loss_fn|loss_function|loss_func|loss_name|loss_type",
     {},
     kModelToo},
    {Field::kFromLogits, "loss|criterion|loss_fn|loss_function", "from_logits", kModelToo},
    {Field::kFromLogits, "from_logits", {}, kModelToo},

    {Field::kOptimizer, "optimizer|optim|optimiser|opt|optimizer_config",
     "name|type|class_name|_target_|class_path|identifier|optimizer", kModelToo},
    {Field::kOptimizer,
     "optimizer|optim|optimiser|opt|optimizer_name|optimizer_type|optim_type",
     {},
     kModelToo},

    {Field::kLearningRate, "optimizer|optim|optimiser|opt|optimizer_config",
     "learning_rate|lr|base_lr|init_lr|initial_lr|initial_learning_rate", kModelToo},
    {Field::kLearningRate, "learning_rate|lr|learningrate", {}, kModelToo},
    {Field::kLearningRate,
     "base_lr|base_learning_rate|init_lr|initial_lr|initial_learning_rate|lr_init|start_lr|"
     "optimizer_lr|optim_lr",
     {},
     kModelToo},
    // Ultralytics; meaningless there when the optimizer is "auto".
    {Field::kLearningRate, "lr0"},

    {Field::kMomentum, "optimizer|optim|optimiser|opt|optimizer_config", "momentum", kModelToo},
    {Field::kMomentum, "sgd_momentum|momentum"},

    {Field::kSchedule, "schedule|scheduler|lr_scheduler|lr_schedule|lr_config|lr_scheduler_config",
     "name|type|class_name|_target_|class_path|identifier|policy", kModelToo},
    {Field::kSchedule, "optimizer", "schedule|scheduler|lr_scheduler|lr_schedule", kModelToo},
    {Field::kSchedule,
     "lr_schedule|lr_scheduler|lr_scheduler_type|scheduler_type|lr_policy|lr_decay_style|schedule|"
     "scheduler|learning_rate_schedule",
     {},
     kModelToo},

    {Field::kBatchSize,
     "train_batch_size|per_device_train_batch_size|batch_size_train|train_bs|samples_per_gpu|micro_"
     "batch_size",
     {},
     kDataToo},
    {Field::kBatchSize, "train_dataloader|train_loader|train_ds|dataloader|loader|data_loader",
     "batch_size", kDataToo},
    {Field::kBatchSize, "batch_size|batchsize|batch_sz|minibatch_size", {}, kDataToo | kModelToo},
    {Field::kBatchSize, "global_batch_size", {}, kDataToo},
    // Ultralytics: -1 and fractions choose a size automatically.
    {Field::kBatchSize, "batch", {}, kTrainingOnly, kPositive},

    {Field::kDatasetSize,
     "dataset_size|num_train_samples|num_train_examples|n_train_samples|num_training_samples|num_"
     "training_examples|train_samples|training_samples|train_set_size",
     {},
     kDataToo},
    {Field::kDatasetSize, "data|dataset|train_data|train_dataset",
     "size|num_samples|n_samples|num_examples|n_examples|length"},
    // A fraction for train_test_split as often as a count.
    {Field::kDatasetSize, "train_size|n_train|num_train", {}, kDataToo, kIntegerOnly},

    {Field::kDropLast, "train_dataloader|train_loader|train_ds|dataloader|loader|data_loader",
     "drop_last|drop_remainder", kDataToo},
    {Field::kDropLast, "drop_last|drop_remainder|dataloader_drop_last", {}, kDataToo},

    {Field::kEpochs,
     "epochs|num_epochs|n_epochs|number_of_epochs|num_train_epochs|train_epochs|training_epochs|"
     "total_epochs|nb_epochs|nb_epoch|n_epoch|num_epoch"},
    // Lightning and MMEngine: -1 is no limit.
    {Field::kEpochs,
     "max_epochs|max_epoch|runner.max_epochs|train_cfg.max_epochs",
     {},
     kTrainingOnly,
     kNotMinusOne},

    {Field::kStepsPerEpoch,
     "steps_per_epoch|train_steps_per_epoch|iters_per_epoch|iterations_per_epoch|batches_per_epoch",
     {},
     kDataToo,
     kNotMinusOne},

    {Field::kLabels,
     "label_encoding|labels.encoding|labels.type|label_type|label_mode|class_mode|target_encoding|"
     "target_type",
     {},
     kDataToo | kModelToo},
    {Field::kLabels, "labels", {}, kDataToo | kModelToo},
    {Field::kLabels, "problem_type", {}, kModelToo},

    {Field::kClasses,
     "num_classes|n_classes|nclasses|num_class|n_class|class_count|number_of_classes|num_labels|nb_"
     "classes",
     {},
     kDataToo | kModelToo},
    {Field::kClasses, "classes|classes[]|class_names[]", {}, kDataToo | kModelToo},
    {Field::kClasses, "nc", {}, kDataToo | kModelToo},

    {Field::kFrozen,
     "frozen|frozen[]|frozen_layers[]|freeze_layers[]|freeze[]|frozen_params[]",
     {},
     kModelToo},

    {Field::kMetrics,
     "metrics|metrics[]|metrics[].name|metrics[].class_name|metrics[].type|metrics[]._target_",
     {},
     kModelToo},

    {Field::kPrecision,
     "precision|mixed_precision|dtype_policy|compute_dtype|training_dtype",
     {},
     kModelToo},
    {Field::kPrecision, "bf16|bf16.enabled", {}, kTrainingOnly, kTrueIsPrecision, "mixed_bfloat16"},
    {Field::kPrecision,
     "fp16|fp16.enabled|amp|use_amp|amp.enabled",
     {},
     kTrainingOnly,
     kTrueIsPrecision,
     "mixed_float16"},
};

// Sections that are looked through, however nested.
inline constexpr std::string_view kTrainingSections[] = {
    "training",
    "train",
    "trainer",
    "hyperparameters",
    "hyperparams",
    "hparams",
    "hyper_parameters",
    "hp",
    "params",
    "parameters",
    "config",
    "cfg",
    "args",
    "arguments",
    "experiment",
    "run",
    "solver",
    "optimization",
    "optim_params",
    "fit",
    "compile",
    "compile_config",
    "settings",
    "train_config",
    "training_config",
    "training_args",
    "training_arguments",
    "train_args",
    "train_params",
    "training_params",
    "init_args",
    "kwargs",
    "schedule_config",
};
inline constexpr std::string_view kModelSections[] = {
    "model", "net", "network", "model_config", "module", "lightning_module", "model_args"};
inline constexpr std::string_view kDataSections[] = {
    "data",     "dataset",          "datamodule",  "dataloader", "data_loader",
    "loader",   "datasets",         "data_config", "train_data", "train_dataset",
    "train_ds", "train_dataloader", "input"};
// Dropped wherever they stand between other keys.
inline constexpr std::string_view kWrappers[] = {"config",    "kwargs",     "params", "args",
                                                 "init_args", "parameters", "hparams"};

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_ALIASES_H_
