#include "trainer/weights.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string_view>

#include "trainer/ops/operator.h"

namespace onnxcheck::trainer {
namespace {

// Where a tensor ends up after casts and transposes.
struct Use {
  const ir::Node* node = nullptr;
  std::size_t input = 0;
  std::vector<std::int64_t> dims;  // as the node sees it
};

bool IsFloat(ir::ElementType type) {
  return type == ir::ElementType::kFloat || type == ir::ElementType::kFloat16 ||
         type == ir::ElementType::kBfloat16 || type == ir::ElementType::kDouble;
}

const std::vector<std::int64_t>* IntsOf(const ir::Node& node, std::string_view name) {
  for (const ir::Attribute& attribute : node.attributes) {
    if (attribute.name == name) return std::get_if<std::vector<std::int64_t>>(&attribute.value);
  }
  return nullptr;
}

std::int64_t IntOf(const ir::Node& node, std::string_view name) {
  for (const ir::Attribute& attribute : node.attributes) {
    if (attribute.name != name) continue;
    if (const auto* value = std::get_if<std::int64_t>(&attribute.value)) return *value;
  }
  return 0;
}

std::int64_t Product(const std::vector<std::int64_t>& dims, std::size_t from) {
  std::int64_t product = 1;
  for (std::size_t i = from; i < dims.size(); ++i) product *= dims[i];
  return product;
}

std::vector<std::int64_t> Permuted(const ir::Node& transpose, std::vector<std::int64_t> dims) {
  const std::vector<std::int64_t>* order = IntsOf(transpose, "perm");
  if (order == nullptr) {
    std::ranges::reverse(dims);
    return dims;
  }
  std::vector<std::int64_t> result;
  for (const std::int64_t axis : *order) {
    if (axis < 0 || axis >= static_cast<std::int64_t>(dims.size())) return dims;
    result.push_back(dims[static_cast<std::size_t>(axis)]);
  }
  return result;
}

// First use that is a computation, following Cast, Identity and Transpose.
Use Follow(const ir::Graph& graph, const ir::Node& node, std::size_t input,
           std::vector<std::int64_t> dims) {
  constexpr int kLongestChain = 16;
  Use use{&node, input, std::move(dims)};
  for (int i = 0; i < kLongestChain; ++i) {
    const std::string& type = use.node->op_type;
    if (type != "Cast" && type != "Identity" && type != "Transpose") break;
    if (type == "Transpose") use.dims = Permuted(*use.node, use.dims);
    if (use.node->outputs.empty() || use.node->outputs[0] < 0) break;
    const ir::ValueId out = use.node->outputs[0];
    const auto& consumers = graph.values[static_cast<std::size_t>(out)].consumers;
    if (consumers.empty()) break;
    use.node = &graph.nodes[static_cast<std::size_t>(consumers.front())];
    const auto at = std::ranges::find(use.node->inputs, out);
    use.input = static_cast<std::size_t>(at - use.node->inputs.begin());
  }
  return use;
}

// Values that depend on a weight of a layer, as seen so far in `nodes` order.
using Downstream = std::set<ir::ValueId>;

bool OtherInputIn(const ir::Node& node, std::size_t input, const Downstream& downstream) {
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (i != input && downstream.contains(node.inputs[i])) return true;
  }
  return false;
}

Weight LayerWeight(const Use& use) {
  Weight weight;
  const std::string& type = use.node->op_type;
  const std::vector<std::int64_t>& dims = use.dims;
  if (type == "Conv" || type == "ConvTranspose") {
    const double area = static_cast<double>(Product(dims, 2));
    weight.fan_in = static_cast<double>(dims[type == "Conv" ? 1 : 0]) * area;
    weight.fan_out = static_cast<double>(dims[type == "Conv" ? 0 : 1]) * area;
  } else {
    const bool transposed = type == "Gemm" && IntOf(*use.node, "transB") != 0;
    weight.fan_in = static_cast<double>(dims[dims.size() - (transposed ? 1 : 2)]);
    weight.fan_out = static_cast<double>(dims[dims.size() - (transposed ? 2 : 1)]);
  }
  return weight;
}

// The law by operator and input; nullopt: not a weight.
std::optional<Weight> Role(const Use& use, const Downstream& downstream) {
  const std::string& type = use.node->op_type;
  Weight weight;
  const auto with = [&weight](Law law) {
    weight.law = law;
    return weight;
  };
  const bool matrix = use.dims.size() >= 2;
  if (type == "Gemm" || type == "Conv" || type == "ConvTranspose") {
    if (use.input == 2) return with(Law::kZero);
    if (use.input == 1 && matrix) return LayerWeight(use);
    return std::nullopt;
  }
  if ((type == "MatMul" || type == "Einsum") && matrix) return LayerWeight(use);
  if (type == "BatchNormalization" || type == "LayerNormalization" ||
      type == "InstanceNormalization" || type == "GroupNormalization" ||
      type == "RMSNormalization") {
    if (use.input == 1) return with(Law::kOne);
    if (use.input == 2) return with(Law::kZero);
    return std::nullopt;
  }
  if (type == "PRelu" && use.input == 1) return with(Law::kSlope);
  if (type == "Gather" && use.input == 0 && use.dims.size() == 2) return with(Law::kEmbedding);
  // A vector added to or multiplied with what a layer made is a bias or a
  // scale; anywhere else it is a constant, such as a mean to subtract.
  if (Product(use.dims, 0) > 1 && OtherInputIn(*use.node, use.input, downstream)) {
    if (type == "Add") return with(Law::kZero);
    if (type == "Mul") return with(Law::kOne);
  }
  return std::nullopt;
}

}  // namespace

std::vector<Weight> FindWeights(const ir::Graph& graph, std::span<const ir::NodeId> nodes) {
  std::vector<Weight> weights;
  std::set<ir::ValueId> seen;
  Downstream downstream;
  for (const ir::NodeId id : nodes) {
    const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
    bool learned = false;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const ir::ValueId input = node.inputs[i];
      if (input < 0) continue;
      if (downstream.contains(input)) learned = true;
      const ir::Value& value = graph.values[static_cast<std::size_t>(input)];
      if (value.initializer < 0) continue;
      const ir::Tensor& tensor = graph.initializers[static_cast<std::size_t>(value.initializer)];
      if (!IsFloat(tensor.element) || Product(tensor.dims, 0) < 1) continue;
      const Use use = Follow(graph, node, i, tensor.dims);
      std::optional<Weight> weight = Role(use, downstream);
      if (!weight) continue;
      // A cast weight is no activation: what it feeds decides that.
      if (use.node == &node) learned = true;
      if (!seen.insert(input).second) continue;
      weight->value = input;
      weight->dims = tensor.dims;
      weights.push_back(*std::move(weight));
    }
    const bool product = node.op_type == "MatMul" || node.op_type == "Gemm" ||
                         node.op_type == "Conv" || node.op_type == "ConvTranspose";
    if (!learned && !product) continue;
    for (const ir::ValueId output : node.outputs) downstream.insert(output);
  }
  return weights;
}

std::vector<at::Tensor> InitialWeights(std::span<const Weight> weights, ir::Framework framework,
                                       std::uint64_t seed) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  std::vector<at::Tensor> tensors;
  const bool torch = framework == ir::Framework::kTorch;
  for (const Weight& weight : weights) {
    at::Tensor tensor = at::zeros(weight.dims, at::TensorOptions().dtype(at::kFloat));
    switch (weight.law) {
      case Law::kLayer: {
        // Glorot and Bengio 2010; torch.nn.Linear.reset_parameters.
        const double bound = torch ? 1 / std::sqrt(std::max(1.0, weight.fan_in))
                                   : std::sqrt(6 / std::max(1.0, weight.fan_in + weight.fan_out));
        tensor.uniform_(-bound, bound, generator);
        break;
      }
      case Law::kEmbedding:
        if (torch) {
          tensor.normal_(0, 1, generator);
        } else {
          tensor.uniform_(-0.05, 0.05, generator);
        }
        break;
      case Law::kZero:
        break;
      case Law::kOne:
        tensor.fill_(1);
        break;
      case Law::kSlope:
        tensor.fill_(0.25);
        break;
    }
    tensors.push_back(tensor.requires_grad_(true));
  }
  return tensors;
}

}  // namespace onnxcheck::trainer
