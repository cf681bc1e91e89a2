#include "analyzer/facts/framework_warnings.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"

namespace onnxcheck::facts {
namespace {

// The texts are those of the sources of Keras 2.15 and 3.15, PyTorch 2.13, Lightning 2.6,
// Transformers 5.23, scikit-learn 1.9, torchmetrics 1.9, NumPy 2.4 and Paddle 2.6.
constexpr FrameworkWarning kWarnings[] = {
    {.needle = "received `from_logits=true`",
     .framework = "Keras",
     .meaning = "the loss expects logits, but the output layer already applies softmax or sigmoid",
     .help = "set from_logits=False, or leave the activation out of the last layer",
     .example = "UserWarning: \"`sparse_categorical_crossentropy` received `from_logits=True`, but "
                "the `output` argument was produced by a Softmax activation and thus does not "
                "represent logits. Was this intended?"},
    {.needle = "gradients do not exist for variables",
     .framework = "Keras",
     .meaning = "the loss does not depend on some variables, so they are never trained",
     .help = "connect the layers that it names to the loss, or freeze them",
     .doubt = Doubt::kPooler,
     .example = "UserWarning: Gradients do not exist for variables ['dense_1/kernel', "
                "'dense_1/bias'] when minimizing the loss. If using `model.compile()`, did you "
                "forget to provide a `loss` argument?"},
    {.needle = "does not have any trainable weights",
     .framework = "Keras",
     .meaning = "every layer is frozen, so training changes nothing",
     .help = "set trainable=True on the layers that should learn, before compile()",
     .example = "UserWarning: The model does not have any trainable weights."},
    {.needle = "ran out of data; interrupting training",
     .framework = "Keras",
     .meaning = "the data ended before steps_per_epoch x epochs batches were read",
     .help = "leave steps_per_epoch out, or repeat the dataset: dataset.repeat()",
     .doubt = Doubt::kPlanReached,
     .data_ended = true,
     .example =
         "UserWarning: Your input ran out of data; interrupting training. Make sure that "
         "your dataset or generator can generate at least `steps_per_epoch * epochs` "
         "batches. You may need to use the `.repeat()` function when building your dataset."},
    {.needle = "early stopping conditioned on metric",
     .framework = "Keras",
     .meaning = "early stopping watches a metric that is not logged, so it never stops anything",
     .help = "let monitor= name one of the metrics that the warning lists; val_ metrics need "
             "validation data",
     .example = "UserWarning: Early stopping conditioned on metric `val_loss` which is not "
                "available. Available metrics are: loss,accuracy"},
    {.needle = "can save best model only with",
     .framework = "Keras",
     .meaning = "the checkpoint watches a metric that is not logged, so no best model is saved",
     .help = "let monitor= name a metric that is logged; val_ metrics need validation data",
     .example = "UserWarning: Can save best model only with val_acc available."},
    {.needle = "learning rate reduction is conditioned on metric",
     .framework = "Keras",
     .meaning = "ReduceLROnPlateau watches a metric that is not logged, so the rate never falls",
     .help = "let monitor= name a metric that is logged; val_ metrics need validation data",
     .example = "UserWarning: Learning rate reduction is conditioned on metric `val_loss` which is "
                "not available. Available metrics are: loss,learning_rate."},
    {.needle = "skipping variable loading for optimizer",
     .framework = "Keras",
     .meaning = "the optimizer's state was not restored: moments and step count start over",
     .help =
         "compile with the optimizer that the file was saved with, or expect a jump in the loss",
     .example = "UserWarning: Skipping variable loading for optimizer 'adam', because it has 2 "
                "variables whereas the saved optimizer has 14 variables. "},
    {.needle = "but it was called on an input with incompatible shape",
     .framework = "Keras",
     .meaning = "the data has another shape than the model was built for",
     .help = "give the data the shape of the model's input, or rebuild the model for it",
     .example = "WARNING:tensorflow:Model was constructed with shape (None, 784) for input "
                "Tensor(\"input_1:0\"), but it was called on an input with incompatible shape (32, "
                "28, 28)."},
    {.needle = "is slow compared to the batch time",
     .framework = "Keras",
     .meaning = "a callback takes longer than the training step itself",
     .help = "call it once an epoch, or only every some hundred batches",
     .harmful = false,
     .example = "WARNING:tensorflow:Callback method `on_train_batch_end` is slow compared to the "
                "batch time (batch time: 0.0035s vs `on_train_batch_end` time: 0.0121s). Check "
                "your callbacks."},

    {.needle = "call of `lr_scheduler.step()` before `optimizer.step()`",
     .framework = "PyTorch",
     .meaning = "the scheduler steps before the optimizer, so the first learning rate is skipped",
     .help = "call optimizer.step() first and scheduler.step() after it",
     .doubt = Doubt::kMixedPrecision,
     .example = "UserWarning: Detected call of `lr_scheduler.step()` before `optimizer.step()`. In "
                "PyTorch 1.1.0 and later, you should call them in the opposite order: "
                "`optimizer.step()` before `lr_scheduler.step()`."},
    {.needle = "using a target size (",
     .framework = "PyTorch",
     .meaning = "outputs and targets differ in shape and are broadcast: the loss compares each "
                "with all",
     .help = "give both the same shape: squeeze the output or unsqueeze the target",
     .example = "UserWarning: Using a target size (torch.Size([32])) that is different to the "
                "input size (torch.Size([32, 1])). This will likely lead to incorrect results due "
                "to broadcasting. Please ensure they have the same size."},
    {.needle = "implicit dimension choice for",
     .framework = "PyTorch",
     .meaning = "the axis of a softmax is guessed from the rank of its input",
     .help = "name it: softmax(x, dim=-1)",
     .example = "UserWarning: Implicit dimension choice for softmax has been deprecated. Change "
                "the call to include dim=X as an argument."},
    {.needle = "none of the inputs have requires_grad=true",
     .framework = "PyTorch",
     .meaning = "a checkpointed part gets no input that requires gradients, so it is not trained",
     .help = "pass use_reentrant=False, or let the input require gradients",
     .doubt = Doubt::kLossFalls,
     .example = "UserWarning: None of the inputs have requires_grad=True. Gradients will be None"},
    {.needle = "non-finite norm encountered in torch.nn.utils.clip_grad_norm_",
     .framework = "PyTorch",
     .meaning = "the gradient is not finite, and clipping lets it through",
     .help = "skip such steps, or clip with error_if_nonfinite=True to find the first",
     .example = "FutureWarning: Non-finite norm encountered in torch.nn.utils.clip_grad_norm_; "
                "continuing anyway. Note that the default behavior will change in a future "
                "release to error out if a non-finite total norm is encountered."},
    {.needle = "anomaly detection has been enabled",
     .framework = "PyTorch",
     .meaning = "anomaly detection is on, which makes each step several times slower",
     .help = "leave set_detect_anomaly(True) out once the fault is found",
     .harmful = false,
     .example = "UserWarning: Anomaly Detection has been enabled. This mode will increase the "
                "runtime and should only be enabled for debugging."},
    {.needle = "worker processes in total. our suggested max number of worker",
     .framework = "PyTorch",
     .meaning = "the data loader starts more workers than the machine has processors",
     .help = "lower num_workers to the number that it suggests",
     .harmful = false,
     .example = "UserWarning: This DataLoader will create 8 worker processes in total. Our "
                "suggested max number of worker in current system is 2, which is smaller than "
                "what this DataLoader is going to create."},
    {.needle = "but did not find any unused parameters",
     .framework = "PyTorch",
     .meaning = "DistributedDataParallel searches every step for unused parameters and finds none",
     .help = "leave find_unused_parameters=True out",
     .harmful = false,
     .example = "Warning: find_unused_parameters=True was specified in DDP constructor, but did "
                "not find any unused parameters in the forward pass."},
    {.needle = "nvidia driver on your system is too old",
     .framework = "PyTorch",
     .meaning = "the GPU cannot be used, so the run trains on the processor",
     .help = "update the driver, or install a build for the CUDA version that it supports",
     .example = "UserWarning: CUDA initialization: The NVIDIA driver on your system is too old "
                "(found version 11040)."},

    {.needle = "is smaller than the logging interval",
     .framework = "Lightning",
     .meaning = "an epoch has fewer batches than the logging interval, so steps are never logged",
     .help = "lower Trainer(log_every_n_steps=...), or log with on_epoch=True",
     .doubt = Doubt::kTrainingLogged,
     .example = "The number of training batches (4) is smaller than the logging interval "
                "Trainer(log_every_n_steps=50). Set a lower value for log_every_n_steps if you "
                "want to see logs for the training epoch."},
    {.needle = "experiment logs directory",
     .framework = "Lightning",
     .meaning = "the logs of an earlier run in the same folder are deleted",
     .help = "leave version= out of the logger, so that each run gets a folder of its own",
     .example = "Experiment logs directory logs/run exists and is not empty. Previous log files in "
                "this directory will be deleted when the new ones are saved!"},
    {.needle = "across ranks is zero",
     .framework = "Lightning",
     .meaning = "a data loader has no batch",
     .help = "check the dataset's path and filters, and drop_last against its size",
     .example = "Total length of `DataLoader` across ranks is zero. Please make sure this was your "
                "intention."},
    {.needle = "stopped: no training batches",
     .framework = "Lightning",
     .meaning = "there is no training batch, so nothing was trained",
     .help = "check the dataset's path and filters, and limit_train_batches",
     .example = "`Trainer.fit` stopped: No training batches."},
    {.needle = "but have no `val_dataloader`",
     .framework = "Lightning",
     .meaning = "there is a validation step but no validation data, so nothing is validated",
     .help = "pass val_dataloaders to fit(), or define val_dataloader()",
     .example = "You defined a `validation_step` but have no `val_dataloader`. Skipping val loop."},
    {.needle = "`training_step` returned `none`",
     .framework = "Lightning",
     .meaning = "training_step returns nothing, so the batch is skipped",
     .help = "return the loss from training_step",
     .example = "`training_step` returned `None`. If this was on purpose, ignore this warning..."},
    {.needle = "does not have many workers which may be a bottleneck",
     .framework = "Lightning",
     .meaning = "data is loaded in the training process itself, which may slow it down",
     .help = "raise num_workers of the DataLoader that it names",
     .harmful = false,
     .example = "The 'train_dataloader' does not have many workers which may be a bottleneck. "
                "Consider increasing the value of the `num_workers` argument` to `num_workers=3` "
                "in the `DataLoader` to improve performance."},

    {.needle = "token indices sequence length is longer than",
     .framework = "Transformers",
     .meaning = "a text is longer than the model can take",
     .help = "tokenize with truncation=True, or cut the texts before they reach the model",
     .harmful = false,
     .example = "Token indices sequence length is longer than the specified maximum sequence "
                "length for this model (1203 > 512). Running this sequence through the model will "
                "result in indexing errors"},
    {.needle = "is not found in the provided dict",
     .framework = "Paddle",
     .meaning = "the weight file lacks some of the model's weights, which stay as initialised",
     .help = "load the file that belongs to this model, or check the prefix of its names",
     .harmful = false,
     .example =
         "UserWarning: Skip loading for fc.bias. fc.bias is not found in the provided dict."},
    {.needle = "hasn't converged yet",
     .framework = "scikit-learn",
     .meaning = "the optimizer stopped at its iteration limit",
     .help = "raise max_iter, or scale the inputs",
     .example = "ConvergenceWarning: Stochastic Optimizer: Maximum iterations (200) reached and "
                "the optimization hasn't converged yet."},
    {.needle = "with no predicted samples",
     .framework = "scikit-learn",
     .meaning = "the model never predicts some class",
     .help = "look at the confusion matrix; class weights or more training may be needed",
     .harmful = false,
     .example = "UndefinedMetricWarning: Precision is ill-defined and being set to 0.0 in labels "
                "with no predicted samples. Use `zero_division` parameter to control this "
                "behavior."},
    {.needle = "no positive samples in targets",
     .framework = "torchmetrics",
     .meaning = "a metric was computed where no target is positive, so its value means nothing",
     .help = "compute it over the whole epoch rather than for each batch",
     .harmful = false,
     .example = "UserWarning: No positive samples in targets, true positive value should be "
                "meaningless. Returning zero tensor in true positive score"},
    {.needle = "runtimewarning: mean of empty slice",
     .framework = "NumPy",
     .meaning = "a mean was taken over nothing, most often the losses of an epoch without a batch",
     .help = "check that the loader yields batches: its dataset's size, filters and drop_last",
     .doubt = Doubt::kLossFalls,
     .example = "RuntimeWarning: Mean of empty slice."},
};

}  // namespace

std::span<const FrameworkWarning> FrameworkWarnings() { return kWarnings; }

const FrameworkWarning* KnownWarning(std::string_view line) {
  std::string lower(line);
  absl::AsciiStrToLower(&lower);
  if (lower.find("warn(") != std::string::npos) return nullptr;
  const auto found = std::find_if(std::begin(kWarnings), std::end(kWarnings),
                                  [&](const FrameworkWarning& warning) {
                                    return lower.find(warning.needle) != std::string::npos;
                                  });
  return found == std::end(kWarnings) ? nullptr : found;
}

}  // namespace onnxcheck::facts
