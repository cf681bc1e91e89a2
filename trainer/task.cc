#include "trainer/task.h"

#include <algorithm>
#include <limits>

namespace onnxcheck::trainer {
namespace {

// Sizes for dimensions that the model leaves open.
constexpr std::int64_t kOpenLength = 16;  // features, time steps
constexpr std::int64_t kOpenPixels = 32;  // height, width

// Tokens that the table behind an integer input has rows for.
std::int64_t VocabularyOf(const ir::Graph& graph, ir::ValueId input) {
  ir::ValueId value = input;
  for (int hops = 0; hops < 4; ++hops) {
    ir::ValueId next = ir::kNone;
    for (const ir::NodeId id : graph.values[static_cast<std::size_t>(value)].consumers) {
      const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
      if (node.op_type == "Gather" && node.inputs.size() > 1 && node.inputs[1] == value &&
          node.inputs[0] >= 0) {
        const ir::Value& table = graph.values[static_cast<std::size_t>(node.inputs[0])];
        if (table.initializer < 0) continue;
        const auto& dims = graph.initializers[static_cast<std::size_t>(table.initializer)].dims;
        if (!dims.empty()) return dims[0];
      }
      const bool passes = node.op_type == "Cast" || node.op_type == "Identity";
      if (passes && !node.outputs.empty()) next = node.outputs[0];
    }
    if (next < 0) break;
    value = next;
  }
  return 0;
}

}  // namespace

std::vector<InputSpec> InputSpecs(const Program& program) {
  std::vector<InputSpec> specs;
  for (const ir::ValueId input : program.inputs) {
    const ir::Value& value = program.graph->values[static_cast<std::size_t>(input)];
    if (!value.type.is_tensor || !value.type.shape || value.type.shape->empty()) {
      throw Unsupported("input \"" + value.name + "\" has no known shape with a batch axis");
    }
    InputSpec spec;
    spec.type = ComputeType(value.type.element);
    const std::vector<ir::Dimension>& shape = *value.type.shape;
    for (std::size_t i = 1; i < shape.size(); ++i) {
      spec.dims.push_back(shape[i].size.value_or(shape.size() >= 4 ? kOpenPixels : kOpenLength));
      if (spec.dims.back() < 1) throw Unsupported("input \"" + value.name + "\" is empty");
    }
    if (!at::isFloatingType(spec.type)) {
      spec.vocabulary = VocabularyOf(*program.graph, input);
      if (spec.vocabulary < 2) {
        throw Unsupported("integer input \"" + value.name + "\" that no embedding reads");
      }
    }
    specs.push_back(std::move(spec));
  }
  if (specs.empty()) throw Unsupported("the trained output depends on no input");
  return specs;
}

std::vector<at::Tensor> EmptyBatch(const std::vector<InputSpec>& specs, std::int64_t batch) {
  std::vector<at::Tensor> inputs;
  for (const InputSpec& spec : specs) {
    std::vector<std::int64_t> dims = {batch};
    dims.insert(dims.end(), spec.dims.begin(), spec.dims.end());
    inputs.push_back(at::zeros(dims, at::TensorOptions().dtype(spec.type)));
  }
  return inputs;
}

double TaskProgress(const Task& task, const at::Tensor& output, const Target& target) {
  const at::Tensor values = output.detach().to(at::kFloat).reshape_as(target.values);
  if (task.classes == 0) {
    const at::Tensor mean = target.values.mean(0, /*keepdim=*/true);
    const double spread = (target.values - mean).square().mean().item<double>();
    const double error = (values - target.values).square().mean().item<double>();
    return 1 - error / std::max(spread, std::numeric_limits<double>::min());
  }
  double accuracy = 0;
  if (values.size(-1) == 1) {
    // One column is read at 0.5 as a probability or at 0 as a logit, whichever serves it better:
    // a setup must not fail for the reading of its output.
    const at::Tensor truth = target.values > 0.5;
    for (const double threshold : {0.0, 0.5}) {
      const double right = (values > threshold).eq(truth).to(at::kFloat).mean().item<double>();
      accuracy = std::max(accuracy, right);
    }
  } else {
    accuracy = values.argmax(-1).eq(target.classes).to(at::kFloat).mean().item<double>();
  }
  const double chance = 1.0 / static_cast<double>(task.classes);
  return (accuracy - chance) / (1 - chance);
}

}  // namespace onnxcheck::trainer
