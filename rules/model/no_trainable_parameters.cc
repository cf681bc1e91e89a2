#include "analyzer/engine/rule.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

ir::Location PlaceOf(const facts::Training& training) {
  if (!training.losses.empty()) return training.losses.front().location;
  ir::Location location;
  location.path = training.model->input.path;
  location.logical = "training_info[0]";
  return location;
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::Training& training : facts.trainings()) {
    if (!training.updates_nothing) continue;
    const bool info = !training.model->training.empty();
    Finding& finding = sink.Report(
        PlaceOf(training),
        facts::Cat(
            info ? "the training step updates no parameter"
                 : "the training graph computes a loss but no gradient",
            training.frozen.empty()
                ? std::string()
                : facts::Cat(": ", facts::Plural(double(training.frozen.size()), "weight"), " stay",
                             training.frozen.size() == 1 ? "s" : "", " as initialised")));
    finding.label = "nothing is trained";
    finding.help =
        info ? "bind the weights to their new values in update_binding"
             : "name the parameters of this model in requires_grad of generate_artifacts, as they "
               "are called in the ONNX graph";
    finding.evidence = {{"trained_parameters", std::int64_t{0}},
                        {"untrained_weights", std::int64_t(training.frozen.size())}};
  }
}

}  // namespace

extern const Rule kNoTrainableParameters;
const Rule kNoTrainableParameters = {
    .id = "M018",
    .name = "no-trainable-parameters",
    .family = Family::kModel,
    .severity = Severity::kError,
    .needs = kModel,
    .documentation =
        {.summary = "A training graph updates nothing.",
         .what =
             "Reports an ONNX Runtime training graph (it has the input lazy_reset_grad, or "
             "gradients) with a loss but no accumulated gradient, and a training_info whose "
             "algorithm is bound to no weight: bindings of counters, of optimizer states and of a "
             "weight to itself train nothing. A training_info that only initialises is left alone.",
         .why =
             "Training runs, takes its time, reports a loss, and leaves the model as it was. In "
             "transfer learning this is what freezing one layer too many comes to; a list of names "
             "that matches no parameter has the same effect, without an error.",
         .bad = R"(```onnx training_model.onnx
<ir_version: 8, opset_import: ["" : 17, "com.microsoft" : 1]>
step (float[N, 2] x, int64[N] labels, float[2, 3] w, bool[1] lazy_reset_grad) => (float loss) {
  logits = MatMul(x, w)
  loss, log_prob = SoftmaxCrossEntropyLoss(logits, labels)
}
```)",
         .good = R"(```onnx training_model.onnx
<ir_version: 8, opset_import: ["" : 17, "com.microsoft" : 1]>
step (float[N, 2] x, int64[N] labels, float[2, 3] w, float[2, 3] w_grad_buffer, bool[1] lazy_reset_grad)
  => (float loss, bool[1] w_accumulated) <float loss_grad = {1}> {
  logits = MatMul(x, w)
  loss, log_prob = SoftmaxCrossEntropyLoss(logits, labels)
  logits_grad = com.microsoft.SoftmaxCrossEntropyLossGrad(loss_grad, log_prob, labels)
  w_grad = Gemm<transA = 1>(x, logits_grad)
  w_accumulated = com.microsoft.InPlaceAccumulatorV2(w_grad_buffer, w_grad, lazy_reset_grad)
}
```)",
         .references =
             "ONNX, TrainingInfoProto: <https://onnx.ai/onnx/api/classes.html>. ONNX Runtime, "
             "artifacts.generate_artifacts: requires_grad, frozen_params."},
    .check = Check,
};

}  // namespace onnxcheck::rules
