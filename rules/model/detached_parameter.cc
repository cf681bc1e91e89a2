#include "analyzer/engine/rule.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  for (const facts::Training& training : facts.trainings()) {
    for (const facts::DetachedParameter& detached : training.detached) {
      const bool zero = detached.reason == facts::DetachedParameter::Reason::kZeroGradient;
      const facts::Parameter& parameter = detached.parameter;
      Finding& finding = sink.Report(
          parameter.location,
          facts::Cat("parameter \"", parameter.name, "\" is to be trained, but ",
                     zero ? "its gradient is always zero" : "the loss does not depend on it"));
      finding.label = zero ? "zero in every step" : "no gradient of the loss";
      finding.help =
          zero ? facts::Cat("remove the factor that is constant zero between \"", parameter.name,
                            "\" and the loss, or take the parameter out of those to be trained")
               : facts::Cat("add the output that \"", parameter.name,
                            "\" feeds to the loss, or take the parameter out of those to be "
                            "trained");
      finding.evidence = {{"parameter", parameter.name},
                          {"trained_parameters", std::int64_t(training.trained.size())},
                          {"detached_parameters", std::int64_t(training.detached.size())}};
      if (parameter.elements) finding.evidence.emplace_back("elements", *parameter.elements);
    }
  }
}

}  // namespace

extern const Rule kDetachedParameter;
const Rule kDetachedParameter = {
    .id = "M017",
    .name = "detached-parameter",
    .family = Family::kModel,
    .severity = Severity::kError,
    .needs = kModel,
    .documentation =
        {.summary = "A parameter that is asked to train is out of the loss's reach.",
         .what =
             "Reads graphs that train: ONNX Runtime's training_model.onnx and ONNX's own "
             "training_info. Reports a parameter that has a gradient accumulator, an update "
             "binding or a place in Gradient's xs, where the loss does not depend on the "
             "parameter, where what is accumulated does not come from the loss, or where a factor "
             "on the way is a constant zero. Optimizer states and running statistics are updated "
             "without a gradient and are left alone.",
         .why = "The parameter keeps its initial values however long the training runs, and "
                "everything that it feeds stays random. No error is raised; with weight decay it "
                "shrinks to zero.",
         .bad = R"(```onnx training_model.onnx
<ir_version: 8, opset_import: ["" : 17, "com.microsoft" : 1]>
step (float[N, 2] x, int64[N] labels, float[2, 3] w, float[2, 3] w_grad_buffer, float[2, 3] v, float[2, 3] v_grad_buffer, bool[1] lazy_reset_grad)
  => (float loss, bool[1] w_accumulated, bool[1] v_accumulated)
  <float loss_grad = {1}, float off = {0}> {
  first = MatMul(x, w)
  second = MatMul(x, v)
  scaled = Mul(second, off)
  logits = Add(first, scaled)
  loss, log_prob = SoftmaxCrossEntropyLoss(logits, labels)
  logits_grad = com.microsoft.SoftmaxCrossEntropyLossGrad(loss_grad, log_prob, labels)
  second_grad = Mul(logits_grad, off)
  w_grad = Gemm<transA = 1>(x, logits_grad)
  v_grad = Gemm<transA = 1>(x, second_grad)
  w_accumulated = com.microsoft.InPlaceAccumulatorV2(w_grad_buffer, w_grad, lazy_reset_grad)
  v_accumulated = com.microsoft.InPlaceAccumulatorV2(v_grad_buffer, v_grad, lazy_reset_grad)
}
```)",
         .good = R"(```onnx training_model.onnx
<ir_version: 8, opset_import: ["" : 17, "com.microsoft" : 1]>
step (float[N, 2] x, int64[N] labels, float[2, 3] w, float[2, 3] w_grad_buffer, float[2, 3] v, float[2, 3] v_grad_buffer, bool[1] lazy_reset_grad)
  => (float loss, bool[1] w_accumulated, bool[1] v_accumulated)
  <float loss_grad = {1}, float half = {0.5}> {
  first = MatMul(x, w)
  second = MatMul(x, v)
  scaled = Mul(second, half)
  logits = Add(first, scaled)
  loss, log_prob = SoftmaxCrossEntropyLoss(logits, labels)
  logits_grad = com.microsoft.SoftmaxCrossEntropyLossGrad(loss_grad, log_prob, labels)
  second_grad = Mul(logits_grad, half)
  w_grad = Gemm<transA = 1>(x, logits_grad)
  v_grad = Gemm<transA = 1>(x, second_grad)
  w_accumulated = com.microsoft.InPlaceAccumulatorV2(w_grad_buffer, w_grad, lazy_reset_grad)
  v_accumulated = com.microsoft.InPlaceAccumulatorV2(v_grad_buffer, v_grad, lazy_reset_grad)
}
```)",
         .references =
             "ONNX, TrainingInfoProto and Gradient: <https://onnx.ai/onnx/api/classes.html>. ONNX "
             "Runtime, artifacts.generate_artifacts: requires_grad."},
    .check = Check,
};

}  // namespace onnxcheck::rules
