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
  kWeightDecay,
  kEpsilon,
  kBeta1,
  kBeta2,
  kBetas,
  kScheduleSteps,
  kScheduleEnd,
  kWarmupSteps,
  kWarmupEpochs,
  kWarmupRatio,
  kMaxSteps,
  kAccumulation,
  kShuffleTrain,
  kShuffleValidation,
  kSeed,
  kLoggingSteps,
  kLossScale,
};
inline constexpr int kFields = 34;

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
     "lr_schedule|lr_scheduler|lr_scheduler_type|scheduler_type|sched|lr_policy|lr_decay_style|"
     "schedule|"
     "scheduler|learning_rate_schedule",
     {},
     kModelToo},

    {Field::kBatchSize,
     "train_batch_size|per_device_train_batch_size|train_micro_batch_size_per_gpu|ims_per_batch|"
     "batch_size_train|train_bs|samples_per_gpu|micro_"
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
     "precision|mixed_precision|mixed_precision_training|dtype_policy|compute_dtype|training_dtype",
     {},
     kModelToo},
    {Field::kPrecision, "bf16|bf16.enabled", {}, kTrainingOnly, kTrueIsPrecision, "mixed_bfloat16"},
    {Field::kPrecision,
     "fp16|fp16.enabled|amp|use_amp|amp.enabled",
     {},
     kTrainingOnly,
     kTrueIsPrecision,
     "mixed_float16"},

    {Field::kWeightDecay, "optimizer|optim|optimiser|opt|optimizer_config",
     "weight_decay|weightdecay|wd|l2", kModelToo},
    {Field::kWeightDecay, "weight_decay|weightdecay|wd", {}, kModelToo},

    {Field::kEpsilon, "optimizer|optim|optimiser|opt|optimizer_config", "eps|epsilon|adam_epsilon",
     kModelToo},
    {Field::kEpsilon, "adam_epsilon|adam_eps|optimizer_eps|optimizer_epsilon|opt_eps"},

    {Field::kBeta1, "optimizer|optim|optimiser|opt|optimizer_config", "beta1|beta_1|adam_beta1",
     kModelToo},
    {Field::kBeta1, "adam_beta1|adam_beta_1|beta1|beta_1|b1", {}, kModelToo},
    {Field::kBeta2, "optimizer|optim|optimiser|opt|optimizer_config", "beta2|beta_2|adam_beta2",
     kModelToo},
    {Field::kBeta2, "adam_beta2|adam_beta_2|beta2|beta_2|b2", {}, kModelToo},
    {Field::kBetas, "optimizer|optim|optimiser|opt|optimizer_config", "betas[]", kModelToo},
    {Field::kBetas, "adam_betas[]|opt_betas[]|betas[]", {}, kModelToo},

    // In optimizer steps where the framework says so: Keras, DeepSpeed, Megatron and nanoGPT.
    // PyTorch's T_max and total_iters count calls of step(), which may be epochs.
    {Field::kScheduleSteps, "scheduler|lr_scheduler|lr_schedule|schedule|learning_rate|optimizer",
     "decay_steps|total_num_steps", kModelToo},
    {Field::kScheduleSteps, "lr_decay_iters|lr_decay_steps|decay_steps"},
    {Field::kScheduleEnd, "scheduler|lr_scheduler|lr_schedule|schedule|learning_rate",
     "end_learning_rate|eta_min|min_lr", kModelToo},
    {Field::kScheduleEnd, "min_lr|lr_end|final_lr|end_lr|min_learning_rate"},

    {Field::kWarmupSteps,
     "warmup_steps|num_warmup_steps|warmup_iters|warmup_updates|lr_warmup_steps|lr_warmup_iters|"
     "warmup_iterations|n_warmup_steps|warmup_num_steps|num_warmup_iters|lr_scheduler_warmup_steps",
     {},
     kModelToo,
     kIntegerOnly},
    {Field::kWarmupSteps, "scheduler|lr_scheduler|lr_schedule|schedule|optimizer",
     "warmup_steps|num_warmup_steps|warmup_num_steps|warmup_iters", kModelToo, kIntegerOnly},
    {Field::kWarmupEpochs,
     "warmup_epochs|num_warmup_epochs|lr_warmup_epochs|warmup_epoch|n_warmup_epochs",
     {},
     kModelToo},
    {Field::kWarmupEpochs, "scheduler|lr_scheduler|lr_schedule|schedule|optimizer",
     "warmup_epochs|num_warmup_epochs", kModelToo},
    {Field::kWarmupRatio,
     "warmup_ratio|warmup_fraction|warmup_proportion|lr_warmup_fraction|lr_scheduler_warmup_ratio"},

    // Hugging Face, Lightning and MMEngine: -1 is no limit.
    {Field::kMaxSteps,
     "max_steps|max_train_steps|num_train_steps|num_training_steps|total_training_steps|train_"
     "iters|"
     "max_iters|total_iters|max_iter|training_steps|total_train_steps|train_steps",
     {},
     kTrainingOnly,
     kNotMinusOne},

    {Field::kAccumulation,
     "gradient_accumulation_steps|accumulate_grad_batches|grad_accum_steps|grad_accumulation_steps|"
     "gradient_accumulation|accumulation_steps|accum_steps|accum_iter|grad_accum",
     {},
     kModelToo,
     kPositive},

    {Field::kShuffleTrain,
     "train_dataloader|train_loader|train_ds|train_dataset|train_data|train_data_loader|train",
     "shuffle", kDataToo},
    {Field::kShuffleTrain, "shuffle_train|train_shuffle", {}, kDataToo},
    {Field::kShuffleValidation,
     "val_dataloader|val_loader|val_ds|val_dataset|val_data|val_data_loader|val|validation|"
     "validation_ds|valid|valid_loader|valid_dataloader|validation_loader|eval_dataloader",
     "shuffle", kDataToo},
    {Field::kShuffleValidation,
     "shuffle_val|val_shuffle|shuffle_valid|shuffle_validation",
     {},
     kDataToo},

    {Field::kSeed,
     "seed|random_seed|seed_everything|rng_seed|manual_seed|manualseed|global_seed|"
     "train_seed|set_seed|general.seed|system.seed",
     {},
     kModelToo | kDataToo},

    {Field::kLoggingSteps,
     "default_hooks.logger.interval|log_config.interval|logging_steps|log_every_n_steps|log_"
     "interval|log_freq|log_every|print_freq|print_every|"
     "disp_freq|log_steps|logging_interval|display_freq|print_interval",
     {},
     kTrainingOnly,
     kIntegerOnly},

    {Field::kLossScale, "fp16|amp|scaler", "loss_scale"},
    {Field::kLossScale, "loss_scale|fp16_loss_scale", {}, kTrainingOnly},
};

// A probability that units are dropped, wherever it stands.
inline constexpr std::string_view kDropoutKeys[] = {
    "dropout",
    "dropout_rate",
    "dropout_prob",
    "dropout_p",
    "drop_rate",
    "drop_prob",
    "hidden_dropout",
    "hidden_dropout_prob",
    "attention_dropout",
    "attention_probs_dropout_prob",
    "classifier_dropout",
    "embd_pdrop",
    "attn_pdrop",
    "resid_pdrop",
    "attn_dropout",
    "ffn_dropout",
    "activation_dropout",
    "embedding_dropout",
    "lora_dropout",
    "input_dropout",
    "feature_dropout",
    "recurrent_dropout",
    "dropout_ratio",
    "head_dropout",
    "fc_dropout",
};

// What names a metric to watch; with the keys beside it that say its direction.
inline constexpr std::string_view kMonitorKeys[] = {
    "monitor",
    "monitor_metric",
    "early_stopping_metric",
    "early_stop_metric",
    "early_stopping_monitor",
    "checkpoint_metric",
    "metric_for_best_model",
    "monitor_var",
    "save_best_metric",
    "best_metric",
    "save_best",
};
inline constexpr std::string_view kMonitorModes[] = {"mode", "monitor_mode", "early_stopping_mode",
                                                     "early_stop_mode", "checkpoint_mode"};

// Sections that are looked through, however nested.
inline constexpr std::string_view kTrainingSections[] = {
    "training",     "train",           "trainer",          "hyperparameters",
    "hyperparams",  "hparams",         "hyper_parameters", "hp",
    "params",       "parameters",      "config",           "cfg",
    "args",         "arguments",       "experiment",       "run",
    "solver",       "optim_wrapper",   "optimization",     "optim_params",
    "fit",          "compile",         "compile_config",   "settings",
    "train_config", "training_config", "training_args",    "training_arguments",
    "train_args",   "train_params",    "training_params",  "init_args",
    "kwargs",       "schedule_config",
};
inline constexpr std::string_view kModelSections[] = {
    "model",      "net",       "network", "model_config", "module",  "lightning_module",
    "model_args", "roi_heads", "head",    "bbox_head",    "cls_head"};
inline constexpr std::string_view kDataSections[] = {
    "data",     "dataset",          "datamodule",  "dataloader", "data_loader",
    "loader",   "datasets",         "data_config", "train_data", "train_dataset",
    "train_ds", "train_dataloader", "input"};
// Dropped wherever they stand between other keys.
inline constexpr std::string_view kWrappers[] = {"config",    "kwargs",     "params", "args",
                                                 "init_args", "parameters", "hparams"};

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_ALIASES_H_
